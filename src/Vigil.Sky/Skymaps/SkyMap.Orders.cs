namespace Vigil.Sky.Skymaps;

public sealed partial class SkyMap
{
    /// <summary>
    /// The map's density on all pixels of an order: a coarse tile's value on each of its pixels, the mean of finer ones.
    /// </summary>
    /// <param name="order">In [0, 13].</param>
    /// <param name="probDensity">Receives the density by NESTED index: per steradian, shape (12 * 4^order).</param>
    /// <exception cref="ArgumentException">The span has not that length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The order is outside its range.</exception>
    public void Rasterise(int order, Span<double> probDensity)
    {
        if (order is < 0 or > 13)
            throw new ArgumentOutOfRangeException(nameof(order), order, "A map in memory must be of an order in [0, 13].");
        if (probDensity.Length != Healpix.PixelCount(order))
            throw new ArgumentException(
                $"A map of order {order} has {Healpix.PixelCount(order)} pixels, got {probDensity.Length}.");
        if (IsFlat)
        {
            if (order <= Order)
                Healpix.DegradeMean(density, probDensity);
            else
                Healpix.Upgrade(density, probDensity);
            return;
        }
        var shift = 2 * (Healpix.MaxOrder - order);
        var next = 0; // the first pixel not yet written
        for (var i = 0; i < density.Length; i++)
        {
            var pixel = (int)(starts![i] >> shift);
            if (pixel > next)
                probDensity[next..pixel].Clear();
            if (orders![i] <= order)
            {
                next = pixel + (1 << (2 * (order - orders[i])));
                probDensity[pixel..next].Fill(density[i]);
                continue;
            }
            if (pixel >= next)
            {
                probDensity[pixel] = 0;
                next = pixel + 1;
            }
            probDensity[pixel] += Math.ScaleB(density[i], -2 * (orders[i] - order));
        }
        probDensity[next..].Clear();
    }

    /// <summary>The map on all pixels of one order.</summary>
    /// <param name="order">In [0, 13].</param>
    /// <returns>
    /// A flat map. It has distances when the order is at least that of the finest tile: the distances of several tiles together
    /// are not of the form that a tile's are. A part of the sky without tiles has infinite DISTMU and no density.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">The order is outside its range.</exception>
    public SkyMap Flatten(int order)
    {
        if (order is < 0 or > 13)
            throw new ArgumentOutOfRangeException(nameof(order), order, "A map in memory must be of an order in [0, 13].");
        var flat = new double[Healpix.PixelCount(order)];
        Rasterise(order, flat);
        DistanceLayers? distance = null;
        if (Distance is not null && order >= Order)
        {
            distance = new(new double[flat.Length], new double[flat.Length], new double[flat.Length]);
            distance.Mu.AsSpan().Fill(double.PositiveInfinity);
            distance.Sigma.AsSpan().Fill(1);
            for (var i = 0; i < Count; i++)
            {
                var (tileOrder, ipix) = Tile(i);
                var (first, count) = ((int)(ipix << (2 * (order - tileOrder))), 1 << (2 * (order - tileOrder)));
                distance.Mu.AsSpan(first, count).Fill(Distance.Mu[i]);
                distance.Sigma.AsSpan(first, count).Fill(Distance.Sigma[i]);
                distance.Norm.AsSpan(first, count).Fill(Distance.Norm[i]);
            }
        }
        return new SkyMap(flat, null, null, distance, order);
    }

    /// <summary>
    /// The same map in as few tiles as can be: four quarters of a pixel that agree in all values become one tile.
    /// </summary>
    public SkyMap Reduce()
    {
        var (keptStart, keptOrder, keptTile) = (new List<long>(Count), new List<byte>(Count), new List<int>(Count));
        for (var i = 0; i < Count; i++)
        {
            var tile = RangeOf(i);
            keptStart.Add(tile.First);
            keptOrder.Add((byte)OrderOf(i));
            keptTile.Add(i);
            // The last four may now be the quarters of one pixel, and that one the last quarter of another.
            while (keptOrder.Count >= 4 && keptOrder[^1] is > 0 and var order
                && keptOrder[^2] == order && keptOrder[^3] == order && keptOrder[^4] == order
                && keptStart[^4] % (4 * TileSize(order)) == 0 && keptStart[^1] == keptStart[^4] + 3 * TileSize(order)
                && Same(keptTile[^1], keptTile[^4]) && Same(keptTile[^2], keptTile[^4]) && Same(keptTile[^3], keptTile[^4]))
            {
                keptStart.RemoveRange(keptStart.Count - 3, 3);
                keptOrder.RemoveRange(keptOrder.Count - 3, 3);
                keptTile.RemoveRange(keptTile.Count - 3, 3);
                keptOrder[^1]--;
            }
        }
        return new SkyMap(Of(density), [.. keptStart], [.. keptOrder],
            Distance is null ? null : new DistanceLayers(Of(Distance.Mu), Of(Distance.Sigma), Of(Distance.Norm)),
            keptOrder.Max());

        double[] Of(double[] values) => [.. keptTile.Select(i => values[i])];
    }

    /// <summary>The product of two maps, normalised: where something is that both see, each on its own.</summary>
    /// <param name="other">Another map; the distances of one that has them are kept where the other has none.</param>
    /// <returns>A multi-order map with the tiles of both where they overlap.</returns>
    /// <exception cref="SkyMapException">The maps exclude each other: nowhere have both a probability.</exception>
    /// <exception cref="ArgumentException">
    /// Both maps have distances, which cannot be multiplied tile by tile in this form.
    /// </exception>
    public SkyMap Combine(SkyMap other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (Distance is not null && other.Distance is not null)
            throw new ArgumentException(
                "Both maps have distances. Take them from one of the maps: WithoutDistance().", nameof(other));
        var (uniq, product, mine, theirs) = (new List<long>(), new List<double>(), new List<int>(), new List<int>());
        for (int i = 0, j = 0; i < Count && j < other.Count;)
        {
            var (a, b) = (RangeOf(i), other.RangeOf(j));
            if (a.First < b.End && b.First < a.End)
            {
                // One lies in the other.
                var (order, ipix) = OrderOf(i) >= other.OrderOf(j) ? Tile(i) : other.Tile(j);
                uniq.Add(Healpix.Uniq(order, ipix));
                product.Add(density[i] * other.density[j]);
                mine.Add(i);
                theirs.Add(j);
            }
            if (a.End <= b.End)
                i++;
            if (b.End <= a.End)
                j++;
        }
        if (!product.Exists(value => value > 0))
            throw new SkyMapException("The maps exclude each other: nowhere have both a probability.");
        var (layers, tiles) = Distance is not null ? (Distance, mine) : (other.Distance, theirs);
        return FromTiles([.. uniq], [.. product], layers is null ? null : new DistanceLayers(
            [.. tiles.Select(i => layers.Mu[i])], [.. tiles.Select(i => layers.Sigma[i])],
                [.. tiles.Select(i => layers.Norm[i])]),
            normalise: true);
    }

    /// <summary>The same map of the sky alone.</summary>
    public SkyMap WithoutDistance() => Distance is null ? this : new SkyMap(density, starts, orders, null, Order);

    bool Same(int i, int j) => density[i] == density[j] && (Distance is null
        || Distance.Mu[i].Equals(Distance.Mu[j]) && Distance.Sigma[i].Equals(Distance.Sigma[j])
            && Distance.Norm[i].Equals(Distance.Norm[j]));
}
