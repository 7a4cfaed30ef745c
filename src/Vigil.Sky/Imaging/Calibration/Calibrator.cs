namespace Vigil.Sky.Imaging;

/// <summary>The reference stars of a field at one epoch, ready to calibrate any number of frames of it.</summary>
/// <remarks>
/// Results are the same to the bit for any order of the reference stars and of the frame's. Instances do not change and may be
/// shared by threads.
/// </remarks>
public sealed class Calibrator
{
    const double MaxMag = 50, MaxMagErr = 1; // of the CPCS: no magnitude, or none to speak of

    readonly CatalogStar[] references; // as given, in our order
    readonly double[] ra, dec, cosDec; // at the epoch
    readonly SpaceVector[] directions; // likewise
    readonly double[]?[] mag, errSquared; // by band, or null where no star has it
    readonly PositionIndex index;

    /// <summary>Moves reference stars to an epoch.</summary>
    /// <param name="stars">In any order; those without a position are left out.</param>
    /// <param name="epoch">Julian year, such as 2026.4; of MJD m it is 2000 + (m - 51544.5) / 365.25.</param>
    /// <exception cref="ArgumentOutOfRangeException">The epoch is not between 1800 and 2200.</exception>
    public Calibrator(IReadOnlyList<CatalogStar> stars, double epoch)
    {
        ArgumentNullException.ThrowIfNull(stars);
        if (!(epoch is >= 1800 and <= 2200))
            throw new ArgumentOutOfRangeException(nameof(epoch), epoch, "An epoch is a Julian year, such as 2026.4.");
        Epoch = epoch;
        references = [.. stars.Where(star => double.IsFinite(star.Ra) && star.Dec is >= -90 and <= 90)];
        Array.Sort(references, Compare);
        (ra, dec) = (new double[references.Length], new double[references.Length]);
        for (var i = 0; i < references.Length; i++)
            (ra[i], dec[i]) = At(references[i], epoch);
        index = new PositionIndex(ra, dec);
        (directions, cosDec) = (new SpaceVector[ra.Length], new double[ra.Length]);
        for (var i = 0; i < ra.Length; i++)
            (directions[i], cosDec[i]) = (SpaceVector.From(ra[i], dec[i]), Math.Cos(double.DegreesToRadians(dec[i])));
        (mag, errSquared) = (new double[CatalogMagnitudes.Count][], new double[CatalogMagnitudes.Count][]);
        foreach (var band in Enum.GetValues<CatalogBand>())
        {
            if (!references.Any(star => float.IsFinite(star.Mag[band])))
                continue;
            // Five decimals are the catalogue's; those beyond are what a float makes of them.
            mag[(int)band] = [.. references.Select(star =>
                float.IsFinite(star.Mag[band]) ? Math.Round(star.Mag[band], 5) : double.NaN)];
            errSquared[(int)band] = [.. references.Select(star => Square(star.MagErr[band]))];
        }

        static double Square(float err) => float.IsNaN(err) ? 0 : Math.Pow(Math.Round(err, 5), 2);
    }

    /// <summary>The Julian year to which the reference stars were moved.</summary>
    public double Epoch { get; }

    /// <summary>How many reference stars there are.</summary>
    public int Count => references.Length;

    /// <summary>Calibrates the stars of one frame.</summary>
    /// <param name="stars">In any order; an array must not change while the result is in use.</param>
    /// <param name="options">Null for the usual.</param>
    /// <returns>A zero point and what follows from it, or the reason why there is none.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is no possible number.</exception>
    public CalibrationResult Calibrate(IReadOnlyList<InstrumentalStar> stars, CalibrationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stars);
        options ??= new CalibrationOptions();
        Check(options);
        return new FieldCalibration(this, stars as InstrumentalStar[] ?? [.. stars], options).Run();
    }

    internal ReadOnlySpan<CatalogStar> References => references;

    internal (double Ra, double Dec, double CosDec) Place(int reference) => (ra[reference], dec[reference], cosDec[reference]);

    internal ReadOnlySpan<SpaceVector> Directions => directions;

    /// <summary>NaN where there is none; empty where no star has the band.</summary>
    internal ReadOnlySpan<double> Mag(CatalogBand band) => mag[(int)band];

    /// <summary>0 where the catalogue gives no error.</summary>
    internal ReadOnlySpan<double> ErrSquared(CatalogBand band) => errSquared[(int)band];

    /// <summary>The colour of a reference star; NaN where it has none.</summary>
    internal double ColourOf(CatalogColour? colour, int reference) =>
        colour is { } c && mag[(int)c.Blue] is { } blue && mag[(int)c.Red] is { } red ? blue[reference] - red[reference]
            : double.NaN;

    internal PositionIndex Index => index;

    /// <summary>Whether a star's numbers can be used.</summary>
    internal static bool IsUsable(in InstrumentalStar star) => Calibration.HasPlace(star) && double.IsFinite(star.Mag)
        && star.Mag <= MaxMag && star.MagErr is >= 0 and <= MaxMagErr;

    static (double Ra, double Dec) At(in CatalogStar star, double epoch) =>
        double.IsFinite(star.Epoch) && float.IsFinite(star.PmRa) && float.IsFinite(star.PmDec)
            && new SpaceMotion(star.Ra, star.Dec, star.PmRa, star.PmDec).At(star.Epoch, epoch) is var moved
            ? (moved.Ra, moved.Dec) : (Sphere.NormalizeRa(star.Ra), star.Dec);

    // By place; where two rows have one place, by all else that tells them apart.
    static int Compare(CatalogStar a, CatalogStar b)
    {
        var order = a.Dec.CompareTo(b.Dec);
        if (order == 0)
            order = a.Ra.CompareTo(b.Ra);
        if (order == 0)
            order = a.Id.CompareTo(b.Id);
        if (order == 0)
            order = a.Epoch.CompareTo(b.Epoch);
        if (order == 0)
            order = a.PmRa.CompareTo(b.PmRa);
        if (order == 0)
            order = a.PmDec.CompareTo(b.PmDec);
        if (order == 0)
            order = a.Flags.CompareTo(b.Flags);
        for (var band = 0; order == 0 && band < CatalogMagnitudes.Count; band++)
        {
            order = a.Mag[band].CompareTo(b.Mag[band]);
            if (order == 0)
                order = a.MagErr[band].CompareTo(b.MagErr[band]);
        }
        return order;
    }

    static void Check(CalibrationOptions options)
    {
        if (!(options.SearchRadius is > 0 and <= 3600))
            throw new ArgumentOutOfRangeException(nameof(options), options.SearchRadius,
                "SearchRadius must be in (0, 3600] arcsec.");
        if (options.MatchRadius is { } radius && !(radius > 0 && radius <= options.SearchRadius))
            throw new ArgumentOutOfRangeException(nameof(options), radius,
                $"MatchRadius must be positive and not above SearchRadius, {options.SearchRadius} arcsec.");
        if (options.MinStars < 1)
            throw new ArgumentOutOfRangeException(nameof(options), options.MinStars, "MinStars must be 1 or more.");
        if (!(options.MaxScatter > 0) || !(options.MaxCatalogErr > 0) || !(options.MaxOutlierFraction is > 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(options),
                "MaxScatter and MaxCatalogErr must be positive, MaxOutlierFraction in (0, 1].");
        if (options.Target is { } target && (!double.IsFinite(target.Ra) || target.Dec is not (>= -90 and <= 90)))
            throw new ArgumentOutOfRangeException(nameof(options),
                $"({target.Ra}, {target.Dec}) is no place of a target in degrees.");
    }
}
