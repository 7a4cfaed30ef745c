using System.Buffers;
using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Vigil.Sky.Skymaps;

/// <summary>
/// Where on the sky something probably is: a density on HEALPix pixels ("tiles"), all of one order (a flat map) or of several
/// (a multi-order map). Immutable; the tiles lie in ascending order of the order-29 indices they hold.
/// </summary>
/// <remarks>
/// The probability of all tiles is 1. A map that is read or built with a total within 1 % of that is divided by it, unless it
/// is within 1e-9, which is rounding; any other total is refused unless the caller asks for normalisation.
/// </remarks>
public sealed partial class SkyMap
{
    /// <summary>The value by which HEALPix files mark a pixel without a value: -1.6375e30. It counts as no probability.</summary>
    const double Unseen = -1.6375e30;

    readonly double[] density; // per steradian
    readonly long[]? starts; // of the tiles, as order-29 indices; null in a flat map
    readonly byte[]? orders; // of the tiles; null in a flat map
    readonly Lazy<CredibleLevels> levels;
    readonly Lazy<TileSums> sums;

    SkyMap(double[] density, long[]? starts, byte[]? orders, DistanceLayers? distance, int order)
    {
        (this.density, this.starts, this.orders, Distance, Order) = (density, starts, orders, distance, order);
        var covered = IsFlat ? Healpix.PixelCount(Healpix.MaxOrder) : 0;
        foreach (var tileOrder in orders.AsSpan())
            covered += TileSize(tileOrder);
        HasGaps = covered < Healpix.PixelCount(Healpix.MaxOrder);
        levels = new Lazy<CredibleLevels>(() => new CredibleLevels(this));
        sums = new Lazy<TileSums>(() => new TileSums(this));
    }

    /// <summary>A map of the whole sky at one order.</summary>
    /// <param name="probability">Probability of each pixel by NESTED index, shape (12 * 4^order); the map keeps a copy.</param>
    /// <param name="distance">Distances, each layer of the same shape; null for none.</param>
    /// <param name="normalise">Whether any positive total is made 1.</param>
    /// <exception cref="ArgumentException">No order has that many pixels, or a layer of distances has another shape.</exception>
    /// <exception cref="SkyMapException">A value is negative or no number, all are zero, or the total is not 1.</exception>
    public static SkyMap Flat(ReadOnlySpan<double> probability, DistanceLayers? distance = null, bool normalise = false)
    {
        var density = GC.AllocateUninitializedArray<double>(probability.Length);
        probability.CopyTo(density);
        return Flat(density, distance, normalise, (_, _) => { });
    }

    // Takes the array over. `fill` writes values from an index on, a piece after the other, so that each is in the cache when it
    // is checked and scaled.
    internal static SkyMap Flat(double[] values, DistanceLayers? distance, bool normalise, Action<int, Memory<double>> fill,
        bool isDensity = false)
    {
        const int piece = 1 << 15;
        var order = Healpix.OrderOf(values.Length);
        CheckShape(distance, values.Length);
        var scale = isDensity ? 1 : 1 / Healpix.PixelArea(order);
        var total = 0.0;
        for (var from = 0; from < values.Length; from += piece)
        {
            var part = values.AsMemory(from, Math.Min(piece, values.Length - from));
            fill(from, part);
            total += CheckAndScale(part.Span, scale);
        }
        Normalise(values, total * Healpix.PixelArea(order), normalise);
        return new SkyMap(values, null, null, distance, order);
    }

    /// <summary>A map of tiles of several orders. Where there is none, there is no probability.</summary>
    /// <param name="uniq">The tiles as <see cref="Healpix.Uniq"/> packs them, in any sequence, shape (N).</param>
    /// <param name="probDensity">Probability density of each: per steradian, shape (N).</param>
    /// <param name="distance">Distances, each layer of shape (N); null for none.</param>
    /// <param name="normalise">Whether any positive total is made 1.</param>
    /// <exception cref="ArgumentException">The shapes differ, or a number is no UNIQ.</exception>
    /// <exception cref="SkyMapException">
    /// Tiles overlap, a value is negative or no number, all are zero, or the total is not 1.
    /// </exception>
    public static SkyMap FromTiles(ReadOnlySpan<long> uniq, ReadOnlySpan<double> probDensity, DistanceLayers? distance = null,
        bool normalise = false)
    {
        if (uniq.Length != probDensity.Length)
            throw new ArgumentException(
                $"uniq and probDensity must have one length, got {uniq.Length} and {probDensity.Length}.");
        CheckShape(distance, uniq.Length);
        return FromTiles(uniq, probDensity, distance is null ? []
            : [.. distance.Mu, .. distance.Sigma, .. distance.Norm], normalise);
    }

    // The layers of distances one after the other, or none.
    internal static SkyMap FromTiles(ReadOnlySpan<long> uniq, ReadOnlySpan<double> probDensity, ReadOnlySpan<double> distances,
        bool normalise)
    {
        var count = uniq.Length;
        var starts = ArrayPool<ulong>.Shared.Rent(count);
        for (var i = 0; i < count; i++)
        {
            var (order, ipix) = Healpix.FromUniq(uniq[i]);
            starts[i] = (ulong)ipix << (2 * (Healpix.MaxOrder - order));
        }
        var sequence = RadixSort.Ascending(starts.AsSpan(0, count));
        var sorted = GC.AllocateUninitializedArray<long>(count);
        var density = GC.AllocateUninitializedArray<double>(count);
        var orders = new byte[count];
        var finest = 0;
        for (var i = 0; i < count; i++)
        {
            var from = sequence[i];
            var order = (BitOperations.Log2((ulong)uniq[from]) >> 1) - 1;
            (sorted[i], orders[i], density[i]) = ((long)starts[from], (byte)order, probDensity[from]);
            finest = Math.Max(finest, order);
            if (i > 0 && sorted[i - 1] + TileSize(orders[i - 1]) > sorted[i])
                throw new SkyMapException(
                    $"Two tiles overlap, or one comes twice, at UNIQ {uniq[from]}. Each part of the sky must be in one tile.");
        }
        ArrayPool<ulong>.Shared.Return(starts);
        CheckAndScale(density, 1);
        var total = 0.0;
        for (var i = 0; i < density.Length; i++)
            total += density[i] * TileArea(orders[i]);
        Normalise(density, total, normalise);
        return new SkyMap(density, sorted, orders, distances.IsEmpty ? null : new DistanceLayers(
            Sorted(distances[..count], sequence), Sorted(distances[count..^count], sequence),
            Sorted(distances[^count..], sequence)), finest);
    }

    /// <summary>How many tiles there are.</summary>
    public int Count => density.Length;

    /// <summary>The order of the finest tile, in [0, 29].</summary>
    public int Order { get; }

    /// <summary>Whether all of the sky is in tiles of one order.</summary>
    public bool IsFlat => starts is null;

    /// <summary>Probability density of each tile: per steradian, shape (<see cref="Count"/>).</summary>
    public ReadOnlySpan<double> ProbDensity => density;

    /// <summary>What the map says about distance; null when it is flat like the sky.</summary>
    public DistanceLayers? Distance { get; }

    /// <summary>The credible levels of the map's tiles; computed at the first use and kept.</summary>
    public CredibleLevels Levels => levels.Value;

    internal TileSums Sums => sums.Value;

    /// <summary>The order and NESTED index of a tile.</summary>
    /// <param name="tile">In [0, <see cref="Count"/>).</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such tile.</exception>
    public (int Order, long Ipix) Tile(int tile)
    {
        CheckTile(tile);
        return starts is null ? (Order, tile) : (orders![tile], starts[tile] >> (2 * (Healpix.MaxOrder - orders[tile])));
    }

    /// <summary>The probability in a tile, in [0, 1].</summary>
    /// <param name="tile">In [0, <see cref="Count"/>).</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such tile.</exception>
    public double Probability(int tile)
    {
        CheckTile(tile);
        return density[tile] * TileArea(OrderOf(tile));
    }

    /// <summary>The tile that holds a position, or -1 where there is none.</summary>
    /// <param name="ra">Degrees, any finite value.</param>
    /// <param name="dec">Degrees in [-90, 90].</param>
    /// <exception cref="ArgumentOutOfRangeException">A coordinate is outside its range.</exception>
    public int TileAt(double ra, double dec) => TileAt(Healpix.Ipix(ra, dec));

    internal int TileAt(long ipix)
    {
        if (starts is null)
            return (int)(ipix >> (2 * (Healpix.MaxOrder - Order)));
        var place = starts.AsSpan().BinarySearch(ipix);
        var tile = place >= 0 ? place : ~place - 1;
        return tile >= 0 && ipix < starts[tile] + TileSize(orders![tile]) ? tile : -1;
    }

    /// <summary>The probability density at a position: per steradian; 0 where there is no tile.</summary>
    /// <param name="ra">Degrees, any finite value.</param>
    /// <param name="dec">Degrees in [-90, 90].</param>
    /// <exception cref="ArgumentOutOfRangeException">A coordinate is outside its range.</exception>
    public double DensityAt(double ra, double dec) => TileAt(ra, dec) is >= 0 and var tile ? density[tile] : 0;

    /// <summary>The centre of the densest tile, the first of several: ra in [0, 360) and dec, degrees.</summary>
    public (double Ra, double Dec) Peak()
    {
        var densest = 0;
        for (var i = 1; i < density.Length; i++)
            if (density[i] > density[densest])
                densest = i;
        var (order, ipix) = Tile(densest);
        return Healpix.Centre(order, ipix);
    }

    /// <summary>The part of the sky that has tiles with any probability.</summary>
    public Moc Coverage()
    {
        var ranges = new List<IpixRange>();
        for (var i = 0; i < density.Length; i++)
            if (density[i] > 0)
                ranges.Add(RangeOf(i));
        return new Moc(CollectionsMarshal.AsSpan(ranges), Order);
    }

    internal double[] Densities => density;

    internal byte[]? Orders => orders;

    internal void CheckTile(int tile)
    {
        if ((uint)tile >= (uint)density.Length)
            throw new ArgumentOutOfRangeException(nameof(tile), tile, $"The map has tiles 0 to {density.Length - 1}.");
    }

    internal int OrderOf(int tile) => orders is null ? Order : orders[tile];

    internal long FirstOf(int tile) => starts is null ? tile * TileSize(Order) : starts[tile];

    internal IpixRange RangeOf(int tile) => new(FirstOf(tile), FirstOf(tile) + TileSize(OrderOf(tile)));

    // Whether a part of the sky is in no tile.
    internal bool HasGaps { get; }

    // Tiles of an order: steradians.
    internal static double TileArea(int order) => tileAreas[order];

    static readonly double[] tileAreas = [.. Enumerable.Range(0, Healpix.MaxOrder + 1).Select(Healpix.PixelArea)];

    internal static long TileSize(int order) => 1L << (2 * (Healpix.MaxOrder - order));

    // Refuses what is no density, and multiplies; returns the sum of the result.
    static double CheckAndScale(Span<double> values, double scale)
    {
        var (sum, i) = (Vector<double>.Zero, 0);
        var (second, factor) = (Vector<double>.Zero, new Vector<double>(scale));
        var vectors = MemoryMarshal.Cast<double, Vector<double>>(values);
        for (; i + 1 < vectors.Length; i += 2)
        {
            var (a, b) = (vectors[i] * factor, vectors[i + 1] * factor);
            // NaN and infinities make the sum no number; negative values are looked for.
            if (Vector.LessThanAny(Vector.Min(a, b), Vector<double>.Zero))
                break;
            (vectors[i], vectors[i + 1]) = (a, b);
            sum += a;
            second += b;
        }
        var total = Vector.Sum(sum + second);
        foreach (ref var value in values[(i * Vector<double>.Count)..])
        {
            if (value < 0)
                value = Math.Abs(value / Unseen - 1) < 1e-5 ? 0 // single precision has seven digits
                    : throw new SkyMapException(
                        string.Create(CultureInfo.InvariantCulture, $"A probability is negative: {value}."));
            value *= scale;
            total += value;
        }
        return double.IsFinite(total) ? total : throw new SkyMapException("A probability is infinite or not a number.");
    }

    static void Normalise(Span<double> density, double total, bool always)
    {
        if (!(total > 0))
            throw new SkyMapException("The map is empty: its probability is zero everywhere.");
        if (Math.Abs(total - 1) <= 1e-9)
            return;
        if (!always && Math.Abs(total - 1) > 0.01)
            throw new SkyMapException(string.Create(CultureInfo.InvariantCulture,
                $"The probabilities add up to {total:G6}, not to 1. If only their ratios matter, ask for normalisation."));
        foreach (ref var value in density)
            value /= total;
    }

    static void CheckShape(DistanceLayers? distance, int count)
    {
        if (distance is not null && (distance.Mu.Length != count || distance.Sigma.Length != count
            || distance.Norm.Length != count))
            throw new ArgumentException($"A map of {count} tiles has {count} distances, got {distance.Mu.Length}, " +
                $"{distance.Sigma.Length} and {distance.Norm.Length}.", nameof(distance));
    }

    static double[] Sorted(ReadOnlySpan<double> values, int[] sequence)
    {
        var sorted = GC.AllocateUninitializedArray<double>(values.Length);
        for (var i = 0; i < sorted.Length; i++)
            sorted[i] = values[sequence[i]];
        return sorted;
    }
}
