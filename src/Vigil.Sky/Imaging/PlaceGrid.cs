namespace Vigil.Sky.Imaging;

/// <summary>Places in a frame, sorted into square cells so that those near a place are found fast.</summary>
sealed class PlaceGrid
{
    readonly double cell;
    readonly int columns, rows;
    readonly int[] starts, order;
    readonly double[] x, y;

    /// <param name="x">FITS pixels, finite.</param>
    /// <param name="y">Likewise.</param>
    /// <param name="cell">Side of a cell: pixels.</param>
    /// <param name="width">Of the frame.</param>
    /// <param name="height">Of the frame.</param>
    public PlaceGrid(double[] x, double[] y, double cell, int width, int height)
    {
        this.cell = Math.Max(cell, Math.Sqrt((double)width * height / 1e6)); // a million cells at most
        (this.x, this.y) = (x, y);
        (columns, rows) = ((int)(width / this.cell) + 1, (int)(height / this.cell) + 1);
        starts = new int[columns * rows + 1];
        order = new int[x.Length];
        for (var i = 0; i < x.Length; i++)
            starts[Cell(i) + 1]++;
        for (var c = 0; c < starts.Length - 1; c++)
            starts[c + 1] += starts[c];
        var next = starts.AsSpan(0, starts.Length - 1).ToArray();
        for (var i = 0; i < x.Length; i++)
            order[next[Cell(i)]++] = i;
    }

    /// <summary>Replaces the list by the indices of the places within a distance, in the order of the cells.</summary>
    public void Near(double nearX, double nearY, double distance, List<int> found)
    {
        found.Clear();
        var (left, right) = (Column(nearX - distance), Column(nearX + distance));
        var (bottom, top) = (Row(nearY - distance), Row(nearY + distance));
        for (var row = bottom; row <= top; row++)
            for (var at = starts[row * columns + left]; at < starts[row * columns + right + 1]; at++)
            {
                var (dx, dy) = (x[order[at]] - nearX, y[order[at]] - nearY);
                if (dx * dx + dy * dy <= distance * distance)
                    found.Add(order[at]);
            }
    }

    int Cell(int i) => Row(y[i]) * columns + Column(x[i]);

    int Column(double at) => (int)Math.Clamp((at - 0.5) / cell, 0, columns - 1);

    int Row(double at) => (int)Math.Clamp((at - 0.5) / cell, 0, rows - 1);
}
