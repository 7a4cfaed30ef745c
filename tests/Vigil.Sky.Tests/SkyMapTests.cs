using FsCheck;
using FsCheck.Fluent;
using Vigil.Sky.Skymaps;

namespace Vigil.Sky.Tests;

public class SkyMapTests
{
    // A small multi-order map: faces divided at random down to order 5, with random densities, some of them equal or zero.
    static readonly Arbitrary<SkyMap> Maps = (from seed in Gen.Choose(0, int.MaxValue - 1) select Map(seed)).ToArbitrary();

    static SkyMap Map(int seed)
    {
        var random = new Random(seed);
        var (uniq, density) = (new List<long>(), new List<double>());
        void Divide(int order, long ipix)
        {
            if (order < 5 && random.NextDouble() < 0.6)
                for (var k = 0; k < 4; k++)
                    Divide(order + 1, 4 * ipix + k);
            else
            {
                uniq.Add(Healpix.Uniq(order, ipix));
                density.Add(random.Next(6) switch
                {
                    0 => random.Next(3), // equal ones and none
                    1 => Math.Pow(10, -40 * random.NextDouble()), // a faint tail
                    _ => random.NextDouble(),
                });
            }
        }
        for (var face = 0; face < 12; face++)
            Divide(0, face);
        density[0] = 1;
        var sequence = Enumerable.Range(0, uniq.Count).ToArray();
        random.Shuffle(sequence);
        return SkyMap.FromTiles([.. sequence.Select(i => uniq[i])], [.. sequence.Select(i => density[i])], normalise: true);
    }

    static (double[] Ra, double[] Dec) Positions(int count)
    {
        var random = new Random(8);
        return ([.. Enumerable.Range(0, count).Select(_ => 360 * random.NextDouble())],
            [.. Enumerable.Range(0, count).Select(_ => double.RadiansToDegrees(Math.Asin(2 * random.NextDouble() - 1)))]);
    }

    // By the definition: all tiles sorted by density, then by UNIQ.
    static (double[] Level, double[] Area) Naive(SkyMap map)
    {
        var sorted = Enumerable.Range(0, map.Count).OrderByDescending(i => map.ProbDensity[i])
            .ThenBy(i => Healpix.Uniq(map.Tile(i).Order, map.Tile(i).Ipix)).ToArray();
        var (level, area, p, a) = (new double[map.Count], new double[map.Count], 0.0, 0.0);
        foreach (var i in sorted)
        {
            level[i] = p += map.Probability(i);
            area[i] = a += Healpix.PixelArea(map.Tile(i).Order) * Math.Pow(180 / Math.PI, 2);
        }
        return (level, area);
    }

    [Fact]
    public void Levels_are_the_sums_of_the_sorted_tiles() => Check.QuickThrowOnFailure(Prop.ForAll(Maps, map =>
    {
        var (level, _) = Naive(map);
        var (ra, dec) = Positions(100);
        var found = new double[ra.Length];
        map.Levels.At(ra, dec, found);
        // Sums of some thousand numbers in the same sequence.
        return Enumerable.Range(0, map.Count).All(i => Math.Abs(map.Levels.OfTile(i) - level[i]) < 1e-12)
            && Enumerable.Range(0, ra.Length).All(i => Math.Abs(found[i] - level[map.TileAt(ra[i], dec[i])]) < 1e-12
                && found[i] == map.Levels.At(ra[i], dec[i]));
    }));

    // To the last bit: what is inside by its level is in the region, and the area is that of the region.
    [Fact]
    public void A_region_at_the_level_of_a_tile_ends_with_it() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(5),
        Prop.ForAll(Maps, map =>
        {
            var (_, area) = Naive(map);
            return Enumerable.Range(0, map.Count).Where(i => map.Probability(i) > 1e-12).All(i =>
            {
                var level = map.Levels.OfTile(i);
                var region = map.Levels.Region(level);
                return Math.Abs(region.Area - area[i]) < 1e-8 && Math.Abs(map.Levels.Area(level) - area[i]) < 1e-8;
            });
        }));

    [Fact]
    public void A_flat_map_answers_as_the_tiles_it_came_from() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(30),
        Prop.ForAll(Maps, map =>
        {
            var flat = map.Flatten(5);
            var back = flat.Reduce();
            var cone = Cone.FromDegrees(40, 30, 25);
            return Math.Abs(flat.Levels.Area(0.9) - map.Levels.Area(0.9)) < 1e-8
                && Math.Abs(flat.Levels.Area(0.5) - map.Levels.Area(0.5)) < 1e-8
                && back.Count <= map.Count && back.Flatten(5).ProbDensity.SequenceEqual(flat.ProbDensity)
                && Math.Abs(flat.ProbabilityIn(cone) - map.ProbabilityIn(cone, 5)) < 1e-12;
        }));

    [Fact]
    public void Regions_hold_their_level_and_grow_with_it() => Check.QuickThrowOnFailure(Prop.ForAll(Maps, map =>
    {
        var previous = Moc.Empty;
        foreach (var level in (double[])[0.1, 0.5, 0.9, 0.99])
        {
            var region = map.Levels.Region(level);
            var held = map.ProbabilityIn(region);
            if (held < level - 1e-12 || !previous.Difference(region).IsEmpty || region.Area < map.Levels.Area(level) - 1e-9)
                return false;
            previous = region;
        }
        return Math.Abs(map.ProbabilityIn(Moc.Full) - 1) < 1e-12;
    }));

    [Fact]
    public void Probability_in_a_region_is_that_of_the_centres_in_it() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(20), Prop.ForAll(Maps, map =>
    {
        ISkyRegion[] regions =
        [
            SkyPolygon.Rectangle(30, 20, 40, 25, 15), Cone.FromDegrees(200, -70, 33), new SkyEllipse(100, 0, 50, 5, 40),
            new SkyPolygon([20, 80, 20, 30], [-10, 0, 50, 3]), RaDecBox.Zone(-10, 35), new RaDecBox(350, 300, -80, 89),
        ];
        var all = new double[regions.Length];
        map.ProbabilityIn(regions, all, 0);
        var exact = regions.Select(region => Enumerable.Range(0, map.Count).Where(i =>
        {
            var (ra, dec) = Healpix.Centre(map.Tile(i).Order, map.Tile(i).Ipix);
            return region.Contains(UnitVector.From(ra, dec));
        }).Sum(map.Probability));
        // And with all tiles divided, that of the region's pixels.
        return exact.Zip(all).All(pair => Math.Abs(pair.First - pair.Second) < 1e-12)
            && regions.All(region => Math.Abs(
                map.ProbabilityIn(region, 7) - map.ProbabilityIn(Moc.FromRegion(region, 7, CoverRule.Centres))) < 1e-12);
    }));

    [Fact]
    public void Rasters_keep_the_probability_and_degrade_by_the_mean() => Check.QuickThrowOnFailure(Prop.ForAll(Maps, map =>
    {
        var (fine, coarse, mean) = (new double[12 << 14], new double[12 << 4], new double[12 << 4]);
        map.Rasterise(7, fine);
        map.Rasterise(2, coarse);
        Healpix.DegradeMean(fine, mean);
        return Math.Abs(fine.Sum() * Healpix.PixelArea(7) - 1) < 1e-11
            && mean.Zip(coarse).All(pair => Math.Abs(pair.First - pair.Second) < 1e-12);
    }));

    [Fact]
    public void Combined_maps_are_the_product_on_the_finer_tiles()
    {
        var (a, b) = (Map(1), Map(2));
        var both = a.Combine(b);
        var (ra, dec) = Positions(200);
        var ratios = ra.Zip(dec).Select(p =>
            (Product: a.DensityAt(p.First, p.Second) * b.DensityAt(p.First, p.Second), Both: both.DensityAt(p.First, p.Second)))
            .Where(p => p.Product > 0).Select(p => p.Both / p.Product).ToArray();
        Assert.All(ratios, ratio => Assert.Equal(ratios[0], ratio, 1e-12 * ratio));
        Assert.Equal(b.Combine(a).ProbDensity, both.ProbDensity);
        Assert.Equal(1, both.ProbabilityIn(Moc.Full), 1e-12);
    }

    [Fact]
    public void Parts_of_the_sky_may_have_no_tile()
    {
        var map = SkyMap.FromTiles([Healpix.Uniq(2, 100), Healpix.Uniq(1, 3)], [1, 3], normalise: true);
        var (ra, dec) = Healpix.Centre(2, 100);
        Assert.Equal(1, map.Levels.At(ra, dec), 1e-15);
        Assert.Equal(1, map.Levels.At(ra, -dec));
        Assert.Equal(-1, map.TileAt(ra, -dec));
        Assert.Equal(0, map.DensityAt(ra, -dec));
        Assert.Equal(12 / 13.0, map.Levels.OfTile(0), 1e-15); // 3 x 4 against 1 x 1
        Assert.Equal(map.Levels.Area(1), map.Coverage().Area, 1e-9);
        Assert.Equal(1, map.ProbabilityIn(RaDecBox.Zone(-90, 90)), 1e-15);
        Assert.Equal((ra, dec), Healpix.Centre(2, 100));
    }

    [Fact]
    public void Maps_that_are_none_are_refused()
    {
        var sky = Enumerable.Repeat(1 / 48.0, 48).ToArray();
        Assert.Contains("empty", Refused(() => SkyMap.Flat(new double[48])), StringComparison.Ordinal);
        Assert.Contains("empty", Refused(() => SkyMap.FromTiles([], [])), StringComparison.Ordinal);
        Assert.Contains("add up to 2", Refused(() => SkyMap.Flat([.. sky.Select(p => 2 * p)])), StringComparison.Ordinal);
        Assert.Contains("negative", Refused(() => SkyMap.Flat([-0.1, .. sky[1..]])), StringComparison.Ordinal);
        Assert.Contains("number", Refused(() => SkyMap.Flat([double.NaN, .. sky[1..]])), StringComparison.Ordinal);
        Assert.Contains("number", Refused(() => SkyMap.Flat([.. sky[..47], double.PositiveInfinity])), StringComparison.Ordinal);
        Assert.Contains("overlap", Refused(() => SkyMap.FromTiles([Healpix.Uniq(1, 4), Healpix.Uniq(0, 1)], [1, 1])),
            StringComparison.Ordinal);
        Assert.Contains("overlap", Refused(() => SkyMap.FromTiles([20, 20], [1, 1])), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => SkyMap.Flat(new double[47]));
        Assert.Throws<ArgumentException>(() => SkyMap.FromTiles([20], [1, 1]));
        Assert.Throws<ArgumentException>(() => SkyMap.Flat(sky, new DistanceLayers([1], [1], [1])));
        Assert.Throws<ArgumentOutOfRangeException>(() => SkyMap.FromTiles([3], [1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => SkyMap.Flat(sky).Levels.Area(90));
        Assert.Throws<ArgumentOutOfRangeException>(() => SkyMap.Flat(sky).Tile(48));
        Assert.Throws<ArgumentOutOfRangeException>(() => SkyMap.Flat(sky).ProbabilityIn(Cone.FromDegrees(0, 0, 1), 30));

        // Within a per cent it is rounding of the file: made one. And what HEALPix marks as unseen is no probability.
        Assert.Equal(1, SkyMap.Flat([.. sky.Select(p => 1.005 * p)]).ProbabilityIn(Moc.Full), 1e-14);
        var seen = SkyMap.Flat([.. sky[..47], -1.6375e30], normalise: true);
        Assert.Equal(1 / 47.0, seen.Probability(0), 1e-15);
        Assert.Equal(0, seen.Probability(47));

        static string Refused(Action act) => Assert.Throws<SkyMapException>(act).Message;
    }

    [Fact]
    public void Radix_sort_is_a_stable_sort() =>
        Check.QuickThrowOnFailure(Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
    {
        var random = new Random(seed);
        // Many equal ones, and some that differ in the last bits alone.
        var values = new double[random.Next(4) == 0 ? 6000 : random.Next(300)];
        foreach (ref var value in values.AsSpan())
            value = random.Next(4) switch
            {
                0 => random.Next(5),
                1 => 1.0 + random.Next(300) * 1e-15,
                2 => Math.Pow(10, random.Next(-300, 300)),
                _ => random.NextDouble(),
            };
        return RadixSort.Descending(values).SequenceEqual(Enumerable.Range(0, values.Length).OrderByDescending(i => values[i]));
    }));
}
