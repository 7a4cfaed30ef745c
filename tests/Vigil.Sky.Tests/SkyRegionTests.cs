using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using static Vigil.Sky.Tests.ReferenceTable;

namespace Vigil.Sky.Tests;

public class SkyRegionTests
{
    static ISkyRegion Region(string kind, double[] n) => kind switch
    {
        "polygon" => new SkyPolygon([.. n.Where((_, i) => i % 2 == 0)], [.. n.Where((_, i) => i % 2 == 1)]),
        "box" => new RaDecBox(n[0], n[1], n[2], n[3]),
        "ellipse" => new SkyEllipse(n[0], n[1], n[2], n[3], n[4]),
        "cone" => Cone.FromDegrees(n[0], n[1], n[2]),
        _ => throw new ArgumentException(kind),
    };

    static IEnumerable<(string Name, ISkyRegion Region, int Order, HashSet<long> Pixels)> Regions() =>
        from row in Rows("healpix_regions.csv")
        let numbers = row[1].Split(' ').Select(Number).ToArray()
        select ($"{row[0]} {row[1]}", Region(row[0], numbers), int.Parse(row[2], CultureInfo.InvariantCulture), Pixels(row[3]));

    static HashSet<long> Pixels(string text) =>
        [.. from part in text.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            let ends = part.Split('-').Select(end => long.Parse(end, CultureInfo.InvariantCulture)).ToArray()
            from ipix in Enumerable.Range(0, (int)(ends[^1] - ends[0]) + 1)
            select ends[0] + ipix];

    static HashSet<long> Pixels(IpixRange[] ranges, int order) =>
        [.. from range in ranges
            let shift = 2 * (29 - order)
            from ipix in Enumerable.Range(0, (int)((range.End >> shift) - (range.First >> shift)))
            select (range.First >> shift) + ipix];

    [Fact]
    public void Centres_in_a_region_are_those_of_healpy_and_astropy() => Assert.All(Regions(), r =>
    {
        var found = Pixels(Healpix.Cover(r.Region, r.Order, CoverRule.Centres), r.Order);
        // Centres on the very border may go either way: there is at most a handful, and they are on the border.
        var differing = found.Union(r.Pixels).Except(found.Intersect(r.Pixels)).ToList();
        Assert.All(differing, ipix =>
        {
            var (ra, dec) = Healpix.Centre(r.Order, ipix);
            Assert.InRange(r.Region.BorderDistance(UnitVector.From(ra, dec)), 0, 1e-13);
        });
        Assert.True(differing.Count <= 8, $"{r.Name}: {string.Join(' ', differing)}");
    });

    [Fact]
    public void Touching_holds_and_within_is_held_by_the_region() => Assert.All(Regions(), r =>
    {
        var (ra, dec) = (new double[32], new double[32]);
        var touching = Pixels(Healpix.Cover(r.Region, r.Order), r.Order);
        var within = Pixels(Healpix.Cover(r.Region, r.Order, CoverRule.Within), r.Order);
        Assert.Superset(r.Pixels, touching);
        Assert.Subset(touching, within);
        foreach (var ipix in within.Take(400))
        {
            Healpix.Boundary(r.Order, ipix, 8, ra, dec);
            for (var i = 0; i < ra.Length; i++)
                Assert.True(r.Region.Contains(UnitVector.From(ra[i], dec[i])), $"{r.Name}: {ra[i]} {dec[i]} of {ipix}");
        }
        // Few pixels more than it needs: those near the border, and beyond an acute corner where both of its sides are near.
        foreach (var ipix in touching.Except(within))
        {
            var (ra0, dec0) = Healpix.Centre(r.Order, ipix);
            Assert.InRange(r.Region.BorderDistance(UnitVector.From(ra0, dec0)), 0, 4 * Math.Sqrt(Healpix.PixelArea(r.Order)));
        }
    });

    [Fact]
    public void Border_distance_is_never_more_than_the_way_to_the_other_side() => Assert.All(Regions(), r =>
    {
        var random = new Random(5);
        var places = Enumerable.Range(0, 300).Select(_ =>
        {
            var v = UnitVector.From(360 * random.NextDouble(), double.RadiansToDegrees(Math.Asin(2 * random.NextDouble() - 1)));
            return (v, r.Region.Contains(v), r.Region.BorderDistance(v));
        }).ToArray();
        foreach (var (v, inside, distance) in places)
            foreach (var (w, otherInside, otherDistance) in places)
            {
                var angle = 2 * Math.Asin(Math.Sqrt(v.ChordSquared(w)) / 2);
                if (inside != otherInside) // both must cross the border on the way
                    Assert.True(Math.Max(distance, otherDistance) <= angle + 1e-12, $"{r.Name}: {v} {w}");
            }
    });

    [Fact]
    public void A_polygon_s_inside_does_not_depend_on_its_winding_or_first_vertex() => Check.QuickThrowOnFailure(Prop.ForAll(
        Stars.ToArbitrary(), star =>
        {
            var (ra, dec) = star;
            var polygon = new SkyPolygon(ra, dec);
            var reversed = new SkyPolygon([.. ra.Reverse()], [.. dec.Reverse()]);
            var turned = new SkyPolygon([.. ra[3..], .. ra[..3]], [.. dec[3..], .. dec[..3]]);
            var random = new Random(6);
            return Enumerable.Range(0, 200).All(_ =>
            {
                var v = UnitVector.From(360 * random.NextDouble(),
                    double.RadiansToDegrees(Math.Asin(2 * random.NextDouble() - 1)));
                return polygon.Contains(v) == reversed.Contains(v) && polygon.Contains(v) == turned.Contains(v);
            }) && Math.Abs(polygon.Area - reversed.Area) < 1e-9 * polygon.Area;
        }));

    [Fact]
    public void A_polygon_s_area_is_that_of_the_pixels_in_it() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(20), Prop.ForAll(
        Stars.ToArbitrary(), star =>
        {
            var polygon = new SkyPolygon(star.Ra, star.Dec);
            var moc = Moc.FromRegion(polygon, 8, CoverRule.Centres);
            // Each pixel of the border, 0.23 degrees wide, is counted or not: a random sum, here of at most 60 / 0.23 x 12.
            return Math.Abs(moc.Area - polygon.Area) < 0.052 * 4 * Math.Sqrt(3200);
        }));

    // Twelve vertices around a position at growing position angles, far or near.
    static readonly Gen<(double[] Ra, double[] Dec)> Stars =
        from ra0 in Gen.Choose(0, 359)
        from dec0 in Gen.Choose(-89, 89)
        from distances in Gen.ArrayOf(Gen.Choose(5, 60), 12)
        select Around(ra0, dec0, [.. distances.Select(d => d * 0.9)]);

    static (double[] Ra, double[] Dec) Around(double ra0, double dec0, double[] distances)
    {
        var (ra, dec) = (new double[distances.Length], new double[distances.Length]);
        for (var i = 0; i < ra.Length; i++)
        {
            var (sinDec, cosDec) = Math.SinCos(double.DegreesToRadians(dec0));
            var (sin, cos) = Math.SinCos(double.DegreesToRadians(distances[i]));
            var (sinAngle, cosAngle) = Math.SinCos(2 * Math.PI * i / ra.Length);
            var (x, y, z) = (cos * cosDec - sin * cosAngle * sinDec, sin * sinAngle, cos * sinDec + sin * cosAngle * cosDec);
            (ra[i], dec[i]) = (ra0 + double.RadiansToDegrees(Math.Atan2(y, x)),
                double.RadiansToDegrees(Math.Atan2(z, double.Hypot(x, y))));
        }
        return (ra, dec);
    }

    [Fact]
    public void Areas_are_those_of_geometry()
    {
        const double sphere = 4 * 180 * 180 / Math.PI;
        // An octant; its rounding is of some 1e-16 of the sphere.
        Assert.Equal(sphere / 8, new SkyPolygon([0, 90, 0], [0, 0, 90]).Area, 1e-9);
        // A square of 1 arcsec: flat to 1e-11 of itself.
        Assert.Equal(1 / 3600.0 / 3600.0, SkyPolygon.Rectangle(10, 20, 1 / 3600.0, 1 / 3600.0).Area, 1e-10 / 3600 / 3600);
        // A zone: the difference of the sines, up to a pixel's height at order 8 on each side.
        var zone = Moc.FromRegion(RaDecBox.Zone(-30, 30), 8);
        Assert.InRange(zone.Area, sphere / 2, sphere / 2 + 2 * 360 * 0.5);
        Assert.True(SkyPolygon.Rectangle(10, 20, 4, 4).IsConvex);
        Assert.False(new SkyPolygon([20, 50, 20, 30], [-10, 0, 20, 3]).IsConvex);
    }

    [Theory]
    [InlineData(new double[] { 0, 10 }, new double[] { 0, 10 }, "3")]
    [InlineData(new double[] { 0, 10, 20 }, new double[] { 0, 0 }, "length")]
    [InlineData(new double[] { 0, 10, 20 }, new double[] { 0, 0, 0 }, "area")]
    [InlineData(new double[] { 0, 10, 20, 10 }, new double[] { 0, 10, 20, 10 }, "one position")]
    [InlineData(new double[] { 0, 10, 0, 10 }, new double[] { 0, 10, 10, 0 }, "crosses itself")]
    [InlineData(new double[] { 0, 0, 10, 20, 20, 10 }, new double[] { 0, 10, 5, 10, 0, 5 }, "one position")]
    [InlineData(new double[] { 0, 180, 90 }, new double[] { 10, -10, 5 }, "opposite")]
    [InlineData(new double[] { 0, 0, 10 }, new double[] { 0, 0, 5 }, "one position")]
    public void Polygons_that_are_none_are_refused(double[] ra, double[] dec, string because) =>
        Assert.Contains(because, Assert.Throws<ArgumentException>(() => new SkyPolygon(ra, dec)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Numbers_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new SkyPolygon([0, double.NaN, 10], [0, 0, 10]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SkyPolygon([0, 5, 10], [0, 91, 10]));
        Assert.Throws<ArgumentException>(() => new SkyPolygon(new double[20_000], new double[20_000]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RaDecBox(-1, 10, 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RaDecBox(0, 10, 0, 91));
        Assert.Throws<ArgumentException>(() => new RaDecBox(0, 10, 5, 5));
        Assert.Throws<ArgumentException>(() => new RaDecBox(10, 10, 0, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SkyEllipse(0, 0, 91, 1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SkyEllipse(0, 0, 1, 2, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SkyEllipse(0, 0, 1, 1, double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => SkyPolygon.Rectangle(0, 0, 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Healpix.Cover(Cone.FromDegrees(0, 0, 1), 30));
        Assert.Contains("coarser", Assert.Throws<ArgumentException>(
            () => Healpix.Cover(Cone.FromDegrees(0, 0, 10), 12, CoverRule.Touching, 100)).Message, StringComparison.Ordinal);
    }
}
