namespace Vigil.Sky.Fits;

/// <summary>A distortion: two polynomials of x, y and, for TPV, of r = √(x² + y²).</summary>
sealed class WcsPolynomial
{
    /// <summary>The highest power of x, y or r: SIP allows 9.</summary>
    public const int MostPower = 9;

    const int MostSteps = 40;

    readonly Term[] first;
    readonly Term[] second;

    /// <param name="first">The terms of the new x.</param>
    /// <param name="second">The terms of the new y.</param>
    public WcsPolynomial(IEnumerable<Term> first, IEnumerable<Term> second) =>
        (this.first, this.second) = ([.. first], [.. second]);

    /// <summary>Factor * x^X * y^Y * r^R.</summary>
    public readonly record struct Term(double Factor, int X, int Y, int R);

    /// <summary>The distorted point.</summary>
    public (double X, double Y) Apply(double x, double y)
    {
        var (value, other) = (Value(first, x, y), Value(second, x, y));
        return (value.F, other.F);
    }

    /// <summary>The point that is distorted to (x, y), by Newton's method; NaN where that finds none.</summary>
    public (double X, double Y) Invert(double x, double y)
    {
        var (u, v) = (x, y);
        for (var i = 0; i < MostSteps; i++)
        {
            var (f, fx, fy) = Value(first, u, v);
            var (g, gx, gy) = Value(second, u, v);
            var determinant = fx * gy - fy * gx;
            var (stepU, stepV) = ((gy * (f - x) - fy * (g - y)) / determinant, (fx * (g - y) - gx * (f - x)) / determinant);
            (u, v) = (u - stepU, v - stepV);
            // Newton's steps square their error: the next would be far below rounding.
            if (Math.Abs(stepU) + Math.Abs(stepV) <= 1e-9 * (Math.Abs(u) + Math.Abs(v)) + 1e-300)
                return (u, v);
            if (!double.IsFinite(u + v))
                break;
        }
        return (double.NaN, double.NaN);
    }

    // The polynomial and its derivatives by x and y.
    static (double F, double Dx, double Dy) Value(Term[] terms, double x, double y)
    {
        Span<double> xs = stackalloc double[MostPower + 1];
        Span<double> ys = stackalloc double[MostPower + 1];
        (xs[0], ys[0]) = (1, 1);
        for (var i = 1; i <= MostPower; i++)
            (xs[i], ys[i]) = (xs[i - 1] * x, ys[i - 1] * y);
        var (f, dx, dy) = (0.0, 0.0, 0.0);
        var r = double.Hypot(x, y);
        foreach (var term in terms)
        {
            if (term.R > 0) // TPV's terms of r have no other factor
            {
                var power = Math.Pow(r, term.R);
                f += term.Factor * power;
                if (r > 0)
                    (dx, dy) = (dx + term.Factor * term.R * power / r * (x / r), dy + term.Factor * term.R * power / r * (y / r));
                continue;
            }
            f += term.Factor * xs[term.X] * ys[term.Y];
            if (term.X > 0)
                dx += term.Factor * term.X * xs[term.X - 1] * ys[term.Y];
            if (term.Y > 0)
                dy += term.Factor * term.Y * xs[term.X] * ys[term.Y - 1];
        }
        return (f, dx, dy);
    }
}
