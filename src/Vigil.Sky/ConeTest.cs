using System.Runtime.CompilerServices;

namespace Vigil.Sky;

/// <summary>Whether a position is in a cone, for many positions: one sine a position where the cone is small.</summary>
readonly struct ConeTest
{
    readonly double ra, dec, sinDec, cosDec, haversine;

    /// <param name="ra">Right ascension of the axis: degrees, any finite value.</param>
    /// <param name="dec">Its declination: degrees, in [-90, 90].</param>
    /// <param name="radius">Degrees, in [0, 180].</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public ConeTest(double ra, double dec, double radius)
        : this(ra, dec, new ConeRadius(radius))
    {
    }

    /// <summary>The same, of many cones of one radius.</summary>
    public ConeTest(double ra, double dec, in ConeRadius radius)
    {
        (this.ra, this.dec) = (Sphere.NormalizeRa(ra), Sphere.CheckedDec(dec));
        (sinDec, cosDec) = Math.SinCos(double.DegreesToRadians(dec));
        haversine = radius.Haversine;
    }

    /// <summary>Cosine of the axis's declination.</summary>
    public double CosDec => cosDec;

    /// <param name="ra">Degrees in [0, 360).</param>
    /// <param name="dec">Degrees in [-90, 90].</param>
    /// <param name="found">sin² of half the separation, where the answer is yes.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Contains(double ra, double dec, out double found)
    {
        var sinHalfDec = SinOfHalfDegrees(dec - this.dec);
        found = sinHalfDec * sinHalfDec;
        if (found > haversine)
            return false;
        // cos(dec) from the axis's, by the addition theorem.
        var cosOfDec = cosDec * (1 - 2 * found) - sinDec * (2 * sinHalfDec * Math.Sqrt(1 - found));
        var sinHalfRa = SinOfHalfDegrees(ra - this.ra);
        found += cosDec * cosOfDec * (sinHalfRa * sinHalfRa);
        return found <= haversine;
    }

    // The sine of half an angle in degrees. Small angles, which are the most, by the series: the first term left out is below
    // 1e-19.
    static double SinOfHalfDegrees(double angle)
    {
        var half = angle * (Math.PI / 360);
        if (Math.Abs(half) > 0.05)
            return Math.Sin(half);
        var square = half * half;
        return half * (1 - square / 6 * (1 - square / 20 * (1 - square / 42 * (1 - square / 72))));
    }
}
