using System.Runtime.CompilerServices;

namespace Vigil.Sky;

/// <summary>Consecutive HEALPix NESTED indices of order 29: <c>First &lt;= ipix &lt; End</c>.</summary>
/// <param name="First">The first index.</param>
/// <param name="End">One past the last index.</param>
public readonly record struct IpixRange(long First, long End)
{
    /// <summary>The last index, for SQL: <c>ipix BETWEEN First AND Last</c>.</summary>
    public long Last => End - 1;

    public bool Contains(long ipix) => First <= ipix && ipix < End;
}

/// <summary>
/// HEALPix in the NESTED scheme: the sphere as 12 * 4^order pixels of equal area, numbered so that the pixels inside
/// a pixel are consecutive, and that a patch of sky is a few ranges of numbers.
/// </summary>
/// <remarks>
/// K. M. Górski et al. 2005, ApJ 622, 759, doi:10.1086/427976. We use the paper's planar projection (its figure 5 and
/// section 5.3) divided by π/2: <c>t</c> in [0, 4) runs east, <c>u</c> in [-1, 1] runs north. There the 12 base pixels
/// ("faces") are squares standing on a corner, and each is a grid of nside x nside pixels: <c>x</c> counts them
/// north-east, <c>y</c> north-west from the southern corner.
/// </remarks>
public static class Healpix
{
    /// <summary>The finest order whose indices fit a signed 64-bit integer; its pixels are 0.4 mas wide.</summary>
    public const int MaxOrder = 29;

    static readonly double Sqrt6 = Math.Sqrt(6);

    // Radians: the largest distance between the centre and the rim of any pixel of an order.
    static readonly double[] PixelRadius = [.. Enumerable.Range(0, MaxOrder + 1).Select(LargestPixelRadius)];

    /// <summary>How many pixels an order has: 12 * 4^order.</summary>
    public static long PixelCount(int order) => 12L << (2 * CheckedOrder(order));

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
        if (ipix < 0 || ipix >= PixelCount(order))
            throw new ArgumentOutOfRangeException(nameof(ipix), ipix,
                $"A pixel index of order {order} must be in [0, {PixelCount(order)}).");
        var inFace = ipix & ((1L << (2 * order)) - 1);
        var (sinDec, cosDec, ra) = Centre((int)(ipix >> (2 * order)), EvenBits(inFace), EvenBits(inFace >> 1), 1L << order);
        return (Sphere.NormalizeRa(double.RadiansToDegrees(ra)), double.RadiansToDegrees(Math.Atan2(sinDec, cosDec)));
    }

    /// <summary>Few ranges of order-29 indices that hold every position of a cone, and little besides.</summary>
    /// <param name="ra">Right ascension of the cone's axis: degrees, any finite value.</param>
    /// <param name="dec">Its declination: degrees, in [-90, 90].</param>
    /// <param name="radius">Degrees, in [0, 180].</param>
    /// <param name="maxRanges">The most ranges to return; fewer are a cheaper query over a rougher cover.</param>
    /// <returns>Ranges in ascending order that neither overlap nor touch.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static IpixRange[] ConeRanges(double ra, double dec, double radius, int maxRanges = 16)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxRanges, 1);
        Span<IpixRange> ranges = maxRanges <= 64 ? stackalloc IpixRange[maxRanges] : new IpixRange[maxRanges];
        return ranges[..ConeRanges(ra, dec, radius, ranges)].ToArray();
    }

    /// <summary>As <see cref="ConeRanges(double, double, double, int)"/>, without allocating.</summary>
    /// <param name="ra">Right ascension of the cone's axis: degrees, any finite value.</param>
    /// <param name="dec">Its declination: degrees, in [-90, 90].</param>
    /// <param name="radius">Degrees, in [0, 180].</param>
    /// <param name="ranges">Receives the ranges; its length, at least 1, is the most there can be.</param>
    /// <returns>How many ranges were written.</returns>
    /// <exception cref="ArgumentException">There is no room for one range.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static int ConeRanges(double ra, double dec, double radius, Span<IpixRange> ranges)
    {
        if (ranges.IsEmpty)
            throw new ArgumentException("There must be room for at least one range.", nameof(ranges));
        if (!(radius >= 0 && radius <= 180))
            throw new ArgumentOutOfRangeException(nameof(radius), radius, "A radius must be in [0, 180] degrees.");
        (ra, radius) = (double.DegreesToRadians(Sphere.NormalizeRa(ra)), double.DegreesToRadians(radius));
        var order = Math.Min(Math.ILogB(BlockReach / radius), MaxOrder);
        Span<long> block = stackalloc long[9];
        ReadOnlySpan<long> start = block;
        if (!Block(double.RadiansToDegrees(ra), Sphere.CheckedDec(dec), order, block))
        {
            order = 0;
            start = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]; // the faces
        }
        var cover = new ConeCover(ra, double.DegreesToRadians(dec), radius, order, ranges);
        foreach (var ipix in start)
            cover.Visit(ipix, order);
        return cover.Count;
    }

    /// <summary>
    /// A cone whose axis is in a pixel, and whose radius times nside is at most this (in radians), lies in the 3 x 3 pixels
    /// around that pixel where these belong to one face.
    /// </summary>
    /// <remarks>
    /// A way from the middle pixel out of the block is at least a pixel's side long, 1/(√2 nside), in the plane of t and u. On
    /// the sphere it is at least 0.89 times as long: near the equator
    /// ds² = (4/3 du / cos δ)² + (π/2 cos δ dt)² with sin²δ at most 4/9;
    /// in a cap, with the polar distance θ and the place w in [-1/2, 1/2] between the meridians that bound it,
    /// ds² = (1.633 du / cos(θ/2))² + (1.283 cos(θ/2) (dt + 2 w du))² with cos²(θ/2) at least 5/6. 0.89 / √2 = 0.629.
    /// </remarks>
    const double BlockReach = 0.62;

    /// <summary>The pixels around a position, in ascending order; false where they are of several faces.</summary>
    static bool Block(double ra, double dec, int order, Span<long> block)
    {
        if (order < 2)
            return false;
        var ipix = Ipix(ra, dec, order);
        var faceFirst = ipix & -(1L << (2 * order));
        var (x, y, last) = (EvenBits(ipix - faceFirst), EvenBits((ipix - faceFirst) >> 1), (1L << order) - 1);
        if (x == 0 || x == last || y == 0 || y == last)
            return false;
        for (var i = 0; i < 9; i++)
            block[i] = faceFirst | Spread(x - 1 + i % 3) | (Spread(y - 1 + i / 3) << 1);
        block.Sort();
        return true;
    }

    /// <summary>
    /// Walks down the tree of pixels, in ascending order of their indices. A pixel is taken as the circle around it: it is
    /// left out when that circle misses the cone, kept when it lies inside, else its four quarters are asked.
    /// </summary>
    ref struct ConeCover
    {
        readonly double ra, sinDec, cosDec;
        readonly Span<IpixRange> ranges;
        readonly int finest;
        // Squared chords, per order: beyond `outside` a pixel's centre is too far, up to `inside` all of it is in the cone.
        Limits outside, inside;

        public int Count;

        [InlineArray(MaxOrder + 1)]
        struct Limits
        {
            double first;
        }

        /// <param name="ra">Radians, as the declination and the radius.</param>
        /// <param name="coarsest">The order of the pixels to start from.</param>
        public ConeCover(double ra, double dec, double radius, int coarsest, Span<IpixRange> ranges)
        {
            this.ra = ra;
            (sinDec, cosDec) = Math.SinCos(dec);
            this.ranges = ranges;
            const double rounding = 1e-13; // radians; generous, and 1/10000 of the finest pixel
            for (finest = coarsest; ; finest++)
            {
                var reach = radius + PixelRadius[finest] + rounding;
                var within = radius - PixelRadius[finest] - rounding;
                outside[finest] = reach < Math.PI ? ChordSquared(reach) : double.PositiveInfinity;
                inside[finest] = within > 0 ? ChordSquared(within) : -1;
                // Finer pixels would follow the rim more closely, but with more ranges than anyone asks for.
                if (finest == MaxOrder || 4 * PixelRadius[finest] < radius)
                    break;
            }
        }

        static double ChordSquared(double angle)
        {
            var chord = 2 * Math.Sin(angle / 2);
            return chord * chord;
        }

        public void Visit(long ipix, int order)
        {
            var inFace = ipix & ((1L << (2 * order)) - 1);
            Visit((int)(ipix >> (2 * order)), EvenBits(inFace), EvenBits(inFace >> 1), order, ipix);
        }

        void Visit(int face, long x, long y, int order, long ipix)
        {
            var centre = Centre(face, x, y, 1L << order);
            // Of the straight line between two directions; unlike the cosine it keeps its digits at small angles.
            var (along, across) = (centre.SinDec - sinDec, centre.CosDec - cosDec);
            var half = SinHalf(centre.Ra - ra);
            var chordSquared = along * along + across * across + 4 * centre.CosDec * cosDec * half * half;
            if (chordSquared > outside[order])
                return;
            if (order == finest || chordSquared <= inside[order])
            {
                var shift = 2 * (MaxOrder - order);
                Add(ipix << shift, (ipix + 1) << shift);
                return;
            }
            for (var quarter = 0; quarter < 4; quarter++)
                Visit(face, 2 * x + (quarter & 1), 2 * y + (quarter >> 1), order + 1, 4 * ipix + quarter);
        }

        // The sine of half an angle, up to its sign. Small angles, which are the most, by the series: the first term left out
        // is below 1e-19.
        static double SinHalf(double angle)
        {
            var half = angle / 2;
            if (Math.Abs(half) > 0.05)
                return Math.Sin(half);
            var square = half * half;
            return half * (1 - square / 6 * (1 - square / 20 * (1 - square / 42 * (1 - square / 72))));
        }

        // Pixels come in ascending order. When there is no room, the smallest gap so far is covered as well:
        // what remains at the end are the widest gaps of all.
        void Add(long first, long end)
        {
            if (Count > 0 && ranges[Count - 1].End == first)
            {
                ranges[Count - 1] = new IpixRange(ranges[Count - 1].First, end);
                return;
            }
            if (Count == ranges.Length)
            {
                var (closed, smallest) = (Count, first - ranges[Count - 1].End);
                for (var i = 1; i < Count; i++)
                    if (ranges[i].First - ranges[i - 1].End < smallest)
                        (closed, smallest) = (i, ranges[i].First - ranges[i - 1].End);
                if (closed == Count)
                {
                    ranges[Count - 1] = new IpixRange(ranges[Count - 1].First, end);
                    return;
                }
                ranges[closed - 1] = new IpixRange(ranges[closed - 1].First, ranges[closed].End);
                ranges[(closed + 1)..Count].CopyTo(ranges[closed..]);
                Count--;
            }
            ranges[Count++] = new IpixRange(first, end);
        }
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

    static int CheckedOrder(int order) => order is < 0 or > MaxOrder
        ? throw new ArgumentOutOfRangeException(nameof(order), order, "A HEALPix order must be in [0, 29].")
        : order;
}
