using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Npgsql;
using Vigil.Data;

namespace Vigil.Bench;

/// <summary>
/// POST /api/photometry in bodies of 10,000 new points, one client, against raw COPY of as many rows into a table of the
/// same shape and indexes in the same run; then PUT of points that are all known.
/// </summary>
static class IngestBench
{
    const int BodyPoints = 10_000, Bodies = 12;

    public static async Task<IReadOnlyList<Measurement>> RunAsync(CancellationToken ct)
    {
        await using var server = await BenchServer.CreateAsync(ct);
        await server.StartAsync(ct);
        var data = await DataSet.LoadAsync(server, ct);
        var bodies = Enumerable.Range(0, Bodies + 4).Select(n => Body(data, n)).ToArray();
        // The first bodies warm up.
        for (var n = 0; n < 4; n++)
            await SendAsync(server, HttpMethod.Post, bodies[n], ct);

        double copySeconds = 0, postSeconds = 0, putSeconds = 0;
        await using var connection = await server.Database.OpenConnectionAsync(ct);
        for (var n = 4; n < bodies.Length; n++)
        {
            // In turn, so that whatever else the machine does falls on both.
            var clock = Stopwatch.StartNew();
            await DataSet.CopyPointsAsync(connection, "photometry", data.InstrumentId, PointsOf(n + 1000), ct);
            copySeconds += clock.Elapsed.TotalSeconds;
            clock.Restart();
            await SendAsync(server, HttpMethod.Post, bodies[n], ct);
            postSeconds += clock.Elapsed.TotalSeconds;
        }
        for (var n = 4; n < bodies.Length; n++)
        {
            var clock = Stopwatch.StartNew();
            await SendAsync(server, HttpMethod.Put, bodies[n], ct);
            putSeconds += clock.Elapsed.TotalSeconds;
        }
        // History: who wrote through which call, and the receipt.
        const int Receipts = 200;
        // Within one transaction, since the upload commits with or without them.
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var receipts = Stopwatch.StartNew();
        for (var n = 0; n < Receipts; n++)
        {
            await using var batch = new NpgsqlBatch(connection)
            {
                BatchCommands =
                {
                    Actor.Command(1, "POST /api/photometry"),
                    new("INSERT INTO uploads (id, owner_id, via, given, stored, known) VALUES (gen_random_uuid(), "
                        + "1, 'bench', 1, 1, 0)"),
                },
            };
            await batch.ExecuteNonQueryAsync(ct);
        }
        var receiptMs = receipts.Elapsed.TotalMilliseconds / Receipts;
        await transaction.CommitAsync(ct);

        const double points = (double)BodyPoints * Bodies;
        var copied = points / copySeconds;
        return
        [
            Measurement.More("ingest.post_10000", points / postSeconds, "points/s",
                "PostgreSQL COPY, same table, same run", copied, 1 / 3.0),
            Measurement.More("ingest.put_known_10000", points / putSeconds, "points/s", "our POST of the same points, same run",
                points / postSeconds, 0.5),
            Measurement.Less("ingest.history", receiptMs, "ms per upload", "5 % of a POST of 10,000 points, same run",
                0.05 * postSeconds / Bodies * 1000, 1),
            Measurement.More("ingest.post_10000_vs_skyportal", points / postSeconds, "points/s",
                "SkyPortal, POST of 1,000 points", 3640, 10),
        ];
    }

    // Spread over many sources, as a night's alerts are; numbers beyond the loaded ones, so that all are new.
    static IEnumerable<(int Source, int Point)> PointsOf(int body) =>
        Enumerable.Range(0, BodyPoints).Select(i => (i / 50 + body % 90 * 200, 1000 + body / 90 * 100 + body % 7 * 50 + i % 50
            + (body >= 1000 ? 100_000 : 0)));

    static byte[] Body(DataSet data, int n)
    {
        var points = PointsOf(n).ToArray();
        var values = points.Select(p => DataSet.Point(p.Source, p.Point)).ToArray();
        return JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object>
        {
            ["obj_id"] = points.Select(p => DataSet.Name(p.Source)),
            ["instrument_id"] = data.InstrumentId,
            ["group_ids"] = new[] { data.GroupId },
            ["mjd"] = values.Select(v => v.Mjd),
            ["filter"] = values.Select(v => v.Band),
            ["flux"] = values.Select(v => v.Flux),
            ["fluxerr"] = values.Select(v => v.FluxErr),
            ["zp"] = 23.9,
            ["magsys"] = "ab",
        });
    }

    static async Task SendAsync(BenchServer server, HttpMethod method, byte[] body, CancellationToken ct)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new("application/json");
        using var request = new HttpRequestMessage(method, "/api/photometry") { Content = content };
        using var answer = await server.Http.SendAsync(request, ct);
        var text = await answer.Content.ReadAsByteArrayAsync(ct);
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException(Encoding.UTF8.GetString(text)[..Math.Min(500, text.Length)]);
    }
}
