using Vigil.Sky.LightCurves;

namespace Vigil.Sky.Imaging;

/// <summary>From instrumental magnitudes to those of a reference catalogue.</summary>
/// <remarks>
/// The steps are those of the Cambridge Photometric Calibration Server, CPCS (P. Zieliński et al. 2019, Contrib. Astron. Obs.
/// Skalnaté Pleso 49, 125), with proper motions, colour and spatial terms, and errors added.
/// </remarks>
public static class Calibration
{
    // Stars move at most 10.4" a year (Barnard's); 30 years either way are 5'.
    const double Margin = 0.09;

    /// <summary>Calibrates the stars of one frame.</summary>
    /// <param name="stars">In any order.</param>
    /// <param name="epoch">When the frame was taken: Julian year.</param>
    /// <param name="catalog">Where the reference stars are.</param>
    /// <param name="options">Null for the usual.</param>
    /// <exception cref="FrameException">The catalogue is broken, or cannot be reached.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The epoch or an option is no possible number.</exception>
    public static CalibrationResult Calibrate(IReadOnlyList<InstrumentalStar> stars, double epoch, IStarCatalog catalog,
        CalibrationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stars);
        ArgumentNullException.ThrowIfNull(catalog);
        var references = new List<CatalogStar>();
        if (Field(stars) is { } field)
            catalog.Cone(field.Ra, field.Dec, field.Radius, references);
        return new Calibrator(references, epoch).Calibrate(stars, options);
    }

    /// <summary>Calibrates the stars of one frame against reference stars in memory.</summary>
    /// <param name="stars">In any order.</param>
    /// <param name="epoch">When the frame was taken: Julian year.</param>
    /// <param name="references">Of the field, in any order; more do no harm.</param>
    /// <param name="options">Null for the usual.</param>
    /// <exception cref="ArgumentOutOfRangeException">The epoch or an option is no possible number.</exception>
    public static CalibrationResult Calibrate(IReadOnlyList<InstrumentalStar> stars, double epoch,
        IReadOnlyList<CatalogStar> references, CalibrationOptions? options = null) =>
        new Calibrator(references, epoch).Calibrate(stars, options);

    /// <summary>A cone around the stars with room for proper motions: degrees. Null where no star has a position.</summary>
    /// <param name="stars">In any order.</param>
    public static (double Ra, double Dec, double Radius)? Field(IReadOnlyList<InstrumentalStar> stars)
    {
        ArgumentNullException.ThrowIfNull(stars);
        var placed = stars.Where(star => HasPlace(star)).Select(star => SpaceVector.From(star.Ra, star.Dec)).ToArray();
        if (placed.Length == 0)
            return null;
        // Medians, for a row of zeros in a list must not make the cone half the sky.
        var centre = new SpaceVector(Robust.Median([.. placed.Select(v => v.X)]), Robust.Median([.. placed.Select(v => v.Y)]),
            Robust.Median([.. placed.Select(v => v.Z)]));
        if (centre == default)
            centre = placed[0];
        var (ra, dec) = centre.ToDegrees();
        var distances = stars.Where(star => HasPlace(star))
            .Select(star => Sphere.Separation(ra, dec, star.Ra, star.Dec)).ToArray();
        // In a square field the farthest corner is 1.8 times as far as the median star.
        var radius = Math.Min(distances.Max(), 3 * Robust.Median(distances));
        return (ra, dec, Math.Min(radius + Margin, 180));
    }

    internal static bool HasPlace(in InstrumentalStar star) => double.IsFinite(star.Ra) && star.Dec is >= -90 and <= 90;
}
