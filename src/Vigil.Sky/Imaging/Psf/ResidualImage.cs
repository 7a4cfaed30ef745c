namespace Vigil.Sky.Imaging;

/// <summary>What a frame has above its background, and what is left of it when stars are taken away.</summary>
/// <remarks>NaN where a pixel has no value or is saturated.</remarks>
sealed class ResidualImage
{
    public ResidualImage(Frame frame, Background background, double saturation)
    {
        (Width, Height) = (frame.Width, frame.Height);
        Pixels = new float[frame.Pixels.Length];
        for (var y = 0; y < Height; y++)
        {
            var from = frame.Pixels.AsSpan(y * Width, Width);
            var into = Pixels.AsSpan(y * Width, Width);
            background.Subtract(from, 0, y, into);
            for (var x = 0; x < Width; x++)
                if (from[x] >= saturation)
                    into[x] = float.NaN;
        }
    }

    /// <summary>Pixels in a row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Row by row. Shape (Width * Height).</summary>
    public float[] Pixels { get; }

    /// <summary>Copies the pixels of a box. Shape (box.Count).</summary>
    public void Read(PixelBox box, Span<double> values)
    {
        for (var row = 0; row < box.Height; row++)
        {
            var from = Pixels.AsSpan((box.Bottom + row) * Width + box.Left, box.Width);
            var into = values.Slice(row * box.Width, box.Width);
            for (var i = 0; i < from.Length; i++)
                into[i] = from[i];
        }
    }

    /// <summary>Puts back what <see cref="Read"/> has given.</summary>
    public void Write(PixelBox box, ReadOnlySpan<double> values)
    {
        for (var row = 0; row < box.Height; row++)
        {
            var into = Pixels.AsSpan((box.Bottom + row) * Width + box.Left, box.Width);
            for (var i = 0; i < into.Length; i++)
                into[i] = (float)values[row * box.Width + i];
        }
    }

    /// <summary>Takes values away from the pixels of a box.</summary>
    public void Subtract(PixelBox box, ReadOnlySpan<double> values)
    {
        for (var row = 0; row < box.Height; row++)
        {
            var into = Pixels.AsSpan((box.Bottom + row) * Width + box.Left, box.Width);
            var from = values.Slice(row * box.Width, box.Width);
            for (var i = 0; i < into.Length; i++)
                into[i] -= (float)from[i];
        }
    }
}
