using System.Reflection;
using Npgsql;

namespace Vigil.Data;

/// <summary>A numbered step of the schema: <c>Data/migrations/NNNN_name.sql</c>.</summary>
sealed record Migration(string Name, string Sql)
{
    /// <summary>All steps that this program knows, in order.</summary>
    public static IReadOnlyList<Migration> All { get; } = ReadAll();

    static List<Migration> ReadAll()
    {
        var assembly = Assembly.GetExecutingAssembly();
        const string prefix = "Vigil.Data.migrations.";
        return [.. assembly.GetManifestResourceNames()
            .Where(n => n.StartsWith(prefix, StringComparison.Ordinal) && n.EndsWith(".sql", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(n =>
            {
                using var reader = new StreamReader(assembly.GetManifestResourceStream(n)!);
                return new Migration(n[prefix.Length..^".sql".Length], reader.ReadToEnd());
            })];
    }
}

/// <summary>Brings a database to this program's schema. Safe to run from many processes at once, and again.</summary>
static class Migrations
{
    const long Lock = 0x5669_6769_6C00; // "Vigil", so that nobody else's advisory lock is ours

    /// <summary>The steps with the time each was applied, null where it was not yet.</summary>
    public static async Task<IReadOnlyList<(Migration Migration, DateTimeOffset? AppliedAt)>> StatusAsync(
        NpgsqlDataSource database, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        var applied = await AppliedAsync(connection, ct);
        return [.. Migration.All.Select(m => (m, applied.TryGetValue(m.Name, out var at) ? at : (DateTimeOffset?)null))];
    }

    /// <summary>Applies what is missing, each step in a transaction of its own under one lock.</summary>
    /// <returns>The names of the steps applied.</returns>
    /// <exception cref="StartupError">The database was made by a newer Vigil.</exception>
    public static async Task<IReadOnlyList<string>> ApplyAsync(NpgsqlDataSource database, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await ExecuteAsync(connection, $"SELECT pg_advisory_lock({Lock})", ct);
        try
        {
            await ExecuteAsync(connection, """
                CREATE TABLE IF NOT EXISTS migrations (
                    name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())
                """, ct);
            var applied = await AppliedAsync(connection, ct);
            if (applied.Keys.Except(Migration.All.Select(m => m.Name)).FirstOrDefault() is { } unknown)
                throw new StartupError($"The database has the migration {unknown}, which this Vigil does not "
                    + $"know: run a newer Vigil.");
            var names = new List<string>();
            foreach (var migration in Migration.All.Where(m => !applied.ContainsKey(m.Name)))
            {
                await using var transaction = await connection.BeginTransactionAsync(ct);
                await ExecuteAsync(connection, migration.Sql, ct);
                await using var record = new NpgsqlCommand("INSERT INTO migrations (name) VALUES ($1)", connection);
                record.Parameters.Add(new() { Value = migration.Name });
                await record.ExecuteNonQueryAsync(ct);
                await transaction.CommitAsync(ct);
                names.Add(migration.Name);
            }
            return names;
        }
        finally
        {
            await ExecuteAsync(connection, $"SELECT pg_advisory_unlock({Lock})", CancellationToken.None);
        }
    }

    static async Task<Dictionary<string, DateTimeOffset>> AppliedAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        var applied = new Dictionary<string, DateTimeOffset>();
        await using var exists = new NpgsqlCommand("SELECT to_regclass('migrations') IS NOT NULL", connection);
        if (await exists.ExecuteScalarAsync(ct) is not true)
            return applied;
        await using var select = new NpgsqlCommand("SELECT name, applied_at FROM migrations", connection);
        await using var rows = await select.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct))
            applied[rows.GetString(0)] = rows.GetFieldValue<DateTimeOffset>(1);
        return applied;
    }

    static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(ct);
    }
}
