using System.Diagnostics;
using Npgsql;
using Vigil.Data;
using Vigil.Tests.Infrastructure;

namespace Vigil.Tests.Data;

public sealed class PrivatePostgresTests : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_restart_keeps_the_rows()
    {
        await using (var first = await Start())
            await Scalar(first, "CREATE TABLE stars (name text); INSERT INTO stars VALUES ('Vega')");
        await using var second = await Start();
        Assert.Equal("Vega", await Scalar(second, "SELECT name FROM stars"));
    }

    [Fact]
    public async Task A_killed_PostgreSQL_is_restarted_and_keeps_the_rows()
    {
        await using var postgres = await Start(durable: true);
        await Scalar(postgres, "CREATE TABLE stars (name text); INSERT INTO stars VALUES ('Vega')");
        using (var server = Process.GetProcessById(ServerPid()))
            server.Kill();
        Assert.Equal("Vega", await Eventually(() => Scalar(postgres, "SELECT name FROM stars")));
        Assert.False(postgres.Failed.IsCompleted);
    }

    [Fact]
    public async Task After_a_kill_of_everything_the_rows_are_there()
    {
        using (var vigil = await StartProcess())
        {
            await Scalar(ConnectionString(), "CREATE TABLE stars (name text); INSERT INTO stars VALUES ('Vega')");
            using var server = Process.GetProcessById(ServerPid());
            server.Kill();
            vigil.Kill();
            await vigil.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        Assert.True(File.Exists(PidFile)); // Nobody cleaned up.
        await using var postgres = await Start();
        Assert.Equal("Vega", await Scalar(postgres, "SELECT name FROM stars"));
    }

    [Fact]
    public async Task A_killed_Vigil_takes_its_PostgreSQL_along()
    {
        using var vigil = await StartProcess();
        var pid = ServerPid();
        vigil.Kill();
        await Eventually(() => Task.FromResult<object?>(Directory.Exists($"/proc/{pid}") ? null : "gone"));
        await using var postgres = await Start();
        Assert.NotEqual(pid, ServerPid());
    }

    [Fact]
    public async Task A_PostgreSQL_that_outlived_its_Vigil_is_replaced()
    {
        int orphan;
        using (var vigil = await StartProcess())
        {
            orphan = ServerPid();
            Signal("STOP", orphan); // So that it cannot follow its Vigil.
            vigil.Kill();
            await vigil.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        var starting = Start();
        await Task.Delay(200, TestContext.Current.CancellationToken);
        Assert.False(starting.IsCompleted); // It waits: two servers on one cluster would destroy it.
        Signal("CONT", orphan);
        await using var postgres = await starting;
        Assert.NotEqual(orphan, ServerPid());
    }

    [Fact]
    public async Task A_stale_pid_file_that_names_another_program_does_no_harm()
    {
        await using (await Start())
        {
        }

        using var bystander = Process.Start("sleep", "300");
        await File.WriteAllTextAsync(PidFile, $"{bystander.Id}\n{folder.Path}/postgres\n", TestContext.Current.CancellationToken);
        await using (await Start())
            Assert.False(bystander.HasExited);
        bystander.Kill();
    }

    [Fact]
    public async Task A_second_Vigil_on_the_folder_is_told_who_holds_it()
    {
        await using var first = await Start();
        var error = await Assert.ThrowsAsync<StartupError>(() => Start());
        Assert.Contains($"process {Environment.ProcessId}", error.Message, StringComparison.Ordinal);
        Assert.Contains(folder.Path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_password_opens_it()
    {
        await using var postgres = await Start();
        var wrong = new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Password = "guess" }.ConnectionString;
        var error = await Assert.ThrowsAsync<PostgresException>(() => Scalar(wrong, "SELECT 1"));
        Assert.Equal(PostgresErrorCodes.InvalidPassword, error.SqlState);
        Assert.Equal("", await Scalar(postgres, "SHOW listen_addresses"));
        var password = Path.Combine(folder.Path, "postgres.password");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(password));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(Path.Combine(folder.Path, "postgres")));
    }

    [Fact]
    public async Task A_lost_password_is_replaced()
    {
        await using (await Start())
        {
        }

        File.Delete(Path.Combine(folder.Path, "postgres.password"));
        await using var postgres = await Start();
        Assert.Equal(1, await Scalar(postgres, "SELECT 1"));
    }

    [Fact]
    public async Task A_cluster_of_another_major_version_is_left_alone()
    {
        await using (await Start())
        {
        }

        await File.WriteAllTextAsync(Path.Combine(folder.Path, "postgres", "PG_VERSION"), "17\n",
            TestContext.Current.CancellationToken);
        var error = await Assert.ThrowsAsync<StartupError>(() => Start());
        Assert.Contains("made by PostgreSQL 17", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_PostgreSQL_that_cannot_start_says_why()
    {
        await using (await Start())
        {
        }

        File.Delete(Path.Combine(folder.Path, "postgres", "global", "pg_control"));
        var error = await Assert.ThrowsAsync<StartupError>(() => Start());
        Assert.Contains("does not stay up", error.Message, StringComparison.Ordinal);
        Assert.Contains("could not find the database system", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_path_too_long_for_a_socket_is_refused()
    {
        var options = new PrivatePostgresOptions { DataDir = Path.Combine(folder.Path, new string('d', 100)) };
        var error = await Assert.ThrowsAsync<StartupError>(
            () => PrivatePostgres.StartAsync(options, TestContext.Current.CancellationToken));
        Assert.Contains("too long a path", error.Message, StringComparison.Ordinal);
    }

    string PidFile => Path.Combine(folder.Path, "postgres", "postmaster.pid");

    int ServerPid() => int.Parse(File.ReadLines(PidFile).First());

    Task<PrivatePostgres> Start(bool durable = false) => PrivatePostgres.StartAsync(
        new() { DataDir = folder.Path, SharedBuffersMb = 16, Durable = durable }, TestContext.Current.CancellationToken);

    /// <summary>A Vigil that can be killed: the real one, on the same folder.</summary>
    async Task<Process> StartProcess()
    {
        var start = new ProcessStartInfo("dotnet",
            [Path.Combine(AppContext.BaseDirectory, "vigil.dll"), "serve", "--data", folder.Path, "--port", "0"])
        {
            RedirectStandardOutput = true,
        };
        start.Environment.Remove("VIGIL_DATABASE");
        var vigil = Process.Start(start)!;
        while (await vigil.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask()
            .WaitAsync(Patience) is { } line)
            if (line.StartsWith("Vigil serves", StringComparison.Ordinal))
                return vigil;
        throw new InvalidOperationException("vigil serve ended at once.");
    }

    string ConnectionString() => new NpgsqlConnectionStringBuilder
    {
        Host = Path.Combine(folder.Path, "postgres"),
        Database = "vigil",
        Username = "vigil",
        Password = File.ReadAllText(Path.Combine(folder.Path, "postgres.password")).Trim(),
        Pooling = false,
    }.ConnectionString;

    static void Signal(string name, int pid)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{pid}"]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }

    static async Task<object> Eventually(Func<Task<object?>> look)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                if (await look() is { } seen)
                    return seen;
            }
            catch (NpgsqlException) when (waited.Elapsed < Patience)
            {
                // Not up yet.
            }

            Assert.True(waited.Elapsed < Patience, "It did not happen in time.");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    static Task<object?> Scalar(PrivatePostgres postgres, string sql) => Scalar(postgres.ConnectionString, sql);

    static async Task<object?> Scalar(string connectionString, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }
}
