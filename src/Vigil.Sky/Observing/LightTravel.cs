using Vigil.Sky.Time;

namespace Vigil.Sky.Observing;

/// <summary>How much earlier or later a signal from a direction reaches the Sun, or the barycentre, than the observer.</summary>
/// <remarks>
/// For distant objects: flat wave fronts. The error is that of <see cref="Earth.At"/>, at most 0.07 ms against ERFA's epv00; the
/// Sun's Shapiro delay, up to 0.1 ms and mostly 0.02, is left out. J. Eastman, R. Siverd and B. S. Gaudi 2010, PASP 122, 935,
/// tells which to use.
/// </remarks>
public static class LightTravel
{
    /// <summary>Days to add to a time of observation for the time at the Sun (heliocentric): at most 0.0058.</summary>
    /// <param name="ra">Degrees, ICRS, any finite value.</param>
    /// <param name="dec">Degrees, ICRS, in [-90, 90].</param>
    /// <param name="moment">Time of observation.</param>
    /// <param name="site">The observer; by default the centre of the Earth, 21 ms away at most.</param>
    /// <exception cref="ArgumentOutOfRangeException">The declination is outside [-90, 90], or a number is not finite.</exception>
    public static double ToSun(double ra, double dec, in Moment moment, Site? site = null) =>
        Days(ra, dec, moment.Earth.FromSun, moment, site);

    /// <summary>
    /// Days to add to a time of observation for the time at the barycentre of the solar system: at most 0.0058.
    /// </summary>
    /// <inheritdoc cref="ToSun"/>
    public static double ToBarycentre(double ra, double dec, in Moment moment, Site? site = null) =>
        Days(ra, dec, moment.Earth.Position, moment, site);

    /// <summary>The heliocentric date of an observation, in UTC as it was: HJD - 2400000.5.</summary>
    /// <param name="mjd">UTC.</param>
    /// <inheritdoc cref="ToSun"/>
    public static double Hjd(double mjd, double ra, double dec, Site? site = null) => mjd + ToSun(ra, dec, new Moment(mjd), site);

    /// <summary>The barycentric date of an observation in TDB: BJD_TDB - 2400000.5.</summary>
    /// <param name="mjd">UTC.</param>
    /// <inheritdoc cref="ToSun"/>
    public static double BjdTdb(double mjd, double ra, double dec, Site? site = null) =>
        BjdTdb(JulianDate.FromMjd(mjd), ra, dec, site).Mjd;

    /// <summary>The same in two parts, without the 0.6 µs of a double.</summary>
    /// <inheritdoc cref="BjdTdb(double, double, double, Site?)"/>
    public static JulianDate BjdTdb(JulianDate utc, double ra, double dec, Site? site = null) =>
        TimeScale.UtcToTdb(utc).AddSeconds(86400 * ToBarycentre(ra, dec, new Moment(utc.Mjd), site));

    static double Days(double ra, double dec, SpaceVector earth, in Moment moment, Site? site)
    {
        var observer = site is { } place ? earth + new Horizon(place, moment).FromEarth : earth;
        return observer.Dot(SpaceVector.From(ra, dec)) / Earth.LightSpeed;
    }
}
