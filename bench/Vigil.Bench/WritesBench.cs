using System.Net.Http.Json;

namespace Vigil.Bench;

/// <summary>CPU per single durable write of the server process, against the application CPU of one SkyPortal process.</summary>
static class WritesBench
{
    const string Peer = "SkyPortal (June 2023), app CPU of one process, same data set";

    public static async Task<IReadOnlyList<Measurement>> RunAsync(CancellationToken ct)
    {
        await using var server = await BenchServer.CreateAsync(ct);
        await server.StartAsync(ct);
        var data = await DataSet.LoadAsync(server, ct);
        var random = new Random(2);
        // Far enough from each other that nothing counts as the same object.
        var positions = Enumerable.Range(0, 20_000)
            .Select(i => (Ra: i % 360 + random.NextDouble() * 0.5, Dec: -80 + i / 360 * 2 + random.NextDouble())).ToArray();
        // CPU of POST /api/sources and of one photometry point; SkyPortal has no targets, so its source stands for ours.
        var writes = new (string Name, double PeerMs, Func<int, HttpRequestMessage> Request)[]
        {
            ("source", 27, i => Post("/api/sources",
                new { id = $"new{i:D6}", ra = positions[i].Ra, dec = positions[i].Dec, group_ids = new[] { data.GroupId } })),
            ("photometry_point", 27, i => Post("/api/photometry", new
            {
                obj_id = DataSet.Name(100 + i % 10_000), instrument_id = data.InstrumentId,
                group_ids = new[] { data.GroupId }, mjd = 59999.5 + i,
                filter = "ztfr", flux = 100.0 + i, fluxerr = 1.0, zp = 23.9, magsys = "ab",
            })),
            ("target", 27, i => Post("/targets/createTarget/",
                new { name = $"target{i:D6}", ra = positions[i].Ra, dec = positions[i].Dec + 0.9 })),
        };
        var measurements = new List<Measurement>();
        foreach (var write in writes)
        {
            var cost = await Load.MeasureAsync(server, 2000, 1, write.Request, ct);
            measurements.Add(Measurement.Less($"writes.{write.Name}", cost.CpuMs, "ms CPU/request", Peer, write.PeerMs, 30));
        }
        return measurements;
    }

    static HttpRequestMessage Post(string path, object body) => new(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
}
