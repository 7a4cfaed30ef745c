using Vigil.Sky.Time;

namespace Vigil.Sky;

/// <summary>
/// The ecliptic frame: longitude from the equinox along the mean ecliptic, latitude from it, of J2000.0 or of a date.
/// </summary>
/// <remarks>
/// IAU 2006 (N. Capitaine, P. T. Wallace and J. Chapront 2003, A&amp;A 412, 567), without nutation and aberration; the bias
/// between ICRS and the mean equator of J2000.0 is kept. Good from 1600 to 2400.
/// </remarks>
public static class Ecliptic
{
    static readonly Rotation fromIcrs = PrecessionNutation.Ecliptic(0);

    static readonly Rotation toIcrs = fromIcrs.Transposed;

    /// <summary>Longitude in [0, 360) and latitude in [-90, 90] of a position, for J2000.0: degrees.</summary>
    /// <param name="ra">Degrees, ICRS, any finite value.</param>
    /// <param name="dec">Degrees, ICRS, in [-90, 90].</param>
    /// <exception cref="ArgumentOutOfRangeException">The declination is outside [-90, 90], or a number is not finite.</exception>
    public static (double Longitude, double Latitude) FromIcrs(double ra, double dec) => fromIcrs.Apply(ra, dec);

    /// <summary>The same for the ecliptic and equinox of a date.</summary>
    /// <inheritdoc cref="FromIcrs(double, double)"/>
    /// <param name="mjdTt">The date: TT.</param>
    public static (double Longitude, double Latitude) FromIcrs(double ra, double dec, double mjdTt) =>
        PrecessionNutation.Ecliptic(Epoch.Centuries(mjdTt)).Apply(ra, dec);

    /// <summary>
    /// The position, ICRS, of a longitude and latitude of J2000.0: ra in [0, 360) and dec in [-90, 90], degrees.
    /// </summary>
    /// <param name="longitude">Degrees, any finite value.</param>
    /// <param name="latitude">Degrees, in [-90, 90].</param>
    /// <exception cref="ArgumentOutOfRangeException">The latitude is outside [-90, 90], or a number is not finite.</exception>
    public static (double Ra, double Dec) ToIcrs(double longitude, double latitude) => toIcrs.Apply(longitude, latitude);

    /// <summary>The same for the ecliptic and equinox of a date.</summary>
    /// <inheritdoc cref="ToIcrs(double, double)"/>
    /// <param name="mjdTt">The date: TT.</param>
    public static (double Ra, double Dec) ToIcrs(double longitude, double latitude, double mjdTt) =>
        PrecessionNutation.Ecliptic(Epoch.Centuries(mjdTt)).Transposed.Apply(longitude, latitude);
}
