namespace Vigil.Sky;

// The RING scheme: pixels counted eastwards along rings of one declination, from north to south. In the plane of the remarks
// of Healpix, ring i of 4 nside - 1 lies at u = (2 nside - i) / (2 nside).
public static partial class Healpix
{
    /// <summary>The RING index of the pixel that holds a position.</summary>
    /// <param name="ra">Degrees, any finite value.</param>
    /// <param name="dec">Degrees, in [-90, 90].</param>
    /// <param name="order">In [0, 29].</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    /// <remarks>Positions within 1e-6 of a pixel's width of a border may fall on either side of it.</remarks>
    public static long RingIpix(double ra, double dec, int order) => NestedToRing(order, Ipix(ra, dec, order));

    /// <summary>The centre of a pixel: ra in [0, 360) and dec in [-90, 90], degrees.</summary>
    /// <param name="order">In [0, 29].</param>
    /// <param name="ring">RING index, in [0, 12 * 4^order).</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static (double Ra, double Dec) RingCentre(int order, long ring) => Centre(order, RingToNested(order, ring));

    /// <summary>The RING index of a pixel.</summary>
    /// <param name="order">In [0, 29].</param>
    /// <param name="ipix">NESTED index, in [0, 12 * 4^order).</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static long NestedToRing(int order, long ipix)
    {
        CheckedIpix(CheckedOrder(order), ipix);
        var (face, x, y) = Cell(order, ipix);
        return Ring(face, x, y, 1L << order);
    }

    /// <summary>The NESTED index of a pixel.</summary>
    /// <param name="order">In [0, 29].</param>
    /// <param name="ring">RING index, in [0, 12 * 4^order).</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static long RingToNested(int order, long ring)
    {
        var count = PixelCount(order);
        CheckedIpix(order, ring);
        var nside = 1L << order;
        var capPixels = 2 * nside * (nside - 1);
        if (ring >= capPixels && ring < count - capPixels)
        {
            var (row, j) = Math.DivRem(ring - capPixels, 4 * nside);
            // In units of 1 / (2 nside): t of the centre, which on every other ring is odd, then the borders of the faces.
            var t = 2 * j + (~row & 1);
            var (northEast, southEast) = (t + 2 * nside - row, t + row);
            var (i, k) = ((int)(northEast / (2 * nside)), (int)(southEast / (2 * nside)));
            var face = i == k ? (i & 3) + 4 : i > k ? k & 3 : (i & 3) + 8;
            return Nested(order, face, northEast % (2 * nside) / 2, nside - 1 - southEast % (2 * nside) / 2);
        }
        var north = ring < capPixels;
        var fromPole = north ? ring : count - 1 - ring;
        // Before ring i of a cap are 2 i (i - 1) pixels; the square root may be one off where they no longer fit a double.
        var ringOfCap = (long)((1 + Math.Sqrt(1 + 2.0 * fromPole)) / 2);
        if (2 * ringOfCap * (ringOfCap - 1) > fromPole)
            ringOfCap--;
        else if (2 * ringOfCap * (ringOfCap + 1) <= fromPole)
            ringOfCap++;
        var place = fromPole - 2 * ringOfCap * (ringOfCap - 1);
        if (!north)
            place = 4 * ringOfCap - 1 - place;
        var (quarter, west) = Math.DivRem(place, ringOfCap);
        var east = ringOfCap - 1 - west;
        return north
            ? Nested(order, (int)quarter, nside - 1 - east, nside - 1 - west)
            : Nested(order, (int)quarter + 8, west, east);
    }

    /// <summary>RING indices of N pixels; <paramref name="ipix"/> and <paramref name="ring"/> may be the same memory.</summary>
    /// <param name="order">In [0, 29].</param>
    /// <param name="ipix">NESTED indices in [0, 12 * 4^order), shape (N).</param>
    /// <param name="ring">Receives RING indices, shape (N).</param>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The order or an index is outside its range.</exception>
    public static void NestedToRing(int order, ReadOnlySpan<long> ipix, Span<long> ring)
    {
        CheckLengths(ipix.Length, ipix.Length, ring.Length);
        for (var i = 0; i < ipix.Length; i++)
            ring[i] = NestedToRing(order, ipix[i]);
    }

    /// <summary>NESTED indices of N pixels; <paramref name="ring"/> and <paramref name="ipix"/> may be the same memory.</summary>
    /// <param name="order">In [0, 29].</param>
    /// <param name="ring">RING indices in [0, 12 * 4^order), shape (N).</param>
    /// <param name="ipix">Receives NESTED indices, shape (N).</param>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The order or an index is outside its range.</exception>
    public static void RingToNested(int order, ReadOnlySpan<long> ring, Span<long> ipix)
    {
        CheckLengths(ring.Length, ring.Length, ipix.Length);
        for (var i = 0; i < ring.Length; i++)
            ipix[i] = RingToNested(order, ring[i]);
    }

    /// <summary>A whole map of the RING scheme in the NESTED scheme.</summary>
    /// <param name="ring">Values by RING index, shape (12 * 4^order).</param>
    /// <param name="nested">Receives the values by NESTED index, same shape, other memory.</param>
    /// <exception cref="ArgumentException">The spans differ in length, or no order has that many pixels.</exception>
    public static void RingToNested<T>(ReadOnlySpan<T> ring, Span<T> nested)
    {
        CheckLengths(ring.Length, ring.Length, nested.Length);
        var order = OrderOf(ring.Length);
        for (var i = 0; i < nested.Length; i++)
        {
            var (face, x, y) = Cell(order, i);
            nested[i] = ring[(int)Ring(face, x, y, 1L << order)];
        }
    }

    /// <summary>A whole map of the NESTED scheme in the RING scheme.</summary>
    /// <param name="nested">Values by NESTED index, shape (12 * 4^order).</param>
    /// <param name="ring">Receives the values by RING index, same shape, other memory.</param>
    /// <exception cref="ArgumentException">The spans differ in length, or no order has that many pixels.</exception>
    public static void NestedToRing<T>(ReadOnlySpan<T> nested, Span<T> ring)
    {
        CheckLengths(nested.Length, nested.Length, ring.Length);
        var order = OrderOf(nested.Length);
        for (var i = 0; i < nested.Length; i++)
        {
            var (face, x, y) = Cell(order, i);
            ring[(int)Ring(face, x, y, 1L << order)] = nested[i];
        }
    }

    static long Ring(int face, long x, long y, long nside)
    {
        var row = face >> 2;
        var east = x - y;
        var i = (1 + row) * nside - (x + y + 1 - nside); // counted from 1
        if (i < nside)
            return 2 * i * (i - 1) + (face & 3) * i + (east + i - 1) / 2;
        var fromSouth = 4 * nside - i;
        if (fromSouth < nside)
            return 12 * nside * nside - 2 * fromSouth * (fromSouth + 1) + (face & 3) * fromSouth + (east + fromSouth - 1) / 2;
        var t = 2 * nside * (face & 3) + (row == 1 ? 0 : nside) + east; // of the centre, in units of 1 / (2 nside)
        if (t < 0)
            t += 8 * nside;
        return 2 * nside * (nside - 1) + (i - nside) * 4 * nside + t / 2;
    }
}
