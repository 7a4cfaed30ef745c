using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Vigil.Sky.Imaging;

namespace Vigil.Bench;

/// <summary>
/// Sources of two simulated frames (2048² with 5,000 stars, 4096² with 20,000), from the file to the catalogue, against
/// source-extractor; and how near both come to the truth, by the rules of the peer's script.
/// </summary>
static class ExtractionBench
{
    const string Script = "d_photometry.py";
    const double ZeroPoint = 28;

    public static async Task<IReadOnlyList<Measurement>> RunAsync(CancellationToken ct)
    {
        if (Environment.GetEnvironmentVariable(MemoryOf) is { } frame)
        {
            await MeasureMemoryAsync(frame);
            return [new Measurement("extraction.memory", 0, "", "", 0, 1, 1)];
        }
        await Peer.MakeInputAsync(Script, ct);
        var frames = new[] { (Name: "2k", Size: 2048), (Name: "4k", Size: 4096) };
        var peers = new List<PeerResult>();
        var seconds = frames.ToDictionary(f => f.Name, _ => (One: new List<double>(), Two: new List<double>()));
        // In turn, so that both meet the same load of the machine.
        for (var round = 0; round < 3; round++)
        {
            peers.AddRange(await Peer.RunAsync(Script, ct, "--only", "source-extractor", "--reps", "1"));
            foreach (var (name, _) in frames)
            {
                seconds[name].One.Add(Peer.Seconds(() => Extract(name, threads: 1), passes: 3));
                seconds[name].Two.Add(Peer.Seconds(() => Extract(name, threads: 2), passes: 3));
            }
        }
        var measurements = new List<Measurement>();
        foreach (var (name, size) in frames)
        {
            var peer = peers.First(p => p.Workload == $"d.extract_{name}");
            var peerSeconds = Median([.. peers.Where(p => p.Workload == peer.Workload).Select(p => p.Seconds)]);
            var (one, two) = seconds[name];
            measurements.Add(Measurement.Less($"extraction.{name}", Median(one) * 1000, "ms", "source-extractor",
                peerSeconds * 1000, 1));
            measurements.Add(Measurement.Less($"extraction.{name}_2_threads", Median(two) * 1000, "ms", "ours, one thread",
                Median(one) * 1000, 1.6));
            var wanted = 3 * 4.0 * size * size;
            measurements.Add(Measurement.Less($"extraction.{name}_memory", await PeakAsync(name, ct) / 1e6, "MB",
                "3 times the frame as float32", wanted / 1e6, 1));
            AddQuality(measurements, name, Assess(name, size, Extract(name, threads: 1).Detections), peer.Check);
        }
        return measurements;
    }

    static Extraction Extract(string name, int threads)
    {
        using var file = File.OpenRead(Path.Combine(Peer.WorkDir, $"d_{name}.fits"));
        return Extractor.Extract(Frame.Read(file), new ExtractionOptions { Gain = 1.5, Saturation = 65_000, Threads = threads });
    }

    const string MemoryOf = "VIGIL_BENCH_EXTRACTION_OF";

    /// <summary>What a process of its own needs beyond what it has when it starts.</summary>
    static async Task<double> PeakAsync(string name, CancellationToken ct)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(ExtractionBench).Assembly.Location, "extraction"]) { RedirectStandardOutput = true };
        start.Environment[MemoryOf] = name;
        using var process = Process.Start(start)!;
        var line = await process.StandardOutput.ReadLineAsync(ct);
        await process.StandardOutput.ReadToEndAsync(ct);
        await process.WaitForExitAsync(ct);
        return double.Parse(line!, CultureInfo.InvariantCulture);
    }

    static async Task MeasureMemoryAsync(string name)
    {
        using var process = Process.GetCurrentProcess();
        var before = process.WorkingSet64;
        Extract(name, threads: 1);
        process.Refresh();
        await Console.Out.WriteLineAsync((process.PeakWorkingSet64 - before).ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>
    /// Each figure beside the peer's. Both measure the same pixels, but a detection more or less at the limit and the rounding of
    /// a median move a figure by a part of its own statistical error, so one such error is allowed: of a share p of n stars
    /// sqrt(p (1 - p) / n), of a robust scatter 1.17 / sqrt(n) of itself, of a median 1.25 sigma / sqrt(n); of medians two, for
    /// most of an offset is the light outside the aperture, which a calibration takes out.
    /// </summary>
    static void AddQuality(List<Measurement> measurements, string name, Dictionary<string, double> ours, JsonElement peer)
    {
        foreach (var (key, value) in ours)
        {
            var theirs = Of(key == "xy_rms_px_16_18" ? "xywin_rms_px_16_18" : key);
            if (key.StartsWith("complete", StringComparison.Ordinal))
                measurements.Add(Measurement.More($"extraction.{name}_{key}", value, "share", "source-extractor", theirs,
                    1 - Math.Sqrt(theirs * (1 - theirs) / 1000) / theirs));
            else if (key == "false")
                measurements.Add(Measurement.Less($"extraction.{name}_{key}", value + 1, "false detections + 1", "source-extractor",
                    theirs + 1, 0.5));
            else if (key.Contains("scatter", StringComparison.Ordinal) || key.Contains("rms", StringComparison.Ordinal))
                measurements.Add(Measurement.Less($"extraction.{name}_{key}", value, key.Contains("px", StringComparison.Ordinal)
                    ? "pixels" : "mag", "source-extractor", theirs, 1 / (1 + 1.17 / Math.Sqrt(Of("n_" + key[^5..])))));
            else if (key.Contains("offset", StringComparison.Ordinal))
            {
                var scatter = Of(key.Replace("offset", "scatter", StringComparison.Ordinal));
                var error = 1.25 * scatter / Math.Sqrt(Of("n_" + key[^5..]));
                measurements.Add(Measurement.Less($"extraction.{name}_{key}", Math.Abs(value) + error, "mag, and its error",
                    "source-extractor", Math.Abs(theirs) + error, (Math.Abs(theirs) + error) / (Math.Abs(theirs) + 3 * error)));
            }
        }

        double Of(string key) => peer.GetProperty(key).GetDouble();
    }

    /// <summary>The check values of the peer's script, computed in the same way.</summary>
    static Dictionary<string, double> Assess(string name, int size, IReadOnlyList<Detection> detections)
    {
        var truth = File.ReadLines(Path.Combine(Peer.WorkDir, $"d_{name}_truth.csv")).Skip(1)
            .Select(line => Array.ConvertAll(line.Split(','), field => double.Parse(field, CultureInfo.InvariantCulture)))
            .Select(row => (X: row[1], Y: row[2], Mag: row[5], Flux: row[6])).ToArray();
        var stars = new Grid([.. truth.Select(t => (t.X, t.Y))]);
        var found = new Grid([.. detections.Select(d => (d.X, d.Y))]);
        var nearest = Array.ConvertAll(truth, t => found.Nearest(t.X, t.Y, 2));
        var isInside = Array.ConvertAll(truth, t => t.X > 20 && t.Y > 20 && t.X < size - 20 && t.Y < size - 20);
        var isIsolated = new bool[truth.Length];
        for (var i = 0; i < truth.Length; i++)
            isIsolated[i] = isInside[i] &&
                !stars.Within(truth[i].X, truth[i].Y, 10).Any(j => j != i && truth[j].Flux > 0.1 * truth[i].Flux);

        var values = new Dictionary<string, double>
        {
            ["false"] = detections.Count(d => stars.Nearest(d.X, d.Y, 3) < 0),
        };
        foreach (var limit in new[] { 20, 21 })
        {
            values[$"complete_mag{limit}"] = Share(isInside);
            values[$"complete_isolated_mag{limit}"] = Share(isIsolated);

            double Share(bool[] wanted) => Enumerable.Range(0, truth.Length).Where(i => wanted[i] && truth[i].Mag < limit)
                .Average(i => nearest[i] >= 0 ? 1.0 : 0);
        }
        foreach (var (tag, low, high) in new[] { ("16_18", 16, 18), ("19_20", 19, 20) })
        {
            var chosen = Enumerable.Range(0, truth.Length)
                .Where(i => isIsolated[i] && nearest[i] >= 0 && truth[i].Mag > low && truth[i].Mag < high).ToArray();
            foreach (var (label, flux) in new (string, Func<Detection, double>)[]
                { ("auto", d => d.FluxAuto), ("aper", d => d.FluxAper[0]) })
            {
                var differences = chosen.Select(i => ZeroPoint - 2.5 * Math.Log10(flux(detections[nearest[i]])) - truth[i].Mag)
                    .Where(double.IsFinite).ToArray();
                values[$"{label}_offset_{tag}"] = Median(differences);
                values[$"{label}_scatter_{tag}"] = 1.4826 * Mad(differences);
            }
            double[] dx = [.. chosen.Select(i => detections[nearest[i]].X - truth[i].X)];
            double[] dy = [.. chosen.Select(i => detections[nearest[i]].Y - truth[i].Y)];
            values[$"xy_rms_px_{tag}"] = 1.4826 * Math.Sqrt((Mad(dx) * Mad(dx) + Mad(dy) * Mad(dy)) / 2);
        }
        return values;
    }

    static double Mad(double[] values)
    {
        var median = Median(values);
        return Median(Array.ConvertAll(values, v => Math.Abs(v - median)));
    }

    static double Median(IReadOnlyList<double> values)
    {
        var sorted = values.Order().ToArray();
        return 0.5 * (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]);
    }

    /// <summary>Places of a frame in cells of 16 pixels.</summary>
    sealed class Grid
    {
        readonly (double X, double Y)[] places;
        readonly ILookup<(int, int), int> cells;

        public Grid((double X, double Y)[] places)
        {
            this.places = places;
            cells = Enumerable.Range(0, places.Length).ToLookup(i => ((int)(places[i].X / 16), (int)(places[i].Y / 16)));
        }

        public IEnumerable<int> Within(double x, double y, double radius)
        {
            for (var row = (int)((y - radius) / 16); row <= (int)((y + radius) / 16); row++)
                for (var column = (int)((x - radius) / 16); column <= (int)((x + radius) / 16); column++)
                    foreach (var i in cells[(column, row)])
                        if (double.Hypot(places[i].X - x, places[i].Y - y) <= radius)
                            yield return i;
        }

        public int Nearest(double x, double y, double radius) => Within(x, y, radius)
            .OrderBy(i => double.Hypot(places[i].X - x, places[i].Y - y)).Append(-1).First();
    }
}
