using System.Net;
using System.Net.Sockets;
using Npgsql;
using Vigil.Data;
using Vigil.Tests.Infrastructure;

namespace Vigil.Tests.Data;

public class ExternalPostgresTests
{
    [Fact]
    public async Task A_usable_database_passes()
    {
        var database = await TestCluster.CloneAsync();
        await Check(database);
        await TestCluster.DropAsync(database);
    }

    [Fact]
    public async Task A_wrong_password_is_named()
    {
        var database = await TestCluster.CloneAsync();
        await Refuses(With(database, s => s.Password = "guess"), "refuses user 'vigil'", "Check Username and Password");
        await TestCluster.DropAsync(database);
    }

    [Fact]
    public async Task A_missing_database_is_named_with_the_statement_that_creates_it()
    {
        var database = await TestCluster.CloneAsync();
        await Refuses(With(database, s => s.Database = "nowhere"), "no database 'nowhere'", "CREATE DATABASE \"nowhere\"");
        await TestCluster.DropAsync(database);
    }

    [Fact]
    public async Task A_user_who_may_not_create_tables_is_told_so()
    {
        var database = await TestCluster.CloneAsync();
        await using (var source = NpgsqlDataSource.Create(database))
        await using (var create = source.CreateCommand("CREATE ROLE reader LOGIN PASSWORD 'reader'"))
            await create.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        await Refuses(With(database, s => (s.Username, s.Password) = ("reader", "reader")), "'reader' may not create tables");
        await TestCluster.DropAsync(database);
    }

    [Fact]
    public async Task A_host_where_nothing_listens_is_named()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        taken.Stop();
        await Refuses($"Host=127.0.0.1;Port={port};Database=vigil;Username=vigil", $"127.0.0.1:{port} cannot be reached");
    }

    [Theory]
    [InlineData("Database=vigil;Username=vigil", "Host is missing")]
    [InlineData("postgres://me:secret@example.org/vigil", "malformed")]
    public async Task A_malformed_connection_string_is_not_repeated(string connectionString, string expected)
    {
        var error = await Refuses(connectionString, expected);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(140020, "14.20", false)]
    [InlineData(150000, "15.0", true)]
    [InlineData(180004, "18.4", true)]
    public void Fifteen_is_the_oldest_version(int number, string name, bool accepted)
    {
        void Require() => ExternalPostgres.RequireVersion("PostgreSQL at db:5432", number, name);
        if (accepted)
            Require();
        else
            Assert.Equal($"PostgreSQL at db:5432 is version {name}. Vigil needs 15 or newer.",
                Assert.Throws<StartupError>(Require).Message);
    }

    static Task Check(string connectionString) => ExternalPostgres.CheckAsync(connectionString,
        TestContext.Current.CancellationToken);

    static async Task<StartupError> Refuses(string connectionString, params string[] parts)
    {
        var error = await Assert.ThrowsAsync<StartupError>(() => Check(connectionString));
        Assert.All(parts, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
        return error;
    }

    static string With(string connectionString, Action<NpgsqlConnectionStringBuilder> change)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        change(settings);
        return settings.ConnectionString;
    }
}
