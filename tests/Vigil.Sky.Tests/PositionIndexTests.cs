using FsCheck.Fluent;

namespace Vigil.Sky.Tests;

public class PositionIndexTests
{
    [Fact]
    public void Cones_hold_what_comparing_with_every_position_finds() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
    {
        var random = new Random(seed);
        var (ra, dec) = Positions(random, random.Next(0, 400));
        var index = new PositionIndex(ra, dec);
        Assert.Equal(ra.Length, index.Count);
        for (var cone = 0; cone < 10; cone++)
        {
            var (centreRa, centreDec) = Position(random, cone);
            var radius = cone % 3 == 0 ? 180 * random.NextDouble() : Math.Pow(10, 4 * random.NextDouble() - 3);
            var expected = Enumerable.Range(0, ra.Length)
                .Where(i => Sphere.Separation(centreRa, centreDec, ra[i], dec[i]) <= radius);
            var found = new int[ra.Length];
            var count = index.Cone(centreRa, centreDec, radius, found);
            Assert.Equal(expected, found[..count].Order());
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Pairs_are_those_of_comparing_all_with_all() => Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
    {
        var random = new Random(seed);
        var (ra, dec) = Positions(random, random.Next(0, 300));
        var (queryRa, queryDec) = Positions(random, random.Next(0, 100));
        var radius = Math.Pow(10, 4 * random.NextDouble() - 2);
        var index = new PositionIndex(ra, dec);
        var matches = new List<PositionMatch>();
        index.CrossMatch(queryRa, queryDec, radius, matches);
        var expected = from query in Enumerable.Range(0, queryRa.Length)
                       from point in Enumerable.Range(0, ra.Length)
                       where Sphere.Separation(queryRa[query], queryDec[query], ra[point], dec[point]) <= radius
                       select (query, point);
        Assert.Equal(expected, matches.Select(m => (m.Query, m.Point)).Order());
        // Vincenty's formula and ours are good to 1e-13 degrees, but for ours within a degree of the antipode.
        Assert.All(matches.Where(m => m.Separation < 179), match => Assert.Equal(
            Sphere.Separation(queryRa[match.Query], queryDec[match.Query], ra[match.Point], dec[match.Point]), match.Separation,
                2e-12));
        Assert.Equal(matches, index.CrossMatch(queryRa.AsMemory(), queryDec.AsMemory(), radius, threads: 2));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_field_anywhere_on_the_sky_is_searched_like_the_whole() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
    {
        var random = new Random(seed);
        var (centreRa, centreDec) = Position(random, random.Next(10));
        var size = Math.Pow(10, 5 * random.NextDouble() - 3); // degrees
        (double, double) Near() =>
            Sphere.Offset(centreRa, centreDec, 360 * random.NextDouble(), Math.Min(size * random.NextDouble(), 180));
        var points = Enumerable.Range(0, random.Next(1, 200)).Select(_ => Near()).ToArray();
        var (ra, dec) = (Array.ConvertAll(points, p => p.Item1), Array.ConvertAll(points, p => p.Item2));
        var index = new PositionIndex(ra, dec);
        for (var cone = 0; cone < 10; cone++)
        {
            var (coneRa, coneDec) = Near();
            var radius = Math.Min(size * random.NextDouble() * (cone < 5 ? 0.1 : 2), 180);
            var expected = Enumerable.Range(0, ra.Length).Where(i => Sphere.Separation(coneRa, coneDec, ra[i], dec[i]) <= radius);
            Assert.Equal(expected, Cone(index, coneRa, coneDec, radius).Order());
        }
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(0, 90, 123, 89.9999, 0.0001)]
    [InlineData(0, -90, 200, -89.9999, 0.0001)]
    [InlineData(10, 89.9999, 190, 89.9999, 0.0002)]
    [InlineData(359.9999, 0, 0.0001, 0, 0.0002)]
    [InlineData(0, 45, 360, 45, 0)]
    [InlineData(-0.5, 0, 359.5, 0, 0)]
    [InlineData(0, 0, 180, 0, 180)]
    public void Poles_right_ascension_0_and_antipodes(double ra, double dec, double ra2, double dec2, double separation)
    {
        // Ten thousand others, so that cells are small; none is within a degree of these.
        var random = new Random(1);
        var others = Enumerable.Range(0, 10_000).Select(_ =>
            (Ra: 40 + 60 * random.NextDouble(), Dec: -40 + 80 * random.NextDouble())).ToArray();
        var index = new PositionIndex([.. others.Select(p => p.Ra), ra2], [.. others.Select(p => p.Dec), dec2]);
        var matches = new List<PositionMatch>();
        index.CrossMatch([ra], [dec], Math.Min(separation + 1e-12, 180), matches);
        var match = Assert.Single(matches, m => m.Point == 10_000);
        Assert.Equal(separation, match.Separation, 1e-12);
        Assert.Equal(separation < 180 ? 1 : 10_001, matches.Count);
        if (separation > 0)
            // The documented errors
            Assert.DoesNotContain(10_000, Cone(index, ra, dec, separation - (separation < 180 ? 1e-9 : 3e-6)));
    }

    [Fact]
    public void Positions_may_be_one_and_the_same_or_none()
    {
        var index = new PositionIndex(Enumerable.Repeat(10.0, 1000).ToArray(), Enumerable.Repeat(-90.0, 1000).ToArray());
        Assert.Equal(Enumerable.Range(0, 1000), Cone(index, 270, -90, 0).Order());
        Assert.Empty(Cone(new PositionIndex([], []), 0, 0, 180));
        Assert.Empty(new PositionIndex([], []).CrossMatch(new double[1], new double[1], 180, threads: 3));
    }

    [Fact]
    public void A_small_span_receives_what_fits_and_the_count_is_right()
    {
        var index = new PositionIndex([1, 2, 3], [0, 0, 0]);
        var found = new int[2];
        Assert.Equal(3, index.Cone(2, 0, 1.1, found));
        Assert.All(found, i => Assert.InRange(i, 0, 2));
        Assert.Equal(3, index.Cone(2, 0, 1.1, []));
    }

    [Fact]
    public void A_position_takes_less_than_24_bytes_and_a_search_allocates_nothing()
    {
        var random = new Random(3);
        const int n = 200_000;
        double[] ra = new double[n], dec = new double[n];
        for (var i = 0; i < n; i++)
            (ra[i], dec[i]) = Position(random, 1);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var index = new PositionIndex(ra, dec);
        var bytes = GC.GetAllocatedBytesForCurrentThread() - before - n * sizeof(int); // the cell of each, forgotten at the end
        Assert.InRange(bytes / (double)n, 20, 24);

        var found = new int[100];
        index.Cone(0, 0, 1, found);
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            index.Cone(ra[i], dec[i], 0.1, found);
        Assert.Equal(allocated, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Bad_input_is_named()
    {
        Assert.Contains("got 2 and 1", Assert.Throws<ArgumentException>(() => new PositionIndex([1, 2], [0])).Message,
            StringComparison.Ordinal);
        Assert.StartsWith("Position 1 is (NaN, 0)", Assert.Throws<ArgumentException>(() =>
            new PositionIndex([1, double.NaN], [0, 0])).Message,
            StringComparison.Ordinal);
        Assert.StartsWith("Position 0 is (1, 91)", Assert.Throws<ArgumentException>(() => new PositionIndex([1], [91])).Message,
            StringComparison.Ordinal);
        var index = new PositionIndex([1], [0]);
        Assert.Throws<ArgumentOutOfRangeException>(() => index.Cone(double.NaN, 0, 1, []));
        Assert.Throws<ArgumentOutOfRangeException>(() => index.Cone(0, double.PositiveInfinity, 1, []));
        Assert.Contains("divide by 3600", Assert.Throws<ArgumentOutOfRangeException>(() => index.Cone(0, 0, 3600, [])).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => index.Cone(0, 0, double.NaN, []));
        Assert.Throws<ArgumentException>(() => index.CrossMatch([1, 2], [0], 1, []));
        Assert.Throws<ArgumentException>(() => index.CrossMatch(new double[2], new double[1], 1, threads: 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => index.CrossMatch(new[] { double.NaN }, new double[1], 1, threads: 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => index.CrossMatch(new double[1], new double[1], 1, threads: 0));
    }

    static int[] Cone(PositionIndex index, double ra, double dec, double radius)
    {
        var found = new int[index.Count];
        return found[..index.Cone(ra, dec, radius, found)];
    }

    static (double[] Ra, double[] Dec) Positions(Random random, int count)
    {
        var positions = Enumerable.Range(0, count).Select(i => Position(random, i)).ToArray();
        return ([.. positions.Select(p => p.Ra)], [.. positions.Select(p => p.Dec)]);
    }

    // All over the sky, or close to a pole, or close to right ascension 0, some of it not in [0, 360).
    static (double Ra, double Dec) Position(Random random, int kind) => (kind % 4) switch
    {
        0 => (360 * random.NextDouble(), 90 - 2 * random.NextDouble()),
        1 => (360 * random.NextDouble(), double.RadiansToDegrees(Math.Asin(2 * random.NextDouble() - 1))),
        2 => (360 * random.NextDouble(), -90 + 0.01 * random.NextDouble()),
        _ => (2 * random.NextDouble() - 1 + 360 * random.Next(-1, 2), 2 * random.NextDouble() - 1),
    };
}
