namespace Vigil.Sky.Imaging;

/// <summary>Magnitudes of all of a frame's sources by fitting its point-spread function, made for crowded fields.</summary>
public static class PsfPhotometry
{
    /// <summary>Fits every detection, those that touch each other together.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="background">Its sky.</param>
    /// <param name="model">Its point-spread function.</param>
    /// <param name="detections">
    /// Receive FluxPsf, FluxPsfErr, XPsf, YPsf and Chi2Psf. NaN where too few pixels with a value are near. Where a fit runs away
    /// or finds no light the place stays that of the detection, and the flux may be negative.
    /// </param>
    /// <param name="options">What is known of the detector.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <remarks>
    /// The flux is that of the whole star, to infinity, in units of the frame. Its error has photon noise, the sky's noise, that
    /// of the sky's level around the star, the coupling to neighbours, and the model's error; also its
    /// <see cref="PsfModel.ScaleError"/>, which all stars of the frame share. Sources that are no stars get the flux of a star
    /// that fits them best. What the residuals show beside a star, a neighbour that was not detected, is fitted along with it.
    /// </remarks>
    public static void Fit(Frame frame, Background background, PsfModel model, IReadOnlyList<Detection> detections,
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
        var (stars, places) = (new List<PsfStar>(detections.Count), new List<int>(detections.Count));
        for (var i = 0; i < detections.Count; i++)
            if (double.IsFinite(detections[i].X + detections[i].Y))
            {
                stars.Add(new PsfStar(detections[i].X, detections[i].Y));
                places.Add(i);
            }
        fitter.Fit(stars);
        FitMissed(frame, background, model, image, fitter, stars, options.Gain);
        for (var i = 0; i < places.Count; i++)
        {
            var (star, detection) = (stars[i], detections[places[i]]);
            var isKnown = star.FluxErr > 0 && star.Covered >= LeastCovered;
            (detection.FluxPsf, detection.FluxPsfErr) = isKnown
                ? (star.Flux, double.Hypot(star.FluxErr, model.ScaleError * star.Flux)) : (double.NaN, double.NaN);
            (detection.XPsf, detection.YPsf) = isKnown ? (star.X, star.Y) : (double.NaN, double.NaN);
            detection.Chi2Psf = isKnown ? star.Chi2 : double.NaN;
        }
    }

    // Looks in what is left around the stars for neighbours that were missed, and fits those with the stars about them.
    static void FitMissed(Frame frame, Background background, PsfModel model, ResidualImage image, PsfFitter fitter,
        List<PsfStar> stars, double gain)
    {
        var missed = Missed(frame, background, model, image, fitter, stars, gain);
        if (missed.Count == 0)
            return;
        var (x, y) = (missed.ConvertAll(star => star.X).ToArray(), missed.ConvertAll(star => star.Y).ToArray());
        var reach = 2 * fitter.FitRadius;
        var grid = new PixelGrid(x, y, frame.Width, frame.Height);
        var near = new List<int>();
        foreach (var star in stars)
        {
            grid.Near(star.X, star.Y, reach, near);
            if (near.Count > 0)
                missed.Add(star);
        }
        fitter.Fit(missed);
    }

    static List<PsfStar> Missed(Frame frame, Background background, PsfModel model, ResidualImage image, PsfFitter fitter,
        List<PsfStar> stars, double gain)
    {
        var (x, y) = (stars.ConvertAll(star => star.X).ToArray(), stars.ConvertAll(star => star.Y).ToArray());
        var grid = new PixelGrid(x, y, frame.Width, frame.Height);
        var (near, missed, seen) = (new List<int>(), new List<PsfStar>(), new HashSet<int>());
        foreach (var star in stars)
        {
            if (!(star.Flux > LeastSnr * star.FluxErr))
                continue;
            var box = PixelBox.Around(star.X, star.Y, 2 * model.Fwhm, frame.Width, frame.Height);
            for (var i = 0; i < box.Count; i++)
            {
                var (column, row) = (box.Left + i % box.Width, box.Bottom + i / box.Width);
                var at = row * frame.Width + column;
                if (!(image.Pixels[at] > LeastPeak * star.Noise) || !IsPeak(image, column, row) || !seen.Add(at))
                    continue;
                // Beside noise the model's own error leaves something where there is much light.
                var light = Math.Max(0, frame.Pixels[at] - background.Level(column + 1, row + 1));
                var err = Math.Sqrt(star.Noise * star.Noise + (gain > 0 ? light / gain : 0) +
                    Math.Pow(Math.Max(model.ProfileError, LeastModelError) * light, 2));
                grid.Near(column + 1, row + 1, LeastApart * model.Fwhm, near);
                if (near.Count > 0 || image.Pixels[at] < LeastPeak * err)
                    continue;
                var (flux, fluxErr, covered) = fitter.Empty(column + 1, row + 1);
                if (covered > 0.9 && flux > LeastSnr * fluxErr * err / star.Noise)
                    missed.Add(new PsfStar(column + 1, row + 1));
            }
        }
        return missed;
    }

    static bool IsPeak(ResidualImage image, int column, int row)
    {
        var value = image.Pixels[row * image.Width + column];
        for (var i = 0; i < 9; i++)
        {
            var (x, y) = (column + i % 3 - 1, row + i / 3 - 1);
            if (x < 0 || y < 0 || x >= image.Width || y >= image.Height || image.Pixels[y * image.Width + x] > value)
                return false;
        }
        return true;
    }

    // A missed neighbour stands out so far, of the pixels' noise and of its flux's; it is not the residual of the star itself.
    const double LeastPeak = 4, LeastSnr = 5, LeastApart = 0.6;

    // No model is better than this everywhere.
    const double LeastModelError = 0.02;

    /// <summary>With less of a star's light on pixels with a value, a fit would rest on the model's wings alone.</summary>
    internal const double LeastCovered = 0.3;
}
