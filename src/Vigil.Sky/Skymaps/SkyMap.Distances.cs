namespace Vigil.Sky.Skymaps;

public sealed partial class SkyMap
{
    /// <summary>What a tile says about distance.</summary>
    /// <param name="tile">In [0, <see cref="Count"/>).</param>
    /// <exception cref="InvalidOperationException">The map has no distances.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such tile.</exception>
    public TileDistance DistanceOf(int tile)
    {
        CheckTile(tile);
        return Distance is null ? throw new InvalidOperationException("The map has no distances.")
            : new TileDistance(Distance.Mu[tile], Distance.Sigma[tile], Distance.Norm[tile]);
    }

    /// <summary>
    /// The distance of a source that is at a position: its mean and standard deviation in Mpc; NaN where nothing is known.
    /// </summary>
    /// <param name="ra">Degrees, any finite value.</param>
    /// <param name="dec">Degrees in [-90, 90].</param>
    /// <exception cref="InvalidOperationException">The map has no distances.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A coordinate is outside its range.</exception>
    public (double Mean, double Sigma) DistanceAt(double ra, double dec) =>
        TileAt(ra, dec) is >= 0 and var tile ? DistanceOf(tile).Moments() : (double.NaN, double.NaN);

    /// <summary>The distance wherever on the sky the source is: its mean and standard deviation in Mpc.</summary>
    /// <exception cref="InvalidOperationException">The map has no distances, or none in a tile with probability.</exception>
    /// <remarks>Tiles of which nothing is known are left out.</remarks>
    public (double Mean, double Sigma) MeanDistance()
    {
        var (weight, first, second) = (0.0, 0.0, 0.0);
        for (var i = 0; i < Count; i++)
        {
            var tile = DistanceOf(i);
            if (density[i] == 0 || !tile.IsKnown)
                continue;
            var ((mean, sigma), probability) = (tile.Moments(), density[i] * TileArea(OrderOf(i)));
            weight += probability;
            first += probability * mean;
            second += probability * (mean * mean + sigma * sigma);
        }
        if (weight == 0)
            throw new InvalidOperationException("No tile with probability has a distance.");
        return (first / weight, Math.Sqrt(Math.Max(0, second / weight - first / weight * (first / weight))));
    }

    /// <summary>The probability density in space at a position: per Mpc³; 0 where nothing is known.</summary>
    /// <param name="ra">Degrees, any finite value.</param>
    /// <param name="dec">Degrees in [-90, 90].</param>
    /// <param name="distance">Mpc, at least 0.</param>
    /// <exception cref="InvalidOperationException">The map has no distances.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public double VolumeDensityAt(double ra, double dec, double distance)
    {
        if (!(distance >= 0))
            throw new ArgumentOutOfRangeException(nameof(distance), distance, "A distance must be at least 0 Mpc.");
        return TileAt(ra, dec) is >= 0 and var tile ? VolumeDensity(tile, distance) : 0;
    }

    /// <summary>
    /// The space that is searched before a place is reached when one goes from the densest place down: its volume and its
    /// probability.
    /// </summary>
    /// <param name="ra">Right ascension of the place: degrees, any finite value.</param>
    /// <param name="dec">Its declination: degrees in [-90, 90].</param>
    /// <param name="distance">Its distance: Mpc, at least 0.</param>
    /// <returns>
    /// Mpc³, infinite where the density is zero; and a probability in [0, 1], the place's credible level in space.
    /// </returns>
    /// <exception cref="InvalidOperationException">The map has no distances.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    /// <remarks>
    /// Exact for the map: in each tile the density falls off to both sides of mu, so that what is denser is a shell.
    /// </remarks>
    public (double Volume, double Probability) SearchedVolume(double ra, double dec, double distance)
    {
        var limit = VolumeDensityAt(ra, dec, distance);
        if (limit == 0)
            return (double.PositiveInfinity, 1);
        var (volume, probability) = (0.0, 0.0);
        for (var i = 0; i < Count; i++)
        {
            var tile = DistanceOf(i);
            if (!tile.IsKnown)
                continue;
            var peak = density[i] * tile.Norm * TileDistance.NormalDensity(0) / tile.Sigma;
            if (!(peak >= limit))
                continue;
            var reach = tile.Sigma * Math.Sqrt(2 * Math.Log(peak / limit));
            var (nearest, farthest) = (Math.Max(0, tile.Mu - reach), tile.Mu + reach);
            if (farthest <= nearest)
                continue;
            var area = TileArea(OrderOf(i));
            volume += area * (farthest * farthest * farthest - nearest * nearest * nearest) / 3;
            probability += density[i] * area * tile.Probability(nearest, farthest);
        }
        return (volume, Math.Min(1, probability));
    }

    /// <summary>Galaxies in the sequence in which a search should go through them.</summary>
    /// <param name="ra">Degrees, any finite values, shape (N).</param>
    /// <param name="dec">Degrees in [-90, 90], shape (N).</param>
    /// <param name="distance">Mpc, at least 0, shape (N).</param>
    /// <param name="weight">
    /// What makes a galaxy a likelier host, such as its luminosity: not negative, shape (N), or empty for none.
    /// </param>
    /// <returns>
    /// Places in the spans, the likeliest first, with their share of the sum of density in space times weight, in [0, 1];
    /// galaxies of equal share in their sequence. All shares are 0 when no galaxy is where the map has a density.
    /// </returns>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    /// <exception cref="InvalidOperationException">The map has no distances.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public (int Galaxy, double Share)[] RankGalaxies(
        ReadOnlySpan<double> ra, ReadOnlySpan<double> dec, ReadOnlySpan<double> distance,
        ReadOnlySpan<double> weight = default)
    {
        if (ra.Length != dec.Length || ra.Length != distance.Length || !weight.IsEmpty && weight.Length != ra.Length)
            throw new ArgumentException(
                $"The spans must have one length, got {ra.Length}, {dec.Length}, {distance.Length} and {weight.Length}.");
        var (share, sum) = (new double[ra.Length], 0.0);
        for (var i = 0; i < share.Length; i++)
        {
            var factor = weight.IsEmpty ? 1 : weight[i];
            if (!(factor >= 0 && double.IsFinite(factor)))
                throw new ArgumentOutOfRangeException(
                    nameof(weight), factor, $"Galaxy {i}: a weight must be a number of at least 0.");
            sum += share[i] = VolumeDensityAt(ra[i], dec[i], distance[i]) * factor;
        }
        var ranked = new (int, double)[share.Length];
        var sequence = RadixSort.Descending(share);
        for (var i = 0; i < ranked.Length; i++)
            ranked[i] = (sequence[i], sum > 0 ? share[sequence[i]] / sum : 0);
        return ranked;
    }

    double VolumeDensity(int i, double distance)
    {
        var tile = DistanceOf(i);
        return tile.IsKnown ? density[i] * tile.Norm * TileDistance.NormalDensity((distance - tile.Mu) / tile.Sigma) / tile.Sigma
            : 0;
    }
}
