using System.Diagnostics;
using System.Globalization;
using Npgsql;
using Vigil.Sky.Imaging;

namespace Vigil.Bench;

/// <summary>
/// A reference catalogue of 10 million stars (id, ra, dec): its import from CSV against merely reading the CSV, how soon it
/// opens, and 1,000 cones each of 5' and 1° against q3c_join (prepared, generic plan) on the same rows in PostgreSQL 15 with
/// q3c.
/// </summary>
/// <remarks>
/// The import uses all processors. Reading is measured in three ways, all on one thread. By pandas, as people do it: a table in
/// memory. As numbers: the import's own scanner reads the file, makes all numbers and checks them, but keeps none. As text:
/// every separator and line end is found, and no number made.
/// </remarks>
static class VcatBench
{
    const string Script = "a_cone_q3c.py", Input = "a_points_10m.csv";
    const int Passes = 3, ConePasses = 5;

    public static async Task<IReadOnlyList<Measurement>> RunAsync(CancellationToken ct)
    {
        await Peer.MakeInputAsync(Script, ct);
        var input = Path.Combine(Peer.WorkDir, Input);
        var path = Path.Combine(Peer.WorkDir, "a_points_10m.vcat");
        var threads = Environment.ProcessorCount;

        // In turn, so that all meet the same machine; the first pass of each warms the page cache and the compiler.
        var (import, numbers, text) = (new double[Passes], new double[Passes], new double[Passes]);
        for (var pass = -1; pass < Passes; pass++)
        {
            var at = Math.Max(pass, 0);
            text[at] = Seconds(() => Split(input));
            numbers[at] = Seconds(() => ReadNumbers(input));
            import[at] = Seconds(() => Import(input, path, threads));
        }
        var pandas = await Peer.PythonAsync($"""
            import time, pandas
            began = time.time()
            pandas.read_csv("{input}")
            print(time.time() - began)
            """, ct);
        var measurements = new List<Measurement>
        {
            Measurement.Less("vcat.import_10m_pandas", Median(import), "s", "reading the CSV with pandas.read_csv", pandas, 0.5),
            Measurement.Less("vcat.import_10m", Median(import), "s", "reading the CSV as numbers, one thread", Median(numbers),
                0.5),
            Measurement.Less("vcat.import_10m_text", Median(import), "s", "reading the CSV as fields of text, one thread",
                Median(text), 0.5),
        };

        measurements.Add(Measurement.Less("vcat.open", 1000 * Peer.Seconds(() => StarCatalog.Open(path).Dispose(), passes: 25),
            "ms",
            "wanted", 10, 1));
        using var catalog = StarCatalog.Open(path);
        measurements.Add(Measurement.Less("vcat.file", catalog.FileBytes / (double)catalog.Count, "bytes/star",
            "id, ra and dec as numbers of 8 bytes", 24, 1));

        await using var peer = await Q3cServer.StartAsync(ct);
        await using var theirs = new NpgsqlConnection(peer.ConnectionString);
        await theirs.OpenAsync(ct);
        await LoadTheirsAsync(theirs, input, ct);
        var centres = File.ReadLines(Path.Combine(Peer.WorkDir, "a_cones.csv")).Skip(1).Select(line => line.Split(','))
            .Select(row => (Ra: Number(row[1]), Dec: Number(row[2]))).ToArray();
        foreach (var (name, radius) in new[] { ("5arcmin", 5 / 60.0), ("1deg", 1.0) })
        {
            var (ours, q3c) = (new double[ConePasses], new double[ConePasses]);
            for (var pass = -1; pass < ConePasses; pass++)
            {
                (long Rows, long Sum) found = default, peerFound = default;
                ours[Math.Max(pass, 0)] = Seconds(() => found = OurCones(catalog, centres, radius));
                var clock = Stopwatch.StartNew();
                peerFound = await TheirConesAsync(theirs, centres, radius, ct);
                q3c[Math.Max(pass, 0)] = clock.Elapsed.TotalSeconds;
                Peer.Agree($"rows in cones of {name}", found.Rows, peerFound.Rows, 0);
                Peer.Agree($"sum of ids in cones of {name}", found.Sum, peerFound.Sum, 0);
            }
            measurements.Add(Measurement.Less($"vcat.cone_{name}", Median(ours) * 1e6 / centres.Length, "µs/cone",
                "q3c_join, generic plan, same rows", Median(q3c) * 1e6 / centres.Length, 10));
        }
        return measurements;
    }

    static void Import(string input, string path, int threads)
    {
        using var builder = new StarCatalogBuilder(path, new() { Bands = [], ProperMotions = false, Threads = threads });
        using var table = StarTable.Open(File.OpenRead(input), Input);
        builder.Add(table);
        builder.Write();
    }

    static void ReadNumbers(string input)
    {
        using var table = StarTable.Open(File.OpenRead(input), Input);
        table.Check();
        Peer.Agree("rows of the CSV", table.Rows, 10_000_000, 0);
    }

    static void Split(string input)
    {
        using var file = new FileStream(input, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        var buffer = new byte[1 << 20];
        long fields = 0;
        for (int kept = 0, got; (got = file.Read(buffer, kept, buffer.Length - kept)) > 0;)
        {
            var text = buffer.AsSpan(0, kept + got);
            for (int end; (end = text.IndexOfAny((byte)',', (byte)'\n')) >= 0; fields++)
                text = text[(end + 1)..];
            kept = text.Length;
            text.CopyTo(buffer);
        }
        Peer.Agree("fields of the CSV", fields, 30_000_003, 0);
    }

    static (long Rows, long Sum) OurCones(StarCatalog catalog, (double Ra, double Dec)[] centres, double radius)
    {
        var found = new List<CatalogStar>();
        var (rows, sum) = (0L, 0L);
        foreach (var (ra, dec) in centres)
        {
            found.Clear();
            catalog.Cone(ra, dec, radius, found);
            rows += found.Count;
            foreach (var star in found)
                sum += star.Id;
        }
        return (rows, sum);
    }

    static async Task<(long Rows, long Sum)> TheirConesAsync(
        NpgsqlConnection connection, (double Ra, double Dec)[] centres, double radius, CancellationToken ct)
    {
        await DataSet.ExecuteAsync(connection, "SET plan_cache_mode = force_generic_plan", ct);
        await using var command = new NpgsqlCommand("SELECT id, ra, dec FROM points WHERE q3c_join($1, $2, ra, dec, $3)",
            connection)
        {
            Parameters = { new NpgsqlParameter<double>(), new NpgsqlParameter<double>(),
                new NpgsqlParameter<double> { TypedValue = radius } },
        };
        await command.PrepareAsync(ct);
        var (rows, sum) = (0L, 0L);
        foreach (var (ra, dec) in centres)
        {
            ((NpgsqlParameter<double>)command.Parameters[0]).TypedValue = ra;
            ((NpgsqlParameter<double>)command.Parameters[1]).TypedValue = dec;
            await using var found = await command.ExecuteReaderAsync(ct);
            while (await found.ReadAsync(ct))
                (rows, sum) = (rows + 1, sum + found.GetInt64(0));
        }
        return (rows, sum);
    }

    static async Task LoadTheirsAsync(NpgsqlConnection connection, string input, CancellationToken ct)
    {
        await DataSet.ExecuteAsync(connection, "CREATE EXTENSION q3c; CREATE TABLE points (id bigint, ra float8, dec float8)",
            ct);
        await using (var copy = await connection.BeginTextImportAsync("COPY points FROM STDIN (FORMAT CSV, HEADER)", ct))
        {
            using var file = new StreamReader(input);
            var buffer = new char[1 << 20];
            for (int got; (got = await file.ReadBlockAsync(buffer, ct)) > 0;)
                await copy.WriteAsync(buffer.AsMemory(0, got), ct);
        }
        await DataSet.ExecuteAsync(connection,
            "CREATE INDEX ON points (q3c_ang2ipix(ra, dec)); CLUSTER points USING points_q3c_ang2ipix_idx", ct);
        await DataSet.ExecuteAsync(connection, "VACUUM ANALYZE points", ct);
    }

    static double Seconds(Action pass)
    {
        var clock = Stopwatch.StartNew();
        pass();
        return clock.Elapsed.TotalSeconds;
    }

    static double Median(double[] seconds) => seconds.Order().ElementAt(seconds.Length / 2);

    static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
