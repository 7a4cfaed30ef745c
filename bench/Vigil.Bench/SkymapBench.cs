using System.Diagnostics;
using Vigil.Sky;
using Vigil.Sky.Skymaps;

namespace Vigil.Bench;

/// <summary>
/// Sky maps against the best of the Python and C programs that are installed: read a multi-order map of 19,200 tiles and a flat
/// one of NSIDE 512, rasterise, areas, credible levels of 100,000 positions and the probabilities of 1,714 fields. One thread.
/// </summary>
static class SkymapBench
{
    const double Goal = 5;

    public static async Task<IReadOnlyList<Measurement>> RunAsync(CancellationToken ct)
    {
        var peers = await Peer.RunAsync("b_skymap.py", ct);
        PeerResult Best(string workload) => peers.Where(peer => peer.Workload == "b." + workload).MinBy(peer => peer.Seconds)
            ?? throw new InvalidOperationException($"The peers' script has not measured b.{workload}.");
        var measurements = new List<Measurement>();
        void Measured(string workload, double seconds) =>
            measurements.Add(Measurement.Less("skymap." + workload, seconds * 1e3, "ms",
            Best(workload).Name, Best(workload).Seconds * 1e3, Goal));

        var points = Columns("b_points.csv");
        var (ra, dec, level) = (points[1], points[2], new double[points[1].Length]);
        var fields = Columns("b_fields.csv");

        // Multi-order. The map is asked as it is, never rasterised to answer.
        SkyMap moc = null!;
        Measured("moc_read", Seconds(() => moc = Read("b_moc.fits")));
        var check = Best("moc_read");
        Peer.Agree("tiles", moc.Count, check["tiles"], 0);
        Peer.Agree("finest order", moc.Order, check["max_order"], 0);
        Peer.Agree("sum of UNIQ", Tiles(moc).Sum(tile => Healpix.Uniq(tile.Order, tile.Ipix)), check["sum_uniq"], 0);
        Peer.Agree("probability", Enumerable.Range(0, moc.Count).Sum(moc.Probability), check["sum_prob"], 1e-12);

        var raster = new double[Healpix.PixelCount(9)];
        Measured("moc_rasterise_512", Seconds(() => moc.Rasterise(9, raster)));
        check = Best("moc_rasterise_512");
        Peer.Agree("probability of the raster", Sum(raster) * Healpix.PixelArea(9), check["sum_prob"], 1e-12);
        Peer.Agree("densest pixel", raster.Max(), check["max"], 1e-12);

        CredibleLevels levels = null!;
        var (area50, area90) = (0.0, 0.0);
        Measured("moc_areas", Seconds(() =>
        {
            levels = new CredibleLevels(moc);
            (area50, area90) = (levels.Area(0.5), levels.Area(0.9));
        }));
        check = Best("moc_areas");
        Peer.Agree("50 % area", area50, check["area50"], 1e-9);
        Peer.Agree("90 % area", area90, check["area90"], 1e-9);

        // With the sorting, as what the areas need is less than what levels need.
        Measured("moc_credible_level_100k", Seconds(() => new CredibleLevels(moc).At(ra, dec, level)));
        AgreeLevels(level, Best("moc_credible_level_100k"));

        var probability = new double[fields[0].Length];
        Measured("fields_moc", Seconds(() => moc.ProbabilityIn(Polygons(fields), probability, order: 0)));
        AgreeFields(fields[0], probability, Best("fields_moc"));

        // Flat.
        SkyMap flat = null!;
        Measured("flat_read_512", Seconds(() => flat = Read("b_flat.fits")));
        Peer.Agree("probability of the flat map", Sum(flat.ProbDensity) * Healpix.PixelArea(9),
            Best("flat_read_512")["sum_prob"], 1e-12);

        Measured("flat_areas_512", Seconds(() =>
        {
            levels = new CredibleLevels(flat);
            (area50, area90) = (levels.Area(0.5), levels.Area(0.9));
            levels.At(0, 0); // so that all is ready for the next measurement, as the peer's is
        }));
        // This peer counts whole pixels: as many as reach the level.
        check = Best("flat_areas_512");
        Peer.Agree("50 % area of the flat map", WholePixels(area50), check["area50"], 1e-9);
        Peer.Agree("90 % area of the flat map", WholePixels(area90), check["area90"], 1e-9);

        Measured("flat_credible_level_100k", Seconds(() => levels.At(ra, dec, level)));
        AgreeLevels(level, Best("flat_credible_level_100k"));

        Measured("fields_flat_512", Seconds(() => flat.ProbabilityIn(Polygons(fields), probability)));
        AgreeFields(fields[0], probability, Best("fields_flat_512"));
        return measurements;
    }

    // In a steady state: the runtime compiles a method again, and better, after its thirtieth call and a tenth of a second.
    static double Seconds(Action pass)
    {
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < 40 || clock.Elapsed.TotalSeconds < 0.5; i++)
            pass();
        return Peer.Seconds(pass, 15);
    }

    static SkyMap Read(string name)
    {
        using var file = new FileStream(Path.Combine(Peer.WorkDir, name), FileMode.Open, FileAccess.Read, FileShare.Read, 0);
        return SkyMapFits.Read(file);
    }

    static IEnumerable<(int Order, long Ipix)> Tiles(SkyMap map) => Enumerable.Range(0, map.Count).Select(map.Tile);

    static double WholePixels(double area)
    {
        var pixel = Healpix.PixelArea(9) * (180 / Math.PI) * (180 / Math.PI);
        return Math.Ceiling(area / pixel) * pixel;
    }

    // By halves: one after the other, three million values would lose five digits.
    static double Sum(ReadOnlySpan<double> values)
    {
        if (values.Length > 64)
            return Sum(values[..(values.Length / 2)]) + Sum(values[(values.Length / 2)..]);
        var sum = 0.0;
        foreach (var value in values)
            sum += value;
        return sum;
    }

    // The corners of the fields are columns 3 to 10.
    static ISkyRegion[] Polygons(double[][] fields)
    {
        var polygons = new ISkyRegion[fields[0].Length];
        for (var i = 0; i < polygons.Length; i++)
            polygons[i] = new SkyPolygon([fields[3][i], fields[5][i], fields[7][i], fields[9][i]],
                [fields[4][i], fields[6][i], fields[8][i], fields[10][i]]);
        return polygons;
    }

    // Tiles of one density may be taken in another sequence: 1e-6 of the mean.
    static void AgreeLevels(double[] level, PeerResult peer)
    {
        Peer.Agree("mean credible level", level.Average(), peer["mean_level"], 1e-6);
        Peer.Agree("positions in the 90 % region", level.Count(value => value <= 0.9), peer["in_90"], 0);
    }

    static void AgreeFields(double[] ids, double[] probability, PeerResult peer)
    {
        Peer.Agree("sum over the fields", probability.Sum(), peer["sum"], 1e-12 * ids.Length);
        var best = Enumerable.Range(0, ids.Length).OrderByDescending(i => probability[i]).Take(3).ToArray();
        for (var i = 0; i < 3; i++)
        {
            var theirs = peer.Check.GetProperty("best")[i];
            Peer.Agree($"field {i + 1}", ids[best[i]], theirs[0].GetDouble(), 0);
            Peer.Agree($"probability of field {i + 1}", probability[best[i]], theirs[1].GetDouble(), 1e-12);
        }
    }

    static double[][] Columns(string name)
    {
        var rows = File.ReadLines(Path.Combine(Peer.WorkDir, name)).Skip(1)
            .Select(line => Array.ConvertAll(line.Split(','), double.Parse)).ToArray();
        return [.. Enumerable.Range(0, rows[0].Length).Select(column => Array.ConvertAll(rows, row => row[column]))];
    }
}
