namespace Vigil.Sky.Imaging;

// What stars have beyond the analytic profile, as a table; both together are the model.
sealed partial class PsfCoreFit
{
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
}
