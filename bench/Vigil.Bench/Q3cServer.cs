using System.Diagnostics;
using Npgsql;

namespace Vigil.Bench;

/// <summary>The peer of the cone benchmark: Debian's PostgreSQL 15 with q3c, with the settings of Vigil's private one.</summary>
sealed class Q3cServer : IAsyncDisposable
{
    const string Binaries = "/usr/lib/postgresql/15";

    readonly DirectoryInfo folder;
    readonly Process process;

    Q3cServer(DirectoryInfo folder, Process process, string connectionString) =>
        (this.folder, this.process, ConnectionString) = (folder, process, connectionString);

    public string ConnectionString { get; }

    public static async Task<Q3cServer> StartAsync(CancellationToken ct)
    {
        if (!File.Exists($"{Binaries}/lib/q3c.so"))
            throw new InvalidOperationException("The peer is missing: apt-get install postgresql-15 postgresql-15-q3c");
        var folder = Directory.CreateTempSubdirectory("vigil-bench-q3c-");
        // PostgreSQL refuses to be root; Debian's package brings a user for it.
        if (Environment.IsPrivilegedProcess)
            await RunAsync("chown", ["postgres", folder.FullName], ct);
        await RunAsync([$"{Binaries}/bin/initdb", "-D", $"{folder}/db", "-A", "trust", "-U", "vigil", "--locale=C", "-E", "UTF8"],
            ct);
        var port = Random.Shared.Next(20000, 60000);
        var start = AsPostgres([$"{Binaries}/bin/postgres", "-D", $"{folder}/db", "-p", $"{port}", "-k", folder.FullName,
            "-c", "listen_addresses=127.0.0.1", "-c", "shared_buffers=256MB", "-c", "work_mem=16MB", "-c", "jit=off"]);
        start.RedirectStandardError = true;
        var process = Process.Start(start)!;
        _ = process.StandardError.ReadToEndAsync(CancellationToken.None);
        var server = new Q3cServer(folder, process, $"Host=127.0.0.1;Port={port};Username=vigil;Database=postgres;Command "
            + $"Timeout=600");
        for (var tries = 0; ; tries++)
        {
            try
            {
                await using var connection = new NpgsqlConnection(server.ConnectionString);
                await connection.OpenAsync(ct);
                return server;
            }
            catch (NpgsqlException) when (tries < 100)
            {
                await Task.Delay(100, ct);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await RunAsync("kill", ["-INT", $"{process.Id}"], CancellationToken.None);
        await process.WaitForExitAsync();
        process.Dispose();
        folder.Delete(recursive: true);
    }

    static ProcessStartInfo AsPostgres(string[] command) => Environment.IsPrivilegedProcess
        ? new("setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", "--", .. command])
        : new(command[0], command[1..]);

    static Task RunAsync(string[] command, CancellationToken ct) => RunAsync(AsPostgres(command), ct);

    static Task RunAsync(string program, string[] arguments, CancellationToken ct) =>
        RunAsync(new ProcessStartInfo(program, arguments), ct);

    static async Task RunAsync(ProcessStartInfo start, CancellationToken ct)
    {
        start.RedirectStandardOutput = true;
        using var process = Process.Start(start)!;
        await process.StandardOutput.ReadToEndAsync(ct);
        await process.WaitForExitAsync(ct);
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{start.FileName} {string.Join(' ', start.ArgumentList)} failed.");
    }
}
