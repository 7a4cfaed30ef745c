namespace Vigil.Sky;

/// <summary>The galactic frame: longitude l from the galactic centre, latitude b from the galactic plane.</summary>
public static class Galactic
{
    // The north galactic pole and the longitude of the ascending node as ESA's Hipparcos catalogue fixes them in ICRS, exact:
    // ESA SP-1200 (1997), volume 1, section 1.5.3. The node is 90 degrees from the longitude of the celestial pole.
    const double PoleRa = 192.85948, PoleDec = 27.12825, Node = 32.93192;

    static readonly Rotation fromIcrs = Rotation.AboutZ(double.DegreesToRadians(-Node))
        * Rotation.AboutX(double.DegreesToRadians(90 - PoleDec)) * Rotation.AboutZ(double.DegreesToRadians(PoleRa + 90));

    static readonly Rotation toIcrs = fromIcrs.Transposed;

    /// <summary>Galactic longitude in [0, 360) and latitude in [-90, 90] of a position: degrees.</summary>
    /// <param name="ra">Degrees, ICRS, any finite value.</param>
    /// <param name="dec">Degrees, ICRS, in [-90, 90].</param>
    /// <exception cref="ArgumentOutOfRangeException">The declination is outside [-90, 90], or a number is not finite.</exception>
    public static (double L, double B) FromIcrs(double ra, double dec) => fromIcrs.Apply(ra, dec);

    /// <summary>The position, ICRS, of a galactic longitude and latitude: ra in [0, 360) and dec in [-90, 90], degrees.</summary>
    /// <param name="l">Degrees, any finite value.</param>
    /// <param name="b">Degrees, in [-90, 90].</param>
    /// <exception cref="ArgumentOutOfRangeException">The latitude is outside [-90, 90], or a number is not finite.</exception>
    public static (double Ra, double Dec) ToIcrs(double l, double b) => toIcrs.Apply(l, b);
}
