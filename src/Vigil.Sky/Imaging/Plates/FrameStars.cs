namespace Vigil.Sky.Imaging;

/// <summary>The detections of a frame as a pattern: those first that are most likely to be in a catalogue.</summary>
sealed class FrameStars
{
    // Bright detections along a satellite's trail or around a saturated star are many in few places; stars are everywhere. So the
    // brightest of each of the frame's parts come first, then the second ones.
    const int PartsAcross = 4;
    const int DetectionsAPart = 4;

    readonly Dictionary<int, PixelGrid> grids = [];

    /// <param name="x">FITS pixels, shape (N).</param>
    /// <param name="y">Likewise.</param>
    /// <param name="err">Error of a coordinate, pixels; NaN where it is not known.</param>
    /// <param name="flux">Any unit; NaN comes last.</param>
    /// <param name="width">Of the frame, pixels.</param>
    /// <param name="height">Likewise.</param>
    /// <param name="most">Detections kept, the brightest ones.</param>
    public FrameStars(ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> err, ReadOnlySpan<double> flux,
        int width, int height, int most)
    {
        (Width, Height) = (width, height);
        var order = new List<(int Rank, double Flux, int Index)>(x.Length);
        for (var i = 0; i < x.Length; i++)
            if (x[i] > 0.5 && x[i] < width + 0.5 && y[i] > 0.5 && y[i] < height + 0.5)
                order.Add((0, double.IsNaN(flux[i]) ? double.NegativeInfinity : flux[i], i));
        order.Sort((a, b) => a.Flux != b.Flux ? b.Flux.CompareTo(a.Flux) : a.Index.CompareTo(b.Index));
        if (order.Count > most)
            order.RemoveRange(most, order.Count - most);
        if (order.Count >= PartsAcross * PartsAcross * DetectionsAPart)
        {
            var counts = new int[PartsAcross * PartsAcross];
            for (var i = 0; i < order.Count; i++)
            {
                var (_, brightness, index) = order[i];
                var part = Part(x[index], width) + PartsAcross * Part(y[index], height);
                order[i] = (counts[part]++, brightness, index);
            }
            order.Sort((a, b) => a.Rank != b.Rank ? a.Rank.CompareTo(b.Rank)
                : a.Flux != b.Flux ? b.Flux.CompareTo(a.Flux) : a.Index.CompareTo(b.Index));
        }
        (X, Y, Err, Index) = (new double[order.Count], new double[order.Count], new double[order.Count], new int[order.Count]);
        for (var i = 0; i < order.Count; i++)
        {
            var index = order[i].Index;
            (X[i], Y[i], Err[i], Index[i]) = (x[index], y[index], err[index] is >= 0 and < 10 ? err[index] : 0, index);
        }
    }

    /// <summary>Pixels in a row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>How many detections lie in the frame.</summary>
    public int Count => X.Length;

    /// <summary>Places, FITS pixels.</summary>
    public double[] X { get; }

    /// <summary>Places, FITS pixels.</summary>
    public double[] Y { get; }

    /// <summary>Error of a coordinate, pixels; 0 where it is not known, or absurd.</summary>
    public double[] Err { get; }

    /// <summary>Where each was in the list that was given.</summary>
    public int[] Index { get; }

    /// <summary>Square pixels.</summary>
    public double Area => (double)Width * Height;

    /// <summary>The middle of the frame, FITS pixels.</summary>
    public (double X, double Y) Centre => ((Width + 1) / 2.0, (Height + 1) / 2.0);

    /// <summary>From the centre to a corner, pixels.</summary>
    public double HalfDiagonal => double.Hypot(Width, Height) / 2;

    /// <summary>The first so many detections, to be searched by place.</summary>
    public PixelGrid First(int count)
    {
        count = Math.Min(count, Count);
        if (!grids.TryGetValue(count, out var grid))
            grids[count] = grid = new PixelGrid(X.AsSpan(0, count), Y.AsSpan(0, count), Width, Height);
        return grid;
    }

    /// <summary>Whether a place is in the frame.</summary>
    public bool Holds(double x, double y) => x > 0.5 && x < Width + 0.5 && y > 0.5 && y < Height + 0.5;

    static int Part(double place, int size) => (int)Math.Clamp((place - 0.5) * PartsAcross / size, 0, PartsAcross - 1);
}
