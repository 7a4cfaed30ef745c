namespace Vigil.Sky;

/// <summary>Angles on the celestial sphere, in degrees.</summary>
public static class Sphere
{
    /// <summary>Great-circle separation of N positions from one position.</summary>
    /// <param name="ra0">Right ascension of the one position: degrees, ICRS, any finite value.</param>
    /// <param name="dec0">Its declination: degrees, in [-90, 90].</param>
    /// <param name="ra">Right ascensions of the others: degrees, shape (N).</param>
    /// <param name="dec">Their declinations: degrees in [-90, 90], shape (N).</param>
    /// <param name="separation">Receives degrees in [0, 180], shape (N); NaN where an input is NaN.</param>
    /// <exception cref="ArgumentException">The three spans differ in length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A declination is outside [-90, 90].</exception>
    /// <remarks>
    /// Error below 1e-13 degrees from coincident to antipodal positions (against 60-digit arithmetic). Allocates nothing.
    /// Source: T. Vincenty 1975, Survey Review 23, 88, doi:10.1179/sre.1975.23.176.88, with flattening zero.
    /// </remarks>
    public static void Separation(double ra0, double dec0,
        ReadOnlySpan<double> ra, ReadOnlySpan<double> dec, Span<double> separation)
    {
        if (ra.Length != dec.Length || ra.Length != separation.Length)
            throw new ArgumentException(
                $"ra, dec and separation must have one length, got {ra.Length}, {dec.Length} and {separation.Length}.");

        var (sin0, cos0) = Math.SinCos(DecRad(dec0, nameof(dec0)));
        for (var i = 0; i < ra.Length; i++)
        {
            var (sin, cos) = Math.SinCos(DecRad(dec[i], nameof(dec)));
            var (sinDelta, cosDelta) = Math.SinCos(double.DegreesToRadians(ra[i] - ra0));
            // atan2, not acos: the cosine is flat near zero, so acos is already 0.03 % wrong at 0.1 arcsec.
            separation[i] = double.RadiansToDegrees(Math.Atan2(
                double.Hypot(cos * sinDelta, cos0 * sin - sin0 * cos * cosDelta),
                sin0 * sin + cos0 * cos * cosDelta));
        }
    }

    /// <summary>Great-circle separation of two positions: degrees in [0, 180], or NaN where an input is NaN.</summary>
    /// <param name="ra1">Right ascension of the first: degrees, any finite value.</param>
    /// <param name="dec1">Its declination: degrees, in [-90, 90].</param>
    /// <param name="ra2">Right ascension of the second: degrees, any finite value.</param>
    /// <param name="dec2">Its declination: degrees, in [-90, 90].</param>
    /// <exception cref="ArgumentOutOfRangeException">A declination is outside [-90, 90].</exception>
    public static double Separation(double ra1, double dec1, double ra2, double dec2)
    {
        double separation = 0;
        Separation(ra1, dec1, new(in ra2), new(in dec2), new(ref separation));
        return separation;
    }

    /// <summary>The direction from one position towards another, from north through east: degrees in [0, 360).</summary>
    /// <param name="ra1">Right ascension of the first: degrees, any finite value.</param>
    /// <param name="dec1">Its declination: degrees, in [-90, 90].</param>
    /// <param name="ra2">Right ascension of the second: degrees, any finite value.</param>
    /// <param name="dec2">Its declination: degrees, in [-90, 90].</param>
    /// <returns>0 for coincident positions. At a pole, north is what it is just beside the pole on the meridian of ra1.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A declination is outside [-90, 90], or a number is not finite.</exception>
    public static double PositionAngle(double ra1, double dec1, double ra2, double dec2)
    {
        var (sin1, cos1) = Math.SinCos(double.DegreesToRadians(CheckedDec(dec1)));
        var (sin2, cos2) = Math.SinCos(double.DegreesToRadians(CheckedDec(dec2)));
        var (sinDelta, cosDelta) = Math.SinCos(double.DegreesToRadians(ra2 - ra1));
        return NormalizeRa(double.RadiansToDegrees(Math.Atan2(cos2 * sinDelta, cos1 * sin2 - sin1 * cos2 * cosDelta)));
    }

    /// <summary>The position that lies in a direction, at a separation: ra in [0, 360) and dec in [-90, 90], degrees.</summary>
    /// <param name="ra">Degrees, any finite value.</param>
    /// <param name="dec">Degrees, in [-90, 90].</param>
    /// <param name="positionAngle">From north through east: degrees, any finite value.</param>
    /// <param name="separation">Along the great circle: degrees, any finite value; a negative one goes the other way.</param>
    /// <exception cref="ArgumentOutOfRangeException">The declination is outside [-90, 90], or a number is not finite.</exception>
    /// <remarks>
    /// The inverse of <see cref="Separation(double, double, double, double)"/> and <see cref="PositionAngle"/>, within 1e-13
    /// degrees.
    /// </remarks>
    public static (double Ra, double Dec) Offset(double ra, double dec, double positionAngle, double separation)
    {
        var (sinDec, cosDec) = Math.SinCos(double.DegreesToRadians(CheckedDec(dec)));
        var (sin, cos) = Math.SinCos(double.DegreesToRadians(separation));
        var (sinAngle, cosAngle) = Math.SinCos(double.DegreesToRadians(positionAngle));
        // Along the axis through ra at the equator, to its east, and to the north pole.
        var (x, y, z) = (cos * cosDec - sin * cosAngle * sinDec, sin * sinAngle, cos * sinDec + sin * cosAngle * cosDec);
        return (NormalizeRa(ra + double.RadiansToDegrees(Math.Atan2(y, x))),
            double.RadiansToDegrees(Math.Atan2(z, double.Hypot(x, y))));
    }

    /// <summary>The same angle in [0, 360) degrees.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The angle is NaN or infinite.</exception>
    public static double NormalizeRa(double ra)
    {
        if (!double.IsFinite(ra))
            throw new ArgumentOutOfRangeException(nameof(ra), ra, "A right ascension must be a finite number of degrees.");
        if (ra is >= 0 and < 360)
            return ra;
        var turned = ra % 360;
        if (turned < 0)
            turned += 360; // rounds to 360 itself for the tiniest negative angles
        return turned < 360 ? turned + 0.0 : 0;
    }

    /// <summary>The declination itself, once it is known to be in [-90, 90] degrees.</summary>
    internal static double CheckedDec(double dec) => dec is >= -90 and <= 90
        ? dec
        : throw new ArgumentOutOfRangeException(nameof(dec), dec, "A declination must be in [-90, 90] degrees.");

    static double DecRad(double dec, string name) => dec is < -90 or > 90
        ? throw new ArgumentOutOfRangeException(name, dec, "A declination must be in [-90, 90] degrees.")
        : double.DegreesToRadians(dec);
}
