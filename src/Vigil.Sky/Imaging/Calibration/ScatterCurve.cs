using Vigil.Sky.LightCurves;

namespace Vigil.Sky.Imaging;

/// <summary>
/// How stars scatter about a calibration beyond their errors: ln σ² = a + b z + c z², where z is the magnitude in the catalogue
/// from the stars' mean, in units of the stars' own spread. Beyond the stars it was found from it is as at their ends.
/// </summary>
/// <param name="A">ln σ² at the mean magnitude.</param>
/// <param name="B">Its slope; 0 where the scatter is one for all stars.</param>
/// <param name="C">Its bend.</param>
/// <param name="Pivot">Magnitude of z = 0.</param>
/// <param name="Unit">Magnitudes a unit of z.</param>
/// <param name="Brightest">z of the brightest star.</param>
/// <param name="Faintest">z of the faintest star.</param>
readonly record struct ScatterCurve(double A, double B, double C, double Pivot, double Unit, double Brightest, double Faintest)
{
    const int MaxSteps = 50;

    // ln σ² of 0.0001 mag, as small as scatter gets, and of 10 mag.
    const double Least = -18.420680743952367, Most = 4.605170185988092;

    /// <summary>One scatter for all stars, and the magnitudes that a curve would be of.</summary>
    /// <param name="variance">σ²: mag².</param>
    /// <param name="mags">Of the stars.</param>
    public static ScatterCurve Flat(double variance, ReadOnlySpan<double> mags)
    {
        double bright = double.PositiveInfinity, faint = double.NegativeInfinity, sum = 0, squares = 0;
        foreach (var mag in mags)
        {
            (bright, faint) = (Math.Min(bright, mag), Math.Max(faint, mag));
            sum += mag - mags[0];
            squares += (mag - mags[0]) * (mag - mags[0]);
        }
        var mean = sum / mags.Length;
        var pivot = mags[0] + mean;
        var unit = Math.Max(Math.Sqrt(Math.Max(squares / mags.Length - mean * mean, 0)), 1e-3);
        return new ScatterCurve(Math.Log(variance), 0, 0, pivot, unit, (bright - pivot) / unit, (faint - pivot) / unit);
    }

    /// <summary>Whether the scatter is one for all stars.</summary>
    public bool IsFlat => B == 0 && C == 0;

    /// <summary>σ² at a magnitude: mag².</summary>
    public double VarianceAt(double mag) => VarianceOf(Z(mag));

    /// <summary>z of a magnitude, not beyond the stars.</summary>
    public double Z(double mag) => Math.Clamp((mag - Pivot) / Unit, Brightest, Faintest);

    /// <summary>σ² at a z: mag².</summary>
    public double VarianceOf(double z) => Math.Exp(Math.Clamp(A + z * (B + z * C), Least, Most));

    /// <summary>
    /// How strongly residuals speak for a curve that is not as it is: twice what ln L would gain by slope and bend, as far as its
    /// derivatives tell (C. R. Rao's score test). Of a curve that fits best among those without.
    /// </summary>
    public double Score(ReadOnlySpan<double> z, ReadOnlySpan<double> residual, ReadOnlySpan<double> errSquared,
        ReadOnlySpan<double> weight)
    {
        Span<double> gradient = stackalloc double[3], matrix = stackalloc double[9], step = stackalloc double[3];
        Derive(3, z, residual, errSquared, weight, gradient, matrix);
        if (!Cholesky.TrySolve(matrix, gradient, step))
            return 0;
        return gradient[0] * step[0] + gradient[1] * step[1] + gradient[2] * step[2];
    }

    /// <summary>The curve that is the most likely for residuals, each weighted by its probability to be good.</summary>
    /// <param name="size">2 for a slope, 3 for a bend, too.</param>
    /// <param name="z">Magnitudes, shape (N).</param>
    /// <param name="residual">Shape (N).</param>
    /// <param name="errSquared">Squares of the stars' own errors, shape (N).</param>
    /// <param name="weight">Shape (N).</param>
    /// <remarks>Fisher's scoring, halved until the likelihood rises.</remarks>
    public ScatterCurve Fit(int size, ReadOnlySpan<double> z, ReadOnlySpan<double> residual, ReadOnlySpan<double> errSquared,
        ReadOnlySpan<double> weight)
    {
        Span<double> gradient = stackalloc double[3], matrix = stackalloc double[9], step = stackalloc double[3];
        step.Clear();
        var curve = this;
        var likelihood = curve.LogLikelihood(z, residual, errSquared, weight);
        for (var i = 0; i < MaxSteps; i++)
        {
            curve.Derive(size, z, residual, errSquared, weight, gradient, matrix);
            if (!Cholesky.TrySolve(matrix[..(size * size)], gradient[..size], step[..size]))
                break;
            var gain = 0.0;
            var share = 1.0;
            for (; share > 1e-3; share /= 2)
            {
                var (a, b, c) = (curve.A + share * step[0], curve.B + share * step[1], curve.C + share * step[2]);
                var trial = curve with { A = a, B = b, C = c };
                gain = trial.LogLikelihood(z, residual, errSquared, weight) - likelihood;
                if (!(gain >= 0))
                    continue;
                curve = trial;
                likelihood += gain;
                break;
            }
            if (!(gain > 1e-6))
                break;
        }
        return curve;
    }

    double LogLikelihood(ReadOnlySpan<double> z, ReadOnlySpan<double> residual, ReadOnlySpan<double> errSquared,
        ReadOnlySpan<double> weight)
    {
        var sum = 0.0;
        for (var i = 0; i < z.Length; i++)
        {
            var s = errSquared[i] + VarianceOf(z[i]);
            sum -= 0.5 * weight[i] * (Math.Log(s) + residual[i] * residual[i] / s);
        }
        return sum;
    }

    // Over a, b and c: the gradient of ln L, and the mean of its negative Hessian.
    void Derive(int size, ReadOnlySpan<double> z, ReadOnlySpan<double> residual, ReadOnlySpan<double> errSquared,
        ReadOnlySpan<double> weight, Span<double> gradient, Span<double> matrix)
    {
        gradient.Clear();
        matrix.Clear();
        var flat = VarianceOf(0);
        for (var i = 0; i < z.Length; i++)
        {
            var variance = IsFlat ? flat : VarianceOf(z[i]);
            var share = variance / (errSquared[i] + variance);
            var slope = 0.5 * weight[i] * share * (residual[i] * residual[i] / (errSquared[i] + variance) - 1);
            var bend = 0.5 * weight[i] * share * share;
            var power = 1.0;
            for (var p = 0; p < size; p++, power *= z[i])
            {
                gradient[p] += slope * power;
                var other = bend * power;
                for (var q = 0; q < size; q++, other *= z[i])
                    matrix[p * size + q] += other;
            }
        }
    }
}
