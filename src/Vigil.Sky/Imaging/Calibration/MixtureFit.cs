using System.Runtime.Intrinsics;
using Vigil.Sky.LightCurves;

namespace Vigil.Sky.Imaging;

/// <summary>
/// The most likely parameters of N numbers that either follow a linear model within a scatter and their errors, or are outliers:
/// ln L = Σ ln[(1 - f) N(y; Xθ, σ² + e²) + f p(y)] over θ, σ and f.
/// </summary>
/// <remarks>
/// D. W. Hogg, J. Bovy and D. Lang 2010, arXiv:1008.4686, section 3. From the median and the median absolute deviation, Newton
/// steps, damped as far as it takes to raise the likelihood (D. W. Marquardt 1963, J. SIAM 11, 431): it never falls, and the end
/// is where no step raises it. An instance may be used again for other numbers, by one thread.
/// </remarks>
sealed class MixtureFit
{
    const int MaxSteps = 500;

    const int MaxSize = CalibrationTerms.MaxCount + 2;

    // Numbers this close together are as good as equal: 0.0001 mag or arcsec, as in the CPCS.
    const double MinVariance = 1e-8;

    // A density of zero would make one number decide alone.
    const double MinFraction = 1e-6, MaxFraction = 0.999;

    readonly double[] y, errSquared, outlierDensity, work;
    readonly double[][] columns; // of X, without the constant
    double[]? thetaTheta, thetaT, thetaF, thetaOnly; // second derivatives of each number's term, and the first

    readonly double[] theta = new double[CalibrationTerms.MaxCount];
    int count, parameters;
    double kappa; // σ² + κ is what is searched, in its logarithm

    // ln L, its gradient and its negative Hessian over θ, t = ln(σ² + κ) and f: where we are, and where we try.
    double likelihood, trialLikelihood;
    double[] gradient = new double[MaxSize], trialGradient = new double[MaxSize];
    double[] information = new double[MaxSize * MaxSize], trialInformation = new double[MaxSize * MaxSize];

    /// <param name="capacity">The most numbers there will be.</param>
    public MixtureFit(int capacity)
    {
        var padded = capacity + Vector256<double>.Count;
        (y, errSquared, outlierDensity, work) = (new double[padded], new double[padded], new double[padded], new double[padded]);
        columns = new double[CalibrationTerms.MaxCount - 1][];
    }

    /// <summary>The numbers, to be filled: as many as the capacity.</summary>
    public double[] Y => y;

    /// <summary>How many numbers there may be.</summary>
    public int Capacity => y.Length - Vector256<double>.Count;

    /// <summary>Room for as many numbers, which a fit overwrites.</summary>
    public double[] Work => work;

    /// <summary>The squares of their errors, to be filled.</summary>
    public double[] ErrSquared => errSquared;

    /// <summary>A column of X, from 0, to be filled; the constant is not among them.</summary>
    public double[] Column(int index) => columns[index] ??= new double[y.Length];

    /// <summary>θ, shape (P): the constant first.</summary>
    public ReadOnlySpan<double> Coefficients => theta.AsSpan(0, parameters);

    /// <summary>σ².</summary>
    public double Variance { get; private set; }

    /// <summary>f.</summary>
    public double Fraction { get; private set; }

    /// <summary>Where the outliers' density is highest.</summary>
    public double Centre { get; private set; }

    /// <summary>Sum of the probabilities to be good.</summary>
    public double SumOfWeights { get; private set; }

    /// <summary>Numbers that are more likely good than not.</summary>
    public int Used { get; private set; }

    /// <summary>ln L.</summary>
    public double LogLikelihood => likelihood;

    /// <summary>Fits the first so many numbers.</summary>
    /// <param name="numbers">At least one.</param>
    /// <param name="extraColumns">How many columns there are beside the constant.</param>
    public void Fit(int numbers, int extraColumns)
    {
        (count, parameters) = (numbers, 1 + extraColumns);
        y.AsSpan(0, count).CopyTo(work);
        var median = Selection.Median(work.AsSpan(0, count));
        // The scatter is only where the search begins: some hundreds of the numbers tell it well enough.
        var stride = Math.Max(count / 256, 1);
        var some = 0;
        for (var i = 0; i < count; i += stride)
            work[some++] = Math.Abs(y[i] - median);
        var sigma = Math.Max(Robust.SigmaOfMad * Selection.Median(work.AsSpan(0, some)), 1e-4);
        for (var i = 0; i < count; i += Vector256<double>.Count)
        {
            var distance = Vector256.Abs(Vector256.LoadUnsafe(ref y[i]) - Vector256.Create(median));
            MixtureOutliers.Density(distance).StoreUnsafe(ref outlierDensity[i]);
        }
        var far = 0;
        var inverse = 0.0;
        for (var i = 0; i < count; i++)
        {
            far += Math.Abs(y[i] - median) > 3 * sigma ? 1 : 0;
            inverse += 1 / errSquared[i];
        }
        kappa = count / inverse; // the harmonic mean: zero where an error is zero
        var variance = Math.Max(sigma * sigma - kappa, Math.Max(0.01 * sigma * sigma, MinVariance));
        theta.AsSpan().Clear();
        theta[0] = median;
        Centre = median;
        Search(variance, Math.Clamp((double)far / count, 0.01, 0.5));
    }

    void Search(double variance, double fraction)
    {
        var size = parameters + 2;
        Span<double> step = stackalloc double[size], here = stackalloc double[parameters];
        (Variance, Fraction) = (variance, fraction);
        Evaluate();
        Accept();
        var damping = 0.0;
        for (var i = 0; i < MaxSteps; i++)
        {
            (variance, fraction) = (Variance, Fraction);
            theta.AsSpan(0, parameters).CopyTo(here);
            var gain = Step(step, damping);
            if (gain >= 0)
            {
                for (var j = 0; j < parameters; j++)
                    theta[j] += step[j];
                // Far from the maximum the logarithm of the variance may be sent anywhere.
                var factor = Math.Exp(Math.Clamp(step[parameters], -3, 3));
                Variance = Math.Max((variance + kappa) * factor - kappa, MinVariance);
                Fraction = Math.Clamp(fraction + step[parameters + 1], MinFraction, MaxFraction);
                Evaluate();
                if (trialLikelihood >= likelihood - 1e-12 * Math.Abs(likelihood))
                {
                    Accept();
                    // What is left is the square of what was: the parameters are good to 1e-6 of their errors.
                    if (gain < 1e-6 && damping < 1e-2)
                        return;
                    damping = damping < 1e-3 ? 0 : damping / 8;
                    continue;
                }
                here.CopyTo(theta);
                (Variance, Fraction) = (variance, fraction);
            }
            damping = Math.Max(4 * damping, 1e-2);
            if (damping > 1e10)
                break; // not even a tiny step leads up: rounding, or columns that say nothing
        }
        // What was tried last was not accepted; its sums are of no use.
        Evaluate();
        Accept();
    }

    // What was evaluated last is where we are.
    void Accept()
    {
        likelihood = trialLikelihood;
        (gradient, trialGradient) = (trialGradient, gradient);
        (information, trialInformation) = (trialInformation, information);
    }

    /// <summary>A Newton step from where we are; parameters at a bound that pull beyond it stay.</summary>
    /// <param name="damping">So much of the size of each diagonal element is added to it.</param>
    /// <returns>What the likelihood should gain by it; negative where it has no maximum in sight.</returns>
    double Step(Span<double> step, double damping)
    {
        var size = parameters + 2;
        Span<double> matrix = stackalloc double[size * size], right = stackalloc double[size];
        information.AsSpan(0, size * size).CopyTo(matrix);
        gradient.AsSpan(0, size).CopyTo(right);
        Fix(matrix, right);
        for (var i = 0; i < size; i++)
            matrix[i * size + i] += damping * Math.Abs(matrix[i * size + i]);
        if (!Cholesky.TrySolve(matrix, right, step))
            return -1;
        var gain = 0.0;
        for (var i = 0; i < size; i++)
            gain += 0.5 * right[i] * step[i];
        return gain;
    }

    // Takes parameters at their bounds out of the equations.
    void Fix(Span<double> matrix, Span<double> right)
    {
        const double near = 1 + 1e-6; // the logarithm of the variance leads there and back with rounding
        var size = parameters + 2;
        for (var p = parameters; p < size; p++)
        {
            var atBound = p == parameters ? Variance <= MinVariance * near && gradient[p] <= 0
                : (Fraction <= MinFraction * near && gradient[p] <= 0) || (Fraction >= MaxFraction / near && gradient[p] >= 0);
            if (!atBound)
                continue;
            for (var q = 0; q < size; q++)
                matrix[p * size + q] = matrix[q * size + p] = 0;
            matrix[p * size + p] = 1;
            right[p] = 0;
        }
    }

    /// <summary>
    /// Covariance of θ, from the second derivatives at the maximum; where the likelihood is flat in σ² or f, as if these were
    /// known. Shape (P, P).
    /// </summary>
    /// <returns>Null where the columns cannot be told apart.</returns>
    public double[]? Covariance()
    {
        var size = parameters + 2;
        Span<double> matrix = stackalloc double[size * size], unit = stackalloc double[size];
        information.AsSpan(0, size * size).CopyTo(matrix);
        Fix(matrix, unit);
        var covariance = Inverse(matrix, size);
        if (covariance is null)
        {
            matrix = matrix[..(parameters * parameters)];
            NormalEquations(matrix);
            covariance = Inverse(matrix, parameters);
        }
        // As far as the errors stem from the scatter, they are as uncertain as it: the variance of Student's t, and the N - P
        // that the most likely scatter leaves out.
        var scale = 1 + Variance / (Variance + kappa) * (SumOfWeights / Math.Max(SumOfWeights - parameters - 2, 1) - 1);
        for (var i = 0; i < covariance?.Length; i++)
            covariance[i] *= scale;
        return covariance;
    }

    // The part that belongs to θ.
    double[]? Inverse(ReadOnlySpan<double> matrix, int size)
    {
        var inverse = new double[parameters * parameters];
        Span<double> work = stackalloc double[size * size], unit = stackalloc double[size], column = stackalloc double[size];
        for (var p = 0; p < parameters; p++)
        {
            matrix.CopyTo(work);
            unit.Clear();
            unit[p] = 1;
            if (!Cholesky.TrySolve(work, unit, column))
                return null;
            column[..parameters].CopyTo(inverse.AsSpan(p * parameters));
        }
        return inverse;
    }

    void Evaluate()
    {
        var size = parameters + 2;
        if (parameters > 1)
        {
            thetaTheta ??= new double[y.Length];
            thetaT ??= new double[y.Length];
            thetaF ??= new double[y.Length];
            thetaOnly ??= new double[y.Length];
        }
        Vector256<double> sumLog = default, gA = default, gV = default, gF = default, hAA = default, hAV = default, hVV = default,
            hAF = default, hVF = default, hFF = default, sumW = default, used = default;
        var one = Vector256<double>.One;
        var product = one;
        var half = Vector256.Create(0.5);
        var variance = Vector256.Create(Variance);
        var inlier = Vector256.Create((1 - Fraction) / Math.Sqrt(2 * Math.PI));
        var normal = Vector256.Create(1 / Math.Sqrt(2 * Math.PI));
        var outlier = Vector256.Create(Fraction);
        var constant = Vector256.Create(theta[0]);
        var lanes = Vector256<double>.Count;
        for (var i = 0; i < count; i += lanes)
        {
            var model = constant;
            for (var p = 1; p < parameters; p++)
                model += theta[p] * Vector256.LoadUnsafe(ref columns[p - 1][i]);
            var r = Vector256.LoadUnsafe(ref y[i]) - model;
            var density = Vector256.LoadUnsafe(ref outlierDensity[i]);
            var inverse = one / (variance + Vector256.LoadUnsafe(ref errSquared[i]));
            var slope = r * inverse; // ∂ ln n / ∂θ
            var n = Vector256.Exp(-half * r * slope) * Vector256.Sqrt(inverse);
            var sum = inlier * n + outlier * density;
            var inverseSum = one / sum;
            var w = inlier * n * inverseSum;
            n *= normal;
            var h = half * (slope * slope - inverse); // ∂ ln n / ∂v
            var q = (density - n) * inverseSum; // ∂ ln L / ∂f
            var cross = n * density * inverseSum * inverseSum;
            var spread = w * (one - w);
            var good = Vector256.GreaterThanOrEqual(w, half);
            var aa = spread * slope * slope - w * inverse;
            var av = spread * slope * h - w * slope * inverse;
            var vv = spread * h * h + w * inverse * (half * inverse - slope * slope);
            if (count - i < lanes)
            {
                // Beyond the last number there is padding.
                var inside = Vector256.LessThan(Vector256.Create(0.0, 1, 2, 3), Vector256.Create((double)(count - i)));
                (w, q, cross, good) = (w & inside, q & inside, cross & inside, good & inside);
                sum = Vector256.ConditionalSelect(inside, sum, one);
                (aa, av, vv) = (aa & inside, av & inside, vv & inside);
                (slope, h) = (slope & inside, h & inside);
            }
            // The logarithm of a product of eight, which stays above 1e-270 and below 1e30.
            product *= sum;
            if (i % (8 * lanes) == 7 * lanes)
                (sumLog, product) = (sumLog + Vector256.Log(product), one);
            sumW += w;
            used += good & one;
            gA += w * slope;
            gV += w * h;
            gF += q;
            hAA += aa;
            hAV += av;
            hVV += vv;
            hAF -= cross * slope;
            hVF -= cross * h;
            hFF -= q * q;
            if (parameters == 1)
                continue;
            (w * slope).StoreUnsafe(ref thetaOnly![i]);
            aa.StoreUnsafe(ref thetaTheta![i]);
            av.StoreUnsafe(ref thetaT![i]);
            (-cross * slope).StoreUnsafe(ref thetaF![i]);
        }
        trialLikelihood = Vector256.Sum(sumLog + Vector256.Log(product));
        SumOfWeights = Vector256.Sum(sumW);
        Used = (int)Vector256.Sum(used);
        var (t, f) = (parameters, parameters + 1);
        var dv = Variance + kappa; // dv / dt
        trialGradient[0] = Vector256.Sum(gA);
        trialGradient[t] = Vector256.Sum(gV) * dv;
        trialGradient[f] = Vector256.Sum(gF);
        Set(0, 0, Vector256.Sum(hAA));
        Set(0, t, Vector256.Sum(hAV) * dv);
        Set(0, f, Vector256.Sum(hAF));
        Set(t, t, Vector256.Sum(hVV) * dv * dv + trialGradient[t]);
        Set(t, f, Vector256.Sum(hVF) * dv);
        Set(f, f, Vector256.Sum(hFF));
        for (var p = 1; p < parameters; p++)
        {
            var column = columns[p - 1];
            trialGradient[p] = Dot(thetaOnly!, column);
            Set(0, p, Dot(thetaTheta!, column));
            Set(p, t, Dot(thetaT!, column) * dv);
            Set(p, f, Dot(thetaF!, column));
            for (var q = 1; q <= p; q++)
                Set(q, p, Dot(thetaTheta!, column, columns[q - 1]));
        }

        void Set(int row, int column, double value) =>
            trialInformation[row * size + column] = trialInformation[column * size + row] = -value;
    }

    double Dot(double[] a, double[] b)
    {
        var sum = 0.0;
        for (var i = 0; i < count; i++)
            sum += a[i] * b[i];
        return sum;
    }

    double Dot(double[] a, double[] b, double[] c)
    {
        var sum = 0.0;
        for (var i = 0; i < count; i++)
            sum += a[i] * b[i] * c[i];
        return sum;
    }

    /// <summary>The second derivatives over θ alone, each number weighted by its probability to be good.</summary>
    void NormalEquations(Span<double> matrix)
    {
        Span<double> row = stackalloc double[parameters];
        matrix.Clear();
        for (var i = 0; i < count; i++)
        {
            var s = Variance + errSquared[i];
            var r = Residual(i, row);
            var n = (1 - Fraction) * Math.Exp(-0.5 * r * r / s) / Math.Sqrt(2 * Math.PI * s);
            var weight = n / (n + Fraction * outlierDensity[i]) / s;
            for (var p = 0; p < parameters; p++)
                for (var q = 0; q < parameters; q++)
                    matrix[p * parameters + q] += weight * row[p] * row[q];
        }
    }

    double Residual(int i, Span<double> row)
    {
        row[0] = 1;
        var r = y[i] - theta[0];
        for (var p = 1; p < parameters; p++)
        {
            row[p] = columns[p - 1][i];
            r -= theta[p] * row[p];
        }
        return r;
    }
}
