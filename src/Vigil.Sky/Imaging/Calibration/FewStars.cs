namespace Vigil.Sky.Imaging;

/// <summary>
/// The error of a zero point of few stars, where neither the scatter is known well nor which stars are outliers: the root mean
/// square distance of the zero point from the most likely one, over all that scatter and share of outliers may be.
/// </summary>
/// <remarks>
/// D. W. Hogg, J. Bovy and D. Lang 2010, arXiv:1008.4686, section 3: the mixture's likelihood is integrated over its other
/// parameters, with flat priors in the zero point, in ln(σ² + κ), where κ is the mean square of the errors, and in the share of
/// outliers from 0 to <see cref="MostOutliers"/>.
/// </remarks>
static class FewStars
{
    /// <summary>More stars tell scatter and outliers well enough: the second derivatives at the maximum are as good.</summary>
    public const int Most = 50;

    const double MostOutliers = 0.5;

    // Steps of the three integrals; many times as many change an error by less than a hundredth, rarely by three.
    const int Places = 41, Scatters = 25, Shares = 6;

    // The zero point is looked for so far from the most likely one, in its errors: sinh of it.
    const double Reach = 5.5;

    /// <param name="y">Differences, shape (N).</param>
    /// <param name="errSquared">Squares of their errors, shape (N).</param>
    /// <param name="outlierDensity">At each difference, shape (N).</param>
    /// <param name="zeroPoint">The most likely one.</param>
    /// <param name="variance">The most likely σ².</param>
    /// <param name="meanErrSquared">κ.</param>
    /// <param name="leastVariance">σ² is not smaller than this.</param>
    /// <returns>The square of the error.</returns>
    public static double ZeroPointVariance(ReadOnlySpan<double> y, ReadOnlySpan<double> errSquared,
        ReadOnlySpan<double> outlierDensity, double zeroPoint, double variance, double meanErrSquared, double leastVariance)
    {
        var total = variance + meanErrSquared;
        var (from, to) = (Math.Log(Math.Max(leastVariance + meanErrSquared, total / 100)), Math.Log(300 * total));
        var unit = Math.Sqrt(total / y.Length);
        Span<double> density = stackalloc double[y.Length];
        double sum = 0, squares = 0;
        for (var t = 0; t < Scatters; t++)
        {
            var v = Math.Exp(from + (to - from) * (t + 0.5) / Scatters) - meanErrSquared;
            for (var k = 0; k < Places; k++)
            {
                var x = Reach * (2.0 * k / (Places - 1) - 1);
                var distance = unit * Math.Sinh(x);
                // Relative to a typical star's, so that products stay within a double's range.
                for (var i = 0; i < y.Length; i++)
                {
                    var s = v + errSquared[i];
                    var r = y[i] - zeroPoint - distance;
                    density[i] = Math.Exp(-0.5 * r * r / s) * Math.Sqrt(total / s);
                }
                var likelihood = 0.0;
                for (var share = 0; share < Shares; share++)
                {
                    var f = MostOutliers * (share + 0.5) / Shares;
                    var (good, bad) = (1 - f, f * Math.Sqrt(2 * Math.PI * total));
                    var product = 1.0;
                    for (var i = 0; i < y.Length; i++)
                        product *= good * density[i] + bad * outlierDensity[i];
                    likelihood += product;
                }
                likelihood *= Math.Cosh(x);
                sum += likelihood;
                squares += likelihood * distance * distance;
            }
        }
        return squares / sum;
    }
}
