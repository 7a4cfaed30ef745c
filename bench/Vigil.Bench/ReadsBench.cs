namespace Vigil.Bench;

/// <summary>
/// CPU per read of the server process, against the application CPU of one SkyPortal process on the same data set
/// (figures measured on this kind of machine; SkyPortal itself is not run here). Then latencies at 8 clients.
/// </summary>
static class ReadsBench
{
    const string Peer = "SkyPortal (June 2023), app CPU of one process, same data set";

    public static async Task<IReadOnlyList<Measurement>> RunAsync(CancellationToken ct)
    {
        await using var server = await BenchServer.CreateAsync(ct);
        await server.StartAsync(ct);
        var data = await DataSet.LoadAsync(server, ct);
        var random = new Random(1);
        var order = Enumerable.Range(0, 100_000).Select(_ => random.Next(DataSet.RichCount, DataSet.SourceCount)).ToArray();

        var reads = new (string Name, int Count, double PeerMs, double Goal, Func<int, string> Path)[]
        {
            ("list_100", 200, 1070, 100, _ => "/api/sources?numPerPage=100"),
            ("source_50_points", 3000, 37, 50, i => $"/api/sources/{DataSet.Name(order[i])}"),
            ("photometry_500", 600, 374, 100, i => $"/api/sources/{DataSet.Name(i % DataSet.RichCount)}/photometry"),
            ("photometry_50", 3000, 58, 50, i => $"/api/sources/{DataSet.Name(order[i])}/photometry"),
            ("cone_10arcsec", 3000, 71, 100, i => Cone(data, order[i], 10 / 3600.0)),
            ("cone_1deg", 3000, 93, 100, i => Cone(data, order[i], 1)),
        };
        var measurements = new List<Measurement>();
        foreach (var read in reads)
        {
            var one = await Load.MeasureAsync(server, read.Count, 1, i => new(HttpMethod.Get, read.Path(i)), ct);
            measurements.Add(Measurement.Less($"reads.{read.Name}", one.CpuMs, "ms CPU/request", Peer, read.PeerMs, read.Goal));
            var eight = await Load.MeasureAsync(server, read.Count, 8, i => new(HttpMethod.Get, read.Path(i)), ct);
            // At 8 clients p99 should stay within 5 times p50: a ratio of 1 is that bound.
            measurements.Add(Measurement.Less($"reads.{read.Name}_p99_at_8", eight.P99Ms, "ms",
                "5 times our own p50 at 8 clients", 5 * eight.P50Ms, 1));
        }
        return measurements;
    }

    static string Cone(DataSet data, int source, double radius) =>
        FormattableString.Invariant(
            $"/api/sources?ra={data.Positions[source].Ra:R}&dec={data.Positions[source].Dec:R}&radius={radius:R}");
}
