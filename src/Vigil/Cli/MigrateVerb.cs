using System.CommandLine;
using Npgsql;
using Vigil.Data;

namespace Vigil.Cli;

/// <summary>vigil migrate: brings the database to this program's schema; serve does it by itself.</summary>
static class MigrateVerb
{
    public static Command Create()
    {
        var data = Options.Data();
        var database = Options.Database();
        var status = new Option<bool>("--status") { Description = "Only list the steps, and when each was applied." };
        var verb = new Command("migrate", "Bring the database to this program's schema (serve does so when it starts).")
        {
            data, database, status,
        };
        verb.SetAction((parse, ct) => Verb.RunAsync(
            () => MigrateAsync(parse.GetValue(data)!, parse.GetValue(database), parse.GetValue(status), ct), ct));
        return verb;
    }

    static async Task MigrateAsync(DirectoryInfo data, string? given, bool statusOnly, CancellationToken ct)
    {
        await using var open = await OpenDatabase.StartAsync(data, given, ct);
        await using var database = NpgsqlDataSource.Create(open.ConnectionString);
        if (!statusOnly)
            foreach (var name in await Migrations.ApplyAsync(database, ct))
                Console.WriteLine($"applied {name}");
        foreach (var (migration, appliedAt) in await Migrations.StatusAsync(database, ct))
            Console.WriteLine($"{migration.Name,-30} {(appliedAt is { } at ? $"{at:yyyy-MM-dd HH:mm:ss}Z" : "not applied")}");
    }
}
