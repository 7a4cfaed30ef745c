using System.Numerics;

namespace Vigil.Sky.Observing;

/// <summary>How much air light passes, in units of the way from the zenith.</summary>
/// <remarks>
/// All take the altitude in degrees and give NaN for NaN, below the horizon, and below the limit that each tells. Above 30
/// degrees they agree within 0.01 (airmass 2); at the horizon they differ by several airmasses, and so does the air from night to
/// night.
/// </remarks>
public static class Airmass
{
    /// <summary>
    /// Of flat layers of air: the secant of the zenith distance. 1 % too much at 10 degrees, infinite at the horizon.
    /// </summary>
    /// <param name="altitude">True altitude (without refraction): degrees, above 0.</param>
    public static double Secant(double altitude) => altitude is > 0 and <= 90 ? 1 / SinDegrees(altitude) : double.NaN;

    /// <summary>N values of <see cref="Secant(double)"/>, to 1e-15 of them. Allocates nothing.</summary>
    /// <param name="altitude">Degrees, shape (N).</param>
    /// <param name="airmass">Receives the airmasses, shape (N).</param>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    public static void Secant(ReadOnlySpan<double> altitude, Span<double> airmass)
    {
        if (altitude.Length != airmass.Length)
            throw new ArgumentException(
                $"altitude and airmass must have one length, got {altitude.Length} and {airmass.Length}.");
        var i = 0;
        for (; i <= altitude.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            var degrees = new Vector<double>(altitude[i..]);
            var up = Vector.GreaterThan(degrees, Vector<double>.Zero) & Vector.LessThanOrEqual(degrees, new Vector<double>(90));
            var secant = Vector<double>.One / Vector.Sin(degrees * new Vector<double>(Math.PI / 180));
            Vector.ConditionalSelect(up, secant, new Vector<double>(double.NaN)).CopyTo(airmass[i..]);
        }
        for (; i < altitude.Length; i++)
            airmass[i] = Secant(altitude[i]);
    }

    /// <summary>A. T. Young and W. M. Irvine 1967, AJ 72, 945: sec z (1 - 0.0012 (sec² z - 1)).</summary>
    /// <param name="altitude">True altitude (without refraction): degrees, at least 10, where the airmass is 5.5; it fails
    /// below.</param>
    public static double YoungIrvine(double altitude)
    {
        if (!(altitude is >= 10 and <= 90))
            return double.NaN;
        var secant = 1 / SinDegrees(altitude);
        return secant * (1 - 0.0012 * (secant * secant - 1));
    }

    /// <summary>F. Kasten and A. T. Young 1989, Applied Optics 28, 4735: 1 / (sin h + 0.50572 (h + 6.07995)^-1.6364).</summary>
    /// <param name="altitude">Apparent altitude (with refraction): degrees, at least 0, where the airmass is 38.</param>
    /// <returns>Within 0.5 % of their integration of the standard atmosphere; 0.9997 in the zenith.</returns>
    public static double KastenYoung(double altitude) => altitude is >= 0 and <= 90
        ? 1 / (SinDegrees(altitude) + 0.50572 * Math.Pow(altitude + 6.07995, -1.6364)) : double.NaN;

    /// <summary>K. A. Pickering 2002, DIO 12, 3: 1 / sin(h + 244 / (165 + 47 h^1.1)).</summary>
    /// <param name="altitude">Apparent altitude (with refraction): degrees, at least 0, where the airmass is 38.7.</param>
    public static double Pickering(double altitude) => altitude is >= 0 and <= 90
        ? 1 / SinDegrees(altitude + 244 / (165 + 47 * Math.Pow(altitude, 1.1))) : double.NaN;

    static double SinDegrees(double degrees) => Math.Sin(double.DegreesToRadians(degrees));
}
