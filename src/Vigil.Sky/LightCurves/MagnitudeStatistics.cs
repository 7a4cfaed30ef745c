namespace Vigil.Sky.LightCurves;

/// <summary>Statistics of the magnitudes, or fluxes, of one object in one band.</summary>
/// <param name="Count">Number of points, N.</param>
/// <param name="Mean">Mean.</param>
/// <param name="WeightedMean">Mean with weights 1 / err².</param>
/// <param name="Median">Median; of an even number, the mean of the middle two.</param>
/// <param name="StandardDeviation">Of the sample, with N - 1; NaN of one point.</param>
/// <param name="Least">The smallest value: of magnitudes, the brightest.</param>
/// <param name="Greatest">The largest value.</param>
/// <param name="Chi2">Σ ((value - weighted mean) / err)²: about N - 1 for a constant source.</param>
/// <param name="VonNeumannEta">
/// Mean square of successive differences over the variance: about 2 for white noise, less for a smooth light curve
/// (J. von Neumann 1941, Ann. Math. Stat. 12, 367). NaN of one point or of equal ones.
/// </param>
public readonly record struct MagnitudeStatistics(int Count, double Mean, double WeightedMean, double Median,
    double StandardDeviation, double Least, double Greatest, double Chi2, double VonNeumannEta)
{
    /// <summary>The statistics of N points.</summary>
    /// <param name="value">Magnitudes or fluxes in order of time, shape (N), N at least 1.</param>
    /// <param name="err">1σ errors, positive, shape (N).</param>
    /// <exception cref="ArgumentException">Lengths differ, there is no point, or one is not a number.</exception>
    /// <remarks>Deviations are summed about the means, in a second pass: no digits are lost to large values.</remarks>
    public static MagnitudeStatistics Of(ReadOnlySpan<double> value, ReadOnlySpan<double> err)
    {
        if (value.Length != err.Length)
            throw new ArgumentException($"value and err must have one length, got {value.Length} and {err.Length}.");
        if (value.IsEmpty)
            throw new ArgumentException("There are no points.", nameof(value));
        double sum = 0, weight = 0, weighted = 0, least = double.PositiveInfinity, greatest = double.NegativeInfinity;
        for (var i = 0; i < value.Length; i++)
        {
            if (!double.IsFinite(value[i]) || !(err[i] > 0 && double.IsFinite(err[i])))
                throw new ArgumentException($"Point {i} has value = {value[i]}, err = {err[i]}: "
                    + "both must be finite and err positive. Leave out points without a measurement.");
            var w = 1 / (err[i] * err[i]);
            (sum, weight, weighted) = (sum + value[i], weight + w, weighted + w * value[i]);
            (least, greatest) = (value[i] < least ? value[i] : least, value[i] > greatest ? value[i] : greatest);
        }
        var (n, mean, weightedMean) = (value.Length, sum / value.Length, weighted / weight);
        double square = 0, chi2 = 0, steps = 0;
        for (var i = 0; i < n; i++)
        {
            var (deviation, residual) = (value[i] - mean, (value[i] - weightedMean) / err[i]);
            var step = i == 0 ? 0 : value[i] - value[i - 1];
            (square, chi2, steps) = (square + deviation * deviation, chi2 + residual * residual, steps + step * step);
        }
        var variance = n > 1 ? square / (n - 1) : double.NaN;
        return new MagnitudeStatistics(n, mean, weightedMean, Robust.Median(value), Math.Sqrt(variance), least, greatest, chi2,
            variance > 0 ? steps / (n - 1) / variance : double.NaN);
    }
}
