namespace Vigil.Sky.Time;

/// <summary>How far the Earth has turned: rotation angle and sidereal times, degrees in [0, 360).</summary>
/// <remarks>
/// IAU 2000 and 2006: N. Capitaine, P. T. Wallace and J. Chapront 2003, A&amp;A 412, 567; P. T. Wallace and N. Capitaine 2006,
/// A&amp;A 459, 981. One double of UT1 resolves 0.6 µs, 9 µas of rotation.
/// </remarks>
public static class EarthRotation
{
    const double Arcsec = 1 / 3600.0;

    /// <summary>The Earth rotation angle.</summary>
    /// <param name="mjdUt1">UT1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The date is NaN or infinite.</exception>
    public static double Era(double mjdUt1) => Era(JulianDate.FromMjd(mjdUt1));

    /// <inheritdoc cref="Era(double)"/>
    public static double Era(JulianDate ut1)
    {
        // IERS Conventions (2010), equation 5.15, with whole turns left out before they cost digits.
        var days = ut1.Day - 51544 + (ut1.Fraction - 0.5);
        return Sphere.NormalizeRa(360 * (ut1.Fraction + 0.2790572732640 + 0.00273781191135448 * days));
    }

    /// <summary>Greenwich mean sidereal time, IAU 2006.</summary>
    /// <param name="mjdUt1">UT1.</param>
    /// <param name="mjdTt">TT; UT1 in its place is wrong by 0.1 mas.</param>
    /// <exception cref="ArgumentOutOfRangeException">A date is NaN or infinite.</exception>
    public static double Gmst(double mjdUt1, double mjdTt) =>
        Sphere.NormalizeRa(Era(mjdUt1) + GmstMinusEra(Epoch.Centuries(mjdTt)));

    /// <summary>Greenwich apparent sidereal time: from the true equinox of date, nutation IAU 2000B.</summary>
    /// <param name="mjdUt1">UT1.</param>
    /// <param name="mjdTt">TT.</param>
    /// <exception cref="ArgumentOutOfRangeException">A date is NaN or infinite.</exception>
    /// <remarks>Within 1 mas of the IAU 2000A nutation from 1995 to 2050.</remarks>
    public static double Gast(double mjdUt1, double mjdTt) =>
        Sphere.NormalizeRa(
            Era(mjdUt1) + GastMinusEra(Epoch.Centuries(mjdTt), PrecessionNutation.Nutation(Epoch.Centuries(mjdTt))));

    /// <summary>Local mean sidereal time: that of Greenwich and the longitude.</summary>
    /// <param name="mjdUt1">UT1.</param>
    /// <param name="longitude">Degrees east, any finite value.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is NaN or infinite.</exception>
    /// <remarks>TT is taken to be 69 s ahead of UT1, as it is in our time; a minute more or less makes 0.1 mas.</remarks>
    public static double Lmst(double mjdUt1, double longitude) =>
        Sphere.NormalizeRa(Gmst(mjdUt1, mjdUt1 + 69.0 / 86400) + longitude);

    /// <summary>Local apparent sidereal time: the right ascension, of the equinox of date, on the meridian.</summary>
    /// <inheritdoc cref="Lmst"/>
    public static double Last(double mjdUt1, double longitude) =>
        Sphere.NormalizeRa(Gast(mjdUt1, mjdUt1 + 69.0 / 86400) + longitude);

    /// <summary>The equation of the origins, reversed: degrees, at t Julian centuries TT since J2000.0.</summary>
    internal static double GastMinusEra(double t, Nutation nutation) => GmstMinusEra(t) + EquationOfTheEquinoxes(t, nutation);

    // Wallace & Capitaine 2006, equation 66 without its constant rotation angle.
    static double GmstMinusEra(double t) =>
        (0.014506 + t * (4612.156534 + t * (1.3915817 + t * (-0.00000044 + t * (-0.000029956 - 0.0000000368 * t))))) * Arcsec;

    // GAST - GMST, degrees.
    static double EquationOfTheEquinoxes(double t, Nutation nutation)
    {
        // Complementary terms above 0.5 µas, arcsec: IERS Conventions (2010), table 5.2e.
        var (l, lp, f, d, node) = FundamentalArguments.At(t);
        var terms = 0.00264096 * Math.Sin(node) + 0.00006352 * Math.Sin(2 * node)
            + 0.00001175 * Math.Sin(2 * f - 2 * d + 3 * node) + 0.00001121 * Math.Sin(2 * f - 2 * d + node)
            - 0.00000455 * Math.Sin(2 * f - 2 * d + 2 * node) + 0.00000202 * Math.Sin(2 * f + 3 * node)
            + 0.00000198 * Math.Sin(2 * f + node) - 0.00000172 * Math.Sin(3 * node)
            - 0.00000141 * Math.Sin(lp + node) - 0.00000126 * Math.Sin(lp - node)
            - 0.00000063 * Math.Sin(l + node) - 0.00000063 * Math.Sin(l - node) - 0.00000087 * t * Math.Sin(node);
        return double.RadiansToDegrees(nutation.Longitude * Math.Cos(PrecessionNutation.MeanObliquity(t))) + terms * Arcsec;
    }
}
