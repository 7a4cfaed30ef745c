using Vigil.Sky.LightCurves;

namespace Vigil.Sky.Imaging;

/// <summary>
/// The analytic profile that fits stars best, all at once, each with its flux and place; and what they have beyond it.
/// </summary>
/// <remarks>
/// D. W. Marquardt 1963, J. SIAM 11, 431. Each star's own three unknowns are eliminated, so that the equations of the shape stay
/// small whatever the number of stars.
/// </remarks>
sealed partial class PsfCoreFit
{
    // Unknowns of a star: flux, x, y.
    const int Own = 3;

    // Of the shape: Xx, Xy, Yy, γ; where it varies, how Xx, Xy, Yy change across and up the frame.
    const int Constant = 4, Varying = 10;

    const int MostSteps = 30;

    // χ² must become smaller by so much per unknown before the shape is said to vary: a change by noise alone has 1.
    const double GainToVary = 12;

    readonly List<PsfSample> samples;
    readonly int width, height;
    readonly double gain, modelError;
    double[] shape = new double[Varying];
    int unknowns = Constant;
    double tableRadius; // within which the table has anything

    public PsfCoreFit(List<PsfSample> samples, int width, int height, double gain, double modelError)
    {
        (this.samples, this.width, this.height, this.gain, this.modelError) = (samples, width, height, gain, modelError);
        double Median(Func<AdaptiveMoments, double> of) => Robust.Median([.. samples.Select(sample => of(sample.Moments))]);
        // Moffat's wings widen what a Gaussian weight sees but little; γ = 0.2 lies between a Gaussian and real seeing.
        var start = MoffatShape.FromMoments(Median(m => m.Xx), Median(m => m.Xy), Median(m => m.Yy), 0.2);
        (shape[0], shape[1], shape[2], shape[3]) = (start.Xx, start.Xy, start.Yy, start.Gamma);
    }

    /// <summary>Whether a profile was found.</summary>
    public bool IsGood { get; private set; }

    MoffatShape ShapeAt(double[] of, double u, double v) => unknowns == Constant ? new(of[0], of[1], of[2], of[3])
        : new(of[0] + u * of[4] + v * of[7], of[1] + u * of[5] + v * of[8], of[2] + u * of[6] + v * of[9], of[3]);

    double Across(double x) => (2 * x - width - 1) / width;

    double Up(double y) => (2 * y - height - 1) / height;

    /// <summary>Fits the shape; lets it vary over the frame where that fits the stars much better.</summary>
    public void Run(bool mayVary)
    {
        unknowns = Constant;
        // The weights follow the model, so they are set anew.
        for (var round = 0; round < 2; round++)
        {
            Weigh();
            IsGood = Search(out _);
        }
        if (!mayVary || !IsGood)
            return;
        Weigh();
        var (old, stars) = ((double[])shape.Clone(), samples.Select(Unknowns).ToArray());
        var before = Chi2(shape, stars);
        unknowns = Varying;
        if (Search(out var after))
        {
            // Per unknown, in units of what a pixel has: profiles are never perfect.
            var pixels = samples.Where(sample => sample.IsUsed).Sum(sample => sample.Weights.Count(weight => weight > 0));
            if (before - after > GainToVary * (Varying - Constant) * Math.Max(1, after / pixels))
                return;
        }
        (unknowns, shape) = (Constant, old);
        Restore(stars);
    }

    /// <summary>Drops stars that the profile does not fit as well as most; returns how many are left.</summary>
    public int DropOutliers()
    {
        var chi2 = samples.ConvertAll(sample => sample.IsUsed ? Reduced(sample) : double.NaN);
        var good = chi2.Where(double.IsFinite).ToArray();
        if (good.Length == 0)
            return 0;
        var median = Robust.Median(good);
        for (var i = 0; i < samples.Count; i++)
            samples[i].IsUsed &= chi2[i] <= 3 * median + 1 && samples[i].Flux > 0;
        return samples.Count(sample => sample.IsUsed);
    }

    double Reduced(PsfSample sample)
    {
        var local = ShapeAt(shape, Across(sample.X), Up(sample.Y));
        var (sum, count) = (0.0, 0);
        for (var at = 0; at < sample.Data.Length; at++)
        {
            var (dx, dy) = Offset(sample, at);
            if (sample.Weights[at] == 0)
                continue;
            sum += sample.Weights[at] * Math.Pow(sample.Data[at] - sample.Flux * local.InPixel(dx, dy) - sample.Sky, 2);
            count++;
        }
        return count > Own ? sum / (count - Own) : double.NaN;
    }

    static (double X, double Y) Offset(PsfSample sample, int at) =>
        (sample.Box.Left + 1 + at % sample.Box.Width - sample.X, sample.Box.Bottom + 1 + at / sample.Box.Width - sample.Y);

    // The inverse variances as the present model has them; pixels far from it (a cosmic ray, a neighbour) get none.
    void Weigh()
    {
        foreach (var sample in samples)
        {
            var local = ShapeAt(shape, Across(sample.X), Up(sample.Y));
            for (var at = 0; at < sample.Data.Length; at++)
            {
                var (dx, dy) = Offset(sample, at);
                var light = Math.Max(0, sample.Flux * local.InPixel(dx, dy));
                var variance = sample.Noise * sample.Noise + (gain > 0 ? light / gain : 0) + Math.Pow(modelError * light, 2);
                var off = sample.Data[at] - light - sample.Sky;
                var isFar = double.IsNaN(off) || off * off > 36 * (variance + Math.Pow(0.1 * light, 2));
                sample.Weights[at] = isFar ? 0 : 1 / variance;
            }
        }
    }

    static double[] Unknowns(PsfSample sample) => [sample.Flux, sample.X, sample.Y];

    void Restore(double[][] stars)
    {
        for (var i = 0; i < samples.Count; i++)
            (samples[i].Flux, samples[i].X, samples[i].Y) = (stars[i][0], stars[i][1], stars[i][2]);
    }

    double Chi2(double[] of, double[][] stars)
    {
        var sums = new double[samples.Count];
        for (var i = 0; i < samples.Count; i++)
        {
            var sample = samples[i];
            if (!sample.IsUsed)
                continue;
            var local = ShapeAt(of, Across(stars[i][1]), Up(stars[i][2]));
            if (!local.IsValid)
                return double.PositiveInfinity;
            for (var at = 0; at < sample.Data.Length; at++)
                if (sample.Weights[at] > 0)
                {
                    var (dx, dy) = (sample.Box.Left + 1 + at % sample.Box.Width - stars[i][1],
                        sample.Box.Bottom + 1 + at / sample.Box.Width - stars[i][2]);
                    sums[i] += sample.Weights[at] *
                        Math.Pow(sample.Data[at] - stars[i][0] * local.InPixel(dx, dy) - sample.Sky, 2);
                }
        }
        return sums.Sum();
    }

    bool Search(out double chi2)
    {
        var stars = samples.Select(Unknowns).ToArray();
        chi2 = Chi2(shape, stars);
        if (!double.IsFinite(chi2))
            return false;
        var damping = 1e-3;
        var parts = samples.ConvertAll(_ => new Part(Own, unknowns));
        var (matrix, vector, step) = (new double[unknowns * unknowns], new double[unknowns], new double[unknowns]);
        for (var (count, isNew) = (0, true); count < MostSteps; count++)
        {
            if (isNew)
                for (var i = 0; i < samples.Count; i++)
                    if (samples[i].IsUsed)
                        Accumulate(samples[i], parts[i]);
            Array.Clear(matrix);
            Array.Clear(vector);
            for (var i = 0; i < samples.Count; i++)
                if (samples[i].IsUsed)
                    parts[i].Eliminate(damping, matrix, vector);
            for (var k = 0; k < unknowns; k++)
                matrix[k * unknowns + k] *= 1 + damping;
            var next = (double[])shape.Clone();
            var nextStars = Array.ConvertAll(stars, star => (double[])star.Clone());
            var nextChi2 = double.PositiveInfinity;
            if (Cholesky.TrySolve(matrix, vector, step))
            {
                for (var k = 0; k < unknowns; k++)
                    next[k] += step[k];
                next[3] = Math.Clamp(next[3], 0, MoffatShape.MostGamma); // the Gaussian is the end of the range, not outside
                for (var i = 0; i < samples.Count; i++)
                    if (samples[i].IsUsed)
                        parts[i].Substitute(step, nextStars[i]);
                nextChi2 = Chi2(next, nextStars);
            }
            isNew = nextChi2 < chi2;
            if (!isNew)
            {
                damping *= 10;
                if (damping > 1e6)
                    break;
                continue;
            }
            var isEnd = chi2 - nextChi2 < 1e-5 * chi2;
            (shape, stars, chi2, damping) = (next, nextStars, nextChi2, Math.Max(damping / 10, 1e-9));
            Restore(stars);
            if (isEnd)
                break;
        }
        return ShapeAt(shape, 0, 0).IsValid;
    }

    // With one unknown more of the star, the level of the sky beneath it.
    void Accumulate(PsfSample sample, Part part)
    {
        part.Clear();
        var own = part.Own;
        Span<double> of = stackalloc double[MoffatShape.Slopes], slopes = stackalloc double[own + unknowns];
        var (u, v) = (Across(sample.X), Up(sample.Y));
        var local = ShapeAt(shape, u, v);
        for (var at = 0; at < sample.Data.Length; at++)
        {
            if (sample.Weights[at] == 0)
                continue;
            var (dx, dy) = Offset(sample, at);
            var value = local.InPixel(dx, dy, of);
            (slopes[0], slopes[1], slopes[2]) = (value, sample.Flux * of[0], sample.Flux * of[1]);
            if (own > Own)
                slopes[Own] = 1;
            for (var k = 0; k < Constant; k++)
                slopes[own + k] = sample.Flux * of[2 + k];
            for (var k = 0; k < unknowns - Constant; k++)
                slopes[own + Constant + k] = (k < 3 ? u : v) * sample.Flux * of[2 + k % 3];
            part.Equations.Add(slopes, sample.Data[at] - sample.Flux * value - sample.Sky, sample.Weights[at]);
        }
    }

    // One star's equations: its own unknowns first, then those of the shape.
    sealed class Part(int own, int shared)
    {
        readonly double[] ownMatrix = new double[own * own], steps = new double[own], columns = new double[own * shared];
        readonly double[] right = new double[own], solved = new double[own];

        public int Own => own;

        public NormalEquations Equations { get; } = new();

        public void Clear() => Equations.Reset(own + shared);

        // Adds to the shape's equations what is left when the star's own unknowns are expressed by them.
        public void Eliminate(double damping, double[] matrix, double[] vector)
        {
            var all = own + shared;
            var from = Equations.Matrix;
            Solve(Equations.Vector[..own], damping, steps);
            for (var k = 0; k < shared; k++)
            {
                for (var i = 0; i < own; i++)
                    right[i] = from[(own + k) * all + i];
                Solve(right, damping, solved);
                solved.CopyTo(columns, k * own);
            }
            for (var row = 0; row < shared; row++)
            {
                vector[row] += Equations.Vector[own + row];
                for (var i = 0; i < own; i++)
                    vector[row] -= from[(own + row) * all + i] * steps[i];
                for (var column = 0; column <= row; column++)
                {
                    var sum = from[(own + row) * all + own + column];
                    for (var i = 0; i < own; i++)
                        sum -= from[(own + row) * all + i] * columns[column * own + i];
                    matrix[row * shared + column] += sum;
                }
            }
        }

        // The star's own steps, the shape's being known.
        public void Substitute(ReadOnlySpan<double> shape, double[] star)
        {
            for (var i = 0; i < own; i++)
            {
                star[i] += steps[i];
                for (var k = 0; k < shared; k++)
                    star[i] -= columns[k * own + i] * shape[k];
            }
        }

        void Solve(ReadOnlySpan<double> vector, double damping, double[] into)
        {
            for (var row = 0; row < own; row++)
                for (var column = 0; column <= row; column++)
                    ownMatrix[row * own + column] =
                        Equations.Matrix[row * (own + shared) + column] * (row == column ? 1 + damping : 1);
            if (!Cholesky.TrySolve(ownMatrix, vector, into))
                Array.Clear(into); // a star without usable pixels moves nothing
        }
    }

    double CoreFwhm
    {
        get
        {
            var core = ShapeAt(shape, 0, 0);
            var half = core.Gamma > 1e-4 ? (Math.Pow(2, core.Gamma) - 1) / core.Gamma : Math.Log(2);
            return 2 * Math.Sqrt(half) / Math.Pow(core.Xx * core.Yy - core.Xy * core.Xy, 0.25);
        }
    }
}
