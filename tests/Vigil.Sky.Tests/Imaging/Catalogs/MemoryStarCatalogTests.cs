using Vigil.Sky.Imaging;

namespace Vigil.Sky.Tests.Imaging;

public class MemoryStarCatalogTests
{
    [Theory]
    [InlineData(150.1, 2.2, 3)]
    [InlineData(0.2, -1, 5)] // across right ascension 0
    [InlineData(77, 89.5, 2)] // with the pole inside
    public void A_cone_has_the_stars_within_it(double ra, double dec, double radius)
    {
        var stars = Sky(20_000, 1);
        var catalog = new MemoryStarCatalog("sky", stars);
        var found = new List<CatalogStar> { stars[0] };
        catalog.Cone(ra, dec, radius, found);
        var expected = stars.Where(star => Sphere.Separation(ra, dec, star.Ra, star.Dec) <= radius).Select(star => star.Id);
        Assert.Equal(stars[0].Id, found[0].Id);
        Assert.Equal(expected.Order(), found.Skip(1).Select(star => star.Id).Order());
        Assert.Equal(stars.Length, catalog.Count);
    }

    [Fact]
    public void The_brightest_are_those_of_each_cell()
    {
        var stars = Sky(50_000, 2);
        IStarCatalog catalog = new MemoryStarCatalog("sky", stars);
        var found = new List<CatalogStar>();
        catalog.Brightest(10, -30, 20, order: 3, count: 5, found);
        // Away from the rim, where cells are whole: order 3 has cells of 7 degrees.
        var whole = stars.Where(star => Sphere.Separation(10, -30, star.Ra, star.Dec) < 8)
            .Select(star => Healpix.Ipix(star.Ra, star.Dec, 3)).Distinct().ToArray();
        Assert.True(whole.Length > 3);
        foreach (var cell in whole)
        {
            var expected = stars.Where(star => Healpix.Ipix(star.Ra, star.Dec, 3) == cell && !float.IsNaN(star.ApproximateMag))
                .OrderBy(star => star.ApproximateMag).Take(5).Select(star => star.Id);
            Assert.Equal(expected, found.Where(star => Healpix.Ipix(star.Ra, star.Dec, 3) == cell).Select(star => star.Id));
        }
    }

    [Fact]
    public void Coverage_and_bands_are_those_of_its_stars()
    {
        var stars = Sky(100, 3);
        var catalog = new MemoryStarCatalog("sky", stars);
        Assert.Equal([CatalogBand.GaiaG, CatalogBand.JohnsonV], catalog.Bands);
        Assert.All(stars, star => Assert.True(catalog.Coverage.Contains(star.Ra, star.Dec)));
        Assert.InRange(catalog.Coverage.Fraction, 1e-6, 100.0 / (12 << 16) + 1e-12); // at most a cell for each
        Assert.True(new MemoryStarCatalog("nothing", []).Coverage.IsEmpty);
    }

    [Fact]
    public void A_position_that_is_none_is_refused() =>
        Assert.Throws<ArgumentException>(() => new MemoryStarCatalog("broken", [new CatalogStar { Ra = 1, Dec = 91 }]));

    // Over the whole sky; three of four in G, of the others one half in V, one half without any magnitude.
    static CatalogStar[] Sky(int count, int seed)
    {
        var random = new Random(seed);
        var stars = new CatalogStar[count];
        for (var i = 0; i < count; i++)
        {
            var mag = CatalogMagnitudes.None;
            if (i % 4 != 3)
                mag[CatalogBand.GaiaG] = 10 + 8 * random.NextSingle();
            else if (i % 8 == 3)
                mag[CatalogBand.JohnsonV] = 10 + 8 * random.NextSingle();
            stars[i] = new CatalogStar
            {
                Id = i + 1,
                Ra = 360 * random.NextDouble(),
                Dec = double.RadiansToDegrees(Math.Asin(2 * random.NextDouble() - 1)),
                Epoch = 2016,
                Mag = mag,
                MagErr = CatalogMagnitudes.None,
            };
        }
        return stars;
    }
}
