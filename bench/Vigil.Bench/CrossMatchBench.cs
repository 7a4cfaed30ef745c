using System.Globalization;
using Vigil.Sky;

namespace Vigil.Bench;

/// <summary>
/// Positions in memory: 10,000 against 1,000,000 within 2", and 1,000 cones each of 5", 1' and 1°, one thread, against SciPy's
/// k-d tree of unit vectors. The same pairs and rows are asked for.
/// </summary>
static class CrossMatchBench
{
    const string Script = "a_cone_q3c.py";

    public static async Task<IReadOnlyList<Measurement>> RunAsync(CancellationToken ct)
    {
        var peers = await Peer.RunAsync(Script, ct, "--only", "a.memory", "--rows10", "no");
        var (ra, dec) = Read("a_points_1m.csv");
        var (centreRa, centreDec) = Read("a_cones.csv");
        var (queryRa, queryDec) = Read("a_xmatch.csv");
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var index = new PositionIndex(ra, dec);
        var bytes = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)index.Count;

        var measurements = new List<Measurement>();
        var matches = new List<PositionMatch>(10_000);
        var peer = Of("a.xmatch_10k_x_1m_2arcsec");
        var seconds = Peer.Seconds(() =>
        {
            matches.Clear();
            index.CrossMatch(queryRa, queryDec, 2 / 3600.0, matches);
        }, passes: 15);
        Peer.Agree("pairs", matches.Count, peer["pairs"], 0);
        Peer.Agree("sum of products of ids", matches.Sum(m => (m.Query + 1L) * (m.Point + 1)) % (1L << 53),
            peer["sum_products_mod_2_53"], 0);
        Peer.Agree("mean separation", matches.Average(m => m.Separation) * 3600, peer["mean_sep_arcsec"], 1e-6);
        measurements.Add(Measurement.Less("crossmatch.10k_x_1m", seconds * 1000, "ms", $"{peer.Name}, SciPy",
            peer.Seconds * 1000, 2));
        var parallel = Peer.Seconds(() => index.CrossMatch(queryRa.AsMemory(), queryDec.AsMemory(), 2 / 3600.0, threads: 2),
            passes: 15);
        measurements.Add(Measurement.Less("crossmatch.10k_x_1m_2_threads", parallel * 1000, "ms", $"{peer.Name}, SciPy",
            peer.Seconds * 1000, 2));

        var found = new int[1000];
        foreach (var (name, radius) in new[] { ("5arcsec", 5 / 3600.0), ("1arcmin", 1 / 60.0), ("1deg", 1.0) })
        {
            peer = Of($"a.cone_{name}_p1m");
            long rows = 0, sum = 0;
            seconds = Peer.Seconds(() =>
            {
                (rows, sum) = (0, 0);
                for (var cone = 0; cone < centreRa.Length; cone++)
                {
                    var count = index.Cone(centreRa[cone], centreDec[cone], radius, found);
                    rows += count;
                    foreach (var point in found.AsSpan(0, count))
                        sum += point + 1;
                }
            }, passes: 15);
            Peer.Agree($"rows in cones of {name}", rows, peer["rows"], 0);
            Peer.Agree($"sum of ids in cones of {name}", sum, peer["sum_id"], 0);
            measurements.Add(Measurement.Less($"crossmatch.cone_{name}", seconds * 1000, "ms/1000", $"{peer.Name}, SciPy",
                peer.Seconds * 1000, 2));
        }

        peer = Of("a.index_p1m");
        seconds = Peer.Seconds(() => _ = new PositionIndex(ra, dec), passes: 3);
        measurements.Add(Measurement.Less("crossmatch.build_1m", seconds * 1000, "ms", $"{peer.Name}, SciPy",
            peer.Seconds * 1000, 1));
        measurements.Add(Measurement.Less("crossmatch.memory", bytes, "bytes/position", "wanted", 24, 1));
        return measurements;

        PeerResult Of(string workload) => peers.Single(p => p.Workload == workload);
    }

    static (double[] Ra, double[] Dec) Read(string name)
    {
        var rows = File.ReadLines(Path.Combine(Peer.WorkDir, name)).Skip(1).Select(line => line.Split(',')).ToArray();
        double[] Column(int column) => [.. rows.Select(row => double.Parse(row[column], CultureInfo.InvariantCulture))];
        return (Column(1), Column(2));
    }
}
