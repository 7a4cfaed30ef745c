using System.Diagnostics;
using Npgsql;
using Vigil.Sky;
using Vigil.Sources;

namespace Vigil.Bench;

/// <summary>
/// 1,000 cones each of 10", 1' and 1° among 1,000,000 sources: the statement that Vigil runs, alone and with the HEALPix
/// ranges that are its parameters, against q3c_join (prepared, generic plan) on the same rows in PostgreSQL 15 with q3c (Debian's
/// postgresql-15-q3c), both through the same driver.
/// </summary>
static class ConeBench
{
    const int Rows = 1_000_000, Cones = 1000, Passes = 11;

    public static async Task<IReadOnlyList<Measurement>> RunAsync(CancellationToken ct)
    {
        var sky = new Random(20260101);
        var rows = Enumerable.Range(0, Rows).Select(_ => RandomPosition(sky)).ToArray();
        // Every other cone has a source near its centre.
        var centres = Enumerable.Range(0, Cones).Select(i => i % 2 == 0 ? Near(rows[sky.Next(Rows)], sky) : RandomPosition(sky))
            .ToArray();

        await using var server = await BenchServer.CreateAsync(ct);
        await using var peer = await Q3cServer.StartAsync(ct);
        await using var ours = await server.Database.OpenConnectionAsync(ct);
        await using var theirs = new NpgsqlConnection(peer.ConnectionString);
        await theirs.OpenAsync(ct);
        await LoadOursAsync(ours, rows, ct);
        await LoadTheirsAsync(theirs, rows, ct);

        var measurements = new List<Measurement>();
        foreach (var (name, radius) in new[] { ("10arcsec", 10 / 3600.0), ("1arcmin", 1 / 60.0), ("1deg", 1.0) })
        {
            var cones = centres.Select(c => new Cone(c.Ra, c.Dec, radius)).ToArray();
            var parameters = cones.Select(Parameters).ToArray();
            await CompareAsync($"cone.{name}", "the statement", () => OurConesAsync(ours, parameters, ct));
            await CompareAsync($"cone.{name}_and_ranges", "with the cone's ranges",
                () => OurConesAsync(ours, cones.Select(Parameters), ct));

            async Task CompareAsync(string what, string which, Func<Task<(long, long)>> pass)
            {
                var ((seconds, found), (q3cSeconds, q3cFound)) = await InTurnAsync(pass,
                    () => TheirConesAsync(theirs, centres, radius, ct));
                if (found != q3cFound)
                    throw new InvalidOperationException($"We find {found}, q3c finds {q3cFound} (rows, sum of keys) in cones "
                        + $"of {radius} degrees.");
                measurements.Add(Measurement.Less(what, seconds / Cones * 1000, "ms/cone",
                    $"q3c_join, generic plan, same rows; ours: {which}", q3cSeconds / Cones * 1000, 1));
            }
        }
        return measurements;
    }

    // The medians of the passes of each, after one that warms the caches; in turn, so that both meet the same machine.
    static async Task<((double, (long, long)), (double, (long, long)))> InTurnAsync(
        Func<Task<(long, long)>> ours, Func<Task<(long, long)>> theirs)
    {
        var (found, peerFound) = (await ours(), await theirs());
        var (seconds, peerSeconds) = (new double[Passes], new double[Passes]);
        for (var i = 0; i < Passes; i++)
        {
            seconds[i] = await SecondsAsync(ours);
            peerSeconds[i] = await SecondsAsync(theirs);
        }
        return ((seconds.Order().ElementAt(Passes / 2), found), (peerSeconds.Order().ElementAt(Passes / 2), peerFound));
    }

    static async Task<double> SecondsAsync(Func<Task> pass)
    {
        var clock = Stopwatch.StartNew();
        await pass();
        return clock.Elapsed.TotalSeconds;
    }

    static async Task<(long, long)> OurConesAsync(NpgsqlConnection connection, IEnumerable<NpgsqlParameterCollection> cones,
        CancellationToken ct)
    {
        long count = 0, sum = 0;
        await DataSet.ExecuteAsync(connection, "SET plan_cache_mode = force_generic_plan", ct);
        await using var command = new NpgsqlCommand($"SELECT s.key, s.ra, s.dec FROM {ConeSql.From("s", 1)}", connection);
        ConeSql.AddTo(command.Parameters, new Cone(0, 0, 1));
        await command.PrepareAsync(ct);
        foreach (var cone in cones)
        {
            for (var i = 0; i < 2; i++)
                ((NpgsqlParameter<long[]>)command.Parameters[i]).TypedValue = ((NpgsqlParameter<long[]>)cone[i]).TypedValue;
            for (var i = 2; i < 5; i++)
                ((NpgsqlParameter<double>)command.Parameters[i]).TypedValue = ((NpgsqlParameter<double>)cone[i]).TypedValue;
            await using var found = await command.ExecuteReaderAsync(ct);
            while (await found.ReadAsync(ct))
                (count, sum) = (count + 1, sum + found.GetInt32(0));
        }
        return (count, sum);
    }

    static NpgsqlParameterCollection Parameters(Cone cone)
    {
        var parameters = new NpgsqlCommand().Parameters;
        ConeSql.AddTo(parameters, cone);
        return parameters;
    }

    static async Task<(long, long)> TheirConesAsync(NpgsqlConnection connection, (double Ra, double Dec)[] centres,
        double radius, CancellationToken ct)
    {
        long count = 0, sum = 0;
        await DataSet.ExecuteAsync(connection, "SET plan_cache_mode = force_generic_plan", ct);
        await using var command = new NpgsqlCommand("SELECT key, ra, dec FROM points WHERE q3c_join($1, $2, ra, dec, $3)",
            connection)
        {
            Parameters = { new NpgsqlParameter<double>(), new NpgsqlParameter<double>(),
                new NpgsqlParameter<double> { TypedValue = radius } },
        };
        await command.PrepareAsync(ct);
        foreach (var (ra, dec) in centres)
        {
            ((NpgsqlParameter<double>)command.Parameters[0]).TypedValue = ra;
            ((NpgsqlParameter<double>)command.Parameters[1]).TypedValue = dec;
            await using var found = await command.ExecuteReaderAsync(ct);
            while (await found.ReadAsync(ct))
                (count, sum) = (count + 1, sum + found.GetInt32(0));
        }
        return (count, sum);
    }

    static async Task LoadOursAsync(NpgsqlConnection connection, (double Ra, double Dec)[] rows, CancellationToken ct)
    {
        await using (var copy = await connection.BeginBinaryImportAsync("COPY sources (key, id, ra, dec, healpix) FROM STDIN "
            + "(FORMAT BINARY)", ct))
        {
            for (var i = 0; i < rows.Length; i++)
            {
                await copy.StartRowAsync(ct);
                await copy.WriteAsync(i + 1, ct);
                await copy.WriteAsync(DataSet.Name(i), ct);
                await copy.WriteAsync(rows[i].Ra, ct);
                await copy.WriteAsync(rows[i].Dec, ct);
                await copy.WriteAsync(Healpix.Ipix(rows[i].Ra, rows[i].Dec), ct);
            }
            await copy.CompleteAsync(ct);
        }
        await DataSet.ExecuteAsync(connection, "VACUUM ANALYZE sources", ct);
    }

    static async Task LoadTheirsAsync(NpgsqlConnection connection, (double Ra, double Dec)[] rows, CancellationToken ct)
    {
        await DataSet.ExecuteAsync(connection, "CREATE EXTENSION q3c; CREATE TABLE points (key int, ra float8, dec float8)", ct);
        await using (var copy = await connection.BeginBinaryImportAsync("COPY points FROM STDIN (FORMAT BINARY)", ct))
        {
            for (var i = 0; i < rows.Length; i++)
            {
                await copy.StartRowAsync(ct);
                await copy.WriteAsync(i + 1, ct);
                await copy.WriteAsync(rows[i].Ra, ct);
                await copy.WriteAsync(rows[i].Dec, ct);
            }
            await copy.CompleteAsync(ct);
        }
        await DataSet.ExecuteAsync(connection, "CREATE INDEX ON points (q3c_ang2ipix(ra, dec)); CLUSTER points USING "
            + "points_q3c_ang2ipix_idx", ct);
        await DataSet.ExecuteAsync(connection, "VACUUM ANALYZE points", ct);
    }

    static (double Ra, double Dec) RandomPosition(Random sky) =>
        (sky.NextDouble() * 360, double.RadiansToDegrees(Math.Asin(2 * sky.NextDouble() - 1)));

    static (double Ra, double Dec) Near((double Ra, double Dec) position, Random sky) =>
        ((position.Ra + sky.NextDouble() * 0.0008 + 360) % 360, Math.Clamp(position.Dec + sky.NextDouble() * 0.0008, -90, 90));
}
