using Vigil.Sky.Time;

namespace Vigil.Sky.Observing;

/// <summary>Where the Moon is.</summary>
public static class Moon
{
    /// <summary>
    /// Radius, km: IAU Working Group on Cartographic Coordinates 2015 (B. A. Archinal et al. 2018, Celest. Mech. 130, 22).
    /// </summary>
    public const double RadiusKm = 1737.4;

    // Multiples of the elongation D, the anomalies of Sun and Moon, and F; then longitude, distance, latitude.
    static readonly double[][] terms = [.. EmbeddedTable.Rows("moon.csv")];

    /// <summary>
    /// The Moon as its light shows it from the centre of the Earth: au, on the axes of ICRS, without aberration.
    /// </summary>
    /// <param name="mjdTt">TT.</param>
    /// <exception cref="ArgumentOutOfRangeException">The date is NaN or infinite.</exception>
    /// <remarks>
    /// Within 10" in longitude and 4" in latitude in our time; of the distance terms below 1 km are left out. J. Meeus,
    /// Astronomical Algorithms, 2nd ed., chapter 47, a part of M. Chapront-Touzé and J. Chapront's ELP 2000. While the light is
    /// under way the Earth moves on, and the Moon with it: that shift of 20" is in the vector, and the aberration of an observer
    /// takes it out again.
    /// </remarks>
    public static SpaceVector At(double mjdTt)
    {
        var velocity = Earth.At(mjdTt).Velocity;
        var lightTime = Geometric(mjdTt).Length / Earth.LightSpeed;
        return Geometric(mjdTt - lightTime) - lightTime * velocity;
    }

    /// <summary>The Moon's phase.</summary>
    /// <param name="mjdTt">TT.</param>
    /// <exception cref="ArgumentOutOfRangeException">The date is NaN or infinite.</exception>
    /// <remarks>Within 0.01 degrees, 0.0001 of the disk: J. Meeus, Astronomical Algorithms, 2nd ed., chapter 48.</remarks>
    public static MoonPhase Phase(double mjdTt)
    {
        var sun = Sun.At(mjdTt);
        var moon = Geometric(mjdTt);
        var toEcliptic = PrecessionNutation.Ecliptic(Epoch.Centuries(mjdTt));
        // The Sun's longitude as seen: 20.5" of aberration, as its light is 8.3 minutes old and the Earth has moved.
        var aberration = sun.Length * 20.49552 / 3600;
        var elongation = toEcliptic.Apply(moon).ToDegrees().Ra - toEcliptic.Apply(sun).ToDegrees().Ra + aberration;
        var toSun = sun - moon;
        var cos = Math.Clamp(-toSun.Dot(moon) / (toSun.Length * moon.Length), -1, 1);
        return new MoonPhase(Sphere.NormalizeRa(elongation), double.RadiansToDegrees(Math.Acos(cos)), (1 + cos) / 2);
    }

    /// <summary>Where the Moon is at that very moment: au from the Earth's centre, ICRS.</summary>
    internal static SpaceVector Geometric(double mjdTt)
    {
        var t = Epoch.Centuries(mjdTt);
        // Meeus (47.1) to (47.6); the mean longitude without his 0.74" for the time of light.
        var mean = Radians(218.31665436 + t * (481267.88123421 + t * (-0.0015786 + t * (1 / 538841.0 - t / 65194000))));
        var d = Radians(297.8501921 + t * (445267.1114034 + t * (-0.0018819 + t * (1 / 545868.0 - t / 113065000))));
        var sun = Radians(357.5291092 + t * (35999.0502909 + t * (-0.0001536 + t / 24490000)));
        var moon = Radians(134.9633964 + t * (477198.8675055 + t * (0.0087414 + t * (1 / 69699.0 - t / 14712000))));
        var f = Radians(93.2720950 + t * (483202.0175233 + t * (-0.0036539 + t * (-1 / 3526000.0 + t / 863310000))));
        var eccentricity = 1 - t * (0.002516 + 0.0000074 * t);
        var (a1, a2, a3) = (Radians(119.75 + 131.849 * t), Radians(53.09 + 479264.290 * t), Radians(313.45 + 481266.484 * t));

        var longitude = 3958 * Math.Sin(a1) + 1962 * Math.Sin(mean - f) + 318 * Math.Sin(a2);
        var latitude = -2235 * Math.Sin(mean) + 382 * Math.Sin(a3) + 175 * Math.Sin(a1 - f) + 175 * Math.Sin(a1 + f)
            + 127 * Math.Sin(mean - moon) - 115 * Math.Sin(mean + moon);
        var distance = 385000560.0;
        foreach (var term in terms)
        {
            var (sin, cos) = Math.SinCos(term[0] * d + term[1] * sun + term[2] * moon + term[3] * f);
            var factor = Math.Abs(term[1]) switch { 0 => 1, 1 => eccentricity, _ => eccentricity * eccentricity };
            longitude += factor * term[4] * sin;
            distance += factor * term[5] * cos;
            latitude += factor * term[6] * sin;
        }
        var (sinLatitude, cosLatitude) = Math.SinCos(double.DegreesToRadians(latitude * 1e-6));
        var (sinLongitude, cosLongitude) = Math.SinCos(mean + double.DegreesToRadians(longitude * 1e-6));
        var au = distance / (Earth.AuKm * 1000);
        return au * PrecessionNutation.Ecliptic(t).Transposed.Apply(
            new SpaceVector(cosLatitude * cosLongitude, cosLatitude * sinLongitude, sinLatitude));
    }

    static double Radians(double degrees) => double.DegreesToRadians(degrees % 360);
}
