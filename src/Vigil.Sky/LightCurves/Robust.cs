using System.Buffers;

namespace Vigil.Sky.LightCurves;

/// <summary>Statistics that a few wrong points do not spoil.</summary>
public static class Robust
{
    /// <summary>The standard deviation of a normal distribution over its median absolute deviation: 1 / Φ⁻¹(3/4).</summary>
    internal const double SigmaOfMad = 1.482602218505602;

    /// <summary>The median; of an even number, the mean of the middle two.</summary>
    /// <param name="values">In any order, at least one, none NaN.</param>
    /// <exception cref="ArgumentException">There are no values, or one is NaN.</exception>
    public static double Median(ReadOnlySpan<double> values)
    {
        Check(values);
        var rented = ArrayPool<double>.Shared.Rent(values.Length);
        var work = rented.AsSpan(0, values.Length);
        values.CopyTo(work);
        var median = Selection.Median(work);
        ArrayPool<double>.Shared.Return(rented);
        return median;
    }

    /// <summary>The standard deviation as the median absolute deviation from the median tells it, times 1.4826.</summary>
    /// <param name="values">In any order, at least one, none NaN.</param>
    /// <exception cref="ArgumentException">There are no values, or one is NaN.</exception>
    public static double Sigma(ReadOnlySpan<double> values) => MedianAndSigma(values).Sigma;

    /// <summary>Both of the above.</summary>
    internal static (double Median, double Sigma) MedianAndSigma(ReadOnlySpan<double> values)
    {
        Check(values);
        var rented = ArrayPool<double>.Shared.Rent(values.Length);
        var work = rented.AsSpan(0, values.Length);
        values.CopyTo(work);
        var median = Selection.Median(work);
        // The selection loses some of what it was given.
        for (var i = 0; i < work.Length; i++)
            work[i] = Math.Abs(values[i] - median);
        var sigma = SigmaOfMad * Selection.Median(work);
        ArrayPool<double>.Shared.Return(rented);
        return (median, sigma);
    }

    /// <summary>Which values are far from the median of their neighbours in time.</summary>
    /// <param name="value">Magnitudes or fluxes in order of time, shape (N), none NaN.</param>
    /// <param name="reach">
    /// So many values before each and after are its neighbours, at least 1; N or more takes all others.
    /// </param>
    /// <param name="nsigma">Farther than so many times the robust standard deviation of the differences is far; positive.</param>
    /// <param name="outlier">Receives whether each is, shape (N).</param>
    /// <returns>How many are.</returns>
    /// <exception cref="ArgumentException">The spans differ in length, or a value is NaN.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The reach or nsigma is too small.</exception>
    /// <remarks>
    /// F. R. Hampel's identifier (1974, J. Am. Stat. Assoc. 69, 383) on the differences from a running median, so that a source
    /// may vary, if slowly. Where more than half of the differences are zero nothing is called far.
    /// </remarks>
    public static int Outliers(ReadOnlySpan<double> value, int reach, double nsigma, Span<bool> outlier)
    {
        if (value.Length != outlier.Length)
            throw new ArgumentException($"value and outlier must have one length, got {value.Length} and {outlier.Length}.");
        ArgumentOutOfRangeException.ThrowIfLessThan(reach, 1);
        if (!(nsigma > 0))
            throw new ArgumentOutOfRangeException(nameof(nsigma), nsigma,
                "nsigma must be positive; 5 leaves nearly all good points.");
        outlier.Clear();
        if (value.Length < 2)
            return 0;
        Check(value);
        var size = (int)Math.Min(1 + 2L * reach, value.Length); // itself and its neighbours
        var rented = ArrayPool<double>.Shared.Rent(value.Length + size);
        var differences = rented.AsSpan(0, value.Length);
        for (var i = 0; i < value.Length; i++)
        {
            // At the ends there are more on one side: a slope counts there.
            var from = Math.Clamp(i - size / 2, 0, value.Length - size);
            var around = rented.AsSpan(value.Length, size - 1);
            value[from..i].CopyTo(around);
            value[(i + 1)..(from + size)].CopyTo(around[(i - from)..]);
            differences[i] = value[i] - Selection.Median(around);
        }
        var limit = nsigma * Sigma(differences);
        var count = 0;
        for (var i = 0; i < value.Length; i++)
            if (limit > 0 && Math.Abs(differences[i]) > limit)
                (outlier[i], count) = (true, count + 1);
        ArrayPool<double>.Shared.Return(rented);
        return count;
    }

    static void Check(ReadOnlySpan<double> values)
    {
        if (values.IsEmpty)
            throw new ArgumentException("There are no values.", nameof(values));
        for (var i = 0; i < values.Length; i++)
            if (double.IsNaN(values[i]))
                throw new ArgumentException($"Value {i} is NaN. Leave out points without a measurement.", nameof(values));
    }
}
