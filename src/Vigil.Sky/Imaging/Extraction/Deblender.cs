using System.Runtime.InteropServices;

namespace Vigil.Sky.Imaging;

/// <summary>
/// Separates sources that touch. The region is cut at thresholds spaced evenly in magnitudes; where it falls into branches of
/// which two or more have flux enough of their own, these are sources. What lies between goes to the source from which the
/// way to it goes down the least. It has work space: one for each thread.
/// </summary>
/// <remarks>
/// The tree of E. Bertin and S. Arnouts 1996, A&amp;AS 117, 393, section 4.3, grown from its tips down by union of neighbours, so
/// that the time is nearly proportional to the number of pixels. A branch is compared with what it meets, where theirs is with
/// the whole region: in a crowd that is half of the frame, whose flux no star has its share of.
/// </remarks>
sealed class Deblender(ExtractionOptions options, Segmentation segmentation)
{
    /// <summary>A branch of more pixels than this need not be as large as a detection.</summary>
    const int BranchArea = 3;

    // The region in a box with a margin of one pixel: pixel (x, y) of the box is at (y + 1) * stride + x + 1.
    float[] values = [];
    int[] parents = []; // 0: not yet above the level; below 0: -1 - number of the branch; otherwise another pixel of the branch
    int[] order = [];
    byte[] levels = [];
    int[] owners = [];
    int stride, left, bottom, size;

    readonly List<Branch> branches = [];
    readonly List<int> live = [];
    readonly List<(int Pixel, int Level, int Next)> cores = [];
    readonly PriorityQueue<(int Pixel, int Owner), (float Value, int Order)> flood = new();
    readonly Stack<int> stack = new();
    readonly List<float> faintest = [];

    /// <summary>The sources in a region.</summary>
    /// <param name="region">Its number.</param>
    /// <param name="threshold">At which it was detected.</param>
    public Segment[] Separate(int region, double threshold)
    {
        Load(region, out var peak);
        var count = 1;
        if (options.DeblendContrast < 1 && options.DeblendThresholds > 1 && HasPeaks(region))
        {
            // A threshold of zero (a frame without noise) has no magnitudes.
            threshold = Math.Max(threshold, 1e-6 * peak);
            count = Grow(region, threshold, peak);
            if (count > 1)
                Assign(region, count);
        }
        return Measure(region, Math.Max(count, 1));
    }

    void Load(int region, out float peak)
    {
        (left, bottom, peak) = (int.MaxValue, int.MaxValue, 0);
        var (right, top) = (-1, -1);
        var runs = segmentation.RunsOf(region);
        foreach (var i in runs)
        {
            var run = segmentation.Runs[i];
            (left, right) = (Math.Min(left, run.Start), Math.Max(right, run.End));
            (bottom, top) = (Math.Min(bottom, run.Y), Math.Max(top, run.Y));
        }
        stride = right - left + 2;
        size = checked(stride * (top - bottom + 3));
        if (values.Length < size)
            values = new float[size];
        else
            values.AsSpan(0, size).Clear();
        foreach (var i in runs)
        {
            var run = segmentation.Runs[i];
            var row = segmentation.Values.AsSpan(run.Values, run.Length);
            row.CopyTo(values.AsSpan(At(run)));
            foreach (var value in row)
                peak = Math.Max(peak, value);
        }
    }

    int At(Run run) => (run.Y - bottom + 1) * stride + run.Start - left + 1;

    /// <summary>Whether there are two maxima or more; equal neighbours are told apart by their order.</summary>
    bool HasPeaks(int region)
    {
        var peaks = 0;
        foreach (var i in segmentation.RunsOf(region))
        {
            var run = segmentation.Runs[i];
            var at = At(run);
            for (var p = at; p < at + run.Length; p++)
            {
                var v = values[p];
                if (v >= values[p - 1] && v > values[p + 1] &&
                    v >= values[p - stride - 1] && v >= values[p - stride] && v >= values[p - stride + 1] &&
                    v > values[p + stride - 1] && v > values[p + stride] && v > values[p + stride + 1] && ++peaks > 1)
                    return true;
            }
        }
        return false;
    }

    /// <summary>Grows the tree; the number of sources, whose cores are then listed.</summary>
    int Grow(int region, double threshold, float peak)
    {
        Sort(region, threshold, peak);
        EnsureSize(ref parents, size);
        parents.AsSpan(0, size).Clear();
        branches.Clear();
        live.Clear();
        cores.Clear();
        var at = 0;
        for (var level = options.DeblendThresholds - 1; level >= 0 && at < regionArea; level--)
        {
            for (; at < regionArea && levels[order[at]] == level; at++)
                Raise(order[at], level);
            Settle(level, threshold * Math.Pow(peak / threshold, (level + 1.0) / options.DeblendThresholds));
        }
        var root = branches[live[0]];
        var count = 0;
        for (var core = root.FirstCore; core >= 0; core = cores[core].Next)
            count++;
        firstCore = root.FirstCore;
        return count;
    }

    int regionArea, firstCore;

    /// <summary>Levels of the pixels, and the pixels from the highest to the lowest level.</summary>
    void Sort(int region, double threshold, float peak)
    {
        EnsureSize(ref levels, size);
        EnsureSize(ref order, size);
        var top = options.DeblendThresholds - 1;
        var perLog = peak > threshold ? (float)(options.DeblendThresholds / Math.Log(peak / threshold)) : 0;
        var log = (float)Math.Log(threshold);
        Span<int> next = stackalloc int[options.DeblendThresholds + 1];
        next.Clear();
        foreach (var i in segmentation.RunsOf(region))
        {
            var run = segmentation.Runs[i];
            var at = At(run);
            for (var p = at; p < at + run.Length; p++)
            {
                var level = (int)Math.Clamp((MathF.Log(values[p]) - log) * perLog, 0, top);
                levels[p] = (byte)level;
                next[top - level + 1]++;
            }
        }
        for (var i = 1; i < next.Length; i++)
            next[i] += next[i - 1];
        regionArea = next[^1];
        foreach (var i in segmentation.RunsOf(region))
        {
            var run = segmentation.Runs[i];
            var at = At(run);
            for (var p = at; p < at + run.Length; p++)
                order[next[top - levels[p]]++] = p;
        }
    }

    /// <summary>Lets a pixel emerge: it joins the branches beside it, or begins one.</summary>
    void Raise(int pixel, int level)
    {
        var own = -1;
        ReadOnlySpan<int> around = [-stride - 1, -stride, -stride + 1, -1, 1, stride - 1, stride, stride + 1];
        foreach (var step in around)
        {
            var neighbour = pixel + step;
            if (parents[neighbour] == 0)
                continue;
            var root = Root(neighbour);
            if (own < 0)
            {
                own = root;
                parents[pixel] = root;
                ref var branch = ref Of(root);
                branch.Area++;
                branch.Flux += values[pixel];
            }
            else if (root != own)
                own = Join(own, root);
        }
        if (own >= 0)
            return;
        parents[pixel] = -1 - branches.Count;
        live.Add(branches.Count);
        branches.Add(new Branch
        {
            Seed = pixel, Level = level, Area = 1, Flux = values[pixel],
            FirstCore = -1, LastCore = -1, Next = -1, Last = branches.Count,
        });
    }

    ref Branch Of(int root) => ref CollectionsMarshal.AsSpan(branches)[-1 - parents[root]];

    int Root(int pixel)
    {
        while (parents[pixel] > 0)
        {
            if (parents[parents[pixel]] > 0)
                parents[pixel] = parents[parents[pixel]];
            pixel = parents[pixel];
        }
        return pixel;
    }

    int Join(int root, int other)
    {
        if (Of(root).Area < Of(other).Area)
            (root, other) = (other, root);
        ref Branch to = ref Of(root), from = ref Of(other);
        to.Area += from.Area;
        to.Flux += from.Flux;
        // The branches that met at this level, one after the other.
        CollectionsMarshal.AsSpan(branches)[to.Last].Next = -1 - parents[other];
        to.Last = from.Last;
        from.IsJoined = true;
        parents[other] = root;
        return root;
    }

    /// <summary>Judges, where branches met at this level, which of them are sources.</summary>
    /// <param name="level">The level.</param>
    /// <param name="above">The threshold one level above, down to which they were apart.</param>
    void Settle(int level, double above)
    {
        live.RemoveAll(i => branches[i].IsJoined);
        var all = CollectionsMarshal.AsSpan(branches);
        foreach (var i in live)
        {
            ref var branch = ref all[i];
            if (branch.Next >= 0)
            {
                // Of all that meets here, not of a region that may be half of the frame.
                var together = 0.0;
                for (var j = i; j >= 0; j = all[j].Next)
                    together += all[j].FluxBefore;
                var least = options.DeblendContrast * together;
                var significant = 0;
                for (var j = i; j >= 0; j = all[j].Next)
                    significant += IsSource(all[j], least) ? 1 : 0;
                var (first, last) = (-1, -1);
                for (int j = i, next; j >= 0; j = next)
                {
                    next = all[j].Next;
                    if (all[j].FirstCore < 0 && significant > 1 && IsSource(all[j], least))
                    {
                        all[j].FirstCore = all[j].LastCore = cores.Count;
                        cores.Add((all[j].Seed, level + 1, -1));
                    }
                    if (all[j].FirstCore < 0)
                        continue;
                    if (first < 0)
                        first = all[j].FirstCore;
                    else
                        cores[last] = cores[last] with { Next = all[j].FirstCore };
                    last = all[j].LastCore;
                }
                (branch.FirstCore, branch.LastCore, branch.Next, branch.Last) = (first, last, -1, i);
            }
            (branch.AreaBefore, branch.FluxBefore) = (branch.Area, branch.Flux);
        }

        bool IsSource(in Branch branch, double least) => branch.Level > level &&
            branch.AreaBefore >= Math.Min(options.MinArea, BranchArea) &&
            branch.FluxBefore - above * branch.AreaBefore > least;
    }

    /// <summary>Floods the region from the cores downwards, and writes down whose each pixel is.</summary>
    void Assign(int region, int count)
    {
        EnsureSize(ref owners, size);
        owners.AsSpan(0, size).Clear();
        flood.Clear();
        var pushed = 0;
        Span<int> around = [-stride - 1, -stride, -stride + 1, -1, 1, stride - 1, stride, stride + 1];
        var owner = 0;
        for (var core = firstCore; core >= 0; core = cores[core].Next)
        {
            var (seed, level, _) = cores[core];
            owners[seed] = ++owner;
            stack.Push(seed);
            while (stack.TryPop(out var pixel))
                foreach (var step in around)
                {
                    var neighbour = pixel + step;
                    if (owners[neighbour] != 0 || values[neighbour] <= 0)
                        continue;
                    if (levels[neighbour] >= level)
                    {
                        owners[neighbour] = owner;
                        stack.Push(neighbour);
                    }
                    else
                        flood.Enqueue((neighbour, owner), (-values[neighbour], pushed++));
                }
        }
        while (flood.TryDequeue(out var next, out _))
        {
            if (owners[next.Pixel] != 0)
                continue;
            owners[next.Pixel] = next.Owner;
            foreach (var step in around)
            {
                var neighbour = next.Pixel + step;
                if (owners[neighbour] == 0 && values[neighbour] > 0)
                    flood.Enqueue((neighbour, next.Owner), (-values[neighbour], pushed++));
            }
        }
        foreach (var i in segmentation.RunsOf(region))
        {
            var run = segmentation.Runs[i];
            var labels = segmentation.Labels.AsSpan(run.Values, run.Length);
            var at = At(run);
            for (var k = 0; k < labels.Length; k++)
                labels[k] = owners[at + k] - 1;
        }
    }

    Segment[] Measure(int region, int count)
    {
        var segments = new Segment[count];
        for (var label = 0; label < count; label++)
            segments[label] = new Segment { Region = region, Label = label, Blended = count > 1 };
        foreach (var i in segmentation.RunsOf(region))
        {
            var run = segmentation.Runs[i];
            for (var k = 0; k < run.Length; k++)
                segments[segmentation.Labels[run.Values + k]].Add(run.Start + k, run.Y, segmentation.Values[run.Values + k]);
        }
        foreach (var segment in segments)
            segment.Finish();
        if (options.Clean)
            foreach (var segment in segments)
                segment.Faintest = Faintest(segment);
        return segments;
    }

    /// <summary>The value of the pixel without which the source would have too few.</summary>
    float Faintest(Segment segment)
    {
        faintest.Clear();
        foreach (var i in segmentation.RunsOf(segment.Region))
        {
            var run = segmentation.Runs[i];
            if (run.Y < segment.Bottom || run.Y > segment.Top)
                continue;
            for (var k = 0; k < run.Length; k++)
                if (segmentation.Labels[run.Values + k] == segment.Label)
                    faintest.Add(segmentation.Values[run.Values + k]);
        }
        faintest.Sort();
        return faintest[Math.Max(0, faintest.Count - options.MinArea)];
    }

    static void EnsureSize<T>(ref T[] array, int size)
    {
        if (array.Length < size)
            array = new T[size];
    }

    /// <summary>A connected part of the region above the level that the tree has grown down to.</summary>
    struct Branch
    {
        /// <summary>A pixel of it.</summary>
        public int Seed;
        /// <summary>The level at which it began.</summary>
        public int Level;
        public int Area;
        public double Flux;
        /// <summary>The same when the level above was done.</summary>
        public int AreaBefore;
        public double FluxBefore;
        /// <summary>The sources in it, if any were told apart: a list in <see cref="cores"/>.</summary>
        public int FirstCore, LastCore;
        /// <summary>The next of those that met at this level, and the last of them.</summary>
        public int Next, Last;
        public bool IsJoined;
    }
}
