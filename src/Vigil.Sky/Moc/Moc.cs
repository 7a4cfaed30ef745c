namespace Vigil.Sky;

/// <summary>
/// A multi-order coverage map: a part of the sky as HEALPix pixels of several orders, kept as sorted ranges of order-29 NESTED
/// indices. Immutable; the set operations take time in proportion to the ranges.
/// </summary>
/// <remarks>MOC: HEALPix Multi-Order Coverage map, version 2.0, IVOA recommendation of 2022-07-27.</remarks>
public sealed class Moc : IEquatable<Moc>
{
    static readonly long allPixels = Healpix.PixelCount(Healpix.MaxOrder);

    readonly IpixRange[] ranges;

    // Of ranges that are sorted and joined already.
    Moc(int order, IpixRange[] sorted) => (Order, ranges) = (order, sorted);

    /// <summary>The coverage of some ranges of order-29 indices, in any sequence; they may overlap.</summary>
    /// <param name="ranges">Inside [0, 12 * 4^29). An empty range covers nothing.</param>
    /// <param name="order">The order at which the coverage is meant, in [0, 29]; no range may need finer pixels.</param>
    /// <exception cref="ArgumentException">
    /// A range is outside the sky, or its ends are not those of pixels of that order.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The order is outside its range.</exception>
    public Moc(ReadOnlySpan<IpixRange> ranges, int order = Healpix.MaxOrder)
    {
        Order = Healpix.CheckedOrder(order);
        var within = (1L << (2 * (Healpix.MaxOrder - order))) - 1;
        foreach (var range in ranges)
            if (range.First < 0 || range.First > range.End || range.End > allPixels || ((range.First | range.End) & within) != 0)
                throw new ArgumentException(
                    $"A range must be of whole pixels of order {order} in [0, {allPixels}), got [{range.First}, {range.End}).");
        this.ranges = Normalised(ranges);
    }

    /// <summary>No part of the sky.</summary>
    public static Moc Empty { get; } = new(0, []);

    /// <summary>The whole sky.</summary>
    public static Moc Full { get; } = new(0, [new IpixRange(0, allPixels)]);

    /// <summary>
    /// The finest order that the coverage may use (MOCORDER), in [0, 29]; its pixels may all have joined to coarser ones.
    /// </summary>
    public int Order { get; }

    /// <summary>Ranges of order-29 indices, ascending, that neither overlap nor touch.</summary>
    public ReadOnlySpan<IpixRange> Ranges => ranges;

    /// <summary>Whether it holds no part of the sky.</summary>
    public bool IsEmpty => ranges.Length == 0;

    /// <summary>The covered part of the sky, in [0, 1].</summary>
    public double Fraction
    {
        get
        {
            Int128 pixels = 0;
            foreach (var range in ranges)
                pixels += range.End - range.First;
            return (double)pixels / allPixels;
        }
    }

    /// <summary>Square degrees, in [0, 41253].</summary>
    public double Area => Fraction * SphereArea;

    // 4 π steradians in square degrees.
    internal const double SphereArea = 4 * 180 * 180 / Math.PI;

    /// <summary>The coverage of a patch of sky.</summary>
    /// <param name="region">
    /// A <see cref="Cone"/>, <see cref="SkyPolygon"/>, <see cref="RaDecBox"/>, <see cref="SkyEllipse"/>, ...
    /// </param>
    /// <param name="order">The finest order to use, in [0, 29].</param>
    /// <param name="rule">Which pixels count.</param>
    /// <exception cref="ArgumentException">The coverage has more than four million ranges; choose a coarser order.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The order is outside its range.</exception>
    public static Moc FromRegion(ISkyRegion region, int order, CoverRule rule = CoverRule.Touching) =>
        new(order, Healpix.Cover(region, order, rule));

    /// <summary>The coverage of the pixels that hold N positions.</summary>
    /// <param name="ra">Degrees, any finite values, shape (N).</param>
    /// <param name="dec">Degrees in [-90, 90], shape (N).</param>
    /// <param name="order">Of the pixels, in [0, 29].</param>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static Moc FromPositions(ReadOnlySpan<double> ra, ReadOnlySpan<double> dec, int order)
    {
        var ipix = new long[ra.Length];
        Healpix.Ipix(ra, dec, order, ipix);
        return new Moc(Array.ConvertAll(ipix, pixel => Healpix.Range(order, pixel)), order);
    }

    /// <summary>The coverage of pixels given by NUNIQ numbers, in any sequence.</summary>
    /// <param name="uniq">As <see cref="Healpix.Uniq"/> makes them.</param>
    /// <param name="order">The order at which the coverage is meant; by default the finest of the pixels.</param>
    /// <exception cref="ArgumentException">A pixel is finer than the order.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A number is outside [4, 16 * 4^29), or the order outside its range.
    /// </exception>
    public static Moc FromUniq(ReadOnlySpan<long> uniq, int? order = null)
    {
        var ranges = new IpixRange[uniq.Length];
        var finest = 0;
        for (var i = 0; i < ranges.Length; i++)
        {
            var (cellOrder, ipix) = Healpix.FromUniq(uniq[i]);
            finest = Math.Max(finest, cellOrder);
            ranges[i] = Healpix.Range(cellOrder, ipix);
        }
        return new Moc(ranges, order ?? finest);
    }

    /// <summary>What is in this coverage or in another.</summary>
    public Moc Union(Moc other) => Merge(other, (a, b) => a || b);

    /// <summary>What is in both coverages.</summary>
    public Moc Intersection(Moc other) => Merge(other, (a, b) => a && b);

    /// <summary>What is in this coverage and not in another.</summary>
    public Moc Difference(Moc other) => Merge(other, (a, b) => a && !b);

    /// <summary>What is not in this coverage.</summary>
    public Moc Complement() => Full.Difference(this);

    /// <summary>What is in any of several coverages.</summary>
    public static Moc Union(IEnumerable<Moc> mocs)
    {
        var (all, order) = (new List<IpixRange>(), 0);
        foreach (var moc in mocs)
        {
            all.AddRange(moc.ranges);
            order = Math.Max(order, moc.Order);
        }
        return new Moc(order, Normalised([.. all]));
    }

    /// <summary>The coverage at another order: at a coarser one, all its pixels that this coverage touches.</summary>
    /// <param name="order">In [0, 29].</param>
    /// <exception cref="ArgumentOutOfRangeException">The order is outside its range.</exception>
    public Moc AtOrder(int order)
    {
        var within = (1L << (2 * (Healpix.MaxOrder - Healpix.CheckedOrder(order)))) - 1;
        return new Moc(order,
            Normalised(Array.ConvertAll(ranges, range => new IpixRange(range.First & ~within, (range.End + within) & ~within))));
    }

    /// <summary>Whether a position is covered.</summary>
    /// <param name="ra">Degrees, any finite value.</param>
    /// <param name="dec">Degrees in [-90, 90].</param>
    /// <exception cref="ArgumentOutOfRangeException">A coordinate is outside its range.</exception>
    public bool Contains(double ra, double dec) => Contains(Healpix.Ipix(ra, dec));

    /// <summary>Whether a pixel of order 29 is covered.</summary>
    public bool Contains(long ipix)
    {
        var after = FirstAfter(ipix);
        return after > 0 && ipix < ranges[after - 1].End;
    }

    /// <summary>Whether each of N positions is covered; allocates nothing.</summary>
    /// <param name="ra">Degrees, any finite values, shape (N).</param>
    /// <param name="dec">Degrees in [-90, 90], shape (N).</param>
    /// <param name="contains">Receives the answers, shape (N).</param>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A coordinate is outside its range.</exception>
    public void Contains(ReadOnlySpan<double> ra, ReadOnlySpan<double> dec, Span<bool> contains)
    {
        if (ra.Length != dec.Length || ra.Length != contains.Length)
            throw new ArgumentException($"The spans must have one length, got {ra.Length}, {dec.Length} and {contains.Length}.");
        Span<long> ipix = stackalloc long[256];
        for (var done = 0; done < ra.Length; done += ipix.Length)
        {
            var part = ipix[..Math.Min(ipix.Length, ra.Length - done)];
            Healpix.Ipix(ra.Slice(done, part.Length), dec.Slice(done, part.Length), Healpix.MaxOrder, part);
            for (var i = 0; i < part.Length; i++)
                contains[done + i] = Contains(part[i]);
        }
    }

    /// <summary>Whether the coverages have a pixel in common.</summary>
    public bool Overlaps(Moc other)
    {
        for (int i = 0, j = 0; i < ranges.Length && j < other.ranges.Length;)
            if (ranges[i].End <= other.ranges[j].First)
                i++;
            else if (other.ranges[j].End <= ranges[i].First)
                j++;
            else
                return true;
        return false;
    }

    /// <summary>
    /// The pixels of the coverage, as coarse as they can be, in ascending order of their order-29 indices.
    /// </summary>
    public IEnumerable<(int Order, long Ipix)> Cells()
    {
        foreach (var range in ranges)
            for (var first = range.First; first < range.End;)
            {
                var order = CoarsestOrder(first, range.End);
                var shift = 2 * (Healpix.MaxOrder - order);
                yield return (order, first >> shift);
                first += 1L << shift;
            }
    }

    /// <summary>Whether two have the same order and the same parts of the sky.</summary>
    public bool Equals(Moc? other) => other is not null && Order == other.Order && ranges.AsSpan().SequenceEqual(other.ranges);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Moc);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Order);
        foreach (var range in ranges)
            hash.Add(range);
        return hash.ToHashCode();
    }

    /// <summary>The coverage in the ASCII serialisation, as <see cref="MocText.ToAscii"/>.</summary>
    public override string ToString() => MocText.ToAscii(this);

    // Of the pixels that begin at an index and end before another.
    static int CoarsestOrder(long first, long end)
    {
        var byPlace = first == 0 ? 0 : Healpix.MaxOrder - Math.Min(long.TrailingZeroCount(first) / 2, Healpix.MaxOrder);
        var bySize = Healpix.MaxOrder - Math.Min(long.Log2(end - first) / 2, Healpix.MaxOrder);
        return (int)Math.Max(byPlace, bySize);
    }

    // The number of ranges that begin at or before an index.
    int FirstAfter(long ipix)
    {
        var (low, high) = (0, ranges.Length);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (ranges[middle].First <= ipix)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    // Goes along the ends of both; a pixel belongs to the result as `keep` says of its belonging to this and the other.
    Moc Merge(Moc other, Func<bool, bool, bool> keep)
    {
        ArgumentNullException.ThrowIfNull(other);
        var merged = new IpixRange[ranges.Length + other.ranges.Length];
        var (count, i, j, start, inside) = (0, 0, 0, 0L, false);
        while (i < 2 * ranges.Length || j < 2 * other.ranges.Length)
        {
            var (mine, theirs) = (End(ranges, i), End(other.ranges, j));
            var place = Math.Min(mine, theirs);
            i += mine == place ? 1 : 0;
            j += theirs == place ? 1 : 0;
            var now = keep((i & 1) != 0, (j & 1) != 0);
            if (now && !inside)
                start = place;
            else if (inside && !now)
                merged[count++] = new IpixRange(start, place);
            inside = now;
        }
        return new Moc(Math.Max(Order, other.Order), merged[..count]);
    }

    // The k-th of all firsts and ends.
    static long End(IpixRange[] ranges, int k) => k >= 2 * ranges.Length ? long.MaxValue
        : (k & 1) == 0 ? ranges[k / 2].First : ranges[k / 2].End;

    // Sorted and joined; empty ones left out.
    static IpixRange[] Normalised(ReadOnlySpan<IpixRange> ranges)
    {
        var sorted = ranges.ToArray();
        for (var i = 1; i < sorted.Length; i++)
            if (sorted[i - 1].First > sorted[i].First)
            {
                Array.Sort(sorted, (a, b) => a.First.CompareTo(b.First));
                break;
            }
        var count = 0;
        foreach (var range in sorted)
        {
            if (range.First == range.End)
                continue;
            if (count > 0 && range.First <= sorted[count - 1].End)
                sorted[count - 1] = sorted[count - 1] with { End = Math.Max(sorted[count - 1].End, range.End) };
            else
                sorted[count++] = range;
        }
        return sorted[..count];
    }
}
