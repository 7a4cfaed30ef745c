using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;
using Npgsql;
using Vigil.Data;

namespace Vigil.Bench;

/// <summary>A freshly made database and a server process on it, as an operator would run them: durable, one process.</summary>
sealed class BenchServer : IAsyncDisposable
{
    readonly DirectoryInfo folder;
    readonly PrivatePostgres postgres;
    Process? process;

    BenchServer(DirectoryInfo folder, PrivatePostgres postgres)
    {
        (this.folder, this.postgres) = (folder, postgres);
        Database = NpgsqlDataSource.Create(postgres.ConnectionString + ";Command Timeout=600");
    }

    public NpgsqlDataSource Database { get; }

    public HttpClient Http { get; private set; } = null!;

    public static async Task<BenchServer> CreateAsync(CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("vigil-bench-");
        var postgres =
            await PrivatePostgres.StartAsync(new PrivatePostgresOptions { DataDir = Path.Combine(folder.FullName, "database") },
            ct);
        var server = new BenchServer(folder, postgres);
        await Migrations.ApplyAsync(server.Database, ct);
        return server;
    }

    /// <summary>Starts the server process and waits until it is ready.</summary>
    public async Task StartAsync(CancellationToken ct)
    {
        var port = Random.Shared.Next(20000, 60000);
        process = Process.Start(new ProcessStartInfo("dotnet",
        [
            typeof(PrivatePostgres).Assembly.Location, "serve", "--port", $"{port}", "--database", postgres.ConnectionString,
            "--data", Path.Combine(folder.FullName, "server"),
        ])
        { RedirectStandardOutput = true })!;
        var pipe = process.StandardOutput;
        _ = Task.Run(async () => { while (await pipe.ReadLineAsync(CancellationToken.None) is not null) { } },
            CancellationToken.None);
        Http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 64 })
        {
            BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromMinutes(5),
        };
        await WaitUntilReadyAsync(Http, process, ct);
        var adminFile = Path.Combine(folder.FullName, "server", "admin.json");
        using var admin = JsonDocument.Parse(await File.ReadAllTextAsync(adminFile, ct));
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("token",
            admin.RootElement.GetProperty("token").GetString());
    }

    public static async Task WaitUntilReadyAsync(HttpClient http, Process process, CancellationToken ct)
    {
        while (true)
        {
            if (process.HasExited)
                throw new InvalidOperationException("The server ended before it was ready.");
            try
            {
                using var answer = await http.GetAsync("/readyz", ct);
                if (answer.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
            await Task.Delay(5, ct);
        }
    }

    /// <summary>CPU seconds that the server process has used, its database not counted.</summary>
    public double CpuSeconds()
    {
        process!.Refresh();
        return process.TotalProcessorTime.TotalSeconds;
    }

    /// <summary>Memory that the server process holds, MB.</summary>
    public double ResidentMb()
    {
        process!.Refresh();
        return process.WorkingSet64 / 1e6;
    }

    public async ValueTask DisposeAsync()
    {
        if (process is { HasExited: false })
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
        process?.Dispose();
        Http?.Dispose();
        await Database.DisposeAsync();
        await postgres.DisposeAsync();
        folder.Delete(recursive: true);
    }
}

/// <summary>Sends requests and tells what they cost.</summary>
static class Load
{
    /// <summary>What many equal requests cost.</summary>
    /// <param name="CpuMs">CPU of the server process per request, ms.</param>
    public sealed record Cost(double CpuMs, double PerSecond, double P50Ms, double P99Ms);

    const int Passes = 4;

    /// <summary>
    /// Warms up, then sends <paramref name="count"/> requests from <paramref name="clients"/> clients, four times, and takes
    /// the pass with the most requests a second: what the machine or the compiler do besides falls on the others.
    /// The peer's figures were taken in the same way.
    /// </summary>
    public static async Task<Cost> MeasureAsync(
        BenchServer server, int count, int clients, Func<int, HttpRequestMessage> request, CancellationToken ct)
    {
        var sent = Math.Max(200, count / 5);
        await SendAsync(server.Http, sent, clients, request, ct);
        var costs = new List<Cost>();
        for (var pass = 0; pass < Passes; pass++)
        {
            var first = sent;
            await Task.Delay(300, ct);
            var cpu = server.CpuSeconds();
            var clock = Stopwatch.StartNew();
            var latencies = await SendAsync(server.Http, count, clients, i => request(first + i), ct);
            var seconds = clock.Elapsed.TotalSeconds;
            cpu = server.CpuSeconds() - cpu;
            Array.Sort(latencies);
            costs.Add(new Cost(cpu / count * 1000, count / seconds, latencies[count / 2], latencies[(int)(count * 0.99)]));
            sent += count;
        }
        return costs.MaxBy(c => c.PerSecond)!;
    }

    static async Task<double[]> SendAsync(
        HttpClient http, int count, int clients, Func<int, HttpRequestMessage> request, CancellationToken ct)
    {
        var latencies = new double[count];
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, clients).Select(async _ =>
        {
            for (int i; (i = Interlocked.Increment(ref next)) < count;)
            {
                using var message = request(i);
                var started = Stopwatch.GetTimestamp();
                using var answer = await http.SendAsync(message, ct);
                var text = await answer.Content.ReadAsByteArrayAsync(ct);
                latencies[i] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
                if (!answer.IsSuccessStatusCode)
                    throw new InvalidOperationException(
                        $"{message.Method} {message.RequestUri}: {(int)answer.StatusCode} "
                        + $"{System.Text.Encoding.UTF8.GetString(text)[..Math.Min(300, text.Length)]}");
            }
        }));
        return latencies;
    }
}
