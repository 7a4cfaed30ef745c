using System.Runtime.Intrinsics;

namespace Vigil.Sky.LightCurves;

/// <summary>Magnification by a point lens; parameters t0, u0, ln tE and, with annual parallax, πE north and east.</summary>
/// <param name="Days">Times, shape (N).</param>
/// <param name="North">Offset of the Sun from uniform motion towards north, au, shape (N); empty without parallax.</param>
/// <param name="East">The same towards east.</param>
readonly record struct PointLensShape(double[] Days, double[] North, double[] East) : ICurveShape
{
    public int Parameters => North.Length == 0 ? 3 : 5;

    public void Evaluate(ReadOnlySpan<double> parameters, Span<double> shape, Span<double> slopes)
    {
        var n = Days.Length;
        var (t0, u0, rate) = (parameters[0], parameters[1], Math.Exp(-parameters[2]));
        var parallax = North.Length > 0;
        var (piNorth, piEast) = parallax ? (parameters[3], parameters[4]) : (0, 0);
        var byT0 = slopes[..n];
        var byU0 = slopes.Slice(n, n);
        var byLogTE = slopes.Slice(2 * n, n);
        Span<double> byNorth = parallax ? slopes.Slice(3 * n, n) : [], byEast = parallax ? slopes.Slice(4 * n, n) : [];
        for (var i = 0; i < n; i += 4)
        {
            // The last four may be fewer: what is beyond the end is computed from ones and left out.
            var rest = Math.Min(4, n - i);
            var linear = (Load(Days, i, rest) - Vector256.Create(t0)) * rate;
            var (tau, beta) = (linear, Vector256.Create(u0));
            var (north, east) = (Vector256<double>.Zero, Vector256<double>.Zero);
            if (parallax)
            {
                // A. Gould 2004, ApJ 606, 319: πE · Δs along the motion of the source, πE × Δs across.
                (north, east) = (Load(North, i, rest), Load(East, i, rest));
                tau += piNorth * north + piEast * east;
                beta += piNorth * east - piEast * north;
            }
            // B. Paczynski 1986, ApJ 304, 1, equation 11, with q = u²; dA/dq = -4 / (q (q + 4))^(3/2).
            var q = Vector256.Max(tau * tau + beta * beta, Vector256.Create(1e-16));
            var product = q * (q + Vector256.Create(4.0));
            var root = Vector256.Sqrt(product);
            var slope = Vector256.Create(-4.0) / (product * root);
            Store((q + Vector256.Create(2.0)) / root, shape, i, rest);
            Store(-2 * rate * slope * tau, byT0, i, rest);
            Store(2 * slope * beta, byU0, i, rest);
            Store(-2 * slope * tau * linear, byLogTE, i, rest);
            if (parallax)
            {
                Store(2 * slope * (tau * north + beta * east), byNorth, i, rest);
                Store(2 * slope * (tau * east - beta * north), byEast, i, rest);
            }
        }
    }

    static Vector256<double> Load(double[] values, int i, int rest) =>
        rest == 4 ? Vector256.Create(values, i) : VectorMath.LoadRest(values.AsSpan(i));

    static void Store(Vector256<double> value, Span<double> values, int i, int rest)
    {
        if (rest == 4)
            value.CopyTo(values[i..]);
        else
            VectorMath.StoreRest(value, values[i..]);
    }
}
