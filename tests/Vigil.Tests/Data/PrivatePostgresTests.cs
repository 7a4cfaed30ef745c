using Npgsql;
using Vigil.Data;
using Vigil.Tests.Infrastructure;

namespace Vigil.Tests.Data;

public sealed class PrivatePostgresTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_restart_keeps_the_rows()
    {
        await using (var first = await Start())
            await Execute(first.ConnectionString, "CREATE TABLE stars (name text); INSERT INTO stars VALUES ('Vega')");
        await using var second = await Start();
        Assert.Equal("Vega", await Scalar(second.ConnectionString, "SELECT name FROM stars"));
    }

    [Fact]
    public async Task A_second_Vigil_on_the_folder_is_told_who_holds_it()
    {
        await using var first = await Start();
        var error = await Assert.ThrowsAsync<StartupError>(Start);
        Assert.Contains($"process {Environment.ProcessId}", error.Message, StringComparison.Ordinal);
        Assert.Contains(folder.Path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_password_is_refused()
    {
        await using var postgres = await Start();
        var wrong = new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Password = "guess" }.ConnectionString;
        var error = await Assert.ThrowsAsync<PostgresException>(() => Scalar(wrong, "SELECT 1"));
        Assert.Equal(PostgresErrorCodes.InvalidPassword, error.SqlState);
    }

    Task<PrivatePostgres> Start() =>
        PrivatePostgres.StartAsync(new() { DataDir = folder.Path, SharedBuffersMb = 16 }, TestContext.Current.CancellationToken);

    static async Task Execute(string connectionString, string sql) => await Scalar(connectionString, sql);

    static async Task<object?> Scalar(string connectionString, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }
}
