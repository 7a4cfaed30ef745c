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
    // Its arrays serve one frame after the other.
    [ThreadStatic]
    static MixtureFit? spare;

    const int MaxSteps = 500;

    const double MinusHalfLog10OfE = -0.5 * 0.43429448190325182; // 10^(x log10 e) is e^x

    /// <summary>The last step is of a hundredth of the parameters' errors, and they are good to 1e-4 of these.</summary>
    public const double Tolerance = 1e-4;

    /// <summary>For a first look: good to a hundredth of the errors.</summary>
    public const double RoughTolerance = 1e-2;

    const int MaxSize = CalibrationTerms.MaxCount + 2;

    // Numbers this close together are as good as equal: 0.0001 mag or arcsec, as in the CPCS.
    const double MinVariance = 1e-8;

    // A density of zero would make one number decide alone.
    const double MinFraction = 1e-6, MaxFraction = 0.999;

    readonly double[] y, errSquared, outlierDensity, work;
    readonly double[] weights, slopes, inverses; // of each number: w, ∂ ln n / ∂θ, 1 / (σ² + e²)
    readonly double[][] columns; // of X, without the constant
    double[]? thetaTheta, thetaT, thetaF, thetaOnly; // second derivatives of each number's term, and the first

    readonly double[] theta = new double[CalibrationTerms.MaxCount];
    int count, parameters;
    bool isScatterKnown; // then σ² stays where it is
    double tolerance;
    double kappa; // σ² + κ is what is searched, in its logarithm

    // ln L, its gradient and its negative Hessian over θ, t = ln(σ² + κ) and f: where we are, and where we try.
    double likelihood, trialLikelihood;
    double[] gradient = new double[MaxSize], trialGradient = new double[MaxSize];
    double[] information = new double[MaxSize * MaxSize], trialInformation = new double[MaxSize * MaxSize];

    /// <summary>One that was used before on this thread, if it is large enough; to be given back.</summary>
    public static MixtureFit Borrow(int capacity)
    {
        var fit = spare is { } kept && kept.Capacity >= capacity ? kept : new MixtureFit(capacity);
        spare = null;
        return fit;
    }

    /// <summary>Gives one back.</summary>
    public static void Return(MixtureFit fit) => spare = fit;

    /// <param name="capacity">The most numbers there will be.</param>
    public MixtureFit(int capacity)
    {
        var padded = capacity + Vector256<double>.Count;
        (y, errSquared, outlierDensity) = (new double[padded], new double[padded], new double[padded]);
        (work, weights, slopes, inverses) = (new double[padded], new double[padded], new double[padded], new double[padded]);
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

    /// <summary>κ, the mean of the squares of the errors: the harmonic one, as small errors tell the most.</summary>
    public double MeanErrSquared => kappa;

    /// <summary>Each number's probability to be good, shape (N).</summary>
    public ReadOnlySpan<double> Weights => weights.AsSpan(0, count);

    /// <summary>Sum of the probabilities to be good.</summary>
    public double SumOfWeights { get; private set; }

    /// <summary>Numbers that are more likely good than not.</summary>
    public int Used { get; private set; }

    /// <summary>ln L.</summary>
    public double LogLikelihood => likelihood;

    /// <summary>Fits the first so many numbers.</summary>
    /// <param name="numbers">At least one.</param>
    /// <param name="extraColumns">How many columns there are beside the constant.</param>
    /// <param name="start">Where to begin; null for the median and its scatter.</param>
    /// <param name="tolerance">
    /// The end is where ln L is not expected to gain more; twice it is the square of the last step in units of errors.
    /// </param>
    public void Fit(int numbers, int extraColumns, FitModel? start = null, double tolerance = Tolerance)
    {
        this.tolerance = tolerance;
        (count, parameters) = (numbers, 1 + extraColumns);
        isScatterKnown = false;
        Pad();
        y.AsSpan(0, count).CopyTo(work);
        var median = Selection.Median(work.AsSpan(0, count));
        var inverse = Vector256<double>.Zero;
        for (var i = 0; i < count; i += Vector256<double>.Count)
        {
            var distance = Vector256.Abs(Vector256.LoadUnsafe(ref y[i]) - Vector256.Create(median));
            MixtureOutliers.Density(distance).StoreUnsafe(ref outlierDensity[i]);
            inverse += Vector256<double>.One / Vector256.LoadUnsafe(ref errSquared[i]);
        }
        outlierDensity.AsSpan(count, Vector256<double>.Count).Fill(1);
        kappa = count / Vector256.Sum(inverse); // the harmonic mean: zero where an error is zero
        theta.AsSpan().Clear();
        (theta[0], Centre) = (median, median);
        if (start is not null)
        {
            for (var p = 0; p < Math.Min(parameters, start.Coefficients.Length); p++)
                theta[p] = start.Coefficients[p];
            Search(start.Variance, Math.Clamp(start.Outliers?.Fraction ?? 0.1, 0.001, 0.9));
            return;
        }
        // The scatter is only where the search begins: some hundreds of the numbers tell it well enough.
        var stride = Math.Max(count / 256, 1);
        var (some, far) = (0, 0);
        for (var i = 0; i < count; i += stride)
            work[some++] = Math.Abs(y[i] - median);
        var sigma = Math.Max(Robust.SigmaOfMad * Selection.Median(work.AsSpan(0, some)), 1e-4);
        for (var i = 0; i < count; i += stride)
            far += Math.Abs(y[i] - median) > 3 * sigma ? 1 : 0;
        Search(Math.Max(sigma * sigma - kappa, Math.Max(0.01 * sigma * sigma, MinVariance)),
            Math.Clamp((double)far / some, 0.01, 0.5));
    }

    /// <summary>Goes on from a fit after <see cref="ErrSquared"/> has changed; of it, all scatter is now part.</summary>
    public void FitAgain()
    {
        isScatterKnown = true;
        Search(MinVariance, Fraction);
    }

    int Size => parameters + 2;

    // Numbers are taken four at a time. Those behind the last are so far away that they count for nothing.
    void Pad()
    {
        y.AsSpan(count, Vector256<double>.Count).Fill(1e100);
        errSquared.AsSpan(count, Vector256<double>.Count).Fill(1e200);
        for (var p = 1; p < parameters; p++)
            columns[p - 1].AsSpan(count, Vector256<double>.Count).Clear();
    }

    void Search(double variance, double fraction)
    {
        var size = Size;
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
                    // What is left is about the square of what was.
                    if (gain < tolerance && damping < 1e-2)
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
        var size = Size;
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
        var size = Size;
        for (var p = parameters; p < parameters + 2; p++)
        {
            var atBound = p == parameters ? isScatterKnown || Variance <= MinVariance * near && gradient[p] <= 0
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
        var size = Size;
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
        if (parameters == 1 && count <= FewStars.Most && !isScatterKnown)
            return [FewStars.ZeroPointVariance(y.AsSpan(0, count), errSquared.AsSpan(0, count), outlierDensity.AsSpan(0, count),
                theta[0], Variance, kappa, MinVariance)];
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

    // The sums over all numbers at θ, σ² and f. With n the normal density of a number, D that of the
    // outliers and w = (1 - f) n / [(1 - f) n + f D] its probability to be good, all derivatives over f follow from w, too:
    // ∂ ln L / ∂f = Σ (1 - f - w) / [f (1 - f)], and n D / [(1 - f) n + f D]² = w (1 - w) / [f (1 - f)].
    void Evaluate()
    {
        var size = Size;
        var keep = parameters > 1;
        if (keep && thetaTheta is null)
            (thetaTheta, thetaT, thetaF, thetaOnly) = (new double[y.Length], new double[y.Length], new double[y.Length],
                new double[y.Length]);
        trialLikelihood = Weigh();
        Vector256<double> sumW = default, sumD = default, gA = default, gV = default, hAA = default, hAV = default, hVV = default,
            hAF = default, hVF = default;
        var used = Vector256<long>.Zero;
        var half = Vector256.Create(0.5);
        var goodShare = Vector256.Create(1 - Fraction);
        for (var i = 0; i < count; i += Vector256<double>.Count)
        {
            var (w, slope, inverse) = (Vector256.LoadUnsafe(ref weights[i]), Vector256.LoadUnsafe(ref slopes[i]),
                Vector256.LoadUnsafe(ref inverses[i]));
            sumW += w;
            used -= Vector256.GreaterThanOrEqual(w, half).AsInt64();
            var d = w - goodShare;
            sumD = Fma(d, d, sumD);
            var (wSlope, wInverse, spread) = (w * slope, w * inverse, w - w * w);
            var squared = slope * slope;
            var h = half * (squared - inverse); // ∂ ln n / ∂v
            var (spreadSlope, spreadH) = (spread * slope, spread * h);
            var aa = Fma(spreadSlope, slope, -wInverse);
            var av = Fma(spreadSlope, h, -wSlope * inverse);
            gA += wSlope;
            gV = Fma(w, h, gV);
            hAF += spreadSlope;
            hVF += spreadH;
            hAA += aa;
            hAV += av;
            hVV += Fma(spreadH, h, wInverse * Fma(half, inverse, -squared));
            if (!keep)
                continue;
            wSlope.StoreUnsafe(ref thetaOnly![i]);
            aa.StoreUnsafe(ref thetaTheta![i]);
            av.StoreUnsafe(ref thetaT![i]);
            spreadSlope.StoreUnsafe(ref thetaF![i]);
        }
        // The padding counts as so many outliers of density one.
        var padding = (Vector256<double>.Count - count % Vector256<double>.Count) % Vector256<double>.Count;
        trialLikelihood -= padding * Math.Log(Fraction);
        SumOfWeights = Vector256.Sum(sumW);
        Used = (int)Vector256.Sum(used);
        var (t, f) = (parameters, parameters + 1);
        var dv = Variance + kappa; // dv / dt
        var odds = 1 / (Fraction * (1 - Fraction));
        trialGradient[0] = Vector256.Sum(gA);
        trialGradient[t] = Vector256.Sum(gV) * dv;
        trialGradient[f] = odds * (count * (1 - Fraction) - SumOfWeights);
        Set(0, 0, Vector256.Sum(hAA));
        Set(0, t, Vector256.Sum(hAV) * dv);
        Set(0, f, -odds * Vector256.Sum(hAF));
        Set(t, t, Vector256.Sum(hVV) * dv * dv + trialGradient[t]);
        Set(t, f, -odds * Vector256.Sum(hVF) * dv);
        Set(f, f, -odds * odds * (Vector256.Sum(sumD) - padding * (1 - Fraction) * (1 - Fraction)));
        for (var p = 1; p < parameters; p++)
        {
            var column = columns[p - 1];
            trialGradient[p] = Dot(thetaOnly!, column);
            Set(0, p, Dot(thetaTheta!, column));
            Set(p, t, Dot(thetaT!, column) * dv);
            Set(p, f, -odds * Dot(thetaF!, column));
            for (var q = 1; q <= p; q++)
                Set(q, p, Dot(thetaTheta!, column, columns[q - 1]));
        }

        void Set(int row, int column, double value) =>
            trialInformation[row * size + column] = trialInformation[column * size + row] = -value;
    }

    // Of each number its probability to be good, the derivative of ln n over θ, and the inverse of its variance. Apart from the
    // sums above, for a call of the exponential would send these to memory and back for each number.
    double Weigh()
    {
        Vector256<double> one = Vector256<double>.One, sumLog = default, product = one;
        var (variance, constant) = (Vector256.Create(Variance), Vector256.Create(theta[0]));
        var inlier = Vector256.Create((1 - Fraction) / Math.Sqrt(2 * Math.PI));
        var outlier = Vector256.Create(Fraction);
        var least = Vector256.Create(-300.0);
        var lanes = Vector256<double>.Count;
        for (var i = 0; i < count; i += lanes)
        {
            var r = Vector256.LoadUnsafe(ref y[i]) - constant;
            for (var p = 1; p < parameters; p++)
                r -= theta[p] * Vector256.LoadUnsafe(ref columns[p - 1][i]);
            var inverse = one / (variance + Vector256.LoadUnsafe(ref errSquared[i]));
            var slope = r * inverse;
            inverse.StoreUnsafe(ref inverses[i]);
            slope.StoreUnsafe(ref slopes[i]);
            // Beyond 10^-300 nothing changes.
            var n = inlier * VectorMath.Exp10(Vector256.Max(r * slope * MinusHalfLog10OfE, least)) * Vector256.Sqrt(inverse);
            var sum = Fma(outlier, Vector256.LoadUnsafe(ref outlierDensity[i]), n);
            (n / sum).StoreUnsafe(ref weights[i]);
            // The logarithm of a product of eight, which stays above 1e-270 and below 1e30.
            product *= sum;
            if (i % (8 * lanes) == 7 * lanes)
                (sumLog, product) = (sumLog + Vector256.Log(product), one);
        }
        return Vector256.Sum(sumLog + Vector256.Log(product));
    }

    double Dot(double[] a, double[] b)
    {
        var sum = Vector256<double>.Zero;
        for (var i = 0; i < count; i += Vector256<double>.Count)
            sum = Fma(Vector256.LoadUnsafe(ref a[i]), Vector256.LoadUnsafe(ref b[i]), sum);
        return Vector256.Sum(sum);
    }

    double Dot(double[] a, double[] b, double[] c)
    {
        var sum = Vector256<double>.Zero;
        for (var i = 0; i < count; i += Vector256<double>.Count)
            sum = Fma(Vector256.LoadUnsafe(ref a[i]) * Vector256.LoadUnsafe(ref b[i]), Vector256.LoadUnsafe(ref c[i]), sum);
        return Vector256.Sum(sum);
    }

    static Vector256<double> Fma(Vector256<double> a, Vector256<double> b, Vector256<double> c) =>
        Vector256.MultiplyAddEstimate(a, b, c);

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
