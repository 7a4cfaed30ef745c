using Vigil.Sky.LightCurves;

namespace Vigil.Sky.Imaging;

/// <summary>The weighted mean, or the weighted least squares, of what 3 sigma clipping about the median leaves.</summary>
static class ClippedFit
{
    const double Sigmas = 3;

    const int MaxRounds = 50;

    // Added in quadrature to each error, so that the brightest stars do not decide alone: 0.01 mag.
    const double Floor = 0.01 * 0.01;

    /// <param name="y">Shape (N), at least one.</param>
    /// <param name="errSquared">Shape (N).</param>
    /// <param name="terms">What the columns are.</param>
    /// <param name="columns">Beside the constant: each of shape (N) or longer.</param>
    /// <param name="used">How many are left.</param>
    /// <returns>Null where the columns cannot be told apart.</returns>
    public static FitModel? Fit(ReadOnlySpan<double> y, ReadOnlySpan<double> errSquared, CalibrationTerms terms, double[][] columns,
        out int used) => columns.Length == 0 ? Mean(y, errSquared, terms, out used)
        : LeastSquares(y, errSquared, terms, columns, out used);

    static FitModel Mean(ReadOnlySpan<double> y, ReadOnlySpan<double> errSquared, CalibrationTerms terms, out int used)
    {
        var kept = y.ToArray();
        kept.AsSpan().Sort();
        // Sorted, what is left is always one run.
        var (from, end) = (0, kept.Length);
        double low, high;
        while (true)
        {
            var run = kept.AsSpan(from, end - from);
            var median = 0.5 * (run[(run.Length - 1) / 2] + run[run.Length / 2]);
            var deviation = StandardDeviation(run);
            (low, high) = (median - Sigmas * deviation, median + Sigmas * deviation);
            var (oldFrom, oldEnd) = (from, end);
            while (kept[from] < low)
                from++;
            while (kept[end - 1] > high)
                end--;
            if (from == oldFrom && end == oldEnd)
                break;
        }
        var scatter = StandardDeviation(kept.AsSpan(from, end - from));
        used = end - from;
        double sum = 0, weights = 0;
        for (var i = 0; i < y.Length; i++)
        {
            if (!(y[i] >= low && y[i] <= high))
                continue;
            var weight = 1 / (errSquared[i] + Floor);
            sum += weight * y[i];
            weights += weight;
        }
        var mean = sum / weights;
        return new FitModel
        {
            Terms = terms,
            Coefficients = [mean],
            Covariance = [scatter * scatter / used],
            Variance = scatter * scatter,
            Low = low - mean,
            High = high - mean,
        };
    }

    static FitModel? LeastSquares(ReadOnlySpan<double> y, ReadOnlySpan<double> errSquared, CalibrationTerms terms,
        double[][] columns, out int used)
    {
        var (count, size) = (y.Length, 1 + columns.Length);
        var (residual, work, use) = (new double[count], new double[count], new bool[count]);
        use.AsSpan().Fill(true);
        used = count;
        var offset = y[0]; // so that the sums are of small numbers
        var (matrix, solved, right) = (new double[size * size], new double[size * size], new double[size]);
        var (theta, row) = (new double[size], new double[size]);
        double low = 0, high = 0, variance = 0;
        for (var round = 0; round < MaxRounds; round++)
        {
            matrix.AsSpan().Clear();
            right.AsSpan().Clear();
            for (var i = 0; i < count; i++)
            {
                if (!use[i])
                    continue;
                Row(i);
                var weight = 1 / (errSquared[i] + Floor);
                for (var p = 0; p < size; p++)
                {
                    right[p] += weight * row[p] * (y[i] - offset);
                    for (var q = 0; q <= p; q++)
                        matrix[p * size + q] += weight * row[p] * row[q];
                }
            }
            matrix.CopyTo(solved, 0);
            if (!Cholesky.TrySolve(solved, right, theta))
                return null;
            var left = 0;
            for (var i = 0; i < count; i++)
            {
                Row(i);
                residual[i] = y[i] - offset;
                for (var p = 0; p < size; p++)
                    residual[i] -= theta[p] * row[p];
                if (use[i])
                    work[left++] = residual[i];
            }
            var deviation = StandardDeviation(work.AsSpan(0, left));
            variance = deviation * deviation;
            var median = Selection.Median(work.AsSpan(0, left));
            (low, high) = (median - Sigmas * deviation, median + Sigmas * deviation);
            var changed = false;
            used = 0;
            for (var i = 0; i < count; i++)
            {
                var inside = Math.Abs(residual[i] - median) <= Sigmas * deviation;
                changed |= inside != use[i];
                use[i] = inside;
                used += inside ? 1 : 0;
            }
            if (!changed)
                break;
        }
        theta[0] += offset;
        return Covariance(matrix, size, ReducedChiSquare(residual, errSquared, use, used - size)) is { } covariance
            ? new FitModel
            {
                Terms = terms,
                Coefficients = theta,
                Covariance = covariance,
                Variance = variance,
                Low = low,
                High = high,
            }
            : null;

        void Row(int i)
        {
            row[0] = 1;
            for (var p = 1; p < size; p++)
                row[p] = columns[p - 1][i];
        }
    }

    static double ReducedChiSquare(double[] residual, ReadOnlySpan<double> errSquared, bool[] use, int freedom)
    {
        var sum = 0.0;
        for (var i = 0; i < residual.Length; i++)
            if (use[i])
                sum += residual[i] * residual[i] / (errSquared[i] + Floor);
        return sum / Math.Max(freedom, 1);
    }

    static double[]? Covariance(double[] matrix, int size, double scale)
    {
        var covariance = new double[size * size];
        var (work, unit) = (new double[size * size], new double[size]);
        for (var p = 0; p < size; p++)
        {
            matrix.CopyTo(work, 0);
            unit.AsSpan().Clear();
            unit[p] = scale;
            if (!Cholesky.TrySolve(work, unit, covariance.AsSpan(p * size, size)))
                return null;
        }
        return covariance;
    }

    // About the mean, divided by N.
    static double StandardDeviation(ReadOnlySpan<double> values)
    {
        var mean = 0.0;
        foreach (var value in values)
            mean += value - values[0];
        mean = values[0] + mean / values.Length;
        var sum = 0.0;
        foreach (var value in values)
            sum += (value - mean) * (value - mean);
        return Math.Sqrt(sum / values.Length);
    }
}
