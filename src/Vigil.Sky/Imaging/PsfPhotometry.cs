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
    /// of the sky's level around the star, the coupling to neighbours, and the model's error; not that of the model's own
    /// aperture correction, which all stars share. Sources that are no stars get the flux of a star that fits them best.
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
        for (var i = 0; i < stars.Count; i++)
        {
            var (star, detection) = (stars[i], detections[places[i]]);
            var isKnown = star.FluxErr > 0 && star.Covered >= LeastCovered;
            (detection.FluxPsf, detection.FluxPsfErr) = isKnown ? (star.Flux, star.FluxErr) : (double.NaN, double.NaN);
            (detection.XPsf, detection.YPsf) = isKnown ? (star.X, star.Y) : (double.NaN, double.NaN);
            detection.Chi2Psf = isKnown ? star.Chi2 : double.NaN;
        }
    }

    /// <summary>With less of a star's light on pixels with a value, a fit would rest on the model's wings alone.</summary>
    internal const double LeastCovered = 0.3;
}
