using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace Vigil.Bench;

/// <summary>
/// The data of bench/RESULTS.md: 20,000 sources saved to one group, 20 of them with 500 points and the rest with 50
/// (1,009,000 points), over the whole sky from a fixed seed.
/// </summary>
sealed class DataSet
{
    public const int SourceCount = 20_000, RichCount = 20, RichPoints = 500, Points = 50;

    public required int GroupId { get; init; }
    public required int InstrumentId { get; init; }
    public required (double Ra, double Dec)[] Positions { get; init; }

    public static string Name(int i) => $"bench{i:D6}";

    /// <summary>Loads it by COPY; the telescope, instrument and group come through the API.</summary>
    public static async Task<DataSet> LoadAsync(BenchServer server, CancellationToken ct)
    {
        var groupId = await PostAsync(server, "/api/groups", new { name = "Bench", group_admins = Array.Empty<int>() }, ct);
        var telescopeId = await PostAsync(server, "/api/telescope",
            new { name = "Bench 1 m", nickname = "B1", lat = 50.0, lon = 20.0, elevation = 300, diameter = 1.0 }, ct);
        var instrumentId = await PostAsync(server, "/api/instrument",
            new
            {
                name = "Bench camera", type = "imager", telescope_id = telescopeId,
                filters = new[] { "ztfg", "ztfr", "ztfi" }
            }, ct);
        var sky = new Random(20260101);
        var positions = new (double Ra, double Dec)[SourceCount];
        for (var i = 0; i < SourceCount; i++)
            positions[i] = (sky.NextDouble() * 360, double.RadiansToDegrees(Math.Asin(2 * sky.NextDouble() - 1)));

        await using var connection = await server.Database.OpenConnectionAsync(ct);
        await using (var sources = await connection.BeginBinaryImportAsync(
            "COPY sources (key, id, ra, dec, healpix, owner_id) FROM STDIN (FORMAT BINARY)", ct))
        {
            for (var i = 0; i < SourceCount; i++)
            {
                var (ra, dec) = positions[i];
                await sources.StartRowAsync(ct);
                await sources.WriteAsync(i + 1, ct);
                await sources.WriteAsync(Name(i), ct);
                await sources.WriteAsync(ra, ct);
                await sources.WriteAsync(dec, ct);
                await sources.WriteAsync(Sky.Healpix.Ipix(ra, dec), ct);
                await sources.WriteAsync(1, ct);
            }
            await sources.CompleteAsync(ct);
        }
        await ExecuteAsync(connection, $"""
            INSERT INTO saved_sources (source_key, group_id, saved_by_id, saved_at)
                SELECT key, {groupId}, 1, '2026-01-01'::timestamptz + key * interval '1 second' FROM sources;
            SELECT setval(pg_get_serial_sequence('sources', 'key'), {SourceCount});
            INSERT INTO audiences (group_ids, stream_ids) SELECT array_agg(g ORDER BY g), '{"{}"}' FROM
                (SELECT {groupId} AS g UNION SELECT group_id FROM group_users m JOIN groups ON groups.id = m.group_id
                 WHERE m.user_id = 1 AND single_user_group) x ON CONFLICT DO NOTHING;
            """, ct);
        await CopyPointsAsync(connection, "photometry", instrumentId, AllPoints(), ct);
        await ExecuteAsync(connection, "ANALYZE", ct);
        // The statistics of all light curves, as an administrator would have them made.
        for (var left = SourceCount; left > 0; left -= 500)
            using (var answer = await server.Http.PostAsync("/api/phot_stats?numPerPage=500", null, ct))
                answer.EnsureSuccessStatusCode();
        await ExecuteAsync(connection, "ANALYZE; CHECKPOINT", ct);
        return new DataSet { GroupId = groupId, InstrumentId = instrumentId, Positions = positions };
    }

    /// <summary>Source number and running number of each point.</summary>
    static IEnumerable<(int Source, int Point)> AllPoints()
    {
        for (var source = 0; source < SourceCount; source++)
            for (var point = 0; point < (source < RichCount ? RichPoints : Points); point++)
                yield return (source, point);
    }

    /// <summary>Raw COPY of points, the ceiling of any ingest.</summary>
    public static async Task<int> CopyPointsAsync(
        NpgsqlConnection connection, string table, int instrumentId, IEnumerable<(int Source, int Point)> points,
        CancellationToken ct)
    {
        var upload = Guid.NewGuid();
        var count = 0;
        await using var copy = await connection.BeginBinaryImportAsync($"""
            COPY {table} (source_key, instrument_id, mjd, band, flux, flux_err, magsys, limiting_mag, origin, upload_id, owner_id, audience_id)
            FROM STDIN (FORMAT BINARY)
            """, ct);
        foreach (var (source, point) in points)
        {
            var p = Point(source, point);
            await copy.StartRowAsync(ct);
            await copy.WriteAsync(source + 1, ct);
            await copy.WriteAsync(instrumentId, ct);
            await copy.WriteAsync(p.Mjd, ct);
            await copy.WriteAsync(p.Band, ct);
            await copy.WriteAsync(p.Flux, ct);
            await copy.WriteAsync(p.FluxErr, ct);
            await copy.WriteAsync("ab", ct);
            await copy.WriteNullAsync(ct);
            await copy.WriteAsync("None", ct);
            await copy.WriteAsync(upload, NpgsqlDbType.Uuid, ct);
            await copy.WriteAsync(1, ct);
            await copy.WriteAsync(1, ct);
            count++;
        }
        await copy.CompleteAsync(ct);
        return count;
    }

    /// <summary>The same point for the same numbers.</summary>
    public static (double Mjd, string Band, double Flux, double FluxErr) Point(int source, int point)
    {
        var hash = (uint)HashCode(source, point);
        return (58000 + point * 1.5 + hash % 1000 * 1e-5, bands[point % 3], 50 + hash % 10_000 * 0.01, 1 + hash % 100 * 0.01);
    }

    static readonly string[] bands = ["ztfg", "ztfr", "ztfi"];

    static int HashCode(int a, int b) => unchecked((a * 73856093) ^ (b * 19349663) ^ (a * b));

    public static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(ct);
    }

    static async Task<int> PostAsync(BenchServer server, string path, object body, CancellationToken ct)
    {
        using var answer = await server.Http.PostAsJsonAsync(path, body, ct);
        var text = await answer.Content.ReadAsStringAsync(ct);
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException($"{path}: {text}");
        using var json = JsonDocument.Parse(text);
        return json.RootElement.GetProperty("data").GetProperty("id").GetInt32();
    }
}
