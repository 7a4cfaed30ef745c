namespace Vigil.Sky;

/// <summary>The galactic frame: longitude l from the galactic centre, latitude b from the galactic plane.</summary>
public static class Galactic
{
    // The north galactic pole and the longitude of the ascending node as ESA's Hipparcos catalogue fixes them in ICRS, exact:
    // ESA SP-1200 (1997), volume 1, section 1.5.3. The node is 90 degrees from the longitude of the celestial pole.
    const double PoleRa = 192.85948, PoleDec = 27.12825, Node = 32.93192;

    /// <summary>Galactic longitude in [0, 360) and latitude in [-90, 90] of a position: degrees.</summary>
    /// <param name="ra">Degrees, ICRS, any finite value.</param>
    /// <param name="dec">Degrees, ICRS, in [-90, 90].</param>
    /// <exception cref="ArgumentOutOfRangeException">The declination is outside [-90, 90].</exception>
    public static (double L, double B) FromIcrs(double ra, double dec)
    {
        var (sin, cos) = Math.SinCos(double.DegreesToRadians(Sphere.CheckedDec(dec)));
        var (sinPole, cosPole) = Math.SinCos(double.DegreesToRadians(PoleDec));
        var (sinRa, cosRa) = Math.SinCos(double.DegreesToRadians(ra - PoleRa));
        // The direction in axes towards the node, 90 degrees east of it, and the pole.
        var (x, y, z) = (cos * sinRa, cosPole * sin - sinPole * cos * cosRa, sinPole * sin + cosPole * cos * cosRa);
        return (Sphere.NormalizeRa(Node + double.RadiansToDegrees(Math.Atan2(y, x))),
            double.RadiansToDegrees(Math.Atan2(z, double.Hypot(x, y))));
    }
}
