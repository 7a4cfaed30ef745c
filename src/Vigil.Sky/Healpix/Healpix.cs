using System.Numerics;

namespace Vigil.Sky;

/// <summary>
/// HEALPix: the sphere as 12 * 4^order pixels of equal area. An index without another word is in the NESTED scheme, where
/// the pixels inside a pixel are consecutive and a patch of sky is a few ranges of numbers.
/// </summary>
/// <remarks>
/// K. M. Górski et al. 2005, ApJ 622, 759, doi:10.1086/427976. We use the paper's planar projection (its figure 5 and
/// section 5.3) divided by π/2: <c>t</c> in [0, 4) runs east, <c>u</c> in [-1, 1] runs north. There the 12 base pixels
/// ("faces") are squares standing on a corner, and each is a grid of nside x nside pixels: <c>x</c> counts them
/// north-east, <c>y</c> north-west from the southern corner.
/// </remarks>
public static partial class Healpix
{
    /// <summary>The finest order whose indices fit a signed 64-bit integer; its pixels are 0.4 mas wide.</summary>
    public const int MaxOrder = 29;

    static readonly double Sqrt6 = Math.Sqrt(6);

    // Radians: the largest distance between the centre and the rim of any pixel of an order.
    internal static readonly double[] PixelRadii = [.. Enumerable.Range(0, MaxOrder + 1).Select(LargestPixelRadius)];

    /// <summary>How many pixels an order has: 12 * 4^order.</summary>
    /// <param name="order">In [0, 29].</param>
    /// <exception cref="ArgumentOutOfRangeException">The order is outside its range.</exception>
    public static long PixelCount(int order) => 12L << (2 * CheckedOrder(order));

    /// <summary>Area of each pixel of an order: steradians.</summary>
    /// <param name="order">In [0, 29].</param>
    /// <exception cref="ArgumentOutOfRangeException">The order is outside its range.</exception>
    public static double PixelArea(int order) => 4 * Math.PI / PixelCount(order);

    /// <summary>The order of a map by its number of values.</summary>
    /// <param name="pixelCount">12 * 4^order.</param>
    /// <exception cref="ArgumentException">No order has that many pixels.</exception>
    public static int OrderOf(long pixelCount)
    {
        var order = pixelCount >= 12 ? (BitOperations.Log2((ulong)pixelCount) - 3) / 2 : 0;
        return order <= MaxOrder && PixelCount(order) == pixelCount ? order : throw new ArgumentException(
            $"A map of the whole sky has 12 * 4^order values, such as 49152 or 3145728, got {pixelCount}.", nameof(pixelCount));
    }

    /// <summary>The indices of order 29 inside a pixel.</summary>
    /// <param name="order">In [0, 29].</param>
    /// <param name="ipix">NESTED index, in [0, 12 * 4^order).</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static IpixRange Range(int order, long ipix)
    {
        var shift = 2 * (MaxOrder - CheckedOrder(order));
        return new IpixRange(CheckedIpix(order, ipix) << shift, (ipix + 1) << shift);
    }

    /// <summary>A pixel and its order in one number, 4 * 4^order + ipix: the IVOA's NUNIQ.</summary>
    /// <param name="order">In [0, 29].</param>
    /// <param name="ipix">NESTED index, in [0, 12 * 4^order).</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static long Uniq(int order, long ipix) => (4L << (2 * CheckedOrder(order))) + CheckedIpix(order, ipix);

    /// <summary>The order and NESTED index in a number made by <see cref="Uniq"/>.</summary>
    /// <param name="uniq">In [4, 16 * 4^29).</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is outside its range.</exception>
    public static (int Order, long Ipix) FromUniq(long uniq)
    {
        if (uniq is < 4 or >= 16L << (2 * MaxOrder))
            throw new ArgumentOutOfRangeException(nameof(uniq), uniq, "A UNIQ number must be in [4, 16 * 4^29).");
        var order = (BitOperations.Log2((ulong)uniq) >> 1) - 1;
        return (order, uniq - (4L << (2 * order)));
    }

    /// <summary>The NESTED index of the pixel that holds a position.</summary>
    /// <param name="ra">Degrees, any finite value.</param>
    /// <param name="dec">Degrees, in [-90, 90].</param>
    /// <param name="order">In [0, 29].</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    /// <remarks>Positions within 1e-6 of a pixel's width of a border may fall on either side of it.</remarks>
    public static long Ipix(double ra, double dec, int order = MaxOrder)
    {
        var nside = 1L << CheckedOrder(order);
        var t = Sphere.NormalizeRa(ra) / 90;
        // s is the paper's √(3 (1 - |z|)); written with the half angle it keeps its digits at the poles.
        var s = Sqrt6 * Math.Sin(double.DegreesToRadians((90 - Math.Abs(Sphere.CheckedDec(dec))) / 2));
        if (s < 1) // polar caps, |z| > 2/3: meridians converge, and a cap face is bounded by two of them
        {
            var quarter = (int)t;
            var fromWest = s * (t - quarter);
            var fromEast = s - fromWest;
            return dec > 0
                ? Nested(order, quarter, Cell(1 - fromEast, nside), Cell(1 - fromWest, nside))
                : Nested(order, quarter + 8, Cell(fromWest, nside), Cell(fromEast, nside));
        }
        var u = 0.75 * Math.Sin(double.DegreesToRadians(dec));
        // Lines of constant t + u and t - u are the borders of the faces; their whole parts say which face it is.
        var (northEast, southEast) = (t + u + 0.5, t - u + 0.5);
        var (i, j) = ((int)northEast, (int)southEast);
        var face = i == j ? (i & 3) + 4 : i > j ? j & 3 : (i & 3) + 8;
        return Nested(order, face, Cell(northEast - i, nside), nside - 1 - Cell(southEast - j, nside));
    }

    /// <summary>The centre of a pixel: ra in [0, 360) and dec in [-90, 90], degrees.</summary>
    /// <param name="order">In [0, 29].</param>
    /// <param name="ipix">NESTED index, in [0, 12 * 4^order).</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static (double Ra, double Dec) Centre(int order, long ipix)
    {
        CheckedIpix(order, ipix);
        var (face, x, y) = Cell(order, ipix);
        var (sinDec, cosDec, ra) = Centre(face, x, y, 1L << order);
        return (Sphere.NormalizeRa(double.RadiansToDegrees(ra)), double.RadiansToDegrees(Math.Atan2(sinDec, cosDec)));
    }

    // Centre of cell (x, y) of a face; ra in radians, not normalised.
    static (double SinDec, double CosDec, double Ra) Centre(int face, long x, long y, long nside)
    {
        var row = face >> 2; // 0 north, 1 on the equator, 2 south
        var north = x + y + 1 - nside; // of the face's centre, in half diagonals of a cell
        var east = x - y;
        var t = (face & 3) + (row == 1 ? 0 : 0.5);
        var width = 1.0 / nside;
        if (row == 0 && north > 0 || row == 2 && north < 0)
        {
            var s = (nside - Math.Abs(north)) * width;
            var sinHalf = s / Sqrt6; // of the polar distance
            var cosHalf = Math.Sqrt(1 - sinHalf * sinHalf);
            var z = 1 - 2 * sinHalf * sinHalf;
            t += east / (2.0 * (nside - Math.Abs(north)));
            return (row == 0 ? z : -z, 2 * sinHalf * cosHalf, t * (Math.PI / 2));
        }
        var sinDec = (north * width + (1 - row)) * (2 / 3.0);
        t += east * (width / 2);
        return (sinDec, Math.Sqrt((1 - sinDec) * (1 + sinDec)), t * (Math.PI / 2));
    }

    // The worst pixel has its centre on the border of a polar cap, z = 2/3, where its northern corner is the farthest.
    static double LargestPixelRadius(int order)
    {
        var nside = Math.ScaleB(1, order);
        var up = 1 - 1 / nside;
        var corner = 2 * Math.Asin(up / Sqrt6);    // polar distance, with s = 1 - 1/nside
        var centre = 2 * Math.Asin(1 / Sqrt6);     // polar distance, with s = 1
        var half = Math.Sin((centre - corner) / 2);
        var east = Math.Sin(Math.PI / 8 / nside);  // half the difference in right ascension
        return 2 * Math.Asin(Math.Sqrt(half * half + Math.Sin(centre) * Math.Sin(corner) * east * east));
    }

    internal static UnitVector CentreVector(int order, long ipix)
    {
        var (face, x, y) = Cell(order, ipix);
        var (sinDec, cosDec, ra) = Centre(face, x, y, 1L << order);
        var (sin, cos) = Math.SinCos(ra);
        return new UnitVector(cosDec * cos, cosDec * sin, sinDec);
    }

    // The face of a pixel and its place there.
    internal static (int Face, long X, long Y) Cell(int order, long ipix)
    {
        var inFace = ipix & ((1L << (2 * order)) - 1);
        return ((int)(ipix >> (2 * order)), EvenBits(inFace), EvenBits(inFace >> 1));
    }

    static long Cell(double fraction, long nside) => Math.Min((long)(fraction * nside), nside - 1);

    static long Nested(int order, int face, long x, long y) => ((long)face << (2 * order)) | Spread(x) | (Spread(y) << 1);

    // Puts the lowest 32 bits at the even places: abcd becomes 0a0b0c0d.
    static long Spread(long bits)
    {
        bits = (bits | (bits << 16)) & 0x0000FFFF0000FFFF;
        bits = (bits | (bits << 8)) & 0x00FF00FF00FF00FF;
        bits = (bits | (bits << 4)) & 0x0F0F0F0F0F0F0F0F;
        bits = (bits | (bits << 2)) & 0x3333333333333333;
        return (bits | (bits << 1)) & 0x5555555555555555;
    }

    // The reverse of Spread; the odd places are ignored.
    static long EvenBits(long bits)
    {
        bits &= 0x5555555555555555;
        bits = (bits | (bits >> 1)) & 0x3333333333333333;
        bits = (bits | (bits >> 2)) & 0x0F0F0F0F0F0F0F0F;
        bits = (bits | (bits >> 4)) & 0x00FF00FF00FF00FF;
        bits = (bits | (bits >> 8)) & 0x0000FFFF0000FFFF;
        return (bits | (bits >> 16)) & 0x00000000FFFFFFFF;
    }

    internal static int CheckedOrder(int order) => order is < 0 or > MaxOrder
        ? throw new ArgumentOutOfRangeException(nameof(order), order, "A HEALPix order must be in [0, 29].")
        : order;

    static long CheckedIpix(int order, long ipix) => ipix >= 0 && ipix < PixelCount(order) ? ipix
        : throw new ArgumentOutOfRangeException(nameof(ipix), ipix,
            $"A pixel index of order {order} must be in [0, {PixelCount(order)}).");

    static void CheckLengths(int positions, int others, int results)
    {
        if (positions != others || positions != results)
            throw new ArgumentException($"The spans must have one length, got {positions}, {others} and {results}.");
    }
}
