using System.Runtime.Intrinsics;

namespace Vigil.Sky.Skymaps;

/// <summary>
/// Sums over tiles that follow each other, and the tiles' centres: what the probability of a region is put together from.
/// </summary>
sealed class TileSums
{
    const int BlockBits = 6; // of a flat map: 64 pixels

    readonly double[] density;
    readonly double[] cumulated; // multi-order: probability of the tiles before each; flat: density of the blocks before each
    readonly double[] probability = [], x = [], y = [], z = []; // multi-order, by tile, with room for a vector behind

    public TileSums(SkyMap map)
    {
        density = map.Densities;
        if (map.IsFlat)
        {
            cumulated = new double[(map.Count >> BlockBits) + 1];
            for (var block = 0; block < cumulated.Length - 1; block++)
                cumulated[block + 1] = cumulated[block] + Sum(map.ProbDensity.Slice(block << BlockBits, 1 << BlockBits));
            return;
        }
        cumulated = new double[map.Count + 1];
        (probability, x, y, z) = (
            new double[map.Count + 3], new double[map.Count + 3], new double[map.Count + 3], new double[map.Count + 3]);
        for (var i = 0; i < map.Count; i++)
        {
            probability[i] = map.Probability(i);
            cumulated[i + 1] = cumulated[i] + probability[i];
            var (order, ipix) = map.Tile(i);
            (x[i], y[i], z[i]) = Healpix.CentreVector(order, ipix);
        }
    }

    /// <summary>Multi-order: the probability of the tiles from one to before another.</summary>
    public double Probability(int from, int to) => cumulated[to] - cumulated[from];

    /// <summary>Multi-order: the probability of one tile.</summary>
    public double Probability(int tile) => probability[tile];

    /// <summary>Multi-order: the probability of those tiles whose centres pass a test.</summary>
    public double ProbabilityOfCentres<TTest>(in TTest test, int from, int to) where TTest : struct, IPixelTest
    {
        var sum = Vector256<double>.Zero;
        for (var i = from; i < to; i += 4)
        {
            var mask = test.Centres(new PixelQuad(x.AsSpan(i, 4), y.AsSpan(i, 4), z.AsSpan(i, 4)));
            if (i + 4 > to)
                mask &= (1u << (to - i)) - 1;
            if (mask != 0)
                sum += Vector256.Create(probability.AsSpan(i, 4)) & Lanes(mask);
        }
        return Vector256.Sum(sum);
    }

    /// <summary>Flat: the sum of the density over pixels that follow each other, a power of four of them.</summary>
    public double Density(int from, int count) => count >= 1 << BlockBits
        ? cumulated[(from + count) >> BlockBits] - cumulated[from >> BlockBits]
        : Sum(density.AsSpan(from, count));

    /// <summary>Flat: the sum of the density over some of four pixels; bit k of the mask is pixel from + k.</summary>
    public double Density(int from, uint mask) => Vector256.Sum(Vector256.Create(density.AsSpan(from, 4)) & Lanes(mask));

    static Vector256<double> Lanes(uint mask) => (~Vector256.Equals(
        Vector256.Create((ulong)mask) & Vector256.Create(1ul, 2, 4, 8), Vector256<ulong>.Zero)).AsDouble();

    static double Sum(ReadOnlySpan<double> values)
    {
        if (values.Length < 4)
            return values[0];
        var sum = Vector256<double>.Zero;
        for (var i = 0; i < values.Length; i += 4)
            sum += Vector256.Create(values.Slice(i, 4));
        return Vector256.Sum(sum);
    }
}
