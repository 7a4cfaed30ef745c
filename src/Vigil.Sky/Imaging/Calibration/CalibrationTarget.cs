namespace Vigil.Sky.Imaging;

/// <summary>The source whose magnitude is wanted. It is not used as a reference star.</summary>
/// <param name="Ra">Right ascension: degrees, ICRS.</param>
/// <param name="Dec">Declination: degrees in [-90, 90].</param>
public sealed record CalibrationTarget(double Ra, double Dec)
{
    /// <summary>
    /// Its instrumental magnitude where the caller has measured it, as a forced or a fitted one; null for the nearest star of
    /// the list.
    /// </summary>
    public InstrumentalStar? Measured { get; init; }

    /// <summary>
    /// The instrumental magnitude that would just be seen at its place, from the frame's noise there; NaN where that is not
    /// known, when the list's own faint end must tell.
    /// </summary>
    public double LimitingMag { get; init; } = double.NaN;

    /// <summary>Its place in the frame, FITS pixels: for the spatial term of a limit. NaN for the middle of the stars.</summary>
    public double X { get; init; } = double.NaN;

    /// <summary>Likewise.</summary>
    public double Y { get; init; } = double.NaN;

    /// <summary>
    /// Its colour, in the colour of the calibration (<see cref="CalibrationOptions.Colour"/>): mag; NaN for the reference
    /// catalogue's, or else the median of the reference stars.
    /// </summary>
    public double Colour { get; init; } = double.NaN;

    /// <summary>Its 1 sigma error: mag.</summary>
    public double ColourErr { get; init; }

    /// <summary>
    /// A star is the target if it is this near: arcsec. Null for 1.5 times the radius within which stars matched, at least 1".
    /// </summary>
    public double? Radius { get; init; }
}
