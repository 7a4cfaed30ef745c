using Vigil.Sky.Fits;

namespace Vigil.Sky.Imaging;

/// <summary>Which image of a FITS file becomes the <see cref="Frame"/>, and how.</summary>
public sealed record FrameReadOptions
{
    /// <summary>The HDU, by its number (the primary one is 0) or its EXTNAME; null for the only one with an image.</summary>
    public string? Hdu { get; init; }

    /// <summary>Which plane of a cube, from 1; null where the image has one.</summary>
    public int? Plane { get; init; }

    /// <summary>
    /// Keep the green pixels of a colour camera's mosaic (Bayer) and put the mean of the four green neighbours in the places of
    /// red and blue. Without it all pixels count, and the band is a mixture of three.
    /// </summary>
    public bool GreenOnly { get; init; }

    /// <summary>How much the file may ask for.</summary>
    public FitsLimits? Limits { get; init; }
}
