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
            throw new ArgumentException(
                $"A frame of {width} x {height} has {(long)width * height} pixels, got {pixels.Length}.", nameof(pixels));
        (Width, Height, Pixels, Header) = (width, height, pixels, header);
    }

    /// <summary>Pixels in a row (NAXIS1).</summary>
    public int Width { get; }

    /// <summary>Rows (NAXIS2).</summary>
    public int Height { get; }

    /// <summary>Row by row, y = 1 first; NaN where a pixel has no value. Shape (Width * Height).</summary>
    public float[] Pixels { get; }

    /// <summary>
    /// The cards that describe the exposure: those of the image's HDU, and those of the primary one that it does not repeat.
    /// </summary>
    public FitsHeader Header { get; }

    /// <summary>Whether its pixels are the green ones of a mosaic, those of other colours interpolated.</summary>
    public bool IsGreenOnly { get; init; }

    /// <summary>Whether its pixels are a mosaic of several colours.</summary>
    public bool IsMosaic { get; init; }

    /// <summary>Sentences about what was chosen or assumed when the file was read.</summary>
    public IReadOnlyList<string> Assumptions { get; init; } = [];

    /// <summary>Reads the frame of a FITS file, plain, tile-compressed (.fz) or in gzip.</summary>
    /// <param name="stream">The file, from its current position on; it is left open.</param>
    /// <param name="options">Which image; by default the primary HDU's, or the only one among the extensions.</param>
    /// <returns>Pixels as float, BSCALE and BZERO applied; NaN where the file has BLANK, NaN or infinity.</returns>
    /// <exception cref="FitsException">The file is no FITS, is broken, ends too early or is larger than the limits.</exception>
    /// <exception cref="FrameException">It holds no image, several, or one that is no plane.</exception>
    /// <remarks>Takes memory for one float a pixel; for a compressed image, for its bytes as well.</remarks>
    public static Frame Read(Stream stream, FrameReadOptions? options = null) =>
        new FrameReader(stream, options ?? new FrameReadOptions()).Read();
}
