using System.Numerics;
using System.Runtime.InteropServices;

namespace Vigil.Sky.Imaging;

/// <summary>
/// The sky's level and noise among pixels of which some belong to stars: clipped at 3 sigma about the median until that
/// changes nothing, then the mode. It has work space: one for each thread.
/// </summary>
/// <remarks>After E. Bertin and S. Arnouts 1996, A&amp;AS 117, 393, section 4.1.</remarks>
sealed class SkyEstimator
{
    const int Bins = 512;
    const double Clip = 3;

    /// <summary>Fewest different values within 3 sigma below the mode: then they are a fifth of sigma apart.</summary>
    const int LeastValues = 15;

    /// <summary>
    /// A normal distribution's sigma over what is left of it when clipping at 3 sigma has settled: s with
    /// s² = 1 - 2 c φ(c) / (2 Φ(c) - 1) and c = 3 s.
    /// </summary>
    const double SigmaOfClipped = 1.0153;

    readonly int[] histogram = new int[Bins + 2];

    /// <summary>The sky among values; NaN where there is none.</summary>
    /// <param name="values">In any order, all finite.</param>
    /// <returns>
    /// The level; the noise among all that is left; the noise below the level, where no faint stars are, but fewer values tell
    /// it.
    /// </returns>
    public (double Level, double Noise, double NoiseBelow) Of(ReadOnlySpan<float> values)
    {
        if (values.IsEmpty)
            return (double.NaN, double.NaN, double.NaN);
        // A histogram about the bulk of the values: a few rounds of clipping keep bright stars from widening it.
        var pivot = values[values.Length / 2];
        var (count, mean, sigma) = Moments(values, pivot, float.NegativeInfinity, float.PositiveInfinity);
        for (var round = 0; round < 10 && sigma > 0; round++)
        {
            var before = sigma;
            var (within, newMean, newSigma) = Moments(values, (float)mean,
                (float)(mean - Clip * sigma), (float)(mean + Clip * sigma));
            if (within == 0)
                break;
            (count, mean, sigma) = (within, newMean, newSigma);
            if (sigma > 0.9 * before)
                break;
        }
        // Rounding of a constant: nothing there to measure.
        if (!(sigma > 1e-7 * Math.Abs(mean)))
            return (mean, 0, 0);

        double low = mean - 5 * sigma, bin = 10 * sigma / Bins;
        Fill(values, (float)low, (float)(1 / bin));
        int from = 1, to = Bins; // bins within the clip
        double median = mean;
        for (var round = 0; round < 100; round++)
        {
            var (total, first, second) = (0L, 0.0, 0.0);
            for (var i = from; i <= to; i++)
            {
                double n = histogram[i], at = i - 0.5;
                total += histogram[i];
                first += n * at;
                second += n * at * at;
            }
            if (total == 0)
                break;
            (count, mean) = ((int)total, first / total);
            sigma = Math.Sqrt(Math.Max(second / total - mean * mean, 0));
            median = Median(from, to, total);
            var (newFrom, newTo) = (Math.Max(from, (int)Math.Ceiling(median - Clip * sigma)),
                Math.Min(to, (int)Math.Floor(median + Clip * sigma) + 1));
            if (newFrom == from && newTo == to || newFrom > newTo)
                break;
            (from, to) = (newFrom, newTo);
        }
        // The mode of a skewed distribution after Pearson; where it is so skewed that the rule fails, the median.
        var level = Math.Abs(mean - median) < 0.3 * sigma ? 2.5 * median - 1.5 * mean : median;
        var scale = SigmaOfClipped * bin;
        return (low + bin * level, scale * sigma, scale * SigmaBelow(from, level, count, sigma));
    }

    /// <summary>
    /// Standard deviation of what is below the mode, where no faint stars are; that of all where too little is below, as in
    /// pixels cut off at 0, or where whole numbers are so far apart that halves cannot be told.
    /// </summary>
    double SigmaBelow(int from, double level, int count, double sigma)
    {
        var (total, second, values) = (0.0, 0.0, 0);
        for (var i = from; i < level + 0.5; i++)
        {
            values += histogram[i] > 0 ? 1 : 0;
            var at = i - 0.5 - level;
            var n = histogram[i] * (at <= -0.5 ? 1 : 0.5 - at);
            total += n;
            second += n * at * at;
        }
        return total > 0.25 * count && values >= LeastValues ? Math.Sqrt(second / total) : sigma;
    }

    /// <summary>
    /// Half of the histogram's content is below. The content of a bin is spread to half way to the next bins that have any, so
    /// that whole numbers give a median between them.
    /// </summary>
    double Median(int from, int to, long total)
    {
        double half = total / 2.0, below = 0;
        for (int i = from, previous = 0; i <= to; i++)
        {
            if (histogram[i] == 0)
                continue;
            if (below + histogram[i] >= half)
            {
                var next = i + 1;
                while (next <= to && histogram[next] == 0)
                    next++;
                var gapBefore = previous == 0 ? next > to ? 1 : next - i : i - previous;
                var gapAfter = next > to ? gapBefore : next - i;
                return i - 0.5 - 0.5 * gapBefore + 0.5 * (gapBefore + gapAfter) * (half - below) / histogram[i];
            }
            below += histogram[i];
            previous = i;
        }
        return 0.5 * (from + to) - 0.5;
    }

    /// <summary>Counts values in bins 1 to Bins; those beyond go to 0 and Bins + 1.</summary>
    void Fill(ReadOnlySpan<float> values, float low, float perBin)
    {
        Array.Clear(histogram);
        foreach (var value in values)
            histogram[(int)Math.Clamp((value - low) * perBin + 1, 0, Bins + 1)]++;
    }

    /// <summary>Number, mean and standard deviation of the values in [low, high].</summary>
    static (int Count, double Mean, double Sigma) Moments(ReadOnlySpan<float> values, float pivot, float low, float high)
    {
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
        var (counts, firsts, seconds) = (Vector<int>.Zero, Vector<float>.Zero, Vector<float>.Zero);
        foreach (var vector in vectors)
        {
            var inside = Vector.GreaterThanOrEqual(vector, new Vector<float>(low)) &
                Vector.LessThanOrEqual(vector, new Vector<float>(high));
            var difference = Vector.ConditionalSelect(inside, vector - new Vector<float>(pivot), Vector<float>.Zero);
            counts -= inside;
            firsts += difference;
            seconds += difference * difference;
        }
        var count = Vector.Sum(counts);
        double first = Vector.Sum(firsts), second = Vector.Sum(seconds);
        foreach (var value in values[(vectors.Length * Vector<float>.Count)..])
            if (value >= low && value <= high)
            {
                double difference = value - pivot;
                count++;
                first += difference;
                second += difference * difference;
            }
        if (count == 0)
            return (0, pivot, 0);
        var mean = first / count;
        return (count, pivot + mean, Math.Sqrt(Math.Max(second / count - mean * mean, 0)));
    }
}
