namespace Vigil.Sky.Observing;

/// <summary>Where the Sun is.</summary>
public static class Sun
{
    /// <summary>The Sun as seen from the Earth's centre: ra in [0, 360) and dec in [-90, 90], degrees, on the axes of J2000.</summary>
    /// <param name="mjd">Terrestrial or Universal Time: the Sun moves 0.001 degrees in the minute between them.</param>
    /// <remarks>
    /// Within 0.01 degrees from 1900 to 2100. J. Meeus, Astronomical Algorithms, 2nd ed., chapter 25 (low accuracy), with
    /// the light time's 20.5" and with the longitude brought back to the equinox of J2000.
    /// </remarks>
    public static (double Ra, double Dec) Position(double mjd)
    {
        var t = (mjd - 51544.5) / 36525; // Julian centuries since J2000.0
        var meanLongitude = 280.46646 + t * (36000.76983 + t * 0.0003032);
        var (sinM, cosM) = Math.SinCos(double.DegreesToRadians((357.52911 + t * (35999.05029 - t * 0.0001537)) % 360));
        var equationOfCentre = (1.914602 - t * (0.004817 + t * 0.000014)) * sinM
            + (0.019993 - 0.000101 * t) * (2 * sinM * cosM)
            + 0.000289 * sinM * (4 * cosM * cosM - 1);
        const double aberration = -0.00569;
        var precession = 1.396971 * t; // general precession in longitude, degrees
        var longitude = (meanLongitude + equationOfCentre + aberration - precession) % 360;

        var (sin, cos) = Math.SinCos(double.DegreesToRadians(longitude));
        var (sinTilt, cosTilt) = Math.SinCos(double.DegreesToRadians(23.4392911)); // obliquity of the ecliptic of J2000
        return new UnitVector(cos, sin * cosTilt, sin * sinTilt).ToDegrees();
    }
}
