namespace Vigil.Sky;

/// <summary>The five angles of Sun and Moon that drive the nutation, radians.</summary>
/// <remarks>
/// Linear in time, as IAU 2000B takes them: J. L. Simon et al. 1994, A&amp;A 282, 663, with the numbers of IERS Conventions
/// (2010), equation 5.43.
/// </remarks>
static class FundamentalArguments
{
    /// <summary>Mean anomalies of Moon and Sun, the Moon's argument of latitude, its elongation, its node.</summary>
    /// <param name="t">Julian centuries TT since J2000.0.</param>
    public static (double L, double Lp, double F, double D, double Node) At(double t) => (
        Radians(485868.249036 + 1717915923.2178 * t), Radians(1287104.79305 + 129596581.0481 * t),
        Radians(335779.526232 + 1739527262.8478 * t), Radians(1072260.70369 + 1602961601.2090 * t),
        Radians(450160.398036 - 6962890.5431 * t));

    static double Radians(double arcsec) => double.DegreesToRadians(arcsec % 1296000 / 3600);
}
