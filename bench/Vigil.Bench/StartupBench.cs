using System.Diagnostics;
using Vigil.Data;

namespace Vigil.Bench;

/// <summary>
/// Seconds from the start of `serve` on an initialised folder to /readyz, and memory after the load of the data set.
/// </summary>
static class StartupBench
{
    public static async Task<IReadOnlyList<Measurement>> RunAsync(CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("vigil-bench-");
        try
        {
            await MeasureStartAsync(folder.FullName, ct); // makes the cluster and the schema
            var seconds = new List<double>();
            for (var i = 0; i < 5; i++)
                seconds.Add(await MeasureStartAsync(folder.FullName, ct));
            var residentMb = await MemoryAsync(ct);
            return
            [
                Measurement.Less("startup.readyz", seconds.Order().ElementAt(2), "s", "the goal", 3, 1),
                Measurement.Less("startup.resident_after_load", residentMb, "MB", "the goal", 400, 1),
            ];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    static async Task<double> MeasureStartAsync(string folder, CancellationToken ct)
    {
        var port = Random.Shared.Next(20000, 60000);
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(new ProcessStartInfo("dotnet",
            [typeof(PrivatePostgres).Assembly.Location, "serve", "--port", $"{port}", "--data", folder])
        { RedirectStandardOutput = true })!;
        await BenchServer.WaitUntilReadyAsync(http, process, ct);
        var seconds = clock.Elapsed.TotalSeconds;
        using var interrupt = Process.Start("kill", ["-INT", $"{process.Id}"]);
        await process.WaitForExitAsync(ct);
        return seconds;
    }

    static async Task<double> MemoryAsync(CancellationToken ct)
    {
        await using var server = await BenchServer.CreateAsync(ct);
        await server.StartAsync(ct);
        await DataSet.LoadAsync(server, ct);
        await Load.MeasureAsync(server, 500, 8, i => new(HttpMethod.Get, $"/api/sources/{DataSet.Name(i)}/photometry"), ct);
        await Load.MeasureAsync(server, 100, 8, _ => new(HttpMethod.Get, "/api/sources?numPerPage=100"), ct);
        return server.ResidentMb();
    }
}
