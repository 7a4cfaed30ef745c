using System.Text.Json;
using FsCheck.Fluent;
using Vigil.Sky.Skymaps;
using static Vigil.Sky.Tests.ReferenceTable;

namespace Vigil.Sky.Tests;

public class SkyMapShapesTests
{
    [Fact]
    public void Distances_in_a_tile_match_scipy() => Assert.All(Rows("tile_distances.csv"), row =>
    {
        var n = row.Select(Number).ToArray();
        var tile = TileDistance.Normalised(n[0], n[1]);
        // Quadrature to 1e-13; with mu far below zero the closed form of the probability loses the square of mu / sigma.
        Assert.Equal(n[2], tile.Norm, 2e-12 * n[2]);
        Assert.Equal(n[3], tile.Moments().Mean, 1e-11 * n[3]);
        Assert.Equal(n[4], tile.Moments().Sigma, 1e-9 * n[4]); // a difference of squares: for 0.5 of 267, 3e-10
        if (n[0] > -5 * n[1])
            Assert.Equal(n[7], tile.Probability(n[5], n[6]), 1e-12);
        Assert.Equal(1, n[0] > -5 * n[1] ? tile.Probability(0, double.PositiveInfinity) : 1, 1e-11);
    });

    [Fact]
    public void A_distance_s_density_adds_up_to_its_probability() => Check.QuickThrowOnFailure(Prop.ForAll(
        Gen.Choose(-150, 500).ToArbitrary(), Gen.Choose(50, 200).ToArbitrary(), (mu, sigma) =>
        {
            var tile = TileDistance.Normalised(mu, sigma);
            // Simpson's rule over 2,000 steps of at most a hundredth of sigma: 1e-10.
            var (far, sum) = (mu + 9.0 * sigma + 200, 0.0);
            for (var i = 0; i <= 2000; i++)
                sum += (i is 0 or 2000 ? 1 : i % 2 == 1 ? 4 : 2) * tile.Density(far * i / 2000);
            return Math.Abs(sum * far / 6000 - tile.Probability(0, far)) < 1e-8;
        }));

    [Fact]
    public void A_tile_may_say_nothing_about_distance()
    {
        var tile = new TileDistance(double.PositiveInfinity, 1, 0);
        Assert.False(tile.IsKnown);
        Assert.Equal(0, tile.Density(100));
        Assert.Equal(0, tile.Probability(0, 100));
        Assert.True(double.IsNaN(tile.Moments().Mean));
        Assert.Throws<ArgumentOutOfRangeException>(() => TileDistance.Normalised(10, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => TileDistance.Normalised(double.NaN, 1));
        Assert.Throws<InvalidOperationException>(() => SkyMap.FromMoc(Moc.Full).DistanceAt(0, 0));
    }

    [Fact]
    public void Galaxies_are_ranked_by_their_density_in_space()
    {
        var mu = new[] { 100.0, 200 };
        var map = SkyMap.FromTiles([Healpix.Uniq(0, 0), Healpix.Uniq(0, 8)], [0.75, 0.25], new DistanceLayers(mu, [20, 20],
            [TileDistance.Normalised(100, 20).Norm, TileDistance.Normalised(200, 20).Norm]), normalise: true);
        var (ra, dec) = Healpix.Centre(0, 0);
        var ranked = map.RankGalaxies([ra, ra, ra, 200], [dec, dec, -dec, 0], [100, 120, 200, 100]);
        Assert.Equal([0, 1, 2, 3], ranked.Select(r => r.Galaxy));
        Assert.Equal(1, ranked.Sum(r => r.Share), 1e-15);
        Assert.Equal(Math.Exp(0.5), ranked[0].Share / ranked[1].Share, 1e-12); // one sigma farther
        Assert.Equal(0, ranked[3].Share);
        // By luminosity the second comes first.
        Assert.Equal(1, map.RankGalaxies([ra, ra], [dec, dec], [100, 120], [1, 2])[0].Galaxy);
        Assert.Throws<ArgumentOutOfRangeException>(() => map.RankGalaxies([ra], [dec], [-1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => map.RankGalaxies([ra], [dec], [1], [double.NaN]));
        Assert.Throws<ArgumentException>(() => map.RankGalaxies([ra], [dec, 0], [1]));
    }

    [Theory]
    [InlineData(0, 90, 0.01)]
    [InlineData(120, -30, 1)]
    [InlineData(359.99, 41.8, 1 / 3600.0)]
    [InlineData(266, 0.01, 8)]
    public void A_gaussian_has_the_areas_of_its_distribution(double ra, double dec, double radius)
    {
        var map = SkyMap.FromGaussian(ra, dec, radius);
        // Fisher's distribution holds 1 - exp(-k (1 - cos ρ)) within ρ; 0.66 is 1 / 1.515 rounded, 0.7 % of the area.
        var kappa = Math.Pow(0.66 * double.DegreesToRadians(radius), -2);
        foreach (var level in (double[])[0.5, 0.6827, 0.9])
            Assert.Equal(1, map.Levels.Area(level) / (-Math.Log(1 - level) / kappa * 2 * Math.PI * Math.Pow(180 / Math.PI, 2)),
                0.01);
        Assert.Equal(0.683, map.ProbabilityIn(Cone.FromDegrees(ra, dec, radius), Math.Min(29, map.Order + 4)), 0.01);
        var peak = map.Peak();
        Assert.InRange(Sphere.Separation(ra, dec, peak.Ra, peak.Dec), 0, radius / 8);
    }

    [Fact]
    public void A_systematic_error_widens_and_has_its_tail()
    {
        var map = SkyMap.FromGaussian(200, 20, 2, LocalisationError.FermiGbm);
        // The sum of the two distributions, each with its own radius.
        double Within(double degrees) => new[] { (0.9, 3.7), (0.1, 14.0) }.Sum(part =>
            part.Item1 * (1 - Math.Exp(-(1 - Math.Cos(double.DegreesToRadians(degrees)))
                / Math.Pow(0.66 * double.DegreesToRadians(double.Hypot(2, part.Item2)), 2))));
        foreach (var degrees in (double[])[1, 4, 8, 15, 30])
            Assert.Equal(Within(degrees), map.ProbabilityIn(Cone.FromDegrees(200, 20, degrees)), 0.005);
    }

    [Fact]
    public void Uniform_maps_are_uniform()
    {
        foreach (var region in (ISkyRegion[])[Cone.FromDegrees(10, 20, 0.001), new SkyEllipse(10, 20, 12, 3, 40),
            SkyPolygon.Rectangle(0, 89, 10, 4)])
        {
            var map = SkyMap.FromRegion(region);
            Assert.All(map.ProbDensity.ToArray(), density => Assert.Equal(map.ProbDensity[0], density));
            Assert.Equal(1, map.ProbabilityIn(region), 1e-9);
            Assert.Equal(map.Levels.Area(1) / 2, map.Levels.Area(0.5), 1e-9 * map.Levels.Area(1));
        }
        // Of a cone the area is known: pixels of its border are in or out, 5,000 of them at least: 1 %.
        Assert.Equal(2 * Math.PI * (1 - Math.Cos(double.DegreesToRadians(3))) * Math.Pow(180 / Math.PI, 2),
            SkyMap.FromRegion(Cone.FromDegrees(100, -50, 3)).Levels.Area(1), 0.3);
        Assert.Throws<SkyMapException>(() => SkyMap.FromMoc(Moc.Empty));
        Assert.Throws<SkyMapException>(() => SkyMap.FromRegion(Cone.FromDegrees(10, 20, 0.001), 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => SkyMap.FromGaussian(0, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => SkyMap.FromGaussian(0, 0, 1, new LocalisationError(-1, 0.5, 3)));
    }

    [Theory]
    [InlineData(45, 0, 20)]
    [InlineData(0, 90, 15)]
    [InlineData(270, -41.8, 30)]
    [InlineData(10, 20, 100)]
    public void Outlines_close_around_the_region_on_their_left(double ra, double dec, double radius)
    {
        var moc = Moc.FromRegion(Cone.FromDegrees(ra, dec, radius), 5, CoverRule.Centres);
        var loops = Contour.Outline(moc);
        Assert.NotEmpty(loops);
        Assert.All(loops, loop => Assert.Equal(loop[0], loop[^1]));
        // Twice the number of sides leave and enter: each pixel's side between in and out is gone along once.
        Span<long> around = stackalloc long[8];
        var sides = 0;
        for (var ipix = 0L; ipix < Healpix.PixelCount(5); ipix++)
        {
            Healpix.Neighbours(5, ipix, around);
            foreach (var k in (int[])[0, 2, 4, 6])
                sides += moc.Contains(ipix << 48) && !moc.Contains(around[k] << 48) ? 1 : 0;
        }
        Assert.Equal(sides, loops.Sum(loop => loop.Length - 1));
        foreach (var loop in loops)
            for (var i = 0; i + 1 < loop.Length; i++)
            {
                var (a, b) = (UnitVector.From(loop[i].Ra, loop[i].Dec), UnitVector.From(loop[i + 1].Ra, loop[i + 1].Dec));
                // A third of a side away from its middle, to the left: n = a x b.
                var left = new UnitVector(a.Y * b.Z - a.Z * b.Y, a.Z * b.X - a.X * b.Z, a.X * b.Y - a.Y * b.X);
                var inside = new UnitVector(a.X + b.X + 0.6 * left.X, a.Y + b.Y + 0.6 * left.Y, a.Z + b.Z + 0.6 * left.Z)
                    .ToDegrees();
                var outside = new UnitVector(a.X + b.X - 0.6 * left.X, a.Y + b.Y - 0.6 * left.Y, a.Z + b.Z - 0.6 * left.Z)
                    .ToDegrees();
                Assert.True(moc.Contains(inside.Ra, inside.Dec));
                Assert.False(moc.Contains(outside.Ra, outside.Dec));
            }
    }

    [Fact]
    public void Contours_are_written_as_GeoJson()
    {
        var map = SkyMap.FromGaussian(120, 30, 3);
        var contours = new[] { 0.5, 0.9 }.Select(level => Contour.Of(map, level)).ToArray();
        using var json = JsonDocument.Parse(Contour.ToGeoJson(contours));
        var features = json.RootElement.GetProperty("features");
        Assert.Equal(2, features.GetArrayLength());
        Assert.Equal(90, features[1].GetProperty("properties").GetProperty("credible_level").GetDouble());
        var lines = features[1].GetProperty("geometry").GetProperty("coordinates");
        Assert.Equal(contours[1].Loops.Sum(loop => loop.Length), lines.EnumerateArray().Sum(line => line.GetArrayLength()));
        Assert.Empty(Contour.Outline(Moc.Full));
        Assert.Empty(Contour.Outline(Moc.Empty));
    }
}
