using System.Numerics;
using System.Runtime.InteropServices;

namespace Vigil.Sky.Imaging;

/// <summary>
/// A surface through values at the centres of equal cells that cover a frame: natural cubic splines along both axes, linear
/// beyond the outermost centres. Pixels are counted from 0 here.
/// </summary>
sealed class SplineMesh
{
    readonly Axis x, y;
    readonly double[] value, valueXx, valueYy, valueXxyy; // rows by columns; second derivatives per cell squared

    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="columns">Cells in a row.</param>
    /// <param name="rows">Rows of cells.</param>
    /// <param name="nodes">Values at the centres, finite, shape (rows * columns).</param>
    public SplineMesh(int width, int height, int columns, int rows, ReadOnlySpan<double> nodes)
    {
        (x, y) = (new Axis(width, columns), new Axis(height, rows));
        value = new double[x.Nodes * y.Nodes];
        for (var row = 0; row < y.Nodes; row++)
            for (var column = 0; column < x.Nodes; column++)
                value[row * x.Nodes + column] = nodes[Math.Min(row, rows - 1) * columns + Math.Min(column, columns - 1)];
        valueXx = SecondDerivatives(value, x.Nodes, 1, y.Nodes, x.Nodes);
        valueYy = SecondDerivatives(value, y.Nodes, x.Nodes, x.Nodes, 1);
        valueXxyy = SecondDerivatives(valueXx, y.Nodes, x.Nodes, x.Nodes, 1);
    }

    /// <summary>The value at a place, which may lie beyond the frame.</summary>
    public double At(double px, double py)
    {
        var (column, a, b, c, d) = x.Weights(px);
        var across = y.Weights(py);
        var (value0, bend0) = Node(column, across);
        var (value1, bend1) = Node(column + 1, across);
        return a * value0 + b * value1 + c * bend0 + d * bend1;
    }

    /// <summary>Values of consecutive pixels of a row.</summary>
    public void Row(int firstX, int row, Span<float> into)
    {
        var across = y.Weights(row);
        var done = 0;
        while (done < into.Length)
        {
            var (column, piece, end) = x.Piece(firstX + done);
            var (v0, d0) = Node(column, across);
            var (v1, d1) = Node(column + 1, across);
            // The cubic in t from one centre to the next; beyond the outermost centres, its tangent there.
            double c0 = v0, c1 = v1 - v0 - (2 * d0 + d1) / 6, c2 = d0 / 2, c3 = (d1 - d0) / 6;
            if (piece < 0)
                c2 = c3 = 0;
            else if (piece > 0)
            {
                c1 = v1 - v0 + (d0 + 2 * d1) / 6;
                c0 = v1 - c1;
                c2 = c3 = 0;
            }
            var part = into.Slice(done, Math.Min(end - firstX, into.Length) - done);
            Cubic((float)x.T(firstX + done, column), (float)x.Step, (float)c0, (float)c1, (float)c2, (float)c3, part);
            done += part.Length;
        }
    }

    static void Cubic(float t, float step, float c0, float c1, float c2, float c3, Span<float> into)
    {
        var i = 0;
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(into);
        var ts = new Vector<float>(t) + Vector.ConvertToSingle(Vector<int>.Indices) * step;
        var advance = step * Vector<float>.Count;
        for (var k = 0; k < vectors.Length; k++, i += Vector<float>.Count)
        {
            var at = ts + new Vector<float>(k * advance);
            vectors[k] = ((at * c3 + new Vector<float>(c2)) * at + new Vector<float>(c1)) * at + new Vector<float>(c0);
        }
        for (; i < into.Length; i++)
        {
            var at = t + i * step;
            into[i] = ((at * c3 + c2) * at + c1) * at + c0;
        }
    }

    (double Value, double Bend) Node(int column, (int Row, double A, double B, double C, double D) w)
    {
        int here = w.Row * x.Nodes + column, next = here + x.Nodes;
        return (w.A * value[here] + w.B * value[next] + w.C * valueYy[here] + w.D * valueYy[next],
            w.A * valueXx[here] + w.B * valueXx[next] + w.C * valueXxyy[here] + w.D * valueXxyy[next]);
    }

    /// <summary>
    /// Second derivatives of natural cubic splines with unit steps, along lines of count values: the tridiagonal equations
    /// d[i-1] + 4 d[i] + d[i+1] = 6 (v[i-1] - 2 v[i] + v[i+1]) with d = 0 at the ends.
    /// </summary>
    static double[] SecondDerivatives(double[] values, int count, int stride, int lines, int lineStride)
    {
        var second = new double[values.Length];
        var ratio = new double[count];
        for (var line = 0; line < lines; line++)
        {
            var at = line * lineStride;
            for (var i = 1; i < count - 1; i++)
            {
                var k = at + i * stride;
                var pivot = 4 - ratio[i - 1];
                ratio[i] = 1 / pivot;
                second[k] = (6 * (values[k - stride] - 2 * values[k] + values[k + stride]) - second[k - stride]) / pivot;
            }
            for (var i = count - 2; i > 0; i--)
                second[at + i * stride] -= ratio[i] * second[at + (i + 1) * stride];
        }
        return second;
    }

    /// <summary>Cells along one axis; a single cell counts as two of the same value.</summary>
    readonly struct Axis(int length, int cells)
    {
        readonly int cells = cells;

        public int Nodes { get; } = Math.Max(cells, 2);
        public double Step { get; } = (double)cells / length;

        /// <summary>Place in units of cells from the centre of a column of cells; 0 where there is one cell only.</summary>
        public double T(double pixel, int column) => cells == 1 ? 0 : (pixel + 0.5) * Step - 0.5 - column;

        public (int Cell, double A, double B, double C, double D) Weights(double pixel)
        {
            var u = T(pixel, 0);
            var cell = (int)Math.Clamp(Math.Floor(u), 0, Nodes - 2);
            var t = u - cell;
            return t < 0 ? (cell, 1 - t, t, -t / 3, -t / 6)
                : t > 1 ? (cell, 1 - t, t, (t - 1) / 6, (t - 1) / 3)
                : (cell, 1 - t, t, ((1 - t) * (1 - t) - 1) * (1 - t) / 6, (t * t - 1) * t / 6);
        }

        /// <summary>The cell that a pixel is in; -1 or 1 before the first or after the last centre; where that ends.</summary>
        public (int Cell, int Piece, int End) Piece(int pixel)
        {
            var u = T(pixel, 0);
            if (u < 0)
                return (0, -1, EndOf(0));
            if (u >= Nodes - 1)
                return (Nodes - 2, 1, int.MaxValue);
            var cell = (int)u;
            return (cell, 0, cells == 1 ? int.MaxValue : Math.Max(pixel + 1, EndOf(cell + 1)));
        }

        int EndOf(int cell) => (int)Math.Ceiling((cell + 0.5) / Step - 0.5);
    }
}
