using System.Runtime.Intrinsics;
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
    /// <param name="work">Room for N numbers.</param>
    /// <param name="used">How many are left.</param>
    /// <returns>Null where the columns cannot be told apart.</returns>
    public static FitModel? Fit(ReadOnlySpan<double> y, ReadOnlySpan<double> errSquared, CalibrationTerms terms,
        double[][] columns, Span<double> work, out int used) => columns.Length == 0
        ? Mean(y, errSquared, terms, work[..y.Length], out used)
        : LeastSquares(y, errSquared, terms, columns, work[..y.Length], out used);

    static FitModel Mean(ReadOnlySpan<double> y, ReadOnlySpan<double> errSquared, CalibrationTerms terms, Span<double> kept,
        out int used)
    {
        Selection.Sort(y, kept);
        // Sorted, what is left is always one run.
        var (from, end) = (0, kept.Length);
        double low, high;
        while (true)
        {
            var run = kept[from..end];
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
        var scatter = StandardDeviation(kept[from..end]);
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
            TotalVariance = scatter * scatter,
            Low = low - mean,
            High = high - mean,
        };
    }

    static FitModel? LeastSquares(ReadOnlySpan<double> y, ReadOnlySpan<double> errSquared, CalibrationTerms terms,
        double[][] columns, Span<double> work, out int used)
    {
        var (count, size) = (y.Length, 1 + columns.Length);
        var (residual, use, weights) = (new double[count], new bool[count], new double[count]);
        var offset = y[0]; // so that the sums are of small numbers
        var (matrix, solved) = (new double[size * size], new double[size * size]);
        var (right, theta) = (new double[size], new double[size]);
        Span<double> row = stackalloc double[size];
        for (var i = 0; i < count; i++)
        {
            weights[i] = 1 / (errSquared[i] + Floor);
            use[i] = true;
            Count(i, weights[i], y[i] - offset, row);
        }
        used = count;
        double low = 0, high = 0, variance = 0;
        for (var round = 0; round < MaxRounds; round++)
        {
            matrix.CopyTo(solved, 0);
            if (!Cholesky.TrySolve(solved, right, theta))
                return null;
            Residuals(y, offset, theta, columns, residual);
            var left = 0;
            for (var i = 0; i < count; i++)
            {
                work[left] = residual[i];
                left += use[i] ? 1 : 0;
            }
            var deviation = StandardDeviation(work[..left]);
            variance = deviation * deviation;
            var median = Selection.Median(work[..left]);
            (low, high) = (median - Sigmas * deviation, median + Sigmas * deviation);
            var changed = false;
            for (var i = 0; i < count; i++)
            {
                var inside = Math.Abs(residual[i] - median) <= Sigmas * deviation;
                if (inside == use[i])
                    continue;
                (use[i], changed) = (inside, true);
                used += inside ? 1 : -1;
                Count(i, inside ? weights[i] : -weights[i], y[i] - offset, row);
            }
            if (!changed)
                break;
        }
        theta[0] += offset;
        return Covariance(matrix, size, ReducedChiSquare(residual, weights, use, used - size)) is { } covariance
            ? new FitModel
            {
                Terms = terms,
                Coefficients = theta,
                Covariance = covariance,
                Variance = variance,
                TotalVariance = variance,
                Low = low,
                High = high,
            }
            : null;

        void Count(int i, double weight, double difference, Span<double> row)
        {
            row[0] = 1;
            for (var p = 1; p < row.Length; p++)
                row[p] = columns[p - 1][i];
            for (var p = 0; p < row.Length; p++)
            {
                right[p] += weight * row[p] * difference;
                for (var q = 0; q <= p; q++)
                    matrix[p * row.Length + q] += weight * row[p] * row[q];
            }
        }
    }

    // y less offset and model; four at a time.
    static void Residuals(ReadOnlySpan<double> y, double offset, ReadOnlySpan<double> theta, double[][] columns,
        Span<double> residual)
    {
        var constant = offset + theta[0];
        var i = 0;
        for (; i <= y.Length - Vector256<double>.Count; i += Vector256<double>.Count)
        {
            var difference = Vector256.Create(y[i..]) - Vector256.Create(constant);
            for (var p = 0; p < columns.Length; p++)
                difference -= theta[p + 1] * Vector256.LoadUnsafe(ref columns[p][i]);
            difference.CopyTo(residual[i..]);
        }
        for (; i < y.Length; i++)
        {
            residual[i] = y[i] - constant;
            for (var p = 0; p < columns.Length; p++)
                residual[i] -= theta[p + 1] * columns[p][i];
        }
    }

    static double ReducedChiSquare(double[] residual, double[] weights, bool[] use, int freedom)
    {
        var sum = 0.0;
        for (var i = 0; i < residual.Length; i++)
            if (use[i])
                sum += weights[i] * residual[i] * residual[i];
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
        var mean = values[0];
        mean += Sums(values, mean).Sum / values.Length;
        return Math.Sqrt(Sums(values, mean).Squares / values.Length);
    }

    // Of the differences from a number and of their squares; four at a time, which do not wait for each other.
    static (double Sum, double Squares) Sums(ReadOnlySpan<double> values, double from)
    {
        Vector256<double> sum = default, squares = default;
        var offset = Vector256.Create(from);
        var i = 0;
        for (; i <= values.Length - Vector256<double>.Count; i += Vector256<double>.Count)
        {
            var difference = Vector256.Create(values[i..]) - offset;
            sum += difference;
            squares += difference * difference;
        }
        var (total, totalSquares) = (Vector256.Sum(sum), Vector256.Sum(squares));
        for (; i < values.Length; i++)
        {
            total += values[i] - from;
            totalSquares += (values[i] - from) * (values[i] - from);
        }
        return (total, totalSquares);
    }
}
