using System.Numerics;
using System.Runtime.InteropServices;

namespace Vigil.Sky.Imaging;

/// <summary>
/// The sky of a frame: its level and its noise (standard deviation of a pixel), measured in a mesh of cells, median-filtered,
/// and interpolated with bicubic splines. In the units of the frame. May be shared by threads.
/// </summary>
/// <remarks>
/// The cells are of equal size within a pixel, as near to the size asked for as fits the frame. In each the sky is the mode of
/// the values after clipping at 3 sigma; a cell with fewer than half of its pixels takes the mean of its neighbours. After
/// E. Bertin and S. Arnouts 1996, A&amp;AS 117, 393, doi:10.1051/aas:1996164. Where the sky changes over the frame by more than
/// such a mesh can follow (vignetting, the Moon), a polynomial takes up the change first, and the mesh has the rest. Vignetting
/// also takes light from the stars: that part is the flat field's, or a spatial term's of the calibration.
/// </remarks>
public sealed class Background
{
    /// <summary>Values beyond are taken as no value: sums of squares would overflow.</summary>
    internal const float Limit = 1e15f;

    readonly SplineMesh level, noise;
    readonly SkyTrend? trend;
    readonly float leastNoise;

    Background(int width, int height, int columns, int rows, double[] levels, SkyTrend? trend, double[] noises, long badPixels)
    {
        this.trend = trend;
        level = new SplineMesh(width, height, columns, rows, levels);
        noise = new SplineMesh(width, height, columns, rows, noises);
        // A spline may overshoot where noise drops; half of the least measured noise is farther than it honestly can.
        leastNoise = (float)(noises.Min() / 2);
        if (trend is not null)
            levels = [.. levels.Select((rest, cell) => rest + trend.InCell(cell))];
        (Columns, Rows, Levels, Noises, BadPixels) = (columns, rows, levels, noises, badPixels);
        GlobalLevel = Median([.. levels]);
        GlobalNoise = Median([.. noises]);
    }

    /// <summary>Cells in a row of the mesh.</summary>
    public int Columns { get; }

    /// <summary>Rows of the mesh.</summary>
    public int Rows { get; }

    /// <summary>The level in each cell after filtering, row by row: shape (Rows * Columns).</summary>
    public IReadOnlyList<double> Levels { get; }

    /// <summary>The noise in each cell after filtering, row by row: shape (Rows * Columns).</summary>
    public IReadOnlyList<double> Noises { get; }

    /// <summary>Median level of the mesh.</summary>
    public double GlobalLevel { get; }

    /// <summary>Median noise of the mesh: standard deviation of a pixel.</summary>
    public double GlobalNoise { get; }

    /// <summary>How many of the frame's pixels have no value.</summary>
    internal long BadPixels { get; }

    /// <summary>Measures the sky of a frame.</summary>
    /// <param name="frame">Its pixels that are NaN, infinite or beyond ±1e15 are left out.</param>
    /// <param name="cell">
    /// Side of a cell, pixels: 4 or more. Several times as large as the sources, smaller than the sky's structure.
    /// </param>
    /// <param name="filter">Cells on a side of the median filter: odd, 1 or more. 1 for none.</param>
    /// <param name="threads">How many threads work: 1 or more; the result is the same for any number.</param>
    /// <exception cref="FrameException">No pixel has a value.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size is out of range.</exception>
    public static Background Of(Frame frame, int cell = 64, int filter = 3, int threads = 1)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentOutOfRangeException.ThrowIfLessThan(cell, 4);
        ArgumentOutOfRangeException.ThrowIfLessThan(filter, 1);
        if (filter % 2 == 0)
            throw new ArgumentOutOfRangeException(nameof(filter), filter,
                "The median filter needs a middle: give an odd number of cells.");
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        int columns = Cells(frame.Width, cell), rows = Cells(frame.Height, cell);
        double[] levels = new double[rows * columns], noises = new double[rows * columns], below = new double[rows * columns];
        var counts = new int[rows * columns]; // of pixels with a value
        MeasureCells(null);
        var shares = counts.Select((count, i) => (double)count / Area(i)).ToArray();
        var least = Math.Min(shares.Max(), 0.5);
        if (least == 0)
            throw new FrameException($"None of the frame's {frame.Width} x {frame.Height} pixels has a value: all are NaN or " +
                "BLANK. Look whether the exposure was calibrated with a broken flat or bias.");
        var isKnown = Array.ConvertAll(shares, share => share >= least);
        FillUnknown(columns, rows, isKnown, levels, noises, below);

        var trend = SkyTrend.Of(frame.Width, frame.Height, columns, rows, levels, Median([.. noises]));
        if (trend is { IsSteep: true })
        {
            MeasureCells(trend);
            FillUnknown(columns, rows, isKnown, levels, noises, below);
            trend.Refine(levels);
            MeasureCells(trend);
            FillUnknown(columns, rows, isKnown, levels, noises, below);
        }
        else if (trend is not null)
        {
            for (var i = 0; i < levels.Length; i++)
                levels[i] -= trend.InCell(i);
        }
        // Faint stars among the sky add to the noise by a share that the whole frame tells better than a cell.
        var share = Median([.. noises.Zip(below, (all, lower) => all > 0 ? Math.Min(lower / all, 1) : 1)]);
        for (var i = 0; i < noises.Length; i++)
            noises[i] *= share;
        var leastNoise = noises.Min();
        return new Background(frame.Width, frame.Height, columns, rows, Filter(levels, columns, rows, filter), trend,
            Array.ConvertAll(Filter(noises, columns, rows, filter), n => Math.Max(n, leastNoise)),
            frame.Pixels.LongLength - counts.Sum(count => (long)count));

        int Area(int i) => (Edge(i / columns + 1, rows, frame.Height) - Edge(i / columns, rows, frame.Height)) *
            (Edge(i % columns + 1, columns, frame.Width) - Edge(i % columns, columns, frame.Width));

        void MeasureCells(SkyTrend? without)
        {
            var largest = (frame.Width / columns + 1) * (frame.Height / rows + 1);
            SharedWork.Do(rows * columns, 8, threads,
                () => (Estimator: new SkyEstimator(), Values: new float[largest], Row: new float[frame.Width / columns + 1]),
                (work, i) =>
                {
                    int bottom = Edge(i / columns, rows, frame.Height), top = Edge(i / columns + 1, rows, frame.Height);
                    int left = Edge(i % columns, columns, frame.Width), right = Edge(i % columns + 1, columns, frame.Width);
                    var count = 0;
                    for (var y = bottom; y < top; y++)
                    {
                        ReadOnlySpan<float> row = frame.Pixels.AsSpan(y * frame.Width + left, right - left);
                        if (without is not null)
                        {
                            var rest = work.Row.AsSpan(0, row.Length);
                            row.CopyTo(rest);
                            without.Add(left, y, -1, rest);
                            row = rest;
                        }
                        count += Gather(row, work.Values.AsSpan(count));
                    }
                    (levels[i], noises[i], below[i]) = work.Estimator.Of(work.Values.AsSpan(0, count));
                    counts[i] = count;
                });
        }
    }

    /// <summary>The level at a place, FITS pixels; beyond the frame it is continued.</summary>
    public double Level(double x, double y) => level.At(x - 1, y - 1) + (trend?.At(x - 1, y - 1) ?? 0);

    /// <summary>The noise at a place, FITS pixels; above 0 unless the frame is constant.</summary>
    public double Noise(double x, double y) => Math.Max(noise.At(x - 1, y - 1), leastNoise);

    /// <summary>Levels of consecutive pixels of a row.</summary>
    /// <param name="x">The first of them, FITS pixel: 1 or more.</param>
    /// <param name="y">The row, FITS pixel: 1 or more.</param>
    /// <param name="levels">Receives a level for each; its length says how many.</param>
    public void LevelRow(int x, int y, Span<float> levels)
    {
        level.Row(x - 1, y - 1, levels);
        trend?.Add(x - 1, y - 1, 1, levels);
    }

    /// <summary>Noises of consecutive pixels of a row, with the parameters of <see cref="LevelRow"/>.</summary>
    public void NoiseRow(int x, int y, Span<float> noises)
    {
        noise.Row(x - 1, y - 1, noises);
        for (var i = 0; i < noises.Length; i++)
            noises[i] = Math.Max(noises[i], leastNoise);
    }

    /// <summary>Pixels of a row above the level; NaN where a pixel has no value.</summary>
    /// <param name="pixels">Consecutive pixels of the row.</param>
    /// <param name="x">The first of them, counted from 0.</param>
    /// <param name="y">The row, counted from 0.</param>
    /// <param name="above">Receives them; as many.</param>
    internal void Subtract(ReadOnlySpan<float> pixels, int x, int y, Span<float> above)
    {
        level.Row(x, y, above);
        trend?.Add(x, y, 1, above);
        var from = MemoryMarshal.Cast<float, Vector<float>>(pixels);
        var into = MemoryMarshal.Cast<float, Vector<float>>(above);
        var (limit, none) = (new Vector<float>(Limit), new Vector<float>(float.NaN));
        for (var k = 0; k < into.Length; k++)
            into[k] = Vector.ConditionalSelect(Vector.LessThanOrEqual(Vector.Abs(from[k]), limit), from[k] - into[k], none);
        for (var i = into.Length * Vector<float>.Count; i < above.Length; i++)
            above[i] = Math.Abs(pixels[i]) <= Limit ? pixels[i] - above[i] : float.NaN;
    }

    static int Cells(int length, int cell) => Math.Max(1, (length + cell / 2) / cell);

    static int Edge(int cell, int cells, int length) => (int)((long)cell * length / cells);

    static int Gather(ReadOnlySpan<float> row, Span<float> into)
    {
        var count = 0;
        foreach (var value in row)
        {
            into[count] = value;
            count += Math.Abs(value) <= Limit ? 1 : 0;
        }
        return count;
    }

    /// <summary>Cells without a value take the mean of those around that have one, from the known cells outwards.</summary>
    static void FillUnknown(int columns, int rows, bool[] isKnown, params double[][] maps)
    {
        var known = (bool[])isKnown.Clone();
        for (var unknown = known.Count(k => !k); unknown > 0;)
        {
            var before = (bool[])known.Clone();
            for (var i = 0; i < known.Length; i++)
            {
                if (before[i])
                    continue;
                var near = Around(i % columns, i / columns).Where(j => before[j]).ToArray();
                if (near.Length == 0)
                    continue;
                foreach (var map in maps)
                    map[i] = near.Average(j => map[j]);
                known[i] = true;
                unknown--;
            }
        }

        IEnumerable<int> Around(int x, int y)
        {
            for (var dy = -1; dy <= 1; dy++)
                for (var dx = -1; dx <= 1; dx++)
                    if (x + dx >= 0 && x + dx < columns && y + dy >= 0 && y + dy < rows)
                        yield return (y + dy) * columns + x + dx;
        }
    }

    /// <summary>
    /// Each cell's median among its neighbours. Beyond the edges the mesh is continued by reflecting it through the values at
    /// the edge, so that a slope stays a slope.
    /// </summary>
    static double[] Filter(double[] map, int columns, int rows, int size)
    {
        if (size == 1)
            return map;
        var reach = size / 2;
        var result = new double[map.Length];
        var around = new double[size * size];
        for (var y = 0; y < rows; y++)
            for (var x = 0; x < columns; x++)
            {
                var n = 0;
                for (var dy = -reach; dy <= reach; dy++)
                    for (var dx = -reach; dx <= reach; dx++)
                        around[n++] = Continued(x + dx, y + dy);
                result[y * columns + x] = Median(around);
            }
        return result;

        double Continued(int x, int y)
        {
            int insideX = Math.Clamp(x, 0, columns - 1), insideY = Math.Clamp(y, 0, rows - 1);
            if (x == insideX && y == insideY)
                return map[y * columns + x];
            int mirrorX = Math.Clamp(2 * insideX - x, 0, columns - 1), mirrorY = Math.Clamp(2 * insideY - y, 0, rows - 1);
            return 2 * map[insideY * columns + insideX] - map[mirrorY * columns + mirrorX];
        }
    }

    static double Median(double[] values)
    {
        Array.Sort(values);
        return 0.5 * (values[(values.Length - 1) / 2] + values[values.Length / 2]);
    }
}
