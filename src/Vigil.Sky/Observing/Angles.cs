using System.Numerics;
using System.Runtime.CompilerServices;

namespace Vigil.Sky.Observing;

/// <summary>Angles of several vectors at once.</summary>
static class Angles
{
    // atan(t) / t as a polynomial of t squared, for t up to tan(22.5 degrees): interpolation at the Chebyshev points, in 50
    // digits. Its error is below 2e-18.
    static readonly double[] arctan =
    [
        0.99999999999999999874, -0.33333333333333121163, 0.19999999999940891462, -0.14285714279250244942, 0.11111110744919658237,
        -0.090908968090640270761, 0.076920453309022249521, -0.066629518136291900881, 0.058468782973308725201,
        -0.050351024566015518428, 0.037965257453865936236, -0.017805397205419445228,
    ];

    /// <summary>The angle of (x, y) from the x axis: degrees in [-180, 180], within 1e-13; 0 of (0, 0).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<double> Atan2(Vector<double> y, Vector<double> x)
    {
        var (ax, ay) = (Vector.Abs(x), Vector.Abs(y));
        var (small, large) = (Vector.Min(ax, ay), Vector.Max(ax, ay));
        // Above 22.5 degrees: the angle from 45 degrees, tan(a - 45) = (tan a - 1) / (tan a + 1).
        var above = Vector.GreaterThan(small, large * new Vector<double>(0.41421356237309503));
        var numerator = Vector.ConditionalSelect(above, small - large, small);
        var denominator = Vector.ConditionalSelect(above, small + large, large);
        var t = numerator / Vector.Max(denominator, new Vector<double>(double.Epsilon * 4503599627370496));
        var square = t * t;
        var sum = new Vector<double>(arctan[11]);
        for (var i = 10; i >= 0; i--)
            sum = Vector.FusedMultiplyAdd(sum, square, new Vector<double>(arctan[i]));
        var angle = sum * t * new Vector<double>(180 / Math.PI);
        angle += Vector.ConditionalSelect(above, new Vector<double>(45), Vector<double>.Zero);
        angle = Vector.ConditionalSelect(Vector.GreaterThan(ay, ax), new Vector<double>(90) - angle, angle);
        angle = Vector.ConditionalSelect(Vector.LessThan(x, Vector<double>.Zero), new Vector<double>(180) - angle, angle);
        return Vector.ConditionalSelect(Vector.LessThan(y, Vector<double>.Zero), -angle, angle);
    }
}
