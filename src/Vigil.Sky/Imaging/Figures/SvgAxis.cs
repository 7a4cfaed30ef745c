using System.Globalization;

namespace Vigil.Sky.Imaging;

/// <summary>An axis of a figure.</summary>
/// <param name="Label">What is on it, with its unit.</param>
/// <param name="From">The value at the left or at the bottom.</param>
/// <param name="To">The value at the right or at the top; below <paramref name="From"/> where the axis runs backwards.</param>
public readonly record struct SvgAxis(string Label, double From, double To)
{
    /// <summary>An axis with room for all finite values, and a little more.</summary>
    /// <param name="label">What is on it, with its unit.</param>
    /// <param name="values">In any order; those that are not finite do not count.</param>
    /// <param name="backwards">Whether it runs from the largest to the smallest, as magnitudes do from bottom to top.</param>
    /// <param name="least">It covers at least so much.</param>
    public static SvgAxis Around(string label, ReadOnlySpan<double> values, bool backwards = false, double least = 0)
    {
        var (low, high) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var value in values)
            if (double.IsFinite(value))
                (low, high) = (Math.Min(low, value), Math.Max(high, value));
        if (low > high)
            (low, high) = (0, 1);
        var margin = Math.Max(0.05 * (high - low), (least - (high - low)) / 2);
        if (margin <= 0)
            margin = Math.Max(Math.Abs(low) * 0.05, 0.5);
        return backwards ? new SvgAxis(label, high + margin, low - margin) : new SvgAxis(label, low - margin, high + margin);
    }

    /// <summary>Round numbers on the axis: steps of 1, 2 or 5 and powers of ten, in rising order.</summary>
    /// <param name="about">So many are wanted; there may be half or twice as many.</param>
    public double[] Ticks(int about = 5)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(about, 1);
        var (low, high) = (Math.Min(From, To), Math.Max(From, To));
        if (!(high > low) || !double.IsFinite(high - low))
            return [];
        var step = Step(about);
        // A tick is counted in steps, so that it is as round as a number can be.
        var (first, last) = (Math.Ceiling(low / step - 1e-9), Math.Floor(high / step + 1e-9));
        var ticks = new double[Math.Max((int)(last - first) + 1, 0)];
        for (var i = 0; i < ticks.Length; i++)
            ticks[i] = (first + i) * step;
        return ticks;
    }

    /// <summary>A tick in as many decimals as the ticks need.</summary>
    internal string Format(double tick, int about)
    {
        var step = Step(about);
        if (Math.Abs(tick) < step / 2)
            return "0";
        var size = Math.Max(Math.Abs(From), Math.Abs(To));
        return size is >= 1e6 or < 1e-4 ? tick.ToString("0.###e0", CultureInfo.InvariantCulture)
            : tick.ToString("F" + Math.Clamp((int)Math.Ceiling(-Math.Log10(step) - 1e-9), 0, 9), CultureInfo.InvariantCulture);
    }

    double Step(int about)
    {
        var rough = Math.Abs(To - From) / about;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        return (rough / power) switch { < 1.5 => 1, < 3.5 => 2, < 7.5 => 5, _ => 10 } * power;
    }
}
