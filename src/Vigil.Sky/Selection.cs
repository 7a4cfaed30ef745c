namespace Vigil.Sky;

/// <summary>Medians and order of a few thousand numbers, several times as fast as by comparing them.</summary>
/// <remarks>
/// Numbers are put into bins between two quantiles of a sample of them, so that bins hold few numbers each although some of the
/// numbers are far out; the bins at the ends are open. Results do not depend on the sample, only the time does.
/// </remarks>
static class Selection
{
    const int MedianBins = 512, SortBins = 2048;

    const int SampleSize = 64;

    // Of so few numbers, sorting is as fast.
    const int Few = 48;

    /// <summary>The median; of an even number, the mean of the middle two.</summary>
    /// <param name="work">At least one, none NaN; their order is destroyed.</param>
    public static double Median(Span<double> work)
    {
        var (low, high) = ((work.Length - 1) / 2, work.Length / 2);
        Span<int> count = stackalloc int[MedianBins];
        // Each round keeps the numbers of the bins that hold the middle two.
        while (work.Length > SampleSize && TryScale(work, MedianBins, SampleSize / 4, out var least, out var scale))
        {
            count.Clear();
            foreach (var value in work)
                count[Bin(value, least, scale, MedianBins)]++;
            var (bin, before) = (0, 0);
            while (before + count[bin] <= low)
                before += count[bin++];
            var (last, upTo) = (bin, before + count[bin]);
            while (upTo <= high)
                upTo += count[++last];
            var kept = 0;
            foreach (var value in work)
            {
                var at = Bin(value, least, scale, MedianBins);
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
    /// <param name="values">None NaN, shape (N).</param>
    /// <param name="sorted">Receives them, shape (N).</param>
    public static void Sort(ReadOnlySpan<double> values, Span<double> sorted)
    {
        if (values.Length <= SampleSize || !TryScale(values, SortBins, 2, out var least, out var scale))
        {
            values.CopyTo(sorted);
            sorted.Sort();
            return;
        }
        Span<int> end = stackalloc int[SortBins];
        end.Clear();
        foreach (var value in values)
            end[Bin(value, least, scale, SortBins)]++;
        for (var bin = 1; bin < SortBins; bin++)
            end[bin] += end[bin - 1];
        foreach (var value in values)
            sorted[--end[Bin(value, least, scale, SortBins)]] = value;
        for (var bin = 0; bin < SortBins; bin++) // now each is where the bin begins
        {
            var (from, to) = (end[bin], bin + 1 < SortBins ? end[bin + 1] : sorted.Length);
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

    static int Bin(double value, double least, double scale, int bins) =>
        (int)double.MinNative(double.MaxNative((value - least) * scale + 1, 0), bins - 1);

    // Between the number that so many of the sample are below, and the one that as many are above. False where these are so
    // close together, or so far apart, that bins cannot tell them apart.
    static bool TryScale(ReadOnlySpan<double> values, int bins, int outside, out double least, out double scale)
    {
        Span<double> sample = stackalloc double[SampleSize];
        for (var i = 0; i < sample.Length; i++)
            sample[i] = values[(int)((long)i * values.Length / sample.Length)];
        sample.Sort();
        least = sample[outside];
        scale = (bins - 2) / (sample[^(outside + 1)] - least);
        return double.IsFinite(scale) && scale > 0;
    }
}
