using System.Runtime.CompilerServices;

namespace Vigil.Sky;

public static partial class Healpix
{
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
    public static int ConeRanges(double ra, double dec, double radius, Span<IpixRange> ranges) =>
        ConeRanges(ra, dec, radius, ranges, MaxOrder);

    /// <summary>As <see cref="ConeRanges(double, double, double, Span{IpixRange})"/>, with no more work than a rough cover is
    /// worth.</summary>
    /// <param name="finestOrder">No pixel is divided that is of this order or finer.</param>
    internal static int ConeRanges(double ra, double dec, double radius, Span<IpixRange> ranges, int finestOrder)
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
        var cover = new ConeCover(ra, double.DegreesToRadians(dec), radius, order, finestOrder, ranges);
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
        /// <param name="finestOrder">No pixel is divided that is of this order or finer.</param>
        public ConeCover(double ra, double dec, double radius, int coarsest, int finestOrder, Span<IpixRange> ranges)
        {
            this.ra = ra;
            (sinDec, cosDec) = Math.SinCos(dec);
            this.ranges = ranges;
            const double rounding = 1e-13; // radians; generous, and 1/10000 of the finest pixel
            for (finest = coarsest; ; finest++)
            {
                var reach = radius + PixelRadii[finest] + rounding;
                var within = radius - PixelRadii[finest] - rounding;
                outside[finest] = reach < Math.PI ? ChordSquared(reach) : double.PositiveInfinity;
                inside[finest] = within > 0 ? ChordSquared(within) : -1;
                // Finer pixels would follow the rim more closely, but with more ranges than anyone asks for.
                if (finest >= finestOrder || 4 * PixelRadii[finest] < radius)
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
            var (face, x, y) = Cell(order, ipix);
            Visit(face, x, y, order, ipix);
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
}
