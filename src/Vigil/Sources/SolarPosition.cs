using Vigil.Sky;

namespace Vigil.Sources;

/// <summary>Where the Sun is.</summary>
static class SolarPosition
{
    /// <summary>Geocentric position of the Sun, degrees, to 0.02 degrees from 1950 to 2050.</summary>
    /// <remarks>The Astronomical Almanac, page C5: low precision formulas for the Sun.</remarks>
    public static (double Ra, double Dec) At(double mjd)
    {
        var days = mjd - 51544.5;
        var anomaly = double.DegreesToRadians(357.528 + 0.9856003 * days);
        var lon = double.DegreesToRadians(280.460 + 0.9856474 * days + 1.915 * Math.Sin(anomaly) + 0.020 * Math.Sin(2 * anomaly));
        // Of date; the precession since J2000 brings it to the axes of the ICRS.
        lon -= double.DegreesToRadians(days * 3.8246e-5);
        var obliquity = double.DegreesToRadians(23.4393);
        return (Sphere.NormalizeRa(double.RadiansToDegrees(Math.Atan2(Math.Cos(obliquity) * Math.Sin(lon), Math.Cos(lon)))),
            double.RadiansToDegrees(Math.Asin(Math.Sin(obliquity) * Math.Sin(lon))));
    }
}
