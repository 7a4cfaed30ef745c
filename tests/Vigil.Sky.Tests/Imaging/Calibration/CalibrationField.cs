using Vigil.Sky.Imaging;

namespace Vigil.Sky.Tests.Imaging;

/// <summary>A field of reference stars and a frame of it, of which all is known.</summary>
sealed class CalibrationField
{
    readonly Random random;

    /// <param name="seed">The same seed makes the same field.</param>
    /// <param name="count">Stars, in half a degree around (210, 54.3).</param>
    public CalibrationField(int seed, int count)
    {
        random = new Random(seed);
        for (var i = 0; i < count; i++)
        {
            var g = 12 + 6 * Math.Sqrt(random.NextDouble());
            var colour = Math.Clamp(0.65 + 0.3 * Normal(), -0.3, 1.6);
            var star = new CatalogStar
            {
                Id = i + 1,
                Ra = 210 + (random.NextDouble() - 0.5) * 0.5 / Math.Cos(54.3 * Math.PI / 180),
                Dec = 54.3 + (random.NextDouble() - 0.5) * 0.5,
                Epoch = 2016,
                Mag = CatalogMagnitudes.None,
                MagErr = CatalogMagnitudes.None,
            };
            Set(ref star, CatalogBand.SdssG, g, 0.01);
            Set(ref star, CatalogBand.SdssR, g - colour, 0.01);
            Set(ref star, CatalogBand.SdssI, g - 1.4 * colour + 0.03 * Normal(), 0.01);
            Set(ref star, CatalogBand.JohnsonV, g - 0.55 * colour + 0.05 * Normal(), 0.01);
            References.Add(star);
            True.Add((g, g - colour));
        }

        void Set(ref CatalogStar star, CatalogBand band, double mag, double err)
        {
            var (mags, errs) = (star.Mag, star.MagErr);
            (mags[band], errs[band]) = ((float)(mag + err * Normal()), (float)err);
            (star.Mag, star.MagErr) = (mags, errs);
        }
    }

    public List<CatalogStar> References { get; } = [];

    /// <summary>True g and r of each.</summary>
    public List<(double G, double R)> True { get; } = [];

    /// <summary>The instrumental stars of a frame in r, of the reference stars in their order.</summary>
    /// <param name="zeroPoint">r = instrumental + zero point + colour term + spatial term.</param>
    /// <param name="scatter">Beyond the errors: mag.</param>
    /// <param name="outliers">This share of the stars, the first, is wrong by 0.3 to 2 mag.</param>
    /// <param name="oneSided">Whether all of these are too faint.</param>
    /// <param name="colourSlope">Mag a magnitude of g-r - 0.6.</param>
    /// <param name="spatial">Mag at a place of 2048 x 2048 pixels.</param>
    public List<InstrumentalStar> Frame(double zeroPoint = 23, double scatter = 0, double outliers = 0, bool oneSided = false,
        double colourSlope = 0, Func<double, double, double>? spatial = null, double noise = 1, double positionErr = 0.3)
    {
        var stars = new List<InstrumentalStar>();
        for (var i = 0; i < References.Count; i++)
        {
            var (g, r) = True[i];
            var (x, y) = (1 + 2047 * random.NextDouble(), 1 + 2047 * random.NextDouble());
            var err = noise * (0.004 + 0.03 * Math.Pow(10, 0.2 * (r - 18)));
            var mag = r - zeroPoint - colourSlope * (g - r - 0.6) - (spatial?.Invoke(x, y) ?? 0)
                + scatter * Normal() + err * Normal();
            if (i < Math.Round(outliers * References.Count))
                mag += (0.3 + 1.7 * random.NextDouble()) * (oneSided || random.Next(2) == 0 ? 1 : -1);
            var cos = Math.Cos(References[i].Dec * Math.PI / 180);
            stars.Add(new InstrumentalStar(References[i].Ra + positionErr / 3600 * Normal() / cos,
                References[i].Dec + positionErr / 3600 * Normal(), mag, err, x, y));
        }
        return stars;
    }

    /// <summary>A normal deviate.</summary>
    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    /// <summary>The same things in another order.</summary>
    public List<T> Shuffled<T>(IEnumerable<T> things)
    {
        var shuffled = things.ToArray();
        random.Shuffle(shuffled);
        return [.. shuffled];
    }
}
