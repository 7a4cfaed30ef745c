using Npgsql;
using Vigil.Data;
using Vigil.Tests.Infrastructure;

namespace Vigil.Tests.Data;

public class MigrationTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task All_steps_are_applied_and_applying_them_again_does_nothing()
    {
        Assert.Empty(await Migrations.ApplyAsync(server.Database, default));
        Assert.All(await Migrations.StatusAsync(server.Database, default), step => Assert.NotNull(step.AppliedAt));
    }

    [Fact]
    public async Task Many_processes_may_apply_them_at_once()
    {
        var name = $"many_{Guid.NewGuid():N}";
        await ExecuteAsync(server.Database, $"CREATE DATABASE {name} TEMPLATE template0");
        var connection = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = name }.ConnectionString;
        await using var empty = NpgsqlDataSource.Create(connection);
        var applied = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Migrations.ApplyAsync(empty, default)));
        Assert.Equal(Migration.All.Select(m => m.Name), applied.SelectMany(names => names));
    }

    [Fact]
    public async Task A_database_of_a_newer_Vigil_is_refused()
    {
        await ExecuteAsync(server.Database, "INSERT INTO migrations (name) VALUES ('9999_from_the_future')");
        try
        {
            var refusal = await Assert.ThrowsAsync<StartupError>(() => Migrations.ApplyAsync(server.Database, default));
            Assert.Contains("9999_from_the_future", refusal.Message, StringComparison.Ordinal);
        }
        finally
        {
            await ExecuteAsync(server.Database, "DELETE FROM migrations WHERE name = '9999_from_the_future'");
        }
    }

    static async Task ExecuteAsync(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
