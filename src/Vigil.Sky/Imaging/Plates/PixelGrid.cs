namespace Vigil.Sky.Imaging;

/// <summary>Places in a frame, arranged in square cells so that those near a place are found at once.</summary>
sealed class PixelGrid
{
    readonly double[] x, y;     // in the order of their cells
    readonly int[] given;       // the index under which each was given
    readonly int[] cellStart;   // of each cell, row by row, and the end
    readonly double perPixel;
    readonly int columns, rows;

    /// <summary>A grid of N places, of about one place in a cell.</summary>
    /// <param name="x">FITS pixels, shape (N); places outside the frame belong to the cells of its edge.</param>
    /// <param name="y">Likewise.</param>
    /// <param name="width">Of the frame, pixels.</param>
    /// <param name="height">Likewise.</param>
    public PixelGrid(ReadOnlySpan<double> x, ReadOnlySpan<double> y, int width, int height)
    {
        perPixel = Math.Min(Math.Sqrt(Math.Max(1, x.Length) / ((double)width * height)), 0.25);
        (columns, rows) = ((int)(width * perPixel) + 1, (int)(height * perPixel) + 1);
        cellStart = new int[columns * rows + 2];
        var cells = new int[x.Length];
        for (var i = 0; i < x.Length; i++)
            cellStart[(cells[i] = Row(y[i]) * columns + Column(x[i])) + 2]++;
        for (var cell = 2; cell < cellStart.Length; cell++)
            cellStart[cell] += cellStart[cell - 1];
        (this.x, this.y, given) = (new double[x.Length], new double[x.Length], new int[x.Length]);
        for (var i = 0; i < x.Length; i++)
        {
            var at = cellStart[cells[i] + 1]++; // so that each start moves to where it belongs
            (this.x[at], this.y[at], given[at]) = (x[i], y[i], i);
        }
    }

    /// <summary>How many places there are, N.</summary>
    public int Count => given.Length;

    /// <summary>The place nearest to (px, py) within a radius: its index, or -1.</summary>
    /// <param name="px">FITS pixels.</param>
    /// <param name="py">Likewise.</param>
    /// <param name="radius">Pixels.</param>
    /// <param name="square">Receives the square of its distance.</param>
    public int Nearest(double px, double py, double radius, out double square)
    {
        square = radius * radius;
        var nearest = -1;
        var (left, right) = (Column(px - radius), Column(px + radius));
        for (int row = Row(py - radius), last = Row(py + radius); row <= last; row++)
        {
            var end = cellStart[row * columns + right + 1];
            for (var i = cellStart[row * columns + left]; i < end; i++)
            {
                var (dx, dy) = (x[i] - px, y[i] - py);
                var distance = dx * dx + dy * dy;
                if (distance < square)
                    (square, nearest) = (distance, given[i]);
            }
        }
        return nearest;
    }

    /// <summary>Replaces the list by the indices of the places within a radius, always in the same order.</summary>
    /// <param name="px">FITS pixels.</param>
    /// <param name="py">Likewise.</param>
    /// <param name="radius">Pixels.</param>
    /// <param name="found">Receives indices.</param>
    public void Near(double px, double py, double radius, List<int> found)
    {
        found.Clear();
        var (left, right) = (Column(px - radius), Column(px + radius));
        for (int row = Row(py - radius), last = Row(py + radius); row <= last; row++)
        {
            var end = cellStart[row * columns + right + 1];
            for (var i = cellStart[row * columns + left]; i < end; i++)
            {
                var (dx, dy) = (x[i] - px, y[i] - py);
                if (dx * dx + dy * dy <= radius * radius)
                    found.Add(given[i]);
            }
        }
    }

    int Column(double px) => (int)Math.Clamp(px * perPixel, 0, columns - 1);

    int Row(double py) => (int)Math.Clamp(py * perPixel, 0, rows - 1);
}
