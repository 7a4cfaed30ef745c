using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vigil.Sky.Imaging;

/// <summary>
/// The pixels of a frame that exceed the threshold after filtering, as runs along rows, and the regions of runs that touch
/// (also at corners). Rows stream through: only what is above the threshold is kept.
/// </summary>
sealed class Segmentation
{
    /// <summary>Rows that one thread works on at a time.</summary>
    const int Band = 64;

    readonly int[] rowStart; // of each row, and the end

    // A run's parent is an earlier run, so a root is the first run of its region.
    readonly int[] parent;

    // Joins what the bands have found, and connects runs within each.
    Segmentation(int height, Run[][] runs, float[][] values, int threads)
    {
        int[] firstRun = new int[runs.Length + 1], firstValue = new int[runs.Length + 1];
        for (var band = 0; band < runs.Length; band++)
        {
            firstRun[band + 1] = firstRun[band] + runs[band].Length;
            firstValue[band + 1] = firstValue[band] + values[band].Length;
        }
        Runs = new Run[firstRun[^1]];
        Values = GC.AllocateUninitializedArray<float>(firstValue[^1]);
        Labels = new int[Values.Length];
        Regions = new int[Runs.Length];
        rowStart = new int[height + 1];
        parent = new int[Runs.Length];
        SharedWork.Do(runs.Length, 1, threads, () => 0, (_, band) =>
        {
            values[band].CopyTo(Values.AsSpan(firstValue[band]));
            int at = firstRun[band], top = Math.Min(height, (band + 1) * Band);
            for (int y = band * Band, k = 0; y < top; y++)
            {
                for (; k < runs[band].Length && runs[band][k].Y == y; k++)
                    Runs[at++] = runs[band][k] with { Values = runs[band][k].Values + firstValue[band] };
                rowStart[y + 1] = at;
            }
            for (var i = firstRun[band]; i < at; i++)
                parent[i] = i;
            for (var y = band * Band + 1; y < top; y++)
                Connect(y == band * Band + 1 ? firstRun[band] : rowStart[y - 1], rowStart[y], rowStart[y + 1]);
        });
        for (var y = Band; y < height; y += Band)
            Connect(rowStart[y - 1], rowStart[y], rowStart[y + 1]);
    }

    /// <summary>All runs, by rows and from left to right.</summary>
    public Run[] Runs { get; }

    /// <summary>Filtered pixels above the background, run by run.</summary>
    public float[] Values { get; }

    /// <summary>Which part of its region a pixel belongs to, from 0, in the order of <see cref="Values"/>.</summary>
    public int[] Labels { get; }

    /// <summary>Which region a run belongs to; -1 where that is too small.</summary>
    public int[] Regions { get; }

    /// <summary>Runs by region.</summary>
    public int[] RunsOfRegions { get; private set; } = [];

    /// <summary>Where a region begins in <see cref="RunsOfRegions"/>, and the end: shape (regions + 1).</summary>
    public int[] RegionStart { get; private set; } = [0];

    /// <summary>How many regions have pixels enough.</summary>
    public int RegionCount => RegionStart.Length - 1;

    /// <summary>The runs of one region, by rows.</summary>
    public ReadOnlySpan<int> RunsOf(int region) => RunsOfRegions.AsSpan(RegionStart[region]..RegionStart[region + 1]);

    /// <summary>The numbers of the runs of a row that reach into [start, end).</summary>
    public (int First, int End) Within(int y, int start, int end)
    {
        int low = rowStart[y], high = rowStart[y + 1], last = high;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (Runs[middle].End <= start)
                low = middle + 1;
            else
                high = middle;
        }
        var stop = low;
        while (stop < last && Runs[stop].Start < end)
            stop++;
        return (low, stop);
    }

    /// <summary>Finds the regions.</summary>
    public static Segmentation Of(Frame frame, Background background, DetectionThreshold threshold, float[] kernel, int minArea,
        int threads)
    {
        var bands = (frame.Height + Band - 1) / Band;
        var (runs, values) = (new Run[bands][], new float[bands][]);
        SharedWork.Do(bands, 1, threads, () => new Scan(frame, background, threshold, kernel), (scan, band) =>
            (runs[band], values[band]) = scan.Rows(band * Band, Math.Min(frame.Height, (band + 1) * Band)));
        var segmentation = new Segmentation(frame.Height, runs, values, threads);
        segmentation.Number(minArea);
        return segmentation;
    }

    // Joins the runs of a row, from start to end, with those that they touch in the row before.
    void Connect(int below, int start, int end)
    {
        for (var i = start; i < end; i++)
        {
            while (below < start && Runs[below].End < Runs[i].Start)
                below++;
            for (var j = below; j < start && Runs[j].Start <= Runs[i].End; j++)
            {
                int a = Root(i), b = Root(j);
                parent[Math.Max(a, b)] = Math.Min(a, b);
            }
        }
    }

    int Root(int i)
    {
        while (parent[i] != i)
            i = parent[i] = parent[parent[i]];
        return i;
    }

    // Gives numbers to the regions that are large enough.
    void Number(int minArea)
    {
        var area = new int[Runs.Length];
        for (var i = 0; i < Runs.Length; i++)
            area[Root(i)] += Runs[i].Length;
        var count = 0;
        for (var i = 0; i < Runs.Length; i++)
            Regions[i] = parent[i] != i ? Regions[Root(i)] : area[i] >= minArea ? count++ : -1;
        var start = new int[count + 1];
        foreach (var region in Regions)
            if (region >= 0)
                start[region + 1]++;
        for (var region = 0; region < count; region++)
            start[region + 1] += start[region];
        var next = start.AsSpan(0, count).ToArray();
        RunsOfRegions = new int[start[count]];
        for (var i = 0; i < Regions.Length; i++)
            if (Regions[i] >= 0)
                RunsOfRegions[next[Regions[i]]++] = i;
        RegionStart = start;
    }

    /// <summary>The rows in work, of one thread.</summary>
    sealed class Scan(Frame frame, Background background, DetectionThreshold threshold, float[] kernel)
    {
        readonly int reach = kernel.Length / 2;
        // Above the background; row y at y modulo their number.
        readonly float[][] rows = [.. kernel.Select(_ => new float[frame.Width])];
        readonly float[] column = new float[frame.Width + kernel.Length - 1]; // filtered along y, zeros at both ends
        readonly float[] filtered = new float[frame.Width];
        readonly float[] thresholds = new float[frame.Width];
        readonly float[] zeros = new float[frame.Width];

        readonly List<Run> runs = [];
        readonly List<float> values = [];

        /// <summary>The runs of some rows, and their values.</summary>
        public (Run[] Runs, float[] Values) Rows(int from, int to)
        {
            runs.Clear();
            values.Clear();
            for (var y = Math.Max(0, from - reach); y < Math.Min(frame.Height, from + reach); y++)
                Load(y);
            for (var y = from; y < to; y++)
            {
                if (y + reach < frame.Height)
                    Load(y + reach);
                Filter(y);
                threshold.Row(background, y, thresholds);
                Collect(y);
            }
            return ([.. runs], [.. values]);
        }

        float[] Row(int y) => y < 0 || y >= frame.Height ? zeros : rows[y % rows.Length];

        void Load(int y) => background.Subtract(frame.Pixels.AsSpan(y * frame.Width, frame.Width), 0, y, Row(y));

        /// <summary>Convolves a row. Pixels without a value count as background, and are NaN in the result.</summary>
        void Filter(int y)
        {
            var into = column.AsSpan(reach, frame.Width);
            into.Clear();
            for (var k = 0; k < kernel.Length; k++)
                AddValues(Row(y + k - reach), kernel[k], into);
            filtered.AsSpan().Clear();
            for (var k = 0; k < kernel.Length; k++)
                Add(column.AsSpan(k, frame.Width), kernel[k], filtered);
            ReadOnlySpan<float> middle = Row(y);
            for (var i = 0; i < middle.Length; i++)
                if (float.IsNaN(middle[i]))
                    filtered[i] = float.NaN;
        }

        static void AddValues(ReadOnlySpan<float> row, float weight, Span<float> sum)
        {
            var from = MemoryMarshal.Cast<float, Vector<float>>(row);
            var into = MemoryMarshal.Cast<float, Vector<float>>(sum);
            for (var i = 0; i < into.Length; i++)
                into[i] += weight * Vector.ConditionalSelect(Vector.Equals(from[i], from[i]), from[i], Vector<float>.Zero);
            for (var i = into.Length * Vector<float>.Count; i < sum.Length; i++)
                sum[i] += float.IsNaN(row[i]) ? 0 : weight * row[i];
        }

        static void Add(ReadOnlySpan<float> row, float weight, Span<float> sum)
        {
            var from = MemoryMarshal.Cast<float, Vector<float>>(row);
            var into = MemoryMarshal.Cast<float, Vector<float>>(sum);
            for (var i = 0; i < into.Length; i++)
                into[i] += weight * from[i];
            for (var i = into.Length * Vector<float>.Count; i < sum.Length; i++)
                sum[i] += weight * row[i];
        }

        void Collect(int y)
        {
            var (start, last) = (-1, 0UL);
            for (var at = 0; at < filtered.Length; at += 64)
            {
                var above = Above(at, Math.Min(64, filtered.Length - at));
                // A bit where being above the threshold begins or ends.
                for (var changes = above ^ (above << 1 | last); changes != 0; changes &= changes - 1)
                {
                    var x = at + BitOperations.TrailingZeroCount(changes);
                    if (start < 0)
                        start = x;
                    else
                    {
                        Keep(y, start, x);
                        start = -1;
                    }
                }
                last = above >> 63;
            }
            if (start >= 0)
                Keep(y, start, filtered.Length);
        }

        /// <summary>A bit for each of up to 64 pixels.</summary>
        ulong Above(int at, int count)
        {
            ulong bits = 0;
            var i = 0;
            for (; i + Vector256<float>.Count <= count; i += Vector256<float>.Count)
            {
                var above = Vector256.GreaterThan(Vector256.LoadUnsafe(ref filtered[at + i]),
                    Vector256.LoadUnsafe(ref thresholds[at + i]));
                bits |= (ulong)above.ExtractMostSignificantBits() << i;
            }
            for (; i < count; i++)
                bits |= filtered[at + i] > thresholds[at + i] ? 1UL << i : 0;
            return bits;
        }

        void Keep(int y, int start, int end)
        {
            runs.Add(new Run(y, start, end, values.Count));
            values.AddRange(filtered.AsSpan(start, end - start));
        }
    }
}
