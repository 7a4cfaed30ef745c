using Vigil.Sky.LightCurves;

namespace Vigil.Sky.Imaging;

/// <summary>
/// The analytic profile that fits stars best, all at once, each with its flux and place; and what they have beyond it.
/// </summary>
/// <remarks>
/// D. W. Marquardt 1963, J. SIAM 11, 431. Each star's own three unknowns are eliminated, so that the equations of the shape stay
/// small whatever the number of stars.
/// </remarks>
sealed class PsfCoreFit
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

    /// <summary>The profile as it is, without a table.</summary>
    public PsfModel Model() => Make(null);

    /// <summary>The profile with the table of what the stars have beyond it.</summary>
    public PsfModel ModelWithTable()
    {
        var (radius, perPixel) = Grid();
        var count = 2 * radius * perPixel + 1;
        var table = new double[count * count];
        // What smoothing took away is found again in the residuals of the next round.
        for (var round = 0; round < 3; round++)
        {
            var model = Make(table, modelError);
            Refit(model);
            AddResiduals(model, table, radius, perPixel, count);
        }
        var last = Make(table, modelError);
        Refit(last);
        // Pixels that the profile misses it misses together, as if there were four to a star: half of it is left of the flux, as
        // in simulated frames whose stars have neighbours.
        var profileError = ProfileError(last);
        return Make(table, profileError, double.Hypot(ScaleError(), profileError / 2));
    }

    (int Radius, int PerPixel) Grid()
    {
        var fwhm = Math.Max(CoreFwhm, 1);
        // A node every tenth of the FWHM: cubic splines are then good to 1e-4 of the peak.
        return (Math.Clamp((int)Math.Ceiling(4.5 * fwhm), 6, 64), Math.Clamp((int)Math.Ceiling(10 / fwhm), 1, 6));
    }

    PsfModel Make(double[]? residuals, double profileError = 0, double scaleError = 0)
    {
        var (radius, perPixel) = Grid();
        var count = 2 * radius * perPixel + 1;
        var core = ShapeAt(shape, 0, 0);
        var values = new double[count * count];
        double[]? across = unknowns == Varying ? new double[values.Length] : null;
        double[]? up = unknowns == Varying ? new double[values.Length] : null;
        Span<double> slopes = stackalloc double[MoffatShape.Slopes];
        var sum = 0.0;
        for (var i = 0; i < values.Length; i++)
        {
            var (dx, dy) = ((double)(i % count) / perPixel - radius, (double)(i / count) / perPixel - radius);
            if (dx * dx + dy * dy > radius * radius)
                continue;
            if (across is null)
            {
                values[i] = core.InPixel(dx, dy);
            }
            else
            {
                values[i] = core.InPixel(dx, dy, slopes);
                for (var k = 0; k < 3; k++)
                    (across[i], up![i]) = (across[i] + shape[4 + k] * slopes[2 + k], up[i] + shape[7 + k] * slopes[2 + k]);
            }
            values[i] += residuals?[i] ?? 0;
            sum += values[i];
        }
        // All the light: that of the table and that of the wings beyond it.
        var scale = (1 - core.Beyond(radius)) / (sum / (perPixel * perPixel));
        foreach (var part in new[] { values, across, up })
            for (var i = 0; i < part?.Length; i++)
                part[i] *= scale;
        return new PsfModel(width, height, new PsfTable(radius, perPixel, values),
            across is null ? null : new PsfTable(radius, perPixel, across),
            up is null ? null : new PsfTable(radius, perPixel, up),
            core, samples.Count(sample => sample.IsUsed), profileError, scaleError);
    }

    // Each star's flux and place for a given model: three of Gauss and Newton's steps from nearby.
    void Refit(PsfModel model)
    {
        var equations = new NormalEquations();
        Span<double> slopes = stackalloc double[Own], steps = stackalloc double[Own];
        foreach (var sample in samples.Where(sample => sample.IsUsed))
        {
            var count = sample.Data.Length;
            double[] values = new double[count], slopesX = new double[count], slopesY = new double[count];
            for (var step = 0; step < 3; step++)
            {
                Render(model, sample, values, slopesX, slopesY);
                equations.Reset(Own);
                for (var at = 0; at < count; at++)
                {
                    var variance = Variance(sample, values[at]);
                    var off = sample.Data[at] - sample.Flux * values[at] - sample.Sky;
                    sample.Weights[at] = double.IsNaN(off) ||
                        off * off > 25 * (variance + Math.Pow(0.03 * sample.Flux * values[at], 2)) ? 0 : 1 / variance;
                    if (sample.Weights[at] == 0)
                        continue;
                    slopes[0] = values[at];
                    (slopes[1], slopes[2]) = (sample.Flux * slopesX[at], sample.Flux * slopesY[at]);
                    equations.Add(slopes, off, sample.Weights[at]);
                }
                if (!equations.TrySolve(steps) || !(sample.Flux + steps[0] > 0))
                {
                    sample.IsUsed = false;
                    break;
                }
                sample.Flux += steps[0];
                (sample.X, sample.Y) = (sample.X + Math.Clamp(steps[1], -0.5, 0.5), sample.Y + Math.Clamp(steps[2], -0.5, 0.5));
            }
        }
    }

    double Variance(PsfSample sample, double part)
    {
        var light = Math.Max(0, sample.Flux * part);
        return sample.Noise * sample.Noise + (gain > 0 ? light / gain : 0) + Math.Pow(modelError * light, 2);
    }

    static void Render(PsfModel model, PsfSample sample, double[] values, double[] slopesX, double[] slopesY)
    {
        Array.Clear(values);
        Array.Clear(slopesX);
        Array.Clear(slopesY);
        model.Add(sample.X, sample.Y, 1, sample.Box, values, slopesX, slopesY);
    }

    // Adds to the table the mean of what the stars' pixels have beyond the model, smoothed, and shrunk where it is but noise.
    void AddResiduals(PsfModel model, double[] table, int radius, int perPixel, int count)
    {
        var smooth = Math.Max(0.4, CoreFwhm / 7); // pixels
        double[] sums = new double[table.Length], weights = new double[table.Length], squares = new double[table.Length];
        var reach = (int)Math.Ceiling(2.5 * smooth * perPixel);
        foreach (var sample in samples.Where(sample => sample.IsUsed))
        {
            var size = sample.Data.Length;
            double[] values = new double[size], slopesX = new double[size], slopesY = new double[size];
            Render(model, sample, values, slopesX, slopesY);
            for (var at = 0; at < size; at++)
            {
                if (sample.Weights[at] == 0)
                    continue;
                var (dx, dy) = Offset(sample, at);
                var residual = (sample.Data[at] - sample.Flux * values[at] - sample.Sky) / sample.Flux;
                var weight = sample.Weights[at] * sample.Flux * sample.Flux;
                var (x, y) = ((dx + radius) * perPixel, (dy + radius) * perPixel);
                for (var j = Math.Max(0, (int)y - reach); j <= Math.Min(count - 1, (int)y + reach); j++)
                    for (var i = Math.Max(0, (int)x - reach); i <= Math.Min(count - 1, (int)x + reach); i++)
                    {
                        var r2 = ((i - x) * (i - x) + (j - y) * (j - y)) / (perPixel * perPixel * smooth * smooth);
                        if (r2 > 6.25)
                            continue;
                        var kernel = weight * Math.Exp(-0.5 * r2);
                        sums[j * count + i] += kernel * residual;
                        weights[j * count + i] += kernel;
                        squares[j * count + i] += kernel * kernel / weight;
                    }
            }
        }
        // In rings, for the light's shape is one of distance: the variance beyond that of noise says how much is real.
        var rings = (int)(radius / smooth) + 1;
        double[] excess = new double[rings], noise = new double[rings], nodes = new double[rings];
        for (var i = 0; i < table.Length; i++)
            if (Ring(i) is var ring and >= 0)
            {
                excess[ring] += Math.Pow(sums[i] / weights[i], 2) - squares[i] / (weights[i] * weights[i]);
                noise[ring] += squares[i] / (weights[i] * weights[i]);
                nodes[ring]++;
            }
        // Nodes nearer than the smoothing are not independent. An excess of less than twice its own error is taken as noise.
        var nodesPerValue = 4 * Math.PI * smooth * smooth * perPixel * perPixel;
        for (var ring = 0; ring < rings; ring++)
            if (excess[ring] < 2 * noise[ring] * Math.Sqrt(2 * Math.Max(1, nodesPerValue / Math.Max(nodes[ring], 1))))
                excess[ring] = 0;
        for (var ring = 0; ring < rings; ring++)
            if (excess[ring] > 0)
                tableRadius = Math.Max(tableRadius, Math.Min(radius, (ring + 1) * smooth));
        for (var i = 0; i < table.Length; i++)
            if (Ring(i) is var ring and >= 0 && excess[ring] > 0)
            {
                var real = excess[ring] / nodes[ring];
                table[i] += real / (real + squares[i] / (weights[i] * weights[i])) * sums[i] / weights[i];
            }

        // -1 where no star has a pixel.
        int Ring(int node)
        {
            var (dx, dy) = ((double)(node % count) / perPixel - radius, (double)(node / count) / perPixel - radius);
            return weights[node] > 0 && double.Hypot(dx, dy) is var r && r < radius ? (int)(r / smooth) : -1;
        }
    }

    // How well the stars tell the part of the light that the core has of the whole: by it all fluxes are wrong alike. With the
    // covariance C of the shape's unknowns p, a flux fitted with weights like the profile P changes by g·δp, where
    // g = -Σ P ∂P/∂p / Σ P².
    double ScaleError()
    {
        Weigh();
        var (matrix, vector, found) = (new double[unknowns * unknowns], new double[unknowns], new double[unknowns]);
        var part = new Part(Own + 1, unknowns);
        foreach (var sample in samples.Where(sample => sample.IsUsed))
        {
            Accumulate(sample, part);
            // The sky is known as well as the ring around the star tells it.
            part.Equations.Matrix[Own * (Own + 1 + unknowns) + Own] += 1 / Math.Max(sample.SkyErr * sample.SkyErr, 1e-9);
            part.Eliminate(0, matrix, vector);
        }
        var (core, reach, squares) = (ShapeAt(shape, 0, 0), (int)Math.Ceiling(3 * CoreFwhm), 0.0);
        Array.Clear(vector);
        Span<double> slopes = stackalloc double[MoffatShape.Slopes];
        for (var dy = -reach; dy <= reach; dy++)
            for (var dx = -reach; dx <= reach; dx++)
            {
                var value = core.InPixel(dx, dy, slopes);
                squares += value * value;
                for (var k = 0; k < Constant; k++)
                    vector[k] -= value * slopes[2 + k];
            }
        for (var k = 0; k < Constant; k++)
            vector[k] /= squares;
        if (!Cholesky.TrySolve(matrix, vector, found))
            return double.NaN;
        var variance = 0.0;
        for (var k = 0; k < unknowns; k++)
            variance += vector[k] * found[k];
        if (tableRadius > 0)
            variance += TableVariance();
        return Math.Sqrt(variance);
    }

    // Of the sum of the table, which is as uncertain as the sum of the stars' pixels where it has any.
    double TableVariance()
    {
        var (area, sum) = (Math.PI * tableRadius * tableRadius, 0.0);
        foreach (var sample in samples.Where(sample => sample.IsUsed))
            sum += sample.Flux * sample.Flux / (area * sample.Noise * sample.Noise + Math.Pow(area * sample.SkyErr, 2) +
                (gain > 0 ? sample.Flux / gain : 0));
        return 1 / sum;
    }

    // The part of itself by which the model misses the brighter pixels, beyond noise.
    double ProfileError(PsfModel model)
    {
        var (sum, norm) = (0.0, 0.0);
        foreach (var sample in samples.Where(sample => sample.IsUsed))
        {
            var size = sample.Data.Length;
            double[] values = new double[size], slopesX = new double[size], slopesY = new double[size];
            Render(model, sample, values, slopesX, slopesY);
            for (var at = 0; at < size; at++)
            {
                var light = sample.Flux * values[at];
                if (sample.Weights[at] == 0 || light < 5 * sample.Noise)
                    continue;
                var noise2 = sample.Noise * sample.Noise + (gain > 0 ? light / gain : 0);
                var off = sample.Data[at] - light - sample.Sky;
                // Weighted as it is known: each pixel says (off² - noise²) / light² with an error of about noise² / light².
                var weight = Math.Pow(light * light / noise2, 2);
                sum += weight * (off * off - noise2) / (light * light);
                norm += weight;
            }
        }
        return norm > 0 ? Math.Sqrt(Math.Max(0, sum / norm)) : 0;
    }
}
