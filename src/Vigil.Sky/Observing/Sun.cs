using Vigil.Sky.Time;

namespace Vigil.Sky.Observing;

/// <summary>Where the Sun is.</summary>
public static class Sun
{
    /// <summary>Radius, km: IAU 2015 B3 (nominal), exact.</summary>
    public const double RadiusKm = 695700;

    /// <summary>The Sun from the centre of the Earth: au, on the axes of ICRS, without aberration.</summary>
    /// <param name="mjdTt">TT.</param>
    /// <exception cref="ArgumentOutOfRangeException">The date is NaN or infinite.</exception>
    /// <remarks>
    /// As accurate as <see cref="Earth.At"/>: 0.03" from 1900 to 2100. The 0.01" that it moves while its light is under way are
    /// left out.
    /// </remarks>
    public static SpaceVector At(double mjdTt) => -1 * Earth.At(mjdTt).FromSun;

    /// <summary>
    /// Where the Sun is seen from the Earth's centre: ra in [0, 360) and dec in [-90, 90], degrees, on the axes of ICRS,
    /// aberration in it.
    /// </summary>
    /// <param name="mjd">UTC.</param>
    /// <exception cref="ArgumentOutOfRangeException">The date is NaN or infinite.</exception>
    /// <remarks>Within 0.05" from 1900 to 2100.</remarks>
    public static (double Ra, double Dec) Position(double mjd)
    {
        var earth = Earth.At(TimeScale.UtcToTt(mjd));
        return (earth.FromSun.Length / Earth.LightSpeed * earth.Velocity - earth.FromSun).ToDegrees();
    }

    /// <summary>How high the centre of the Sun stands above the horizon: degrees, in [-90, 90], without refraction.</summary>
    /// <param name="mjd">UTC.</param>
    /// <param name="site">The observer.</param>
    /// <exception cref="ArgumentOutOfRangeException">The date or the site is none.</exception>
    /// <remarks>
    /// Within 0.004 degrees: what UT1 - UTC, which is not known here, can make of it; 0.1" with <see cref="Horizon"/>.
    /// </remarks>
    public static double Altitude(double mjd, Site site)
    {
        var moment = new Moment(mjd);
        return new Horizon(site, moment).AltAz(-1 * moment.Earth.FromSun).Altitude;
    }
}
