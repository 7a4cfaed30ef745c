namespace Vigil.Sky.LightCurves;

/// <summary>Solution of few symmetric equations.</summary>
static class Cholesky
{
    /// <summary>Solves M x = v.</summary>
    /// <param name="matrix">M, shape (P, P); destroyed.</param>
    /// <param name="vector">v, shape (P).</param>
    /// <param name="solution">Receives x, shape (P).</param>
    /// <returns>False where M is not positive definite.</returns>
    public static bool TrySolve(Span<double> matrix, ReadOnlySpan<double> vector, Span<double> solution)
    {
        var n = vector.Length;
        for (var row = 0; row < n; row++)
        {
            for (var column = 0; column <= row; column++)
            {
                var sum = matrix[row * n + column];
                for (var k = 0; k < column; k++)
                    sum -= matrix[row * n + k] * matrix[column * n + k];
                if (row != column)
                    matrix[row * n + column] = sum / matrix[column * n + column];
                else if (sum > 0 && double.IsFinite(sum))
                    matrix[row * n + row] = Math.Sqrt(sum);
                else
                    return false;
            }
        }
        for (var row = 0; row < n; row++)
        {
            var sum = vector[row];
            for (var k = 0; k < row; k++)
                sum -= matrix[row * n + k] * solution[k];
            solution[row] = sum / matrix[row * n + row];
        }
        for (var row = n - 1; row >= 0; row--)
        {
            var sum = solution[row];
            for (var k = row + 1; k < n; k++)
                sum -= matrix[k * n + row] * solution[k];
            solution[row] = sum / matrix[row * n + row];
        }
        return true;
    }
}
