using System.Globalization;
using System.Runtime.CompilerServices;

namespace Vigil.Sky.Skymaps;

/// <summary>
/// The credible levels of a map. The level of a tile is the probability of all denser tiles and itself; tiles of equal density
/// are taken from the coarsest to the finest and then by their indices, which is in ascending order of their UNIQ numbers.
/// </summary>
/// <remarks>
/// In a flat map neighbouring pixels of one value are kept as one run, so that a map that was multi-order before it was
/// flattened costs no more than its tiles.
/// </remarks>
public sealed class CredibleLevels
{
    // The sums are kept for every so many runs, and made again in between.
    const int Block = 64;

    readonly SkyMap map;
    readonly int[]? firstTile; // of each run, and the number of tiles at the end; null where each tile is a run
    readonly int[] sequence; // from the densest run to the faintest
    readonly (double Probability, double Area)[] sums; // of all runs before each block of the sequence; Area is steradians
    readonly Lazy<RunIndex> index;

    /// <summary>Sorts the tiles of a map; <see cref="SkyMap.Levels"/> keeps what this makes.</summary>
    public CredibleLevels(SkyMap map)
    {
        this.map = map;
        ReadOnlySpan<double> density = map.Densities;
        if (map.IsFlat)
            (firstTile, density) = FindRuns(density);
        sequence = RadixSort.Descending(density, FromCoarsest(map.Orders));
        sums = new (double, double)[sequence.Length / Block + 1];
        var sum = (Probability: 0.0, Area: 0.0);
        for (var block = 0; block < sums.Length; block++)
        {
            sums[block] = sum;
            Add(sequence.AsSpan(block * Block, Math.Min(Block, sequence.Length - block * Block)), ref sum);
        }
        index = new Lazy<RunIndex>(MakeIndex);
    }

    const double SquareDegrees = 180 / Math.PI * (180 / Math.PI);

    /// <summary>The credible level of a tile, in [0, 1].</summary>
    /// <param name="tile">In [0, number of tiles).</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such tile.</exception>
    public double OfTile(int tile)
    {
        map.CheckTile(tile);
        var first = map.FirstOf(tile) >> (2 * (Healpix.MaxOrder - map.Order));
        return Level(index.Value.Find(first), first);
    }

    /// <summary>The credible level at a position, in [0, 1]; 1 where the map has no tile.</summary>
    /// <param name="ra">Degrees, any finite value.</param>
    /// <param name="dec">Degrees in [-90, 90].</param>
    /// <exception cref="ArgumentOutOfRangeException">A coordinate is outside its range.</exception>
    public double At(double ra, double dec)
    {
        var level = 0.0;
        At(new ReadOnlySpan<double>(in ra), new ReadOnlySpan<double>(in dec), new Span<double>(ref level));
        return level;
    }

    /// <summary>The credible levels at N positions; allocates nothing.</summary>
    /// <param name="ra">Degrees, any finite values, shape (N).</param>
    /// <param name="dec">Degrees in [-90, 90], shape (N).</param>
    /// <param name="level">Receives values in [0, 1], 1 where the map has no tile; shape (N).</param>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A coordinate is outside its range.</exception>
    public void At(ReadOnlySpan<double> ra, ReadOnlySpan<double> dec, Span<double> level)
    {
        if (ra.Length != dec.Length || ra.Length != level.Length)
            throw new ArgumentException($"The spans must have one length, got {ra.Length}, {dec.Length} and {level.Length}.");
        var index = this.index.Value;
        Span<long> pixels = stackalloc long[512];
        Span<int> cells = stackalloc int[pixels.Length];
        for (var done = 0; done < ra.Length; done += pixels.Length)
        {
            var part = pixels[..Math.Min(pixels.Length, ra.Length - done)];
            Healpix.Ipix(ra.Slice(done, part.Length), dec.Slice(done, part.Length), map.Order, part);
            var levels = level.Slice(done, part.Length);
            for (var i = 0; i < part.Length; i++)
                cells[i] = index.CellOf(part[i]);
            if (map.IsFlat)
                for (var i = 0; i < levels.Length; i++)
                    levels[i] = Level(index.Find(part[i], cells[i]), part[i]);
            else
                for (var i = 0; i < levels.Length; i++)
                {
                    ref readonly var run = ref index.Find(part[i], cells[i]);
                    levels[i] = Level(run, run.First);
                }
            if (map.HasGaps)
                for (var i = 0; i < levels.Length; i++)
                    levels[i] = map.TileAt(part[i] << (2 * (Healpix.MaxOrder - map.Order))) < 0 ? 1 : levels[i];
        }
    }

    /// <summary>
    /// The area of the smallest region that holds a part of the probability: square degrees. Between tiles it is linear in the
    /// probability, as in the programs of ligo.skymap.
    /// </summary>
    /// <param name="level">Such as 0.9; in [0, 1].</param>
    /// <exception cref="ArgumentOutOfRangeException">The level is outside its range.</exception>
    public double Area(double level)
    {
        var rank = Rank(level);
        var (probability, area) = Cumulated(Math.Min(rank, sequence.Length));
        if (rank > 0 && rank <= sequence.Length) // beyond is a level of 1, which the sums miss by rounding
        {
            var (probabilityBefore, areaBefore) = Cumulated(rank - 1);
            area = areaBefore + (level - probabilityBefore) / (probability - probabilityBefore) * (area - areaBefore);
        }
        return area * SquareDegrees;
    }

    /// <summary>The smallest set of tiles that holds at least a part of the probability.</summary>
    /// <param name="level">Such as 0.9; in [0, 1].</param>
    /// <exception cref="ArgumentOutOfRangeException">The level is outside its range.</exception>
    public Moc Region(double level)
    {
        var rank = Math.Min(Rank(level), sequence.Length);
        var ranges = new IpixRange[rank];
        for (var i = 0; i < rank; i++)
        {
            var run = sequence[i];
            var (first, count) = Tiles(run);
            if (i == rank - 1 && count > 1) // of the last run, no more pixels than needed
                count = (int)Math.Clamp(Math.Ceiling((level - Cumulated(i).Probability) / map.Probability(first)), 1, count);
            ranges[i] = new IpixRange(map.RangeOf(first).First, map.RangeOf(first + count - 1).End);
        }
        return new Moc(ranges, map.Order);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static double Level(in RunIndex.Run run, long ipix)
    {
        var level = run.Before + (ipix - run.First + 1) * run.Step;
        return level < 1 ? level : 1; // of the faintest tile, rounding
    }

    (int First, int Count) Tiles(int run) => firstTile is null ? (run, 1) : (firstTile[run], firstTile[run + 1] - firstTile[run]);

    void Add(ReadOnlySpan<int> runs, ref (double Probability, double Area) sum)
    {
        var (density, orders, (probability, area)) = (map.Densities, map.Orders, sum);
        foreach (var run in runs)
        {
            var (first, count) = Tiles(run);
            var runArea = SkyMap.TileArea(orders is null ? map.Order : orders[first]) * count;
            probability += density[first] * runArea;
            area += runArea;
        }
        sum = (probability, area);
    }

    // Of the densest runs, so many of them.
    (double Probability, double Area) Cumulated(int count)
    {
        var sum = sums[count / Block];
        Add(sequence.AsSpan(count / Block * Block, count % Block), ref sum);
        return sum;
    }

    RunIndex MakeIndex()
    {
        var runs = new RunIndex.Run[sequence.Length + 1];
        runs[0] = RunIndex.BeforeAll;
        var (sum, toOrder) = ((Probability: 0.0, Area: 0.0), 2 * (Healpix.MaxOrder - map.Order));
        foreach (var run in sequence)
        {
            var first = Tiles(run).First;
            runs[run + 1] = new RunIndex.Run(map.FirstOf(first) >> toOrder, sum.Probability,
                map.Densities[first] * SkyMap.TileArea(map.OrderOf(first)));
            Add(new ReadOnlySpan<int>(in run), ref sum);
        }
        return new RunIndex(runs, map.Order);
    }

    // How many runs reach a level; one more than there are when rounding keeps all from it.
    int Rank(double level)
    {
        if (!(level is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(level), level, string.Create(CultureInfo.InvariantCulture,
                $"A credible level must be in [0, 1], got {level}. If it is in percent, divide by 100."));
        var (low, high) = (0, sums.Length); // the first block that begins at or above the level
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (sums[middle].Probability < level)
                low = middle + 1;
            else
                high = middle;
        }
        if (low == 0)
            return 0;
        var (sum, rank) = (sums[low - 1], (low - 1) * Block);
        while (sum.Probability < level && rank < sequence.Length)
            Add(sequence.AsSpan(rank++, 1), ref sum);
        return sum.Probability < level ? rank + 1 : rank;
    }

    static int[] FromCoarsest(ReadOnlySpan<byte> orders)
    {
        Span<int> before = stackalloc int[Healpix.MaxOrder + 2];
        before.Clear();
        foreach (var order in orders)
            before[order + 1]++;
        for (var order = 1; order < before.Length; order++)
            before[order] += before[order - 1];
        var sequence = new int[orders.Length];
        for (var i = 0; i < orders.Length; i++)
            sequence[before[orders[i]]++] = i;
        return sequence;
    }

    static (int[] FirstTile, double[] Density) FindRuns(ReadOnlySpan<double> values)
    {
        var (first, density) = (new List<int>(), new List<double>());
        for (var i = 0; i < values.Length;)
        {
            var value = values[i];
            first.Add(i);
            density.Add(value);
            i++;
            var others = values[i..].IndexOfAnyExcept(value);
            i = others < 0 ? values.Length : i + others;
        }
        first.Add(values.Length);
        return ([.. first], [.. density]);
    }
}
