using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Vigil.Sky.LightCurves;

namespace Vigil.Sky.Imaging;

/// <summary>Chooses a frame's best stars and makes the point-spread function of them.</summary>
sealed class PsfBuilder
{
    // Brighter candidates than these are enough to see how large a star is.
    const int MostCandidates = 600;

    // The stars whose neighbours have less than the first of these of their light are taken; if they are few, those with less
    // than the next.
    static readonly double[] contaminations = [0.005, 0.03, 0.1, 0.5];
    const int EnoughStars = 12;
    const int EnoughPixels = 20_000;

    // Fewer stars do not tell a change over the frame from their own errors.
    const int LeastToVary = 15;

    // How well an analytic profile can be hoped to fit; keeps the brightest stars from counting alone.
    const double AnalyticError = 0.01;

    readonly Frame frame;
    readonly Background background;
    readonly IReadOnlyList<Detection> detections;
    readonly PsfOptions options;
    readonly ResidualImage image;

    public PsfBuilder(Frame frame, Background background, IReadOnlyList<Detection> detections, PsfOptions options)
    {
        (this.frame, this.background, this.detections, this.options) = (frame, background, detections, options);
        image = new ResidualImage(frame, background, options.Saturation);
    }

    public bool TryMake([NotNullWhen(true)] out PsfModel? model, out string reason)
    {
        (model, reason) = (null, "");
        var all = Candidates();
        var (candidates, alone) = Choose(all);
        if (candidates.Count < options.MinStars)
        {
            reason = string.Create(CultureInfo.InvariantCulture,
                $"A point-spread function needs {options.MinStars} good stars, the frame has {candidates.Count}: of " +
                $"{detections.Count} detections {all.Count} are whole, unsaturated and {options.MinSnr} times above the ") +
                $"noise, {alone} of these have no bright neighbour, {candidates.Count} of these look like stars. " +
                "Use aperture photometry.";
            return false;
        }
        var fit = new PsfCoreFit(candidates, frame.Width, frame.Height, options.Gain, AnalyticError);
        if (!Fit(fit, candidates, ref reason))
            return false;
        if (candidates.Exists(sample => sample.Contamination > 0.002))
        {
            // With a first model the neighbours are taken away, and the stars are fitted anew.
            var first = fit.Model();
            RemoveNeighbours(first, candidates);
            if (!Fit(fit, candidates, ref reason))
                return false;
        }
        model = fit.ModelWithTable();
        return true;
    }

    bool Fit(PsfCoreFit fit, List<PsfSample> samples, ref string reason)
    {
        fit.Run(mayVary: false);
        var count = fit.DropOutliers();
        if (count >= options.MinStars)
        {
            fit.Run(mayVary: options.MayVary && count >= LeastToVary);
            count = fit.DropOutliers();
        }
        if (count >= options.MinStars && fit.IsGood)
            return true;
        reason = $"A point-spread function needs {options.MinStars} stars that look alike; of {samples.Count} good " +
            $"ones {count} do. Use aperture photometry.";
        return false;
    }

    // The brightest detections that are whole and not saturated, with their moments.
    List<PsfSample> Candidates()
    {
        const DetectionFlaws bad = DetectionFlaws.Saturated | DetectionFlaws.Edge | DetectionFlaws.ApertureCut |
            DetectionFlaws.BadPixels | DetectionFlaws.CosmicRay;
        var bright = new List<int>();
        for (var i = 0; i < detections.Count; i++)
            if ((detections[i].Flags & bad) == 0 && double.IsFinite(detections[i].X + detections[i].Y) && Brightness(i) > 0)
                bright.Add(i);
        bright.Sort((a, b) => Brightness(b).CompareTo(Brightness(a)) is not 0 and var order ? order : a.CompareTo(b));
        var samples = new List<PsfSample>();
        foreach (var i in bright.Take(MostCandidates))
        {
            var d = detections[i];
            var start = Math.Sqrt(d.A * d.B);
            var moments = AdaptiveMoments.Measure(image, d.X, d.Y, start is > 0.5 and < 50 ? start : 1.5);
            var noise = background.Noise(d.X, d.Y);
            if (moments is { } m && m.Sum > options.MinSnr * noise * m.NoiseFactor)
                samples.Add(new PsfSample(i, m, noise));
        }
        return samples;
    }

    double Brightness(int i) => double.IsFinite(detections[i].FluxAuto) ? detections[i].FluxAuto : detections[i].FluxIso;

    // The stars are those of the commonest size; galaxies and trails are larger, cosmic rays smaller.
    static void KeepStarLike(List<PsfSample> samples)
    {
        if (samples.Count < 3)
            return;
        var sizes = samples.Select(sample => Math.Log(sample.Moments.Size)).ToArray();
        Array.Sort(sizes);
        var mode = StarLocus.ModeOf(sizes);
        var spread = Robust.Sigma([.. sizes.Where(size => Math.Abs(size - mode) < 0.3)]);
        var tolerance = Math.Clamp(4 * spread, 0.1, 0.3);
        samples.RemoveAll(sample => Math.Abs(Math.Log(sample.Moments.Size) - mode) > tolerance);
        var (e1, e2) = (Robust.Median([.. samples.Select(sample => sample.Moments.E1)]),
            Robust.Median([.. samples.Select(sample => sample.Moments.E2)]));
        samples.RemoveAll(sample => double.Hypot(sample.Moments.E1 - e1, sample.Moments.E2 - e2) > 0.15);
    }

    // The brightest of the least disturbed that look like stars; and how many are not disturbed.
    (List<PsfSample> Chosen, int Alone) Choose(List<PsfSample> all)
    {
        if (all.Count == 0)
            return (all, 0);
        var fwhm = 2.3548 * Robust.Median([.. all.Select(sample => sample.Moments.Size)]);
        FindContamination(all, fwhm);
        var (chosen, alone) = (new List<PsfSample>(), 0);
        foreach (var most in contaminations)
        {
            var found = all.FindAll(sample => sample.Contamination < most);
            var before = found.Count;
            KeepStarLike(found);
            if (found.Count > chosen.Count)
                (chosen, alone) = (found, before);
            if (chosen.Count >= Math.Max(options.MinStars, EnoughStars))
                break;
        }
        var reach = Math.Max(2.5 * fwhm, 5);
        // Of wide stars fewer have as many pixels.
        var stars = Math.Min(options.MaxStars, Math.Max(options.MinStars, (int)Math.Max(12, EnoughPixels / (4 * reach * reach))));
        if (chosen.Count > stars)
            chosen.RemoveRange(stars, chosen.Count - stars);
        foreach (var sample in chosen)
            sample.Read(image, reach);
        return (chosen, alone);
    }

    void FindContamination(List<PsfSample> samples, double fwhm)
    {
        var (x, y) = (new double[detections.Count], new double[detections.Count]);
        for (var i = 0; i < x.Length; i++)
            (x[i], y[i]) = double.IsFinite(detections[i].X + detections[i].Y) ? (detections[i].X, detections[i].Y) : (-1e6, -1e6);
        var grid = new PixelGrid(x, y, frame.Width, frame.Height);
        var near = new List<int>();
        foreach (var sample in samples)
        {
            grid.Near(x[sample.Index], y[sample.Index], 10 * fwhm, near);
            foreach (var other in near)
            {
                if (other == sample.Index || !(Brightness(other) > 0))
                    continue;
                // The neighbour's light, if it has Moffat's wings, where the star's own ends.
                var apart = Math.Max(0, double.Hypot(x[other] - x[sample.Index], y[other] - y[sample.Index]) / fwhm - 1);
                sample.Contamination += Brightness(other) / Brightness(sample.Index) * Math.Pow(1 + apart * apart, -2.5);
            }
        }
    }

    void RemoveNeighbours(PsfModel model, List<PsfSample> samples)
    {
        var fitter = new PsfFitter(image, background, model, options.Gain, options.Threads);
        var (x, y) = (new double[samples.Count], new double[samples.Count]);
        for (var i = 0; i < x.Length; i++)
            (x[i], y[i]) = (samples[i].X, samples[i].Y);
        var grid = new PixelGrid(x, y, frame.Width, frame.Height);
        var near = new List<int>();
        var stars = new List<PsfStar>();
        var own = new PsfStar?[detections.Count];
        for (var i = 0; i < detections.Count; i++)
        {
            var d = detections[i];
            if (!double.IsFinite(d.X + d.Y))
                continue;
            grid.Near(d.X, d.Y, 7 * model.Fwhm, near);
            if (near.Count > 0)
                stars.Add(own[i] = new PsfStar(d.X, d.Y));
        }
        fitter.Fit(stars);
        foreach (var sample in samples)
        {
            var star = own[sample.Index]!;
            fitter.Subtract(star.X, star.Y, -star.Flux, star.Noise);
            sample.Read(image);
            fitter.Subtract(star.X, star.Y, star.Flux, star.Noise);
        }
    }
}
