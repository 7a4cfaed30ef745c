namespace Vigil.Sky.Imaging;

/// <summary>What is known of a frame's place on the sky before it is solved; all of it may be left out.</summary>
public sealed record PlateHints
{
    /// <summary>Right ascension near the frame's centre: degrees, ICRS; null where it is not known.</summary>
    public double? Ra { get; init; }

    /// <summary>Declination near the frame's centre: degrees in [-90, 90]; null where it is not known.</summary>
    public double? Dec { get; init; }

    /// <summary>How far from there the frame's centre may be: degrees in (0, 180].</summary>
    public double Radius { get; init; } = 3;

    /// <summary>Side of a pixel on the sky: arcsec; null where it is not known.</summary>
    public double? PixelScale { get; init; }

    /// <summary>
    /// The pixel scale may be wrong by this factor, either way: 1 or more. It holds for that of the frame's own coordinates, too.
    /// </summary>
    public double ScaleFactor { get; init; } = 3;

    /// <summary>
    /// Whether the whole of the catalogue is searched when the frame's own coordinates and the position given here lead to
    /// nothing. It is searched in any case when there are neither.
    /// </summary>
    public bool SearchEverywhere { get; init; }

    /// <summary>
    /// After how many patterns of the catalogue's stars a search is given up: 1 or more. A million takes about a second; a frame
    /// with nothing known asks for four million in a square degree of faint stars, most of them for the smallest pixel scales.
    /// </summary>
    public long MostPatterns { get; init; } = 100_000_000;

    /// <summary>The highest order of distortion (SIP) to be tried where the stars ask for it: 1 (none) to 4.</summary>
    public int MaxSipOrder { get; init; } = 4;

    internal void Check()
    {
        if (Ra is null != Dec is null)
            throw new ArgumentException("A position has both ra and dec; one of them is missing.");
        if (Ra is { } ra && !double.IsFinite(ra))
            throw new ArgumentOutOfRangeException(nameof(Ra), ra, "A right ascension must be a finite number of degrees.");
        if (Dec is { } dec)
            Sphere.CheckedDec(dec);
        if (!(Radius is > 0 and <= 180))
            throw new ArgumentOutOfRangeException(nameof(Radius), Radius, "A radius must be in (0, 180] degrees.");
        if (PixelScale is { } scale && !(scale > 0 && double.IsFinite(scale)))
            throw new ArgumentOutOfRangeException(nameof(PixelScale), scale, "A pixel scale must be a positive number (arcsec).");
        ArgumentOutOfRangeException.ThrowIfLessThan(MostPatterns, 1);
        if (!(ScaleFactor >= 1 && double.IsFinite(ScaleFactor)))
            throw new ArgumentOutOfRangeException(nameof(ScaleFactor), ScaleFactor, "A factor of uncertainty must be 1 or more.");
        if (MaxSipOrder is < 1 or > 4)
            throw new ArgumentOutOfRangeException(nameof(MaxSipOrder), MaxSipOrder, "The order of distortion must be in [1, 4].");
    }
}
