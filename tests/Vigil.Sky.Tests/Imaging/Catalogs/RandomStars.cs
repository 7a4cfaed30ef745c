using Vigil.Sky.Imaging;

namespace Vigil.Sky.Tests.Imaging;

/// <summary>Stars with numbers in every column, of which some are missing.</summary>
static class RandomStars
{
    /// <param name="count">How many.</param>
    /// <param name="seed">The same seed gives the same stars.</param>
    /// <param name="radius">Degrees around (10, 20); 180 for the whole sky.</param>
    public static CatalogStar[] Make(int count, int seed, double radius = 180)
    {
        var random = new Random(seed);
        var stars = new CatalogStar[count];
        for (var i = 0; i < count; i++)
        {
            var separation = double.RadiansToDegrees(Math.Acos(
                1 - random.NextDouble() * (1 - Math.Cos(double.DegreesToRadians(radius)))));
            var (ra, dec) = Sphere.Offset(10, 20, 360 * random.NextDouble(), separation);
            CatalogMagnitudes mag = CatalogMagnitudes.None, err = mag;
            for (var band = 0; band < CatalogMagnitudes.Count; band++)
                if (random.Next(5) > 0)
                    (mag[band], err[band]) = ((float)(5 + 15 * random.NextDouble()),
                        random.Next(5) > 0 ? (float)(0.3 * random.NextDouble()) : float.NaN);
            var moves = random.Next(4) > 0;
            stars[i] = new CatalogStar
            {
                Id = random.NextInt64(1, long.MaxValue),
                Ra = ra,
                Dec = dec,
                Epoch = 2016,
                PmRa = moves ? (float)(20 * random.NextDouble() - 10) : float.NaN,
                PmDec = moves ? (float)(20 * random.NextDouble() - 10) : float.NaN,
                Mag = mag,
                MagErr = err,
                Flags = (CatalogStarFlaws)random.Next(8),
            };
        }
        return stars;
    }
}
