using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using static Vigil.Sky.Tests.ReferenceTable;

namespace Vigil.Sky.Tests;

public class HealpixSchemesTests
{
    static readonly Gen<(int Order, long Ipix)> Pixels =
        from order in Gen.Choose(0, Healpix.MaxOrder)
        from part in Gen.Choose(0, int.MaxValue - 1)
        select (order, (long)((Int128)Healpix.PixelCount(order) * part / (int.MaxValue - 1)) is var ipix
            && ipix < Healpix.PixelCount(order) ? ipix : Healpix.PixelCount(order) - 1);

    static readonly Gen<(double Ra, double Dec)> Positions =
        from ra in Gen.Choose(0, 359_999_999)
        from z in Gen.Choose(-1_000_000_000, 1_000_000_000)
        select (ra * 1e-6, double.RadiansToDegrees(Math.Asin(z * 1e-9)));

    static long Integer(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    static double[] Numbers(string text) => [.. text.Split(' ').Select(Number)];

    [Fact]
    public void Ring_and_neighbours_match_healpy() => Assert.All(Rows("healpix_schemes.csv"), row =>
    {
        var (order, ipix, ring) = ((int)Integer(row[0]), Integer(row[1]), Integer(row[2]));
        Assert.Equal(ring, Healpix.NestedToRing(order, ipix));
        Assert.Equal(ipix, Healpix.RingToNested(order, ring));
        var neighbours = new long[8];
        Healpix.Neighbours(order, ipix, neighbours);
        Assert.Equal(row[3].Split(' ').Select(Integer), neighbours);
    });

    [Fact]
    public void Boundary_matches_healpy() => Assert.All(Rows("healpix_boundaries.csv"), row =>
    {
        var (order, ipix, step) = ((int)Integer(row[0]), Integer(row[1]), (int)Integer(row[2]));
        var (ra, dec) = (new double[4 * step], new double[4 * step]);
        Healpix.Boundary(order, ipix, step, ra, dec);
        var (ra2, dec2) = (Numbers(row[3]), Numbers(row[4]));
        // healpy takes an arc cosine of z: 1e-8 degrees at the pole, 2e-11 elsewhere with the digits printed.
        for (var i = 0; i < ra.Length; i++)
            Assert.Equal(0, Sphere.Separation(ra[i], dec[i], ra2[i], dec2[i]), Math.Abs(dec[i]) > 89.9 ? 2e-8 : 2e-11);
    });

    [Fact]
    public void Interpolation_weights_match_healpy() => Assert.All(Rows("healpix_interpolation.csv"), row =>
    {
        var order = (int)Integer(row[0]);
        var (ipix, weights) = (new long[4], new double[4]);
        Healpix.InterpolationWeights(Number(row[1]), Number(row[2]), order, ipix, weights);
        Assert.Equal(1, weights.Sum(), 1e-15);
        var (theirs, theirWeights) = (row[3].Split(' ').Select(Integer).ToArray(), Numbers(row[4]));
        // By pixel, as near a pole one may come twice. Rings are 1e-3 apart at order 12, so 1e-13 of rounding is 1e-10 of weight.
        foreach (var pixel in theirs.Concat(ipix).Distinct())
            Assert.Equal(Weight(theirs, theirWeights, pixel), Weight(ipix, weights, pixel), 1e-10);
    });

    static double Weight(long[] ipix, double[] weights, long pixel) =>
        ipix.Zip(weights).Where(pair => pair.First == pixel).Sum(pair => pair.Second);

    [Fact]
    public void Interpolation_of_a_centre_is_its_value_and_N_are_as_one()
    {
        var random = new Random(3);
        var map = new double[Healpix.PixelCount(4)];
        foreach (ref var value in map.AsSpan())
            value = random.NextDouble();
        var (ra, dec, all) = (new double[map.Length], new double[map.Length], new double[map.Length]);
        Healpix.Centre(4, [.. Enumerable.Range(0, map.Length).Select(i => (long)i)], ra, dec);
        Healpix.Interpolate(map, ra, dec, all);
        for (var i = 0; i < map.Length; i++)
        {
            Assert.Equal(map[i], all[i], 1e-12); // rounding of a position, 1e-14 degrees, in a pixel of 3.7 degrees
            Assert.Equal(all[i], Healpix.Interpolate(map, ra[i], dec[i]));
        }
    }

    [Fact]
    public void Schemes_and_packings_are_one_to_one() => Check.QuickThrowOnFailure(Prop.ForAll(Pixels.ToArbitrary(), pixel =>
    {
        var (order, ipix) = pixel;
        var range = Healpix.Range(order, ipix);
        return Healpix.RingToNested(order, Healpix.NestedToRing(order, ipix)) == ipix
            && Healpix.NestedToRing(order, Healpix.RingToNested(order, ipix)) == ipix
            && Healpix.FromUniq(Healpix.Uniq(order, ipix)) == (order, ipix)
            && range.Contains(ipix << (2 * (29 - order))) && range.End - range.First == 1L << (2 * (29 - order));
    }));

    [Fact]
    public void Neighbours_are_mutual_and_touch() => Check.QuickThrowOnFailure(Prop.ForAll(Pixels.ToArbitrary(), pixel =>
    {
        var (order, ipix) = pixel;
        var (around, back) = (new long[8], new long[8]);
        Healpix.Neighbours(order, ipix, around);
        return around.Where(neighbour => neighbour >= 0).All(neighbour =>
        {
            Healpix.Neighbours(order, neighbour, back);
            return back.Contains(ipix);
        });
    }));

    [Fact]
    public void Corners_surround_the_centre_and_belong_to_the_pixel_or_its_neighbours() =>
        Check.QuickThrowOnFailure(Prop.ForAll(Pixels.ToArbitrary(), pixel =>
        {
            var (order, ipix) = (Math.Min(pixel.Order, 20), pixel.Ipix >> (2 * Math.Max(0, pixel.Order - 20)));
            var (ra, dec, around) = (new double[4], new double[4], new long[8]);
            Healpix.Corners(order, ipix, ra, dec);
            Healpix.Neighbours(order, ipix, around);
            for (var i = 0; i < 4; i++)
            {
                var holder = Healpix.Ipix(ra[i], dec[i], order);
                if (holder != ipix && !around.Contains(holder))
                    return false;
            }
            var centre = Healpix.Centre(order, ipix);
            return dec[0] > centre.Dec && dec[2] < centre.Dec;
        }));

    [Fact]
    public void N_positions_are_found_as_one_is() => Check.QuickThrowOnFailure(Prop.ForAll(
        Gen.ArrayOf(Positions, 23).ToArbitrary(), Gen.Choose(0, 20).ToArbitrary(), (positions, order) =>
        {
            var (ra, dec) = (positions.Select(p => p.Ra).ToArray(), positions.Select(p => p.Dec).ToArray());
            var ipix = new long[ra.Length];
            Healpix.Ipix(ra, dec, order, ipix);
            return ipix.Select((index, i) => index == Healpix.Ipix(ra[i], dec[i], order)).All(same => same);
        }));

    [Fact]
    public void N_positions_match_healpy_and_astropy_healpix() => Assert.All(
        Rows("healpix_pixels.csv").GroupBy(row => row[0]), rows =>
        {
            var (ra, dec) = (rows.Select(row => Number(row[1])).ToArray(), rows.Select(row => Number(row[2])).ToArray());
            var ipix = new long[ra.Length];
            Healpix.Ipix(ra, dec, (int)Integer(rows.Key), ipix);
            Assert.Equal(rows.Select(row => Integer(row[3])), ipix);
        });

    [Fact]
    public void N_positions_take_any_right_ascension_and_no_other_declination()
    {
        var ipix = new long[5];
        Healpix.Ipix([-10, 350, 710, 0, 360], [12, 12, 12, 90, -90], 9, ipix);
        Assert.Equal(ipix[0], ipix[1]);
        Assert.Equal(ipix[0], ipix[2]);
        Assert.Throws<ArgumentOutOfRangeException>(() => Healpix.Ipix([0, 0, 0, 0], [0, 0, 0, 90.1], 9, new long[4]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Healpix.Ipix([0, double.NaN, 0, 0], [0, 0, 0, 0], 9, new long[4]));
        Assert.Throws<ArgumentException>(() => Healpix.Ipix([0], [0, 1], 9, new long[1]));
    }

    [Fact]
    public void Maps_change_scheme_and_order()
    {
        var ring = Enumerable.Range(0, 768).Select(i => (double)i).ToArray();
        var (nested, back, coarse, fine) = (new double[768], new double[768], new double[12], new double[3072]);
        Healpix.RingToNested<double>(ring, nested);
        for (var ipix = 0; ipix < 768; ipix++)
            Assert.Equal(Healpix.NestedToRing(3, ipix), nested[ipix]);
        Healpix.NestedToRing<double>(nested, back);
        Assert.Equal(ring, back);

        Healpix.DegradeSum(nested, coarse);
        Assert.Equal(nested[64..128].Sum(), coarse[1]); // whole numbers: exact
        Healpix.Upgrade(nested, fine);
        Assert.Equal(nested[100], fine[403]);
        Healpix.DegradeMean(fine, back);
        Assert.Equal(nested, back);
        Assert.Throws<ArgumentException>(() => Healpix.DegradeSum(coarse, fine));
        Assert.Throws<ArgumentException>(() => Healpix.Upgrade(fine, coarse));
        Assert.Throws<ArgumentException>(() => Healpix.DegradeSum(new double[100], coarse));
    }

    [Fact]
    public void Arguments_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Healpix.FromUniq(3));
        Assert.Throws<ArgumentOutOfRangeException>(() => Healpix.FromUniq(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Healpix.FromUniq(16L << 58));
        Assert.Throws<ArgumentOutOfRangeException>(() => Healpix.Uniq(30, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Healpix.Uniq(0, 12));
        Assert.Throws<ArgumentOutOfRangeException>(() => Healpix.NestedToRing(1, 48));
        Assert.Throws<ArgumentOutOfRangeException>(() => Healpix.RingToNested(1, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Healpix.Neighbours(-1, 0, new long[8]));
        Assert.Throws<ArgumentException>(() => Healpix.Neighbours(1, 0, new long[7]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Healpix.Boundary(1, 0, 0, [], []));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => Healpix.InterpolationWeights(0, double.NaN, 1, new long[4], new double[4]));
        Assert.Throws<ArgumentException>(() => Healpix.OrderOf(0));
        Assert.Throws<ArgumentException>(() => Healpix.OrderOf(long.MaxValue));
        Assert.Equal(29, Healpix.OrderOf(Healpix.PixelCount(29)));
    }
}
