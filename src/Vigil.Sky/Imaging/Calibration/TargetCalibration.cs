using System.Globalization;
using Vigil.Sky.LightCurves;

namespace Vigil.Sky.Imaging;

/// <summary>The target of a calibration: which star it is, its magnitude or limit, and what there is to say against it.</summary>
sealed class TargetCalibration(Calibrator field, InstrumentalStar[] stars, CalibrationOptions options, CalibrationTarget target,
    List<CalibrationNote> notes)
{
    // A target given to the arcsec is found, however sharp the frame: arcsec.
    const double MinTargetRadius = 1;

    // Of the radius for matching: 3 sigma where that is 2 sigma, so that one target in ten thousand is missed, not one in fifty.
    const double TargetRadii = 1.5;

    // A signal-to-noise ratio of 5 is taken for just seen.
    const double LimitingRatio = 5;

    static readonly CultureInfo invariant = CultureInfo.InvariantCulture;

    double radius; // arcsec
    int targetStar = -1;
    double targetSeparation = double.NaN;

    /// <summary>Looks for the star that is the target, flawed or not, and takes it out of the pairs.</summary>
    public void Find(CalibrationResult result, StarPairs pairs)
    {
        radius = target.Radius ?? Math.Max(TargetRadii * result.MatchRadius, MinTargetRadius);
        var dec = Math.Clamp(target.Dec + result.OffsetDec / 3600, -90, 90);
        var ra = target.Ra + result.OffsetRa / 3600 / Math.Max(Math.Cos(double.DegreesToRadians(target.Dec)), 1e-9);
        for (var i = 0; i < stars.Length; i++)
        {
            var star = stars[i];
            if (!Calibrator.IsUsable(star) || Math.Abs(star.Dec - dec) * 3600 > radius)
                continue;
            var separation = 3600 * Sphere.Separation(ra, dec, star.Ra, star.Dec);
            if (separation > radius || separation > targetSeparation
                || (separation == targetSeparation && StarMatcher.Compare(star, stars[targetStar]) >= 0))
                continue;
            (targetStar, targetSeparation) = (i, separation);
        }
        if (targetStar >= 0)
            pairs.Remove(targetStar);
    }

    /// <summary>Its magnitude or limit, into the result.</summary>
    public void Measure(CalibrationResult result)
    {
        var best = result.Best!;
        var measured = target.Measured ?? (targetStar >= 0 ? stars[targetStar] : default(InstrumentalStar?));
        if (measured is { } given && !double.IsFinite(given.Mag))
            measured = null;
        var instrumental = measured?.Mag ?? (double.IsFinite(target.LimitingMag) ? target.LimitingMag : FaintEnd());
        if (double.IsNaN(instrumental))
        {
            notes.Add(new(CalibrationConcern.NoLimit,
                "The target was not seen, and fewer than 5 stars have an error: the list does not tell how faint it reaches."));
            return;
        }
        var model = best.Model!;
        var (x, y) = measured is { } star ? (star.X, star.Y) : (target.X, target.Y);
        if (best.Spatial != SpatialTerm.None && !(double.IsFinite(x) && double.IsFinite(y)))
            (x, y) = (model.Terms.CentreX, model.Terms.CentreY);
        var used = result.Stars(best).Where(star => star.Used).ToArray();
        var (colour, colourErr, source) = TargetColour(best, used);
        var zeroPoint = model.ZeroPoint(colour, x, y);
        result.Target = new TargetMagnitude
        {
            IsLimit = measured is null,
            Mag = instrumental + zeroPoint,
            InstrumentalMag = instrumental,
            StatisticalErr = measured?.MagErr ?? double.NaN,
            ZeroPointErr = model.ZeroPointErr(colour, x, y),
            ColourErr = Math.Abs(best.ColourSlope) * colourErr,
            Scatter = best.ScatterAt(instrumental + zeroPoint),
            Star = target.Measured is null ? targetStar : -1,
            Separation = target.Measured is null ? targetSeparation : double.NaN,
            Colour = best.Colour is null ? double.NaN : colour,
            ColourSource = source,
            Flags = measured?.Flags ?? DetectionFlaws.None,
        };
        if (measured is { } seen)
            Judge(seen, best, used, result.Target);
        else if (result.Target.ColourErr > 0.01)
            NoteColour(best, result.Target);
    }

    (double Colour, double Err, ColourSource Source) TargetColour(BandFit best, CalibrationStar[] used)
    {
        if (best.Colour is not { } kind)
            return (0, 0, ColourSource.NotNeeded);
        if (double.IsFinite(target.Colour))
            return (target.Colour, target.ColourErr, ColourSource.Given);
        Span<int> near = stackalloc int[64];
        var found = Math.Min(field.Index.Cone(target.Ra, target.Dec, radius / 3600, near), near.Length);
        var (nearest, separation) = (-1, double.PositiveInfinity);
        foreach (var reference in near[..found])
        {
            var (ra, dec, _) = field.Place(reference);
            var distance = Sphere.Separation(target.Ra, target.Dec, ra, dec);
            if (distance < separation || (distance == separation && reference < nearest))
                (nearest, separation) = (reference, distance);
        }
        if (nearest >= 0 && field.ColourOf(kind, nearest) is var own && double.IsFinite(own))
            return (own, Math.Sqrt(field.ErrSquared(kind.Blue)[nearest] + field.ErrSquared(kind.Red)[nearest]),
                ColourSource.Catalogue);
        var colours = used.Select(star => star.Colour).ToArray();
        return (Robust.Median(colours), Robust.Sigma(colours), ColourSource.Assumed);
    }

    // The instrumental magnitude of a source that would just be seen. Where the sky makes the noise, its ratio to a star's flux
    // tells for each faint star what would be five times the noise. But no list reaches fainter than its faintest stars.
    double FaintEnd()
    {
        var faint = stars.Where(star => Calibrator.IsUsable(star) && star.MagErr > 0 && (star.Flags & options.Excluded) == 0)
            .OrderByDescending(star => star.Mag).ToArray();
        if (faint.Length < 5)
            return double.NaN;
        var reached = faint[faint.Length / 20].Mag; // 95 % are brighter
        var seen = faint.Take(Math.Max(faint.Length / 4, 5))
            .Select(star => star.Mag + 2.5 * Math.Log10(2.5 / Math.Log(10) / star.MagErr / LimitingRatio)).ToArray();
        return Math.Min(reached, Robust.Median(seen));
    }

    void Judge(InstrumentalStar seen, BandFit best, CalibrationStar[] used, TargetMagnitude measured)
    {
        if ((seen.Flags & DetectionFlaws.Saturated) != 0)
            notes.Add(new(CalibrationConcern.TargetSaturated,
                "The target is saturated: it is brighter than the magnitude says. Take a shorter exposure."));
        else
        {
            var saturated = stars.Where(star => (star.Flags & DetectionFlaws.Saturated) != 0 && Calibrator.IsUsable(star))
                .Select(star => star.Mag).Order().ToArray();
            // Of the faintest saturated stars some are blends: nine in ten.
            if (saturated.Length > 0 && saturated[(saturated.Length - 1) * 9 / 10] is var limit && seen.Mag < limit + 0.3)
                notes.Add(new(CalibrationConcern.TargetNearSaturation, string.Create(invariant,
                    $"Stars of {limit + measured.Mag - seen.Mag:0.0} mag are saturated; "
                    + $"the target of {measured.Mag:0.0} mag is near that, and may be brighter than it seems.")));
        }
        if ((seen.Flags & ~DetectionFlaws.Saturated) is var flaws and not DetectionFlaws.None)
            notes.Add(new(CalibrationConcern.TargetFlawed, $"The detection of the target is flagged: {flaws}."));
        var (bright, faint) = (used.Min(star => star.ReferenceMag), used.Max(star => star.ReferenceMag));
        if (measured.Mag < bright || measured.Mag > faint)
            notes.Add(new(CalibrationConcern.TargetMagnitudeOutside, string.Create(invariant,
                $"The target is of {measured.Mag:0.0} mag, the reference stars of {bright:0.0} to {faint:0.0}: "
                + $"its magnitude relies on a linear detector.")));
        if (best.Colour is not { } colour)
            return;
        var (blue, red) = (used.Min(star => star.Colour), used.Max(star => star.Colour));
        if (measured.Colour < blue || measured.Colour > red)
            notes.Add(new(CalibrationConcern.TargetColourOutside, string.Create(invariant,
                $"The target has {colour} = {measured.Colour:0.00}, the reference stars {blue:0.00} to {red:0.00}: "
                + $"the colour term is extrapolated.")));
        NoteColour(best, measured);
    }

    void NoteColour(BandFit best, TargetMagnitude measured)
    {
        if (measured.ColourSource == ColourSource.Assumed)
            notes.Add(new(CalibrationConcern.TargetColourAssumed, string.Create(invariant,
                $"The target's colour is not known: {best.Colour} = {measured.Colour:0.00} was assumed, as of the middle star. "
                + $"For each magnitude that it is redder, its magnitude changes by {best.ColourSlope:+0.000;-0.000}; "
                + $"the error counts ±{measured.ColourErr:0.000} for this. Give the colour if you know it.")));
    }
}
