using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

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
    // An area or a region needs the sequence only of those runs whose density is about that at its edge. So the runs are
    // counted by density, 32 bins to a factor of 2 and 2,048 of them, the last for all that is 2^64 times fainter than the
    // densest; a bin's runs are sorted when they are asked for. 47 of a double's 52 bits of fraction are below a bin.
    const int Bins = 2048, BelowBin = 47;

    const double Rounding = 1e-12; // of a sum of millions of probabilities

    readonly SkyMap map;
    readonly int[]? firstTile; // of each run, and the number of tiles at the end; null where each tile is a run
    readonly double[] density; // of each run
    readonly long densest; // as bits, which ascend as the numbers do
    readonly Sum[] before = new Sum[Bins + 1]; // of all runs in the bins before each, and of all
    readonly Lazy<RunIndex> index;

    // Area in steradians.
    readonly record struct Sum(double Probability, double Area)
    {
        public static Sum operator +(Sum a, Sum b) => new(a.Probability + b.Probability, a.Area + b.Area);
    }

    /// <summary>Counts the tiles of a map; <see cref="SkyMap.Levels"/> keeps what this makes.</summary>
    public CredibleLevels(SkyMap map)
    {
        this.map = map;
        density = map.Densities;
        if (map.IsFlat)
            (firstTile, density) = FindRuns(density);
        foreach (var value in density)
            densest = Math.Max(densest, Bits(value));
        for (var run = 0; run < density.Length; run++)
            before[BinOf(run) + 1] += Of(run);
        for (var bin = 1; bin < Bins; bin++)
            before[bin + 1] += before[bin];
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
        var bin = BinAt(level);
        var sum = before[bin];
        foreach (var run in RunsIn(bin))
        {
            var next = sum + Of(run);
            if (next.Probability >= level)
                return SquareDegrees
                    * (sum.Area + (level - sum.Probability) / (next.Probability - sum.Probability) * (next.Area - sum.Area));
            sum = next;
        }
        return SquareDegrees * sum.Area;
    }

    /// <summary>The smallest set of tiles that holds at least a part of the probability.</summary>
    /// <param name="level">Such as 0.9; in [0, 1].</param>
    /// <exception cref="ArgumentOutOfRangeException">The level is outside its range.</exception>
    public Moc Region(double level)
    {
        var bin = BinAt(level);
        var ranges = new List<IpixRange>();
        for (var run = 0; run < density.Length; run++)
            if (BinOf(run) < bin)
                AddTiles(run, int.MaxValue);
        var sum = before[bin];
        foreach (var run in RunsIn(bin))
        {
            if (sum.Probability >= level)
                break;
            // Of the last run, no more pixels than needed.
            AddTiles(run, Math.Ceiling((level - sum.Probability) / map.Probability(Tiles(run).First)));
            sum += Of(run);
        }
        return new Moc(CollectionsMarshal.AsSpan(ranges), map.Order);

        void AddTiles(int run, double atMost)
        {
            var (first, count) = Tiles(run);
            count = (int)Math.Clamp(atMost, 1, count);
            ranges.Add(new IpixRange(map.RangeOf(first).First, map.RangeOf(first + count - 1).End));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static double Level(in RunIndex.Run run, long ipix)
    {
        var level = run.Before + (ipix - run.First + 1) * run.Step;
        return level < 1 ? level : 1; // of the faintest tile, rounding
    }

    (int First, int Count) Tiles(int run) => firstTile is null ? (run, 1) : (firstTile[run], firstTile[run + 1] - firstTile[run]);

    Sum Of(int run)
    {
        var (first, count) = Tiles(run);
        var area = SkyMap.TileArea(map.OrderOf(first)) * count;
        return new Sum(density[run] * area, area);
    }

    static long Bits(double density) => BitConverter.DoubleToInt64Bits(density) & long.MaxValue; // without the sign of -0

    int BinOf(int run) => (int)Math.Min((densest - Bits(density[run])) >> BelowBin, Bins - 1);

    // The bin whose runs reach a level, or miss it by rounding: a bin's sum is made in the sequence of the map, a level in
    // that of the densities.
    int BinAt(double level)
    {
        if (!(level is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(level), level, string.Create(CultureInfo.InvariantCulture,
                $"A credible level must be in [0, 1], got {level}. If it is in percent, divide by 100."));
        var bin = 0;
        while (bin < Bins - 1 && before[bin + 1].Probability < level - Rounding)
            bin++;
        return bin;
    }

    // From the densest to the faintest.
    int[] RunsIn(int bin)
    {
        var runs = new List<int>();
        for (var run = 0; run < density.Length; run++)
            if (BinOf(run) == bin)
                runs.Add(run);
        var orders = map.Orders is { } all ? runs.ConvertAll(run => all[run]) : [];
        var sequence = RadixSort.Descending(CollectionsMarshal.AsSpan(runs.ConvertAll(run => density[run])),
            FromCoarsest(CollectionsMarshal.AsSpan(orders)));
        return Array.ConvertAll(sequence, place => runs[place]);
    }

    RunIndex MakeIndex()
    {
        var runs = new RunIndex.Run[density.Length + 1];
        runs[0] = RunIndex.BeforeAll;
        var (sum, bin, toOrder) = (before[0], 0, 2 * (Healpix.MaxOrder - map.Order));
        foreach (var run in RadixSort.Descending(density, FromCoarsest(map.Orders)))
        {
            if (bin != BinOf(run)) // begins with the sum that an area begins with, so that they agree to the last bit
                sum = before[bin = BinOf(run)];
            var first = Tiles(run).First;
            runs[run + 1] = new RunIndex.Run(map.FirstOf(first) >> toOrder, sum.Probability,
                density[run] * SkyMap.TileArea(map.OrderOf(first)));
            sum += Of(run);
        }
        return new RunIndex(runs, map.Order);
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
