namespace Vigil.Sky.Imaging;

/// <summary>Linear least squares of few parameters: symmetric equations, their solution and its covariance.</summary>
sealed class NormalEquations
{
    /// <summary>Clears it for so many parameters.</summary>
    public void Reset(int parameters)
    {
        Parameters = parameters;
        if (matrix.Length < parameters * parameters)
        {
            var size = parameters * parameters;
            (matrix, vector) = (new double[size], new double[parameters]);
            (factor, inverse) = (new double[size], new double[size]);
        }
        Array.Clear(matrix);
        Array.Clear(vector);
    }

    double[] matrix = [], vector = [], factor = [], inverse = [];

    /// <summary>How many unknowns there are.</summary>
    public int Parameters { get; private set; }

    /// <summary>The weighted products of the derivatives: the lower triangle, row by row. Shape (P * P).</summary>
    public Span<double> Matrix => matrix.AsSpan(0, Parameters * Parameters);

    /// <summary>The weighted products of derivatives and residuals. Shape (P).</summary>
    public Span<double> Vector => vector.AsSpan(0, Parameters);

    /// <summary>Adds an observation.</summary>
    /// <param name="slopes">Its derivatives by the parameters.</param>
    /// <param name="residual">Observed minus computed.</param>
    /// <param name="weight">Inverse variance.</param>
    public void Add(ReadOnlySpan<double> slopes, double residual, double weight)
    {
        for (var row = 0; row < slopes.Length; row++)
        {
            var w = weight * slopes[row];
            if (w == 0)
                continue;
            vector[row] += w * residual;
            var into = matrix.AsSpan(row * Parameters, row + 1);
            for (var column = 0; column < into.Length; column++)
                into[column] += w * slopes[column];
        }
    }

    /// <summary>Solves for the parameters' steps and their covariance.</summary>
    /// <param name="damping">Each diagonal element is enlarged by this part of itself (D. W. Marquardt 1963).</param>
    /// <param name="steps">Receives the solution. Shape (P).</param>
    /// <returns>False where the observations do not fix the parameters.</returns>
    public bool TrySolve(Span<double> steps, double damping = 0)
    {
        var n = Parameters;
        for (var row = 0; row < n; row++)
            for (var column = 0; column <= row; column++)
            {
                var sum = matrix[row * n + column] * (row == column ? 1 + damping : 1);
                for (var k = 0; k < column; k++)
                    sum -= factor[row * n + k] * factor[column * n + k];
                if (row != column)
                    factor[row * n + column] = sum / factor[column * n + column];
                else if (sum > 1e-12 * matrix[row * n + row] && double.IsFinite(sum)) // less is only rounding
                    factor[row * n + row] = Math.Sqrt(sum);
                else
                    return false;
            }
        // The inverse of the factor, then of the matrix.
        for (var column = 0; column < n; column++)
        {
            inverse[column * n + column] = 1 / factor[column * n + column];
            for (var row = column + 1; row < n; row++)
            {
                var sum = 0.0;
                for (var k = column; k < row; k++)
                    sum -= factor[row * n + k] * inverse[k * n + column];
                inverse[row * n + column] = sum / factor[row * n + row];
            }
        }
        for (var row = 0; row < n; row++)
            for (var column = 0; column <= row; column++)
            {
                var sum = 0.0;
                for (var k = row; k < n; k++)
                    sum += inverse[k * n + row] * inverse[k * n + column];
                factor[row * n + column] = sum;
            }
        for (var row = 0; row < n; row++)
        {
            var sum = 0.0;
            for (var column = 0; column < n; column++)
                sum += Covariance(row, column) * vector[column];
            steps[row] = sum;
        }
        return true;
    }

    /// <summary>The covariance of two parameters, after <see cref="TrySolve"/>.</summary>
    public double Covariance(int row, int column) => factor[Math.Max(row, column) * Parameters + Math.Min(row, column)];
}
