namespace Vigil.Sky.Imaging;

/// <summary>Tells stars from galaxies: whether a source is as sharp as the frame's point-spread function.</summary>
/// <remarks>
/// After SPREAD_MODEL of S. Desai et al. 2012, ApJ 757, 83, and M. Soumagnac et al. 2015, MNRAS 450, 666: a source is compared
/// with a star and with the smallest galaxy that counts as one, an exponential disc with a scale length of a quarter of the FWHM
/// blurred as the stars are. The spread is 0 for a star and 1 for that disc, more for larger ones.
/// </remarks>
public static class StarLikeness
{
    // Scale length of the disc in FWHM. SPREAD_MODEL has 1/16 and cuts near 0.003; a larger disc and a cut halfway are the same
    // question asked with numbers near 1.
    const double DiscFwhms = 0.25;

    // Where a source is as likely a star as a galaxy.
    const double Divide = 0.5;

    // By so much the spreads of a frame's bright stars differ even where a model is good.
    const double Intrinsic = 0.15;

    /// <summary>Measures how star-like each source is.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="background">Its sky.</param>
    /// <param name="model">Its point-spread function.</param>
    /// <param name="detections">
    /// Fitted by <see cref="PsfPhotometry.Fit"/>; receive StarLike: the probability, were stars and galaxies equally frequent,
    /// that its spread is below 0.5. Near 0.5 for what is too faint to tell. What has no fit keeps what it has.
    /// </param>
    /// <param name="options">What is known of the detector.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public static void Measure(Frame frame, Background background, PsfModel model, IReadOnlyList<Detection> detections,
        PsfOptions options)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentNullException.ThrowIfNull(background);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(detections);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        var image = new ResidualImage(frame, background, options.Saturation);
        var fitter = new PsfFitter(image, background, model, options.Gain, options.Threads);
        // Neighbours are taken away; each source is then given back in turn.
        foreach (var d in detections)
            if (double.IsFinite(d.FluxPsf))
                fitter.Subtract(d.XPsf, d.YPsf, d.FluxPsf, background.Noise(d.XPsf, d.YPsf));
        var blur = Blur(model);
        // A galaxy's light beyond a star's is in the residuals: it is looked for as far as the disc has light.
        var reach = Math.Max(2 * model.Fwhm, 3);
        Parallel.For(0, detections.Count, new ParallelOptions { MaxDegreeOfParallelism = options.Threads }, i =>
        {
            if (!double.IsFinite(detections[i].FluxPsf))
                return;
            var (spread, err) = Spread(image, background, model, blur, detections[i], options, reach);
            detections[i].StarLike = double.IsNaN(err) ? double.NaN
                : Below((Divide - spread) / Math.Sqrt(err * err + Intrinsic * Intrinsic));
        });
    }

    // The part of the disc in a source that is made of a star and a disc, and its error.
    static (double Spread, double Err) Spread(ResidualImage image, Background background, PsfModel model, PsfTable blur,
        Detection detection, PsfOptions options, double reach)
    {
        var (x, y) = (detection.XPsf, detection.YPsf);
        var box = PixelBox.Around(x, y, reach, image.Width, image.Height);
        if (box.IsEmpty)
            return (double.NaN, double.NaN);
        double[] data = new double[box.Count], star = new double[box.Count], blurred = new double[box.Count];
        double[] slopesX = new double[box.Count], slopesY = new double[box.Count];
        image.Read(box, data);
        model.Add(x, y, 1, box, star, slopesX, slopesY);
        blur.Add(box.Left + 1 - x, box.Bottom + 1 - y, box.Width, 1, blurred, [], []);
        var noise = background.Noise(x, y);
        var equations = new NormalEquations();
        equations.Reset(4);
        Span<double> slopes = stackalloc double[4], found = stackalloc double[4];
        for (var at = 0; at < data.Length; at++)
        {
            if (double.IsNaN(data[at]))
                continue;
            var light = Math.Max(0, detection.FluxPsf * star[at]);
            var photons = options.Gain > 0 ? light / options.Gain : 0;
            var variance = noise * noise + photons + Math.Pow(model.ProfileError * light, 2);
            // Flux of the star, flux moved from the star to the disc, and the place, which a lopsided neighbour shifts.
            (slopes[0], slopes[1], slopes[2], slopes[3]) = (star[at], blurred[at], slopesX[at], slopesY[at]);
            equations.Add(slopes, data[at] + detection.FluxPsf * star[at], 1 / variance);
        }
        if (!equations.TrySolve(found))
            return (double.NaN, double.NaN);
        var (flux, moved) = (found[0], found[1]);
        var fluxErr2 = equations.Covariance(0, 0);
        if (!(flux > 0))
            return (Divide, 1 / Intrinsic); // nothing is there to be judged
        var spread = moved / flux;
        var err2 = equations.Covariance(1, 1) - 2 * spread * equations.Covariance(0, 1) + spread * spread * fluxErr2;
        return (spread, Math.Sqrt(Math.Max(err2, 0)) / flux);
    }

    // The point-spread function blurred by the disc, its mean over places strewn as the disc's light, minus itself: what makes a
    // galaxy of a star.
    static PsfTable Blur(PsfModel model)
    {
        const int rings = 8, perRing = 8;
        var scale = DiscFwhms * model.Fwhm;
        var places = new List<(double X, double Y)>();
        for (var ring = 0; ring < rings; ring++)
        {
            // The radius within which (ring + 1/2) / rings of an exponential disc's light lies: 1 - (1 + r) exp(-r).
            var (part, r) = ((ring + 0.5) / rings, 1.0);
            for (var step = 0; step < 30; step++)
                r -= (1 - (1 + r) * Math.Exp(-r) - part) / (r * Math.Exp(-r));
            for (var turn = 0; turn < perRing; turn++)
            {
                var (sin, cos) = Math.SinCos(2 * Math.PI * (turn + 0.5 * (ring % 2)) / perRing);
                places.Add((scale * r * cos, scale * r * sin));
            }
        }
        return model.Transformed((psf, dx, dy) =>
        {
            var sum = 0.0;
            foreach (var (x, y) in places)
                sum += psf.InTheMiddle(dx - x, dy - y);
            return sum / places.Count - psf.InTheMiddle(dx, dy);
        });
    }

    // The part of a normal distribution below a value, by the logistic curve nearest to it: within 0.01 (G. Camilli 1994,
    // J. Educ. Behav. Stat. 19, 293).
    internal static double Below(double value) => 1 / (1 + Math.Exp(-1.702 * value));
}
