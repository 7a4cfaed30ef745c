namespace Vigil.Sky.LightCurves;

/// <summary>Points of a light curve taken together.</summary>
public static class Binning
{
    /// <summary>Weighted means in bins of equal length; bins without points are left out.</summary>
    /// <param name="mjd">
    /// Times in any order, days, shape (N). Averaging magnitudes is good for small errors; fluxes always.
    /// </param>
    /// <param name="value">Fluxes or magnitudes, shape (N).</param>
    /// <param name="err">1σ errors, positive, shape (N).</param>
    /// <param name="days">Length of a bin, positive; 1 makes nightly means.</param>
    /// <param name="start">Where one of the bins starts, MJD: half a day for sites whose midnight is at MJD .0.</param>
    /// <returns>In order of time; at most N.</returns>
    /// <exception cref="ArgumentException">Lengths differ, or a point is not a number.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The length of a bin or the start is outside its range.</exception>
    public static LightCurveBin[] WeightedMeans(
        ReadOnlySpan<double> mjd, ReadOnlySpan<double> value, ReadOnlySpan<double> err, double days, double start = 0)
    {
        Points.Check(mjd, value, err);
        if (!(days > 0 && double.IsFinite(days)))
            throw new ArgumentOutOfRangeException(nameof(days), days, "The length of a bin must be a positive number of days.");
        if (!double.IsFinite(start))
            throw new ArgumentOutOfRangeException(nameof(start), start, "The start of a bin must be a finite MJD.");
        double[] number = new double[mjd.Length];
        var order = new int[mjd.Length];
        for (var i = 0; i < mjd.Length; i++)
            (number[i], order[i]) = (Math.Floor((mjd[i] - start) / days), i);
        Array.Sort(number, order);

        var bins = new List<LightCurveBin>();
        for (int from = 0, to; from < order.Length; from = to)
        {
            to = from + 1;
            while (to < order.Length && number[to] == number[from])
                to++;
            bins.Add(Bin(order.AsSpan(from, to - from), mjd, value, err));
        }
        return [.. bins];
    }

    static LightCurveBin Bin(
        ReadOnlySpan<int> points, ReadOnlySpan<double> mjd, ReadOnlySpan<double> value, ReadOnlySpan<double> err)
    {
        double weight = 0, time = 0, mean = 0, chi2 = 0;
        var (mjd0, value0) = (mjd[points[0]], value[points[0]]);
        foreach (var i in points)
        {
            var w = 1 / (err[i] * err[i]);
            (weight, time, mean) = (weight + w, time + w * (mjd[i] - mjd0), mean + w * (value[i] - value0));
        }
        (time, mean) = (mjd0 + time / weight, value0 + mean / weight);
        foreach (var i in points)
            chi2 += (value[i] - mean) / err[i] * ((value[i] - mean) / err[i]);
        return new LightCurveBin(time, mean, 1 / Math.Sqrt(weight), chi2, points.Length);
    }
}
