using System.Numerics;

namespace Vigil.Sky.Skymaps;

public sealed partial class SkyMap
{
    /// <summary>The probability inside a region, such as a telescope's field.</summary>
    /// <param name="region">A <see cref="SkyPolygon"/>, <see cref="Cone"/>, ...</param>
    /// <param name="order">
    /// Tiles coarser than this are divided into pixels of this order. A tile, or such a pixel, counts when its centre is in the
    /// region; so with 0 the centres of the tiles decide, and by default those of pixels as fine as the finest tile.
    /// </param>
    /// <returns>In [0, 1]. The map is not rasterised: the time goes with the length of the region's border.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The order is outside [0, 29].</exception>
    public double ProbabilityIn(ISkyRegion region, int? order = null)
    {
        ArgumentNullException.ThrowIfNull(region);
        var finest = Healpix.CheckedOrder(order ?? Order);
        if (IsFlat)
        {
            var sum = new FlatSum(Sums, Order);
            Healpix.Cover(region, Math.Max(finest, Order), CoverRule.Centres, ref sum);
            return Math.Clamp(sum.Density * TileArea(Order), 0, 1);
        }
        var probability = CapIntersection.Of(region) is { } caps
            ? new TileWalk<CapTest>(this, new CapTest(caps), finest).Probability()
            : new TileWalk<RegionTest>(this, new RegionTest(region), finest).Probability();
        return Math.Clamp(probability, 0, 1);
    }

    /// <summary>
    /// The probabilities inside N regions, each by itself. For all of them together, which counts but once what several hold,
    /// give <see cref="ProbabilityIn(Moc)"/> the union of their coverages.
    /// </summary>
    /// <param name="regions">Shape (N).</param>
    /// <param name="probability">Receives values in [0, 1], shape (N).</param>
    /// <param name="order">As for <see cref="ProbabilityIn(ISkyRegion, int?)"/>.</param>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The order is outside [0, 29].</exception>
    public void ProbabilityIn(ReadOnlySpan<ISkyRegion> regions, Span<double> probability, int? order = null)
    {
        if (regions.Length != probability.Length)
            throw new ArgumentException($"The spans must have one length, got {regions.Length} and {probability.Length}.");
        for (var i = 0; i < regions.Length; i++)
            probability[i] = ProbabilityIn(regions[i], order);
    }

    /// <summary>The probability inside a coverage, by the parts of the tiles that it covers: exact.</summary>
    public double ProbabilityIn(Moc moc)
    {
        ArgumentNullException.ThrowIfNull(moc);
        var sum = 0.0;
        foreach (var range in moc.Ranges)
            for (var i = FirstEndingAfter(range.First); i < Count && RangeOf(i) is var tile && tile.First < range.End; i++)
            {
                var covered = Math.Min(tile.End, range.End) - Math.Max(tile.First, range.First);
                sum += density[i] * TileArea(Healpix.MaxOrder) * covered;
            }
        return Math.Min(1, sum);
    }

    int FirstEndingAfter(long ipix)
    {
        if (starts is null)
            return (int)(ipix / TileSize(Order));
        var place = starts.AsSpan().BinarySearch(ipix);
        place = place >= 0 ? place : ~place;
        return place > 0 && RangeOf(place - 1).End > ipix ? place - 1 : place;
    }

    /// <summary>Adds up a flat map over the pixels of a cover.</summary>
    struct FlatSum(TileSums sums, int mapOrder) : IPixelSink
    {
        public double Density;

        public void Add(int order, long first, uint mask)
        {
            if (order == mapOrder)
                Density += sums.Density((int)first, mask);
            else if (order > mapOrder) // parts of one pixel
                Density += Math.ScaleB(sums.Density((int)(first >> (2 * (order - mapOrder))), 1) * BitOperations.PopCount(mask),
                    -2 * (order - mapOrder));
            else
            {
                var shift = 2 * (mapOrder - order);
                for (var k = 0; k < 4; k++)
                    if ((mask >> k & 1) != 0)
                        Density += sums.Density((int)((first + k) << shift), 1 << shift);
            }
        }
    }

    /// <summary>Walks down the tree of pixels as far as tiles and the border of the region make it necessary.</summary>
    readonly struct TileWalk<TTest>(SkyMap map, TTest test, int finest) where TTest : struct, IPixelTest
    {
        // So few tiles are quicker asked one by one than divided.
        const int Few = 24;

        readonly TileSums sums = map.Sums;

        public double Probability()
        {
            var probability = 0.0;
            for (var row = 0; row < 3; row++)
                probability += Visit(PixelQuad.Faces(row), 0, 4 * row, FirstFrom(4 * row, 0, 0, map.Count),
                    FirstFrom(4 * row + 4, 0, 0, map.Count));
            return probability;
        }

        // Four pixels, in which the tiles from one to before another begin.
        double Visit(in PixelQuad quad, int order, long first, int from, int to)
        {
            if (from == to)
                return 0;
            if (map.orders![from] < order)
                return map.density[from] * CoveredArea(quad, order, first);
            var (outside, inside) = test.Relate(quad, order);
            var (probability, centres) = (0.0, uint.MaxValue);
            for (var k = 0; k < 4; k++)
            {
                var end = k == 3 ? to : FirstFrom(first + k + 1, order, from, to);
                if (end == from || (outside >> k & 1) != 0)
                {
                }
                else if ((inside >> k & 1) != 0)
                    probability += sums.Probability(from, end);
                else if (order >= finest && map.orders[from] == order)
                {
                    if (centres == uint.MaxValue)
                        centres = test.Centres(quad);
                    probability += (centres >> k & 1) * sums.Probability(from);
                }
                else if (order >= finest && end - from <= Few)
                    probability += sums.ProbabilityOfCentres(test, from, end);
                else
                {
                    var (face, x, y) = Healpix.Cell(order, first + k);
                    probability += Visit(PixelQuad.Quarters(face, x, y, order + 1), order + 1, 4 * (first + k), from, end);
                }
                from = end;
            }
            return probability;
        }

        // Of four pixels inside one tile: steradians.
        double CoveredArea(in PixelQuad quad, int order, long first)
        {
            if (order == finest)
                return BitOperations.PopCount(test.Centres(quad)) * TileArea(order);
            var (outside, inside) = test.Relate(quad, order);
            var area = BitOperations.PopCount(inside) * TileArea(order);
            for (var k = 0; k < 4; k++)
                if (((inside | outside) >> k & 1) == 0)
                {
                    var (face, x, y) = Healpix.Cell(order, first + k);
                    area += CoveredArea(PixelQuad.Quarters(face, x, y, order + 1), order + 1, 4 * (first + k));
                }
            return area;
        }

        // The first of some tiles that begins at or after a pixel.
        int FirstFrom(long ipix, int order, int from, int to)
        {
            var start = ipix << (2 * (Healpix.MaxOrder - order));
            while (from < to)
            {
                var middle = (from + to) >>> 1;
                if (map.starts![middle] < start)
                    from = middle + 1;
                else
                    to = middle;
            }
            return from;
        }
    }
}
