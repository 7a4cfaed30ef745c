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
        var t = Centuries(mjd);
        var precession = 1.396971 * t; // general precession in longitude, degrees
        return OnEquator(Longitude(t) - precession, 23.4392911); // obliquity of the ecliptic of J2000
    }

    /// <summary>How high the centre of the Sun stands above the horizon: degrees, in [-90, 90], without refraction.</summary>
    /// <param name="mjd">UTC.</param>
    /// <param name="latitude">Geodetic, degrees north, in [-90, 90].</param>
    /// <param name="longitude">Degrees east, any finite value.</param>
    /// <remarks>Within 0.02 degrees from 1900 to 2100; UT1 - UTC, nutation and the Sun's parallax of 9" are left out.</remarks>
    public static double Altitude(double mjd, double latitude, double longitude)
    {
        var (ra, dec) = OfDate(mjd);
        var (sin, cos) = Math.SinCos(double.DegreesToRadians(latitude));
        var (sinDec, cosDec) = Math.SinCos(double.DegreesToRadians(dec));
        var cosHour = Math.Cos(double.DegreesToRadians(SiderealTime(mjd) + longitude - ra));
        return double.RadiansToDegrees(Math.Asin(Math.Clamp(sin * sinDec + cos * cosDec * cosHour, -1, 1)));
    }

    /// <summary>The Sun's hour angle at a longitude (degrees east): degrees in [0, 360), 0 at its upper culmination.</summary>
    internal static double HourAngle(double mjd, double longitude) =>
        Sphere.NormalizeRa(SiderealTime(mjd) + longitude - OfDate(mjd).Ra);

    // On the equator and equinox of date.
    static (double Ra, double Dec) OfDate(double mjd)
    {
        var t = Centuries(mjd);
        return OnEquator(Longitude(t), 23.4392911 - 0.0130042 * t); // mean obliquity, Meeus (22.2)
    }

    // Apparent longitude from the equinox of date, without nutation, degrees.
    static double Longitude(double t)
    {
        var meanLongitude = 280.46646 + t * (36000.76983 + t * 0.0003032);
        var (sinM, cosM) = Math.SinCos(double.DegreesToRadians((357.52911 + t * (35999.05029 - t * 0.0001537)) % 360));
        var equationOfCentre = (1.914602 - t * (0.004817 + t * 0.000014)) * sinM
            + (0.019993 - 0.000101 * t) * (2 * sinM * cosM)
            + 0.000289 * sinM * (4 * cosM * cosM - 1);
        const double aberration = -0.00569;
        return (meanLongitude + equationOfCentre + aberration) % 360;
    }

    static (double Ra, double Dec) OnEquator(double longitude, double obliquity)
    {
        var (sin, cos) = Math.SinCos(double.DegreesToRadians(longitude));
        var (sinTilt, cosTilt) = Math.SinCos(double.DegreesToRadians(obliquity));
        return new UnitVector(cos, sin * cosTilt, sin * sinTilt).ToDegrees();
    }

    // Mean sidereal time at Greenwich, degrees; Meeus (12.4) without the term that grows by 0.0004 degrees in a century.
    static double SiderealTime(double mjd) => (280.46061837 + 360.98564736629 * (mjd - 51544.5)) % 360;

    // Julian centuries since J2000.0.
    static double Centuries(double mjd) => (mjd - 51544.5) / 36525;
}
