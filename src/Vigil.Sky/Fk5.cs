using Vigil.Sky.Time;

namespace Vigil.Sky;

/// <summary>
/// Positions of the FK5 on the mean equator and equinox of a year, such as J2000 or the J2026.9 of a telescope's display.
/// </summary>
/// <remarks>
/// From FK5 to ICRS: the rotation by some 20 mas of F. Mignard and M. Frœschlé 2000, A&amp;A 354, 732, without its spin, below 1
/// mas a year. From year to year: precession IAU 2006 (N. Capitaine et al. 2003, A&amp;A 412, 567), which departs from the FK5's
/// own of 1976 by 0.3" a century. Good from 1600 to 2400.
/// </remarks>
public static class Fk5
{
    const double Mas = Math.PI / 648000 / 1000;

    // From FK5 to ICRS by the small angles of the paper's table 2, about x, y and z.
    static readonly Rotation toIcrs = Rotation.AboutX(-19.9 * Mas) * Rotation.AboutY(-9.1 * Mas) * Rotation.AboutZ(22.9 * Mas);

    static readonly Rotation fromIcrs = toIcrs.Transposed;

    static readonly Rotation unbiased = PrecessionNutation.Precession(0).Transposed;

    /// <summary>The position, ICRS, of a position of the FK5: ra in [0, 360) and dec in [-90, 90], degrees.</summary>
    /// <param name="ra">Degrees, any finite value.</param>
    /// <param name="dec">Degrees, in [-90, 90].</param>
    /// <param name="equinox">Julian year.</param>
    /// <exception cref="ArgumentOutOfRangeException">The declination is outside [-90, 90], or a number is not finite.</exception>
    public static (double Ra, double Dec) ToIcrs(double ra, double dec, double equinox = 2000) =>
        FromIcrs(equinox).Transposed.Apply(ra, dec);

    /// <summary>The position of the FK5 of a position: ra in [0, 360) and dec in [-90, 90], degrees.</summary>
    /// <param name="ra">Degrees, ICRS, any finite value.</param>
    /// <param name="dec">Degrees, ICRS, in [-90, 90].</param>
    /// <param name="equinox">Julian year.</param>
    /// <exception cref="ArgumentOutOfRangeException">The declination is outside [-90, 90], or a number is not finite.</exception>
    public static (double Ra, double Dec) FromIcrs(double ra, double dec, double equinox = 2000) =>
        FromIcrs(equinox).Apply(ra, dec);

    static Rotation FromIcrs(double equinox) => equinox == 2000 ? fromIcrs
        : PrecessionNutation.Precession(Epoch.Centuries(Epoch.FromJulian(equinox))) * unbiased * fromIcrs;
}
