using System.Globalization;
using Vigil.Sky.LightCurves;

namespace Vigil.Sky.Imaging;

/// <summary>Fluxes at given places of a frame, and how faint a star could be seen there.</summary>
/// <remarks>
/// With a point-spread function it is fitted at the place, along with the detections that touch it, all others taken away;
/// without one, pixels within an aperture are added up. The sky is the median around the place. A flux is not biased near zero.
/// One thread at a time.
/// </remarks>
public sealed class ForcedPhotometry
{
    // A neighbour nearer than this is the target itself: two stars so close are one detection.
    const double SameFwhms = 0.5;

    // Less of the star's light on good pixels is a flaw to be told.
    const double WholeCovered = 0.98;

    // Light that changes around a star is told where it changes the flux by so many errors, and by such a part; and by twice of
    // what three quarters of so many bright stars would change by.
    const double HostSigmas = 2, LeastHost = 0.01;
    const int ComparedStars = 20;

    // What is fitted as badly by a star is none.
    const double ExtendedChi2 = 3;

    // Empty places that are looked for, tried, and needed to be believed.
    const int WantedPlaces = 300, TriedPlaces = 2400, LeastPlaces = 30;

    // Pixels; the few detections that reach farther are looked through one by one.
    const double WideReach = 20;

    // The scatter of n values by two quantiles a sigma from their middle has the relative error sqrt(0.91 / n).
    const double ScatterError = 0.91;

    // A pixel on the aperture's rim is divided in so many parts a side.
    const int Parts = 5;

    readonly Frame frame;
    readonly Background background;
    readonly PsfModel? model;
    readonly PsfOptions options;
    readonly ResidualImage image;
    readonly PsfFitter? fitter;
    readonly IReadOnlyList<Detection> detections;
    readonly PixelGrid grid;
    readonly Detection[] wide;
    readonly double radius, fwhm;
    readonly List<int> near = [];
    double? hostOfStars;

    /// <summary>Fluxes of fits of a point-spread function.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="background">Its sky.</param>
    /// <param name="model">Its point-spread function.</param>
    /// <param name="detections">
    /// What was found, fitted by <see cref="PsfPhotometry.Fit"/>: these are taken away from their neighbours. May be empty.
    /// </param>
    /// <param name="options">What is known of the detector.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public ForcedPhotometry(Frame frame, Background background, PsfModel model, IReadOnlyList<Detection> detections,
        PsfOptions options)
        : this(frame, background, detections, options, model?.Fwhm ?? throw new ArgumentNullException(nameof(model)))
    {
        this.model = model;
        fitter = new PsfFitter(image, background, model, options.Gain, options.Threads);
        radius = fitter.FitRadius;
        foreach (var detection in detections)
            if (double.IsFinite(detection.FluxPsf))
                Subtract(detection, 1);
    }

    /// <summary>Fluxes within an aperture, for want of a point-spread function; neighbours are not taken away.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="background">Its sky.</param>
    /// <param name="apertureDiameter">Pixels, positive.</param>
    /// <param name="detections">What was found: these are avoided where empty places are looked for. May be empty.</param>
    /// <param name="options">What is known of the detector.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option, or the diameter, is out of range.</exception>
    public ForcedPhotometry(Frame frame, Background background, double apertureDiameter, IReadOnlyList<Detection> detections,
        PsfOptions options) : this(frame, background, detections, options, apertureDiameter / 2)
    {
        if (!(apertureDiameter > 0 && double.IsFinite(apertureDiameter)))
            throw new ArgumentOutOfRangeException(nameof(apertureDiameter), apertureDiameter,
                "An aperture's diameter must be positive, in pixels.");
        radius = apertureDiameter / 2;
    }

    ForcedPhotometry(Frame frame, Background background, IReadOnlyList<Detection> detections, PsfOptions options, double fwhm)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentNullException.ThrowIfNull(background);
        ArgumentNullException.ThrowIfNull(detections);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        (this.frame, this.background, this.detections, this.options, this.fwhm) = (frame, background, detections, options, fwhm);
        image = new ResidualImage(frame, background, options.Saturation);
        var (x, y) = (new double[detections.Count], new double[detections.Count]);
        for (var i = 0; i < x.Length; i++)
        {
            var place = Place(detections[i]);
            (x[i], y[i]) = double.IsFinite(place.X + place.Y) ? place : (-1e6, -1e6);
        }
        grid = new PixelGrid(x, y, frame.Width, frame.Height);
        wide = [.. detections.Where(detection => Reach(detection) > WideReach)];
    }

    /// <summary>Measures the flux at a place.</summary>
    /// <param name="x">FITS pixels; outside of the frame it is NaN, with a reason.</param>
    /// <param name="y">FITS pixels.</param>
    public ForcedFlux Measure(double x, double y)
    {
        if (!(x >= 0.5 && x <= frame.Width + 0.5 && y >= 0.5 && y <= frame.Height + 0.5))
            return new ForcedFlux { Flags = DetectionFlaws.Edge, Reason = Outside(x, y) };
        return fitter is null ? InAperture(x, y) : ByFit(x, y, false, out _);
    }

    /// <summary>Says how faint a star would be seen at a place.</summary>
    /// <param name="x">FITS pixels.</param>
    /// <param name="y">FITS pixels.</param>
    /// <param name="nsigma">A star is seen that is so many times above its noise: positive.</param>
    /// <remarks>
    /// The noise is that of the flux of an absent star at the place, with the photons of what lies beneath and beside it. Then
    /// up to 300 empty places around, nearest first, are measured; where their scatter differs from their errors by more than so
    /// few tell by chance, the limit is corrected by it: for noise that neighbouring pixels share, and for stars too faint to
    /// be detected. Places in the wings of what was detected are not asked if others are there: a bright neighbour would tell of
    /// itself, not of the sky.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">nsigma is not positive.</exception>
    public FluxLimit Limit(double x, double y, double nsigma = 5)
    {
        if (!(nsigma > 0 && double.IsFinite(nsigma)))
            throw new ArgumentOutOfRangeException(nameof(nsigma), nsigma, "nsigma must be positive; 5 is usual.");
        if (!(x >= 0.5 && x <= frame.Width + 0.5 && y >= 0.5 && y <= frame.Height + 0.5))
            return new FluxLimit { Reason = Outside(x, y) };
        double noise;
        ForcedFlux measured;
        if (fitter is null)
        {
            measured = InAperture(x, y);
            // Without the photons of a star that is there.
            noise = Math.Sqrt(measured.FluxErr * measured.FluxErr - Photons(measured.Flux));
        }
        else
        {
            measured = ByFit(x, y, true, out noise);
        }
        if (!(noise > 0))
            return new FluxLimit { Reason = measured.Reason };
        var (pulls, inWings) = (new List<double>(WantedPlaces), new List<double>());
        const double golden = 2.399963229728653; // radians, so that places lie evenly: H. Vogel 1979, Math. Biosci. 44, 179
        for (var k = 1; k <= TriedPlaces && pulls.Count < WantedPlaces; k++)
        {
            var (sin, cos) = Math.SinCos(k * golden);
            var away = 2 * radius * Math.Sqrt(k); // so that no pixel is in two of them
            var (placeX, placeY) = (x + away * cos, y + away * sin);
            if (Pull(placeX, placeY) is { } pull)
                (IsInWings(placeX, placeY) ? inWings : pulls).Add(pull);
        }
        if (pulls.Count < LeastPlaces)
            pulls.AddRange(inWings.Take(WantedPlaces - pulls.Count));
        var correction = 1.0;
        if (pulls.Count >= LeastPlaces)
        {
            pulls.Sort();
            // Half of what two thirds of a normal distribution spread over.
            var excess = (pulls[(int)(0.8413 * pulls.Count)] - pulls[(int)(0.1587 * pulls.Count)]) / 2 - 1;
            // Without a step where it becomes more than chance: of an excess as large as its error a half is believed.
            correction += excess * excess * excess / (excess * excess + ScatterError / pulls.Count);
        }
        noise *= correction;
        return new FluxLimit { Flux = nsigma * noise, Noise = noise, Correction = correction, Places = pulls.Count };
    }

    // Whether a place is within the AUTO aperture of a detection.
    bool IsInWings(double x, double y)
    {
        grid.Near(x, y, WideReach, near);
        foreach (var i in near)
            if (IsWithin(detections[i]))
                return true;
        foreach (var detection in wide)
            if (IsWithin(detection))
                return true;
        return false;

        bool IsWithin(Detection detection) => double.Hypot(detection.X - x, detection.Y - y) < Reach(detection);
    }

    static double Reach(Detection detection) => detection.A * detection.KronRadius;

    // What is measured at an empty place in units of its error; null where it is not empty, or not whole.
    double? Pull(double x, double y)
    {
        var edge = radius + 1;
        if (x < edge || y < edge || x > frame.Width + 1 - edge || y > frame.Height + 1 - edge)
            return null;
        grid.Near(x, y, radius + 2 * fwhm, near);
        if (near.Count > 0)
            return null;
        if (fitter is not null)
        {
            var (flux, err, covered) = fitter.Empty(x, y);
            return err > 0 && covered >= WholeCovered ? flux / err : null;
        }
        var measured = InAperture(x, y);
        var pull = measured.Flux / measured.FluxErr;
        return double.IsFinite(pull) ? pull : null;
    }

    ForcedFlux ByFit(double x, double y, bool wantsLimit, out double noiseAtZero)
    {
        noiseAtZero = double.NaN;
        // All that is done to the image here is undone at the end, to the last bit.
        var touched = PixelBox.Around(x, y, 3 * radius + model!.Radius + 2, frame.Width, frame.Height);
        var before = new double[touched.Count];
        image.Read(touched, before);
        grid.Near(x, y, 2 * radius, near);
        var group = new List<PsfStar> { new(x, y) { IsFixed = true } };
        foreach (var i in near)
        {
            if (!double.IsFinite(detections[i].FluxPsf))
                continue;
            Subtract(detections[i], -1);
            var place = Place(detections[i]);
            if (double.Hypot(place.X - x, place.Y - y) > SameFwhms * fwhm)
                group.Add(new PsfStar(place.X, place.Y)); // its place was fitted as if the target were not there
        }
        fitter!.Fit(group);
        var star = group[0];
        if (wantsLimit)
            noiseAtZero = fitter.ErrorAtZero([.. group.Take(PsfFitter.MostInGroup)]);
        var onHost = star.FluxErr > 0 && !wantsLimit ? OnHost(star, near) : null;
        image.Write(touched, before);

        var flags = Flags(x, y);
        if (star.Covered < WholeCovered)
            flags |= (flags & DetectionFlaws.Edge) != 0 ? DetectionFlaws.ApertureCut : DetectionFlaws.BadPixels;
        if (group.Count > 1)
            flags |= DetectionFlaws.Blended;
        if (!(star.FluxErr > 0) || star.Covered < PsfPhotometry.LeastCovered)
        {
            noiseAtZero = double.NaN;
            return new ForcedFlux { Flags = flags, Reason = NoPixels(x, y) };
        }
        return new ForcedFlux
        {
            Flux = onHost?.Flux ?? star.Flux,
            FluxErr = double.Hypot(onHost?.Err ?? star.FluxErr, model.ScaleError * (onHost?.Flux ?? star.Flux)),
            Background = background.Level(x, y) + (onHost?.Sky ?? star.Background),
            Chi2 = onHost?.Chi2 ?? star.Chi2,
            Neighbours = group.Count - 1,
            IsOnHost = onHost is not null,
            Flags = flags,
        };
    }

    // The star upon a sky that changes around it; null where a flat one fits as well, or where that much is found about any star.
    // The image is free of all stars, this one included.
    HostFit.Result? OnHost(PsfStar star, List<int> near)
    {
        fitter!.Subtract(star.X, star.Y, -star.Flux, star.Noise);
        var middles = new List<(double X, double Y)>();
        foreach (var i in near)
        {
            // A galaxy is no star: it is left to the polynomial, but for its sharp middle.
            var place = Place(detections[i]);
            if (!IsExtended(detections[i]) || double.Hypot(place.X - star.X, place.Y - star.Y) < SameFwhms * fwhm)
                continue;
            middles.Add(place);
            Subtract(detections[i], -1);
        }
        var found = new HostFit(image, model!, options.Gain).Fit(star.X, star.Y, star.Noise, middles, isFree: true);
        if (found is not { Degree: > 0 } host)
            return null;
        var change = Math.Abs(host.Flux - star.Flux);
        return change > HostSigmas * star.FluxErr && change > LeastHost * Math.Abs(host.Flux) &&
            change > HostOfStars() * Math.Abs(host.Flux) ? host : null;
    }

    // By what part the fluxes of the frame's bright stars would change, were they taken to lie on hosts: what a model that does
    // not quite fit, or a crowd, makes of it.
    double HostOfStars()
    {
        if (hostOfStars is { } known)
            return known;
        const DetectionFlaws bad = DetectionFlaws.Saturated | DetectionFlaws.Edge | DetectionFlaws.ApertureCut |
            DetectionFlaws.BadPixels | DetectionFlaws.CosmicRay;
        var changes = new List<double>();
        foreach (var star in detections.Where(d => d.FluxPsf > 0 && (d.Flags & bad) == 0 && !IsExtended(d))
            .OrderByDescending(d => d.FluxPsf).Take(ComparedStars))
        {
            var touched = PixelBox.Around(star.XPsf, star.YPsf, model!.Radius + 2, frame.Width, frame.Height);
            var before = new double[touched.Count];
            image.Read(touched, before);
            Subtract(star, -1);
            if (new HostFit(image, model, options.Gain).Fit(star.XPsf, star.YPsf, background.Noise(star.XPsf, star.YPsf), [],
                isFree: true) is { } fit)
                changes.Add(fit.Degree > 0 ? Math.Abs(fit.Flux / star.FluxPsf - 1) : 0);
            image.Write(touched, before);
        }
        changes.Sort();
        return (hostOfStars = changes.Count > 0 ? 2 * changes[3 * (changes.Count - 1) / 4] : 0).Value;
    }

    static bool IsExtended(Detection detection) => double.IsFinite(detection.FluxPsf) && (double.IsNaN(detection.StarLike)
        ? detection.Chi2Psf > ExtendedChi2 : detection.StarLike < 0.5);

    ForcedFlux InAperture(double x, double y)
    {
        var (flags, noise) = (Flags(x, y), background.Noise(x, y));
        var box = PixelBox.Around(x, y, radius + 0.5, frame.Width, frame.Height);
        var (sum, area, squares, missing) = (0.0, 0.0, 0.0, 0.0);
        for (var at = 0; at < box.Count; at++)
        {
            var (column, row) = (box.Left + at % box.Width, box.Bottom + at / box.Width);
            var part = PartWithin(column + 1 - x, row + 1 - y);
            var value = image.Pixels[row * frame.Width + column];
            if (float.IsNaN(value))
            {
                missing += part;
                continue;
            }
            (sum, area, squares) = (sum + part * value, area + part, squares + part * part);
        }
        if (missing > 0)
            return new ForcedFlux { Flags = flags | DetectionFlaws.BadPixels, Reason = NoPixels(x, y) };
        if (area < (1 - 1e-2) * Math.PI * radius * radius && (flags & DetectionFlaws.Edge) != 0)
            return new ForcedFlux
            {
                Flags = flags | DetectionFlaws.ApertureCut,
                Reason = string.Create(CultureInfo.InvariantCulture,
                    $"The aperture at ({x:F1}, {y:F1}) is cut by the edge of the frame. Use a smaller one, or fit stars."),
            };
        var (sky, skyErr) = Sky(x, y, noise);
        var flux = sum - area * sky;
        return new ForcedFlux
        {
            Flux = flux,
            FluxErr = Math.Sqrt(squares * noise * noise + Photons(flux) + area * area * skyErr * skyErr),
            Background = background.Level(x, y) + sky,
            Flags = flags,
        };
    }

    // The median of a ring and its error: the level that the background's mesh left.
    (double Level, double Err) Sky(double x, double y, double noise)
    {
        var (inner, outer) = (Math.Max(2 * radius, radius + 3), Math.Max(4 * radius, radius + 12));
        var box = PixelBox.Around(x, y, outer, frame.Width, frame.Height);
        var values = new List<double>(box.Count);
        for (var at = 0; at < box.Count; at++)
        {
            var (column, row) = (box.Left + at % box.Width, box.Bottom + at / box.Width);
            var distance = double.Hypot(column + 1 - x, row + 1 - y);
            var value = image.Pixels[row * frame.Width + column];
            if (distance > inner && distance <= outer && !float.IsNaN(value))
                values.Add(value);
        }
        return values.Count < 20 ? (0, 0) // too few to be better than the background's mesh
            : (Robust.Median([.. values]), noise * Math.Sqrt(Math.PI / (2 * values.Count)));
    }

    double PartWithin(double dx, double dy)
    {
        var distance = double.Hypot(dx, dy);
        if (distance < radius - 0.71)
            return 1;
        if (distance > radius + 0.71)
            return 0;
        var inside = 0;
        for (var i = 0; i < Parts * Parts; i++)
        {
            var (px, py) = (dx + (i % Parts + 0.5) / Parts - 0.5, dy + (i / Parts + 0.5) / Parts - 0.5);
            inside += px * px + py * py <= radius * radius ? 1 : 0;
        }
        return (double)inside / (Parts * Parts);
    }

    double Photons(double flux) => options.Gain > 0 ? Math.Max(flux, 0) / options.Gain : 0;

    DetectionFlaws Flags(double x, double y)
    {
        var flags = x - radius < 0.5 || y - radius < 0.5 || x + radius > frame.Width + 0.5 || y + radius > frame.Height + 0.5
            ? DetectionFlaws.Edge : DetectionFlaws.None;
        var box = PixelBox.Around(x, y, radius, frame.Width, frame.Height);
        for (var at = 0; at < box.Count; at++)
        {
            var (column, row) = (box.Left + at % box.Width, box.Bottom + at / box.Width);
            if (frame.Pixels[row * frame.Width + column] >= options.Saturation &&
                double.Hypot(column + 1 - x, row + 1 - y) <= radius)
                return flags | DetectionFlaws.Saturated;
        }
        return flags;
    }

    void Subtract(Detection detection, int sign)
    {
        var place = Place(detection);
        fitter!.Subtract(place.X, place.Y, sign * detection.FluxPsf, background.Noise(place.X, place.Y));
    }

    static (double X, double Y) Place(Detection detection) =>
        double.IsFinite(detection.XPsf + detection.YPsf) ? (detection.XPsf, detection.YPsf) : (detection.X, detection.Y);

    string Outside(double x, double y) => string.Create(CultureInfo.InvariantCulture,
        $"The place ({x:F1}, {y:F1}) is outside of the frame of {frame.Width} x {frame.Height} pixels.");

    static string NoPixels(double x, double y) => string.Create(CultureInfo.InvariantCulture,
        $"Too many pixels at ({x:F1}, {y:F1}) have no value or are saturated.");
}
