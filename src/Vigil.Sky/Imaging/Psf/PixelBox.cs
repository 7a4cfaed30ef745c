namespace Vigil.Sky.Imaging;

/// <summary>A rectangle of pixels within an image, counted from 0.</summary>
readonly record struct PixelBox(int Left, int Bottom, int Width, int Height)
{
    /// <summary>How many pixels.</summary>
    public int Count => Width * Height;

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => Width <= 0 || Height <= 0;

    /// <summary>The pixels whose centres are within a distance in x and in y of a place (FITS pixels).</summary>
    public static PixelBox Around(double x, double y, double reach, int width, int height) =>
        Between(x - reach, x + reach, y - reach, y + reach, width, height);

    /// <summary>The pixels whose centres lie between limits (FITS pixels).</summary>
    public static PixelBox Between(double fromX, double toX, double fromY, double toY, int width, int height)
    {
        var (left, right) = (First(fromX, width), Last(toX, width));
        var (bottom, top) = (First(fromY, height), Last(toY, height));
        return new(left, bottom, right - left + 1, top - bottom + 1);

        static int First(double at, int length) => (int)Math.Clamp(Math.Ceiling(at) - 1, 0, length);

        static int Last(double at, int length) => (int)Math.Clamp(Math.Floor(at) - 1, -1, length - 1);
    }
}
