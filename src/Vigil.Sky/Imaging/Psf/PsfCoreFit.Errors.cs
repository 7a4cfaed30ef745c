using Vigil.Sky.LightCurves;

namespace Vigil.Sky.Imaging;

// How far the model is to be trusted: its scale, which all fluxes share, and its shape.
sealed partial class PsfCoreFit
{
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
