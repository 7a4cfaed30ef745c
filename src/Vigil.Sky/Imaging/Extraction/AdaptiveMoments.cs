namespace Vigil.Sky.Imaging;

/// <summary>
/// Place and width of a source, weighted with a Gaussian of its own width: G. M. Bernstein and M. Jarvis 2002, AJ 123, 583.
/// </summary>
/// <param name="X">FITS pixels.</param>
/// <param name="Y">FITS pixels.</param>
/// <param name="Xx">Second moment, pixels².</param>
/// <param name="Xy">Likewise.</param>
/// <param name="Yy">Likewise.</param>
/// <param name="Sum">Of the weighted pixels: half of a Gaussian's flux.</param>
/// <param name="NoiseFactor">Its error in units of a pixel's noise.</param>
readonly record struct AdaptiveMoments(double X, double Y, double Xx, double Xy, double Yy, double Sum, double NoiseFactor)
{
    const int MostSteps = 50;

    /// <summary>RMS along an axis, of a circle of equal area: pixels.</summary>
    public double Size => Math.Pow(Xx * Yy - Xy * Xy, 0.25);

    /// <summary>(Xx - Yy) / (Xx + Yy).</summary>
    public double E1 => (Xx - Yy) / (Xx + Yy);

    /// <summary>2 Xy / (Xx + Yy).</summary>
    public double E2 => 2 * Xy / (Xx + Yy);

    /// <summary>Measures a source; null where it has no width, runs away or its middle has no value.</summary>
    public static AdaptiveMoments? Measure(ResidualImage image, double x, double y, double start)
    {
        var (x0, y0, xx, xy, yy) = (x, y, start * start, 0.0, start * start);
        for (var step = 0; step < MostSteps; step++)
        {
            var determinant = xx * yy - xy * xy;
            var box = PixelBox.Around(x, y, 4 * Math.Sqrt(Math.Max(xx, yy)), image.Width, image.Height);
            double sum = 0, sx = 0, sy = 0, sxx = 0, sxy = 0, syy = 0, squares = 0;
            for (var at = 0; at < box.Count; at++)
            {
                var (column, row) = (box.Left + at % box.Width, box.Bottom + at / box.Width);
                var (dx, dy) = (column + 1 - x, row + 1 - y);
                var q = (yy * dx * dx - 2 * xy * dx * dy + xx * dy * dy) / determinant;
                if (q > 16)
                    continue;
                double value = image.Pixels[row * image.Width + column];
                if (double.IsNaN(value))
                {
                    if (q < 4)
                        return null;
                    continue;
                }
                var weight = Math.Exp(-0.5 * q);
                squares += weight * weight;
                value *= weight;
                (sum, sx, sy) = (sum + value, sx + value * dx, sy + value * dy);
                (sxx, sxy, syy) = (sxx + value * dx * dx, sxy + value * dx * dy, syy + value * dy * dy);
            }
            if (!(sum > 0))
                return null;
            // Under a weight as wide as the source both moments are half of what they are without.
            var (nextXx, nextXy, nextYy) = (2 * sxx / sum, 2 * sxy / sum, 2 * syy / sum);
            (x, y) = (x + 2 * sx / sum, y + 2 * sy / sum);
            if (!(nextXx > 0.05 && nextYy > 0.05 && nextXx * nextYy - nextXy * nextXy > 0.01) || nextXx + nextYy > 1e4 ||
                double.Hypot(x - x0, y - y0) > Math.Max(2, start))
                return null;
            var change = (Math.Abs(nextXx - xx) + Math.Abs(nextXy - xy) + Math.Abs(nextYy - yy)) / (xx + yy);
            (xx, xy, yy) = (nextXx, nextXy, nextYy);
            if (change < 1e-3)
                return new(x, y, xx, xy, yy, sum, Math.Sqrt(squares));
        }
        return null;
    }
}
