namespace Vigil.Sky;

// Maps of another order. In the NESTED scheme the pixels of a coarser one are consecutive values of the finer.
public static partial class Healpix
{
    /// <summary>
    /// A map at a coarser order, each value the mean of those inside its pixel: for densities and temperatures.
    /// </summary>
    /// <param name="map">Values by NESTED index, shape (12 * 4^order).</param>
    /// <param name="coarser">Receives the values of its own order, shape (12 * 4^order).</param>
    /// <exception cref="ArgumentException">A length is not that of a map, or the result is finer than the map.</exception>
    /// <remarks>A NaN inside a pixel makes its mean NaN.</remarks>
    public static void DegradeMean(ReadOnlySpan<double> map, Span<double> coarser)
    {
        DegradeSum(map, coarser);
        var share = (double)coarser.Length / map.Length; // a power of two
        foreach (ref var value in coarser)
            value *= share;
    }

    /// <summary>A map at a coarser order, each value the sum of those inside its pixel: for probabilities and counts.</summary>
    /// <param name="map">Values by NESTED index, shape (12 * 4^order).</param>
    /// <param name="coarser">Receives the values of its own order, shape (12 * 4^order).</param>
    /// <exception cref="ArgumentException">A length is not that of a map, or the result is finer than the map.</exception>
    public static void DegradeSum(ReadOnlySpan<double> map, Span<double> coarser)
    {
        if (OrderOf(coarser.Length) > OrderOf(map.Length))
            throw new ArgumentException($"A map of {map.Length} values cannot be degraded to {coarser.Length}. Upgrade it.");
        var inside = map.Length / coarser.Length;
        for (var i = 0; i < coarser.Length; i++)
        {
            var sum = 0.0;
            foreach (var value in map.Slice(i * inside, inside))
                sum += value;
            coarser[i] = sum;
        }
    }

    /// <summary>A map at a finer order: each pixel's value is given to all pixels inside it, as suits densities.</summary>
    /// <param name="map">Values by NESTED index, shape (12 * 4^order).</param>
    /// <param name="finer">Receives the values of its own order, shape (12 * 4^order).</param>
    /// <exception cref="ArgumentException">A length is not that of a map, or the result is coarser than the map.</exception>
    public static void Upgrade(ReadOnlySpan<double> map, Span<double> finer)
    {
        if (OrderOf(finer.Length) < OrderOf(map.Length))
            throw new ArgumentException($"A map of {map.Length} values cannot be upgraded to {finer.Length}. Degrade it.");
        var inside = finer.Length / map.Length;
        for (var i = 0; i < map.Length; i++)
            finer.Slice(i * inside, inside).Fill(map[i]);
    }
}
