namespace Vigil.Sky.LightCurves;

/// <summary>Equally spaced frequencies, in cycles a day.</summary>
public readonly record struct FrequencyGrid
{
    /// <summary>Frequencies first + k step, k = 0 .. count - 1.</summary>
    /// <param name="first">Cycles a day, positive.</param>
    /// <param name="step">Cycles a day, positive.</param>
    /// <param name="count">In [1, 10,000,000].</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public FrequencyGrid(double first, double step, int count)
    {
        if (!(first > 0 && double.IsFinite(first)))
            throw new ArgumentOutOfRangeException(nameof(first), first,
                "The first frequency must be a positive number of cycles a day.");
        if (!(step > 0 && double.IsFinite(step)))
            throw new ArgumentOutOfRangeException(nameof(step), step, "The step must be a positive number of cycles a day.");
        if (count is < 1 or > 10_000_000)
            throw new ArgumentOutOfRangeException(nameof(count), count,
                "The number of frequencies must be in [1, 10000000]. Take a larger step or a lower end.");
        (First, Step, Count) = (first, step, count);
    }

    /// <summary>The lowest frequency, cycles a day.</summary>
    public double First { get; }

    /// <summary>Cycles a day from one to the next.</summary>
    public double Step { get; }

    /// <summary>How many there are, K.</summary>
    public int Count { get; }

    /// <summary>The frequency k, in [0, K): cycles a day.</summary>
    public double this[int k] => First + k * Step;

    /// <summary>The highest frequency, cycles a day.</summary>
    public double Last => this[Count - 1];

    /// <summary>Frequencies fine enough not to miss a peak: a peak is about 1 / (time span) wide.</summary>
    /// <param name="mjd">Times of the light curve in any order, days, not all the same.</param>
    /// <param name="highest">Cycles a day, positive.</param>
    /// <param name="perPeak">Frequencies within the width of a peak, positive.</param>
    /// <exception cref="ArgumentException">The times span no time.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A number is outside its range, or there are too many frequencies.
    /// </exception>
    public static FrequencyGrid Over(ReadOnlySpan<double> mjd, double highest, double perPeak = 5)
    {
        if (!(highest > 0 && double.IsFinite(highest)))
            throw new ArgumentOutOfRangeException(nameof(highest), highest, "The end must be a positive number of cycles a day.");
        if (!(perPeak > 0 && double.IsFinite(perPeak)))
            throw new ArgumentOutOfRangeException(nameof(perPeak), perPeak,
                "The frequencies of a peak must be a positive number.");
        var (from, to) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var time in mjd)
            (from, to) = (Math.Min(from, time), Math.Max(to, time));
        if (!(to > from && double.IsFinite(to - from)))
            throw new ArgumentException("The times must be finite and span some time.", nameof(mjd));
        var step = 1 / (to - from) / perPeak;
        return new FrequencyGrid(step / 2, step, (int)Math.Min(Math.Max(Math.Ceiling(highest / step), 1), int.MaxValue));
    }
}
