using System.Runtime.Intrinsics;

namespace Vigil.Sky.Imaging;

/// <summary>Medians and order of a few thousand numbers, several times as fast as by comparing them.</summary>
static class Selection
{
    const int Bins = 512;

    // Of so few numbers, sorting is as fast.
    const int Few = 48;

    /// <summary>The median; of an even number, the mean of the middle two.</summary>
    /// <param name="work">At least one, all finite; their order is destroyed.</param>
    public static double Median(Span<double> work)
    {
        var (low, high) = ((work.Length - 1) / 2, work.Length / 2);
        Span<int> count = stackalloc int[Bins];
        // Each round keeps the numbers of the bins that hold the middle two.
        while (work.Length > Few && TryScale(work, Bins, out var least, out var scale))
        {
            count.Clear();
            foreach (var value in work)
                count[(int)((value - least) * scale)]++;
            var (bin, before) = (0, 0);
            while (before + count[bin] <= low)
                before += count[bin++];
            var (last, upTo) = (bin, before + count[bin]);
            while (upTo <= high)
                upTo += count[++last];
            var kept = 0;
            foreach (var value in work)
            {
                var at = (int)((value - least) * scale);
                work[kept] = value;
                kept += at >= bin && at <= last ? 1 : 0;
            }
            if (kept == work.Length)
                break;
            work = work[..kept];
            (low, high) = (low - before, high - before);
        }
        work.Sort();
        return 0.5 * (work[low] + work[high]);
    }

    /// <summary>Sorts numbers.</summary>
    /// <param name="values">All finite, shape (N).</param>
    /// <param name="sorted">Receives them, shape (N).</param>
    public static void Sort(ReadOnlySpan<double> values, Span<double> sorted)
    {
        const int bins = 4 * Bins;
        if (values.Length <= Few || !TryScale(values, bins, out var least, out var scale))
        {
            values.CopyTo(sorted);
            sorted.Sort();
            return;
        }
        Span<int> end = stackalloc int[bins];
        end.Clear();
        foreach (var value in values)
            end[(int)((value - least) * scale)]++;
        for (var bin = 1; bin < bins; bin++)
            end[bin] += end[bin - 1];
        foreach (var value in values)
            sorted[--end[(int)((value - least) * scale)]] = value;
        for (var bin = 0; bin < bins; bin++) // now each is where the bin begins
        {
            var (from, to) = (end[bin], bin + 1 < bins ? end[bin + 1] : sorted.Length);
            if (to - from > Few)
                sorted[from..to].Sort();
            else
                for (var i = from + 1; i < to; i++)
                {
                    var value = sorted[i];
                    var j = i;
                    for (; j > from && sorted[j - 1] > value; j--)
                        sorted[j] = sorted[j - 1];
                    sorted[j] = value;
                }
        }
    }

    // False where the numbers are so close together, or so far apart, that they cannot be told apart by bins.
    static bool TryScale(ReadOnlySpan<double> values, int bins, out double least, out double scale)
    {
        var (low, high) = (Vector256.Create(values), Vector256.Create(values));
        for (var i = 0; i <= values.Length - Vector256<double>.Count; i += Vector256<double>.Count)
        {
            var some = Vector256.Create(values[i..]);
            (low, high) = (Vector256.Min(low, some), Vector256.Max(high, some));
        }
        var rest = Vector256.Create(values[^Vector256<double>.Count..]);
        (low, high) = (Vector256.Min(low, rest), Vector256.Max(high, rest));
        (least, var most) = (low[0], high[0]);
        for (var i = 1; i < Vector256<double>.Count; i++)
            (least, most) = (Math.Min(least, low[i]), Math.Max(most, high[i]));
        // The largest stays below the end of the last bin.
        scale = bins * (1 - 1e-12) / (most - least);
        return double.IsFinite(scale) && scale > 0;
    }
}
