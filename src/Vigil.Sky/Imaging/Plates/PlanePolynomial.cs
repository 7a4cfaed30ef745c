using Vigil.Sky.LightCurves;

namespace Vigil.Sky.Imaging;

/// <summary>Two polynomials of u and v of one order: a map of a plane.</summary>
/// <param name="Order">0 or more.</param>
/// <param name="First">Factors of 1, u, v, u², uv, v², u³ ... for the first coordinate.</param>
/// <param name="Second">The same for the second.</param>
sealed record PlanePolynomial(int Order, double[] First, double[] Second)
{
    /// <summary>How many terms a polynomial of an order has.</summary>
    public static int Terms(int order) => (order + 1) * (order + 2) / 2;

    /// <summary>The powers of u and v in a term.</summary>
    public static (int U, int V) Powers(int term)
    {
        var order = 0;
        while (Terms(order) <= term)
            order++;
        var v = term - Terms(order - 1);
        return (order - v, v);
    }

    /// <summary>Of the linear terms.</summary>
    public double Determinant => First[1] * Second[2] - First[2] * Second[1];

    /// <summary>Whether the linear terms do not lay the plane on a line.</summary>
    public bool IsOneToOne => Math.Abs(Determinant) >
        1e-6 * double.Hypot(First[1], First[2]) * double.Hypot(Second[1], Second[2]);

    /// <summary>Least squares.</summary>
    /// <param name="order">Of the polynomials.</param>
    /// <param name="u">Of N points, about in [-1, 1].</param>
    /// <param name="v">Likewise.</param>
    /// <param name="first">Where they go.</param>
    /// <param name="second">Likewise.</param>
    /// <param name="weights">Shape (N), or empty where they are equal.</param>
    /// <returns>Null where the points do not tell.</returns>
    public static PlanePolynomial? Fit(int order, ReadOnlySpan<double> u, ReadOnlySpan<double> v, ReadOnlySpan<double> first,
        ReadOnlySpan<double> second, ReadOnlySpan<double> weights)
    {
        var terms = Terms(order);
        var (matrix, left, right) = (new double[terms * terms], new double[terms], new double[terms]);
        Span<double> row = stackalloc double[terms];
        for (var i = 0; i < u.Length; i++)
        {
            Row(order, u[i], v[i], row);
            var weight = weights.IsEmpty ? 1 : weights[i];
            for (var a = 0; a < terms; a++)
            {
                var weighted = weight * row[a];
                left[a] += weighted * first[i];
                right[a] += weighted * second[i];
                for (var b = 0; b <= a; b++)
                    matrix[a * terms + b] += weighted * row[b];
            }
        }
        var copy = (double[])matrix.Clone();
        var fitted = new PlanePolynomial(order, new double[terms], new double[terms]);
        return Cholesky.TrySolve(matrix, left, fitted.First) && Cholesky.TrySolve(copy, right, fitted.Second) ? fitted : null;
    }

    /// <summary>The variance of either coordinate at a point, when the weights are inverse variances.</summary>
    public static double Variance(int order, ReadOnlySpan<double> u, ReadOnlySpan<double> v, ReadOnlySpan<double> weights,
        double atU, double atV)
    {
        var terms = Terms(order);
        var matrix = new double[terms * terms];
        Span<double> row = stackalloc double[terms];
        for (var i = 0; i < u.Length; i++)
        {
            Row(order, u[i], v[i], row);
            for (var a = 0; a < terms; a++)
                for (var b = 0; b <= a; b++)
                    matrix[a * terms + b] += weights[i] * row[a] * row[b];
        }
        Row(order, atU, atV, row);
        Span<double> solution = stackalloc double[terms];
        if (!Cholesky.TrySolve(matrix, row, solution))
            return double.PositiveInfinity;
        var variance = 0.0;
        for (var a = 0; a < terms; a++)
            variance += row[a] * solution[a];
        return variance;
    }

    /// <summary>Where a point goes.</summary>
    public (double First, double Second) At(double u, double v)
    {
        Span<double> row = stackalloc double[First.Length];
        Row(Order, u, v, row);
        var (first, second) = (0.0, 0.0);
        for (var a = 0; a < row.Length; a++)
            (first, second) = (first + First[a] * row[a], second + Second[a] * row[a]);
        return (first, second);
    }

    /// <summary>The longest distance from where it takes points to where they should go.</summary>
    public double Worst(ReadOnlySpan<double> u, ReadOnlySpan<double> v, ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        var worst = 0.0;
        for (var i = 0; i < u.Length; i++)
        {
            var (x, y) = At(u[i], v[i]);
            worst = Math.Max(worst, double.Hypot(x - first[i], y - second[i]));
        }
        return worst;
    }

    static void Row(int order, double u, double v, Span<double> row)
    {
        row[0] = 1;
        for (int degree = 1, at = 1; degree <= order; degree++)
        {
            // From the terms of the degree below: each times u, and the last one times v, too.
            var below = at - degree;
            for (var i = 0; i < degree; i++)
                row[at + i] = row[below + i] * u;
            row[at + degree] = row[at - 1] * v;
            at += degree + 1;
        }
    }
}
