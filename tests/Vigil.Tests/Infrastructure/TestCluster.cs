using Npgsql;
using Vigil.Access;
using Vigil.Data;

namespace Vigil.Tests.Infrastructure;

/// <summary>
/// One PostgreSQL for the whole test run, started when the first test asks for a database. Each test class takes a copy
/// of a template that has Vigil's tables.
/// </summary>
static class TestCluster
{
    const string Template = "vigil_template";

    static readonly Lazy<Task<PrivatePostgres>> Server = new(StartAsync);
    static int copies;

    /// <summary>Token of the administrator that every copy has; known once a copy was made.</summary>
    public static string AdminToken { get; private set; } = "";

    /// <summary>Makes a new database from the template.</summary>
    /// <returns>Its connection string.</returns>
    public static async Task<string> CloneAsync()
    {
        var server = await Server.Value;
        var name = $"test_{Interlocked.Increment(ref copies)}";
        await ExecuteAsync(server, $"CREATE DATABASE {name} TEMPLATE {Template} STRATEGY FILE_COPY");
        return ConnectTo(server, name);
    }

    /// <summary>Removes a database that <see cref="CloneAsync"/> made, with whoever is still connected.</summary>
    public static async Task DropAsync(string connectionString)
    {
        NpgsqlConnection.ClearPool(new NpgsqlConnection(connectionString));
        var name = new NpgsqlConnectionStringBuilder(connectionString).Database;
        await ExecuteAsync(await Server.Value, $"DROP DATABASE {name} WITH (FORCE)");
    }

    static async Task<PrivatePostgres> StartAsync()
    {
        var folder = new TemporaryFolder();
        var server = await PrivatePostgres.StartAsync(
            new() { DataDir = folder.Path, Durable = false, SharedBuffersMb = 128, MaxConnections = 300 }, default);
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            server.DisposeAsync().AsTask().GetAwaiter().GetResult();
            folder.Dispose();
        };
        await ExecuteAsync(server, $"CREATE DATABASE {Template}");
        await FillTemplateAsync(ConnectTo(server, Template));
        return server;
    }

    /// <summary>Gives the template what every test finds in its database: the schema and the first administrator.</summary>
    static async Task FillTemplateAsync(string connectionString)
    {
        await using var database = NpgsqlDataSource.Create(connectionString);
        await Migrations.ApplyAsync(database, default);
        var audiences = new AudienceCatalog(database);
        var viewers = new ViewerStore(database, audiences, new ObserverToken(new SiteSecret(new byte[32])));
        await FirstStart.EnsureAsync(database, viewers, (_, token) => AdminToken = token, default);
    }

    /// <summary>Without a pool, since PostgreSQL copies a template only while nobody is connected to it.</summary>
    static string ConnectTo(PrivatePostgres server, string database) =>
        new NpgsqlConnectionStringBuilder(server.ConnectionString)
        {
            Database = database,
            Pooling = database != Template,
            MaxPoolSize = 40,
        }.ConnectionString;

    static async Task ExecuteAsync(PrivatePostgres server, string sql)
    {
        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 120 };
        await command.ExecuteNonQueryAsync();
    }
}
