namespace Vigil.Sky.Imaging;

/// <summary>A star of which a point-spread function is made.</summary>
sealed class PsfSample(int index, AdaptiveMoments moments, double noise)
{
    /// <summary>Which detection it is.</summary>
    public int Index { get; } = index;
    /// <summary>Its width.</summary>
    public AdaptiveMoments Moments { get; } = moments;
    /// <summary>Noise of a pixel of the sky.</summary>
    public double Noise { get; } = noise;
    /// <summary>What neighbours add, in parts of its own light.</summary>
    public double Contamination { get; set; }
    /// <summary>Its place: FITS pixels.</summary>
    public double X { get; set; } = moments.X;
    /// <summary>Its place: FITS pixels.</summary>
    public double Y { get; set; } = moments.Y;
    /// <summary>Its flux.</summary>
    public double Flux { get; set; } = 2 * moments.Sum;
    /// <summary>What the background's mesh left of the sky: the median of a ring around.</summary>
    public double Sky { get; private set; }
    /// <summary>The error of <see cref="Sky"/>.</summary>
    public double SkyErr { get; private set; }
    /// <summary>The pixels around it.</summary>
    public PixelBox Box { get; private set; }
    /// <summary>What they hold; NaN where they are not to be used.</summary>
    public double[] Data { get; private set; } = [];
    /// <summary>The inverse of their variances.</summary>
    public double[] Weights { get; private set; } = [];
    /// <summary>Whether it is still used.</summary>
    public bool IsUsed { get; set; } = true;

    /// <summary>Reads the pixels within a distance.</summary>
    public void Read(ResidualImage image, double reach)
    {
        Box = PixelBox.Around(X, Y, reach, image.Width, image.Height);
        (Data, Weights) = (new double[Box.Count], new double[Box.Count]);
        Read(image);
    }

    (double Level, double Err) Ring(ResidualImage image)
    {
        // Outside of the stamp, which holds all but the faintest of the wings.
        var inner = Math.Max(Box.Width, Box.Height) / 2.0;
        var box = PixelBox.Around(X, Y, 1.6 * inner + 1, image.Width, image.Height);
        var values = new List<double>();
        for (var at = 0; at < box.Count; at++)
        {
            var (x, y) = (box.Left + at % box.Width, box.Bottom + at / box.Width);
            var value = image.Pixels[y * image.Width + x];
            if (!float.IsNaN(value) && double.Hypot(x + 1 - X, y + 1 - Y) > inner)
                values.Add(value);
        }
        // The median of n normal values has the error sqrt(pi / 2 n) of one.
        return values.Count < LeastRing ? (0, 0)
            : (LightCurves.Robust.Median([.. values]), Noise * Math.Sqrt(Math.PI / (2 * values.Count)));
    }

    // Fewer pixels are not better than the background's mesh.
    const int LeastRing = 50;

    /// <summary>Reads the same pixels again.</summary>
    public void Read(ResidualImage image)
    {
        image.Read(Box, Data);
        (Sky, SkyErr) = Ring(image);
        IsUsed = true;
    }
}
