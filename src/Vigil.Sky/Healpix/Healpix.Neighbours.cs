namespace Vigil.Sky;

public static partial class Healpix
{
    /// <summary>The eight pixels around a pixel, in the sequence south-west, W, NW, N, NE, E, SE, S.</summary>
    /// <param name="order">In [0, 29].</param>
    /// <param name="ipix">NESTED index, in [0, 12 * 4^order).</param>
    /// <param name="neighbours">
    /// Receives NESTED indices, shape (8); -1 where there is none: at eight of the corners of the faces only three meet.
    /// </param>
    /// <exception cref="ArgumentException">There is no room for eight.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The order or the index is outside its range.</exception>
    public static void Neighbours(int order, long ipix, Span<long> neighbours)
    {
        if (neighbours.Length < 8)
            throw new ArgumentException($"There must be room for 8 neighbours, got {neighbours.Length}.", nameof(neighbours));
        CheckedIpix(CheckedOrder(order), ipix);
        var (face, x, y) = Cell(order, ipix);
        neighbours[0] = Neighbour(order, face, x - 1, y);
        neighbours[1] = Neighbour(order, face, x - 1, y + 1);
        neighbours[2] = Neighbour(order, face, x, y + 1);
        neighbours[3] = Neighbour(order, face, x + 1, y + 1);
        neighbours[4] = Neighbour(order, face, x + 1, y);
        neighbours[5] = Neighbour(order, face, x + 1, y - 1);
        neighbours[6] = Neighbour(order, face, x, y - 1);
        neighbours[7] = Neighbour(order, face, x - 1, y - 1);
    }

    // The pixel at a place that may be one step off its face. The faces' arrangement is figure 4 of Górski et al. 2005.
    static long Neighbour(int order, int face, long x, long y)
    {
        var last = (1L << order) - 1;
        var (quarter, row) = (face & 3, face >> 2);
        // 0 for before the face's first cell, 1 for inside, 2 for beyond its last.
        var (alongX, alongY) = (x < 0 ? 0 : x > last ? 2 : 1, y < 0 ? 0 : y > last ? 2 : 1);
        var (wrappedX, wrappedY) = (x & last, y & last);
        return (row, alongX, alongY) switch
        {
            (_, 1, 1) => Nested(order, face, x, y),

            (0, 2, 1) => Nested(order, (quarter + 1) & 3, y, last), // across the meridian between two faces at the pole
            (0, 1, 2) => Nested(order, (quarter + 3) & 3, last, x),
            (0, 0, 1) => Nested(order, 4 + quarter, last, y),
            (0, 1, 0) => Nested(order, 4 + ((quarter + 1) & 3), x, last),
            (0, 2, 2) => Nested(order, (quarter + 2) & 3, last, last),
            (0, 0, 0) => Nested(order, 8 + quarter, last, last),

            (1, 2, 1) => Nested(order, quarter, 0, y),
            (1, 1, 2) => Nested(order, (quarter + 3) & 3, x, 0),
            (1, 0, 1) => Nested(order, 8 + ((quarter + 3) & 3), last, y),
            (1, 1, 0) => Nested(order, 8 + quarter, x, last),
            (1, 2, 0) => Nested(order, 4 + ((quarter + 1) & 3), wrappedX, wrappedY),
            (1, 0, 2) => Nested(order, 4 + ((quarter + 3) & 3), wrappedX, wrappedY),

            (2, 2, 1) => Nested(order, 4 + ((quarter + 1) & 3), 0, y),
            (2, 1, 2) => Nested(order, 4 + quarter, x, 0),
            (2, 0, 1) => Nested(order, 8 + ((quarter + 3) & 3), y, 0),
            (2, 1, 0) => Nested(order, 8 + ((quarter + 1) & 3), 0, x),
            (2, 2, 2) => Nested(order, quarter, 0, 0),
            (2, 0, 0) => Nested(order, 8 + ((quarter + 2) & 3), 0, 0),

            _ => -1,
        };
    }

    /// <summary>The four corners of a pixel: ra in [0, 360) and dec, degrees, in the sequence north, west, south, east.</summary>
    /// <param name="order">In [0, 29].</param>
    /// <param name="ipix">NESTED index, in [0, 12 * 4^order).</param>
    /// <param name="ra">Receives degrees, shape (4).</param>
    /// <param name="dec">Receives degrees, shape (4).</param>
    /// <exception cref="ArgumentException">A span has not four places.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The order or the index is outside its range.</exception>
    public static void Corners(int order, long ipix, Span<double> ra, Span<double> dec) => Boundary(order, ipix, 1, ra, dec);

    /// <summary>Points on the rim of a pixel, from its northern corner by west, south and east.</summary>
    /// <param name="order">In [0, 29].</param>
    /// <param name="ipix">NESTED index, in [0, 12 * 4^order).</param>
    /// <param name="step">Points a side, at least 1: the corner that begins it, then evenly spaced ones.</param>
    /// <param name="ra">Receives degrees in [0, 360), shape (4 * step).</param>
    /// <param name="dec">Receives degrees, shape (4 * step).</param>
    /// <exception cref="ArgumentException">A span has not 4 * step places.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The order, the index or the step is outside its range.</exception>
    public static void Boundary(int order, long ipix, int step, Span<double> ra, Span<double> dec)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(step, 1);
        if (ra.Length != 4L * step || dec.Length != ra.Length)
            throw new ArgumentException($"ra and dec must have 4 * step = {4L * step} places, got {ra.Length} and {dec.Length}.");
        CheckedIpix(CheckedOrder(order), ipix);
        var (face, x, y) = Cell(order, ipix);
        for (var i = 0; i < step; i++)
        {
            var way = (double)i / step;
            (ra[i], dec[i]) = Position(order, face, x, y, 1 - way, 1);
            (ra[step + i], dec[step + i]) = Position(order, face, x, y, 0, 1 - way);
            (ra[2 * step + i], dec[2 * step + i]) = Position(order, face, x, y, way, 0);
            (ra[3 * step + i], dec[3 * step + i]) = Position(order, face, x, y, 1, way);
        }
    }

    // Corner 0, 1, 2, 3 of a pixel: north, west, south, east.
    internal static (double Ra, double Dec) Corner(int order, long ipix, int corner)
    {
        var (face, x, y) = Cell(order, ipix);
        return Position(order, face, x, y, corner is 0 or 3 ? 1 : 0, corner is 0 or 1 ? 1 : 0);
    }

    // Two whole numbers that tell a corner from all others, by whichever of its pixels it is asked: the ring of corners,
    // counted from the north pole, and twice its place on the ring.
    internal static (long Ring, long Place) CornerKey(int order, long ipix, int corner)
    {
        var (face, x, y) = Cell(order, ipix);
        var (cornerX, cornerY) = (x + (corner is 0 or 3 ? 1 : 0), y + (corner is 0 or 1 ? 1 : 0));
        var (nside, row) = (1L << order, face >> 2);
        var ring = (row + 2) * nside - (cornerX + cornerY);
        // On a ring of a cap a face has `width` places, elsewhere nside; those at the ends are shared with its neighbours.
        var width = Math.Min(Math.Min(ring, 4 * nside - ring), nside);
        if (width == 0)
            return (ring, 0); // a pole
        var place = 2 * width * (face & 3) + (row == 1 ? 0 : width) + (cornerX - cornerY);
        return (ring, place < 0 ? place + 8 * width : place >= 8 * width ? place - 8 * width : place);
    }

    // The index within a face of a cell's place.
    internal static long Interleave(long x, long y) => Spread(x) | (Spread(y) << 1);

    // A position in a pixel: dx and dy in [0, 1] are its place between the pixel's sides.
    static (double Ra, double Dec) Position(int order, int face, long x, long y, double dx, double dy)
    {
        var nside = 1L << order;
        var row = face >> 2;
        // Of the face's centre and in half diagonals of a pixel, whole numbers apart from the place in the pixel.
        var (north, east) = (x + y - nside + (dx + dy), x - y + (dx - dy));
        var t = (face & 3) + (row == 1 ? 0 : 0.5);
        double sinDec, cosDec;
        if (row == 0 && north > 0 || row == 2 && north < 0)
        {
            // Cells to the pole, added up without a difference of large numbers.
            var toPole = row == 0 ? (nside - 1 - x) + (nside - 1 - y) + (2 - dx - dy) : x + y + (dx + dy);
            var sinHalf = toPole / nside / Sqrt6;
            sinDec = (row == 0 ? 1 : -1) * (1 - 2 * sinHalf * sinHalf);
            cosDec = 2 * sinHalf * Math.Sqrt(1 - sinHalf * sinHalf);
            t += toPole == 0 ? 0 : east / (2 * toPole);
        }
        else
        {
            sinDec = (north / nside + (1 - row)) * (2 / 3.0);
            cosDec = Math.Sqrt((1 - sinDec) * (1 + sinDec));
            t += east / (2.0 * nside);
        }
        return (Sphere.NormalizeRa(t * 90), double.RadiansToDegrees(Math.Atan2(sinDec, cosDec)));
    }
}
