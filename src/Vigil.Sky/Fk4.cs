using Vigil.Sky.Time;

namespace Vigil.Sky;

/// <summary>Positions of the FK4 on the equator and equinox of B1950.0, as catalogues gave them until the 1980s.</summary>
/// <remarks>
/// The numbers of P. K. Seidelmann (ed.), Explanatory Supplement to the Astronomical Almanac (1992), section 3.59, after
/// S. Aoki et al. 1983, A&amp;A 128, 263.
/// </remarks>
public static class Fk4
{
    const double Arcsec = Math.PI / 648000;

    // Elliptic terms of aberration, which the FK4 left in its positions: radians, and their change in a tropical century, arcsec.
    static readonly SpaceVector elliptic = new(-1.62557e-6, -0.31919e-6, -0.13843e-6);
    static readonly SpaceVector ellipticRate = new(1.245e-3, -1.580e-3, -0.659e-3);

    // The upper left and the lower left of the matrix M: position, and motion in arcsec a Julian century.
    static readonly Rotation position = new(
        new(0.9999256782, -0.0111820611, -0.0048579477),
        new(0.0111820610, 0.9999374784, -0.0000271765),
        new(0.0048579479, -0.0000271474, 0.9999881997));

    static readonly Rotation motion = new(
        new(-0.000551, -0.238565, 0.435739),
        new(0.238514, -0.002667, -0.008541),
        new(-0.435623, 0.012254, 0.002117));

    /// <summary>The position, ICRS, of a position of B1950.0 that does not move against distant objects: degrees.</summary>
    /// <param name="ra">Degrees, any finite value.</param>
    /// <param name="dec">Degrees, in [-90, 90].</param>
    /// <param name="epoch">Besselian year at which the position was measured; the FK4's axes turn by 0.5" a century.</param>
    /// <returns>
    /// Right ascension in [0, 360) and declination in [-90, 90], within 1 mas of the rules; the FK4 itself had errors of 0.1".
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">The declination is outside [-90, 90], or a number is not finite.</exception>
    public static (double Ra, double Dec) ToIcrs(double ra, double dec, double epoch = 1950)
    {
        var r = SpaceVector.From(ra, dec);
        var a = elliptic + (epoch - 1950) / 100 * Arcsec * ellipticRate;
        var r1 = r - a + r.Dot(a) * r;
        var centuries = Epoch.Centuries(Epoch.FromBesselian(epoch));
        var (ra5, dec5) = (position.Apply(r1) + centuries * Arcsec * motion.Apply(r1)).ToDegrees();
        return Fk5.ToIcrs(ra5, dec5);
    }
}
