using Vigil.Sky.Fits;

namespace Vigil.Sky.Imaging;

/// <summary>One exposure of one detector: its pixels and what its header says.</summary>
/// <remarks>
/// Places in a frame are FITS pixels everywhere: the centre of the first pixel is (1, 1), x along the rows. Values are in the
/// units of the file (ADU, counts). A pixel without a value is NaN.
/// </remarks>
public sealed class Frame
{
    /// <summary>A frame of given pixels.</summary>
    /// <param name="width">Pixels in a row (NAXIS1): 1 or more.</param>
    /// <param name="height">Rows (NAXIS2): 1 or more.</param>
    /// <param name="pixels">Row by row, y = 1 first: shape (width * height). The frame keeps the array; it makes no copy.</param>
    /// <param name="header">The cards that describe the exposure.</param>
    /// <exception cref="ArgumentException">The array has another length.</exception>
    public Frame(int width, int height, float[] pixels, FitsHeader header)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        ArgumentNullException.ThrowIfNull(header);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (pixels.Length != (long)width * height)
            throw new ArgumentException($"A frame of {width} x {height} has {(long)width * height} pixels, got {pixels.Length}.", nameof(pixels));
        (Width, Height, Pixels, Header) = (width, height, pixels, header);
    }

    /// <summary>Pixels in a row (NAXIS1).</summary>
    public int Width { get; }

    /// <summary>Rows (NAXIS2).</summary>
    public int Height { get; }

    /// <summary>Row by row, y = 1 first; NaN where a pixel has no value. Shape (Width * Height).</summary>
    public float[] Pixels { get; }

    /// <summary>The cards that describe the exposure.</summary>
    public FitsHeader Header { get; }
}
