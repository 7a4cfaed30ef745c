using System.Globalization;
using Vigil.Sky;
using Vigil.Sky.Fits;
using Vigil.Sky.Imaging;

namespace Vigil.Bench;

/// <summary>
/// From a frame of 2048 x 2048 with 5,000 stars to a calibrated magnitude, on one thread, with a catalogue of 10 million stars in
/// 50 square degrees, the frame's own among them: with a position a degree off and a pixel scale a factor of two off, and with
/// nothing known at all.
/// </summary>
static class FrameBench
{
    const string Script = "d_photometry.py";
    const int Rows = 10_000_000;
    const double Ra = 150.1, Dec = 2.2, Radius = 4; // 50 square degrees around the frame of the script
    const double Epoch = 2026;

    public static async Task<IReadOnlyList<Measurement>> RunAsync(CancellationToken ct)
    {
        await Peer.MakeInputAsync(Script, ct);
        var (path, truth) = (Path.Combine(Peer.WorkDir, "d_2k.fits"), Truth());
        using var catalog = StarCatalog.Open(MakeCatalog(path, truth));
        var frame = Bare(path);
        var detections = Extractor.Extract(frame).Detections;
        var hints = new PlateHints { Ra = Ra + 0.8, Dec = Dec - 0.6, Radius = 2, PixelScale = 1 };
        var target = truth.Where(star => star.X is > 500 and < 1500 && star.Y is > 500 and < 1500)
            .MinBy(star => Math.Abs(star.Mag - 17));

        var measurements = new List<Measurement>();
        Solve("position_hint", hints, 2);
        Solve("blind", null, 20);
        Photometry("position_hint", hints, 2);
        Photometry("blind", new PlateHints(), 20);
        return measurements;

        void Solve(string name, PlateHints? given, double wanted)
        {
            PlateSolution? solution = null;
            var seconds = Peer.Seconds(() =>
                solution = PlateSolver.Solve(detections, frame.Width, frame.Height, catalog, Epoch, null, given));
            if (!solution!.IsSolved)
                throw new InvalidOperationException(solution.Reason);
            Peer.Agree("declination of the centre", solution.Dec, Dec, 0.02 / 3600);
            Peer.Agree("pixel scale", solution.PixelScale, 0.5, 1e-5);
            measurements.Add(Measurement.Less($"frame.solve_{name}", seconds, "s", "wanted", wanted, 1));
        }

        // With the file read, as a user has it.
        void Photometry(string name, PlateHints given, double wanted)
        {
            FrameMeasurement? result = null;
            var options = new FramePhotometryOptions { TargetRa = target.Ra, TargetDec = target.Dec, Hints = given };
            var seconds = Peer.Seconds(() => result = FramePhotometry.Measure(Bare(path), catalog, options), passes: 3);
            if (result!.Calibration?.Target is not { } measured)
                throw new InvalidOperationException(result.Problem ?? "The target has no magnitude.");
            Peer.Agree("magnitude of the target", measured.Mag, target.Mag, 0.03);
            measurements.Add(Measurement.Less($"frame.photometry_{name}", seconds, "s", "wanted", wanted, 1));
        }
    }

    // Whoever solves it must not know where it is.
    static Frame Bare(string path)
    {
        using var file = File.OpenRead(path);
        var frame = Frame.Read(file);
        var header = new FitsHeader();
        foreach (var keyword in (string[])["GAIN", "RDNOISE", "SATURATE", "EXPTIME"])
            header.Set(keyword, frame.Header.GetDouble(keyword));
        foreach (var keyword in (string[])["FILTER", "DATE-OBS", "OBJECT"])
            header.Set(keyword, frame.Header.GetString(keyword));
        return new Frame(frame.Width, frame.Height, frame.Pixels, header);
    }

    readonly record struct TrueStar(double X, double Y, double Ra, double Dec, double Mag);

    static List<TrueStar> Truth() => [.. File.ReadLines(Path.Combine(Peer.WorkDir, "d_2k_truth.csv")).Skip(1).Select(line =>
    {
        var fields = Array.ConvertAll(line.Split(','), field => double.Parse(field, CultureInfo.InvariantCulture));
        return new TrueStar(fields[1], fields[2], fields[3], fields[4], fields[5]);
    })];

    // The frame's stars, and others all around it: as bright, and as faint as their larger number asks for.
    static string MakeCatalog(string frame, List<TrueStar> truth)
    {
        var path = Path.Combine(Peer.WorkDir, "frame_10m_2.vcat");
        if (File.Exists(path) && File.GetLastWriteTimeUtc(path) > File.GetLastWriteTimeUtc(frame))
            return path;
        const double slope = 0.3, brightest = 14, faintest = 23.2; // of the script, and so that 10 million follow the same law
        var random = new Random(1);
        Wcs wcs;
        using (var file = File.OpenRead(frame))
            wcs = Wcs.From(Frame.Read(file).Header);
        using var builder = new StarCatalogBuilder(path, new() { Name = "Bench", Bands = [CatalogBand.SdssR] });
        foreach (var star in truth)
            builder.Add(Star((int)builder.Count + 1, star.Ra, star.Dec, star.Mag));
        while (builder.Count < Rows)
        {
            var away = Math.Acos(1 - random.NextDouble() * (1 - Math.Cos(double.DegreesToRadians(Radius))));
            var (ra, dec) = Sphere.Offset(Ra, Dec, 360 * random.NextDouble(), double.RadiansToDegrees(away));
            var (low, high) = (Math.Pow(10, slope * brightest), Math.Pow(10, slope * faintest));
            var mag = Math.Log10(low + random.NextDouble() * (high - low)) / slope;
            var (x, y) = wcs.SkyToPixel(ra, dec);
            if (!(x > 0 && x < 2049 && y > 0 && y < 2049 && mag < 21.5)) // what the frame would show is there already
                builder.Add(Star((int)builder.Count + 1, ra, dec, mag));
        }
        builder.Write();
        return path;
    }

    static CatalogStar Star(int id, double ra, double dec, double mag)
    {
        var (mags, errors) = (CatalogMagnitudes.None, CatalogMagnitudes.None);
        (mags[CatalogBand.SdssR], errors[CatalogBand.SdssR]) = ((float)mag, 0.005f);
        return new CatalogStar
        {
            Id = id, Ra = ra, Dec = dec, Epoch = 2016, PmRa = float.NaN, PmDec = float.NaN, Mag = mags, MagErr = errors,
        };
    }
}
