using System.Globalization;
using Vigil.Sky.Imaging;

namespace Vigil.Bench;

/// <summary>
/// Zero points of 2,000 stars against 5,000 in 9 bands, once and for 200 frames, on one thread and on two, against astropy's
/// match and clipping. By the peer's own rule, the numbers must be the peer's; by the mixture, no farther from the truth.
/// </summary>
/// <remarks>
/// Of 200 frames a root mean square is good to a few percent, and two of them, of the same stars, differ by chance by about
/// one: the goal allows for the standard error of their difference.
/// </remarks>
static class CalibrationBench
{
    const string Script = "e_calibration.py";

    static readonly CatalogBand[] bands =
    [
        CatalogBand.JohnsonB, CatalogBand.JohnsonV, CatalogBand.CousinsR, CatalogBand.CousinsI,
        CatalogBand.SdssU, CatalogBand.SdssG, CatalogBand.SdssR, CatalogBand.SdssI, CatalogBand.SdssZ,
    ];

    // The peer chooses among all bands, then fits g - r, whatever it is worth.
    static readonly CalibrationOptions mixture = new()
    {
        ColourTerm = TermUse.Always,
        Colour = new CatalogColour(CatalogBand.SdssG, CatalogBand.SdssR),
        SpatialTerm = TermUse.Never,
        MatchRadius = 1.5,
    };

    static readonly CalibrationOptions clipped = mixture with { Method = ZeroPointMethod.Clipped };

    public static async Task<IReadOnlyList<Measurement>> RunAsync(CancellationToken ct)
    {
        var peers = await Peer.RunAsync(Script, ct);
        var references = Read("e_ref.csv").Select(Reference).ToArray();
        var frames = Read("e_stack.csv").GroupBy(row => (int)row[0], row => new InstrumentalStar(row[2], row[3], row[4], row[5]))
            .Select(frame => frame.ToArray()).ToArray();
        var calibrator = new Calibrator(references, 2016);
        var measurements = new List<Measurement>();
        double[] peersErrors = []; // those of the peer's rule, which are its own
        var (one, all) = (Of("e.calibrate_one_frame"), Of("e.calibrate_200_frames"));

        var result = calibrator.Calibrate(frames[0], clipped);
        var plain = result.Bands.Single(fit => fit.Band == result.Best!.Band);
        Peer.Agree("matched stars", result.Matched, one["matched"], 0);
        if (plain.Band.Name() != one.Check.GetProperty("band").GetString())
            throw new InvalidOperationException($"We chose {plain.Band.Name()}, the peer {one.Check.GetProperty("band")}.");
        Peer.Agree("used stars", plain.Used, one["used"], 0);
        Peer.Agree("zero point", plain.ZeroPoint, one["zp"], 1e-9);
        Peer.Agree("error of the zero point", plain.ZeroPointErr, one["zp_err"], 1e-9);
        Peer.Agree("scatter", plain.Scatter, one["scatter"], 1e-9);
        Peer.Agree("used stars with colour term", result.Best!.Used, one["used_color"], 0);
        Peer.Agree("zero point with colour term", At06(result), one["zp_color"], 1e-9);
        Peer.Agree("colour term", result.Best.ColourSlope, one["color_term"], 1e-9);
        var results = Stack(clipped);
        Peer.Agree("matched stars of 200 frames", results.Sum(r => r.Matched), all["sum_matched"], 0);
        Peer.Agree("sum of 200 zero points with colour term", results.Sum(At06), all["sum_zp_color"], 200e-9);
        Peer.Agree("frames whose best band is r", results.Count(r => r.Best!.Band == CatalogBand.SdssR), all["band_r"], 0);

        Measure("clipped", clipped);
        Measure("mixture", mixture);
        return measurements;

        CalibrationResult[] Stack(CalibrationOptions options) =>
            Array.ConvertAll(frames, frame => calibrator.Calibrate(frame, options));

        void Measure(string name, CalibrationOptions options)
        {
            // The first frame alone, 200 times, for one is over before the clock has ticked often.
            var seconds = Peer.Seconds(() =>
            {
                for (var i = 0; i < frames.Length; i++)
                    calibrator.Calibrate(frames[0], options);
            }) / frames.Length;
            measurements.Add(Measurement.Less($"calibration.{name}_one_frame",
                1000 * seconds, "ms", one.Name, 1000 * one.Seconds, 10));
            seconds = Peer.Seconds(() => Stack(options));
            measurements.Add(Measurement.Less($"calibration.{name}_200_frames", seconds, "s", all.Name, all.Seconds, 10));
            seconds = Peer.Seconds(() => Parallel.ForEach(frames, new ParallelOptions { MaxDegreeOfParallelism = 2 },
                frame => calibrator.Calibrate(frame, options)));
            measurements.Add(Measurement.Less($"calibration.{name}_200_frames_2_threads", seconds, "s", all.Name, all.Seconds,
                10));
            var errors = Stack(options).Select((r, k) => At06(r) - (27.345 + 0.001 * k)).ToArray();
            if (options.Method == ZeroPointMethod.Clipped)
                peersErrors = errors;
            var chance = Rms([.. errors.Zip(peersErrors, (ours, theirs) => ours - theirs)]) / Rms(peersErrors)
                / Math.Sqrt(errors.Length);
            measurements.Add(Measurement.Less($"calibration.{name}_zero_point_rms", 1000 * Rms(errors), "mmag", all.Name,
                1000 * all["rms_zp_error"], 1 - chance));
        }

        PeerResult Of(string workload) => peers.Single(p => p.Workload == workload);
    }

    // About the mean.
    static double Rms(double[] errors)
    {
        var mean = errors.Average();
        return Math.Sqrt(errors.Average(error => (error - mean) * (error - mean)));
    }

    // The peer's zero point is that of g - r = 0.6.
    static double At06(CalibrationResult result) =>
        result.Best!.ZeroPoint + result.Best.ColourSlope * (0.6 - result.Best.ColourPivot);

    static CatalogStar Reference(double[] row)
    {
        var mag = CatalogMagnitudes.None;
        for (var i = 0; i < bands.Length; i++)
            mag[bands[i]] = (float)row[3 + i];
        return new CatalogStar
        {
            Id = (long)row[0],
            Ra = row[1],
            Dec = row[2],
            Epoch = 2016,
            PmRa = float.NaN,
            PmDec = float.NaN,
            Mag = mag,
            MagErr = CatalogMagnitudes.None,
        };
    }

    static IEnumerable<double[]> Read(string name) => File.ReadLines(Path.Combine(Peer.WorkDir, name)).Skip(1)
        .Select(line => Array.ConvertAll(line.Split(','), text => double.Parse(text, CultureInfo.InvariantCulture)));
}
