using System.Numerics;
using System.Runtime.InteropServices;
using Vigil.Sky.LightCurves;

namespace Vigil.Sky.Imaging;

/// <summary>
/// How the sky changes over a whole frame, as vignetting and moonlight make it: a polynomial in x and y, fitted to the cells of
/// the background's mesh. A few cells are not misled by it when the mesh is filtered, nor is a steep sky taken for noise.
/// </summary>
/// <remarks>Pixels are counted from 0 here. Fitted with J. W. Tukey's weights, which leave out cells that nebulae fill.</remarks>
sealed class SkyTrend
{
    // Vignetting falls as the fourth power of the cosine of the field angle: nothing higher shows.
    const int MostDegree = 4;

    // Cells for each unknown.
    const double LeastCells = 2.5;

    // So many cells fix it; of more only some are asked.
    const int EnoughCells = 600;

    // Of each degree.
    const int Rounds = 3;

    // Of a normal distribution's sigma: 95 % as good as least squares where nothing is wrong.
    const double Reach = 4.685;

    // The least that is worth it, in units of a pixel's noise: by so much a step over a cell widens what is taken for noise by
    // 4 %; and by so much the median of a cell and its neighbours may miss the top of a dome.
    const double LeastSlope = 1, LeastBend = 0.05;

    // Cells must lie about it so much closer than it reaches from its lowest to its highest. Vignetting does so a hundred times;
    // the halo of a galaxy that fills the frame, twenty times: that is the mesh's.
    const double LeastRange = 50;

    readonly int width, height, columns, rows, degree;
    readonly double[] coefficients; // of u^i v^j, by j then i; 0 where i + j is above the degree

    SkyTrend(int width, int height, int columns, int rows, int degree)
    {
        (this.width, this.height, this.columns, this.rows, this.degree) = (width, height, columns, rows, degree);
        coefficients = new double[(degree + 1) * (degree + 1)];
    }

    /// <summary>Whether it changes so much within a cell that the cell's pixels should be measured without it.</summary>
    public bool IsSteep { get; private set; }

    /// <summary>The trend of a mesh; null where there is none to speak of, or too few cells to tell.</summary>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="columns">Cells in a row.</param>
    /// <param name="rows">Rows of cells.</param>
    /// <param name="levels">Of the cells, shape (rows * columns).</param>
    /// <param name="noise">Of a pixel.</param>
    public static SkyTrend? Of(int width, int height, int columns, int rows, double[] levels, double noise)
    {
        if (!(noise > 0))
            return null;
        var degree = MostDegree;
        while (degree > 0 && LeastCells * Terms(degree, columns, rows).Count() > columns * rows)
            degree--;
        if (degree == 0)
            return null;
        var trend = new SkyTrend(width, height, columns, rows, degree);
        var scatter = trend.Fit(levels);
        var (slope, bend) = trend.Most();
        trend.IsSteep = slope > LeastSlope * noise;
        var inCells = Enumerable.Range(0, columns * rows).Select(trend.InCell).ToArray();
        return (trend.IsSteep || bend > LeastBend * noise) && inCells.Max() - inCells.Min() > LeastRange * scatter ? trend : null;
    }

    /// <summary>Adds the trend of what this one has left in the cells.</summary>
    public void Refine(double[] rest) => Fit(rest);

    /// <summary>The mean over a cell.</summary>
    public double InCell(int cell)
    {
        // Gauss and Legendre's rule with three points is exact for these powers.
        var (u, v) = Middle(cell);
        var sum = 0.0;
        for (var j = -1; j <= 1; j++)
            for (var i = -1; i <= 1; i++)
                sum += (i == 0 ? 8 : 5) * (j == 0 ? 8 : 5) / 324.0 *
                    Value(u + i * Math.Sqrt(0.6) / columns, v + j * Math.Sqrt(0.6) / rows);
        return sum;
    }

    /// <summary>The value at a place; beyond the frame it stays that of the edge, for powers run away.</summary>
    public double At(double x, double y) =>
        Value(U(Math.Clamp(x, -0.5, width - 0.5)), V(Math.Clamp(y, -0.5, height - 0.5)));

    /// <summary>Adds the values of consecutive pixels of a row, or takes them away.</summary>
    public void Add(int x, int y, double factor, Span<float> into)
    {
        Span<float> powers = stackalloc float[MostDegree + 1];
        powers.Clear();
        var v = V(y);
        for (var i = 0; i <= degree; i++)
        {
            var sum = 0.0;
            for (var j = degree; j >= 0; j--)
                sum = sum * v + coefficients[j * (degree + 1) + i];
            powers[i] = (float)(factor * sum);
        }
        var (u, step) = ((float)U(x), 2f / width);
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(into);
        var (c0, c1, c2) = (new Vector<float>(powers[0]), new Vector<float>(powers[1]), new Vector<float>(powers[2]));
        var (c3, c4) = (new Vector<float>(powers[3]), new Vector<float>(powers[4]));
        var us = new Vector<float>(u) + Vector.ConvertToSingle(Vector<int>.Indices) * step;
        for (var k = 0; k < vectors.Length; k++)
        {
            var at = us + new Vector<float>(k * Vector<float>.Count * step);
            vectors[k] += (((c4 * at + c3) * at + c2) * at + c1) * at + c0;
        }
        for (var k = vectors.Length * Vector<float>.Count; k < into.Length; k++)
        {
            var at = u + k * step;
            into[k] += (((powers[4] * at + powers[3]) * at + powers[2]) * at + powers[1]) * at + powers[0];
        }
    }

    // Powers that the mesh can tell: no more along an axis than it has cells less one.
    static IEnumerable<(int I, int J)> Terms(int degree, int columns, int rows) =>
        from j in Enumerable.Range(0, degree + 1)
        from i in Enumerable.Range(0, degree + 1 - j)
        where i < columns && j < rows
        select (i, j);

    double U(double x) => (2 * x + 1) / width - 1;

    double V(double y) => (2 * y + 1) / height - 1;

    (double U, double V) Middle(int cell) =>
        ((2 * (cell % columns) + 1.0) / columns - 1, (2 * (cell / columns) + 1.0) / rows - 1);

    double Value(double u, double v)
    {
        var sum = 0.0;
        for (var j = degree; j >= 0; j--)
        {
            var row = 0.0;
            for (var i = degree - j; i >= 0; i--)
                row = row * u + coefficients[j * (degree + 1) + i];
            sum = sum * v + row;
        }
        return sum;
    }

    // Returns the scatter of the cells about it.
    double Fit(double[] levels)
    {
        var terms = Terms(degree, columns, rows).ToArray();
        var step = 1;
        while ((columns / step) * (rows / step) > EnoughCells)
            step++;
        var cells = Enumerable.Range(0, columns * rows).Where(cell => cell % columns % step == 0 && cell / columns % step == 0)
            .ToArray();
        var (slopes, solution) = (new double[cells.Length * terms.Length], new double[terms.Length]);
        for (var k = 0; k < cells.Length; k++)
        {
            var (u, v) = Middle(cells[k]);
            for (var t = 0; t < terms.Length; t++)
                slopes[k * terms.Length + t] = Math.Pow(u, terms[t].I) * Math.Pow(v, terms[t].J);
        }
        var (equations, rest) = (new NormalEquations(), Array.ConvertAll(cells, cell => levels[cell]));
        var scale = double.PositiveInfinity;
        // From a plane up: a cell that is no sky stands out of a stiff surface before a flexible one has bent towards it.
        for (var (power, round) = (1, 0); power <= degree; (power, round) = round < Rounds ? (power, round + 1) : (power + 1, 0))
        {
            var used = Array.FindAll(Enumerable.Range(0, terms.Length).ToArray(), t => terms[t].I + terms[t].J <= power);
            var (found, slope) = (new double[used.Length], new double[used.Length]);
            equations.Reset(used.Length);
            for (var k = 0; k < cells.Length; k++)
            {
                var off = rest[k] / (Reach * scale);
                if (!(Math.Abs(off) < 1))
                    continue;
                for (var t = 0; t < used.Length; t++)
                    slope[t] = slopes[k * terms.Length + used[t]];
                equations.Add(slope, levels[cells[k]], Math.Pow(1 - off * off, 2));
            }
            if (!equations.TrySolve(found))
                break; // too many cells were left out: what was found before will do
            Array.Clear(solution);
            for (var t = 0; t < used.Length; t++)
                solution[used[t]] = found[t];
            for (var k = 0; k < cells.Length; k++)
            {
                var value = 0.0;
                for (var t = 0; t < used.Length; t++)
                    value += found[t] * slopes[k * terms.Length + used[t]];
                rest[k] = levels[cells[k]] - value;
            }
            scale = Robust.Sigma(rest);
            if (!(scale > 0))
                break;
        }
        for (var t = 0; t < terms.Length; t++)
            coefficients[terms[t].J * (degree + 1) + terms[t].I] += solution[t];
        return scale;
    }

    // By how much it changes over a cell, and by how much a cell differs from the mean of its neighbours, at most.
    (double Slope, double Bend) Most()
    {
        var (slope, bend, du, dv) = (0.0, 0.0, 2.0 / columns, 2.0 / rows);
        for (var cell = 0; cell < columns * rows; cell++)
        {
            var (u, v) = Middle(cell);
            var value = Value(u, v);
            double left = Value(u - du, v), right = Value(u + du, v), below = Value(u, v - dv), above = Value(u, v + dv);
            slope = Math.Max(slope, (Math.Abs(right - left) + Math.Abs(above - below)) / 2);
            bend = Math.Max(bend, (Math.Abs(left + right - 2 * value) + Math.Abs(below + above - 2 * value)) / 2);
        }
        return (slope, bend);
    }
}
