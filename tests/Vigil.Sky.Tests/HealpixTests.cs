using System.Globalization;
using static Vigil.Sky.Tests.ReferenceTable;

namespace Vigil.Sky.Tests;

public class HealpixTests
{
    [Fact]
    public void Ipix_and_Centre_match_healpy() => Assert.All(Rows("healpix_pixels.csv"), row =>
    {
        var (order, ra, dec) = (int.Parse(row[0], CultureInfo.InvariantCulture), Number(row[1]), Number(row[2]));
        var ipix = long.Parse(row[3], CultureInfo.InvariantCulture);
        Assert.Equal(ipix, Healpix.Ipix(ra, dec, order));

        var centre = Healpix.Centre(order, ipix);
        // healpy goes through an arc cosine near the equator, which costs it some 1e-13 degrees.
        Assert.Equal(0, Sphere.Separation(centre.Ra, centre.Dec, Number(row[4]), Number(row[5])), 1e-12);
    });

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(29)]
    public void Ipix_of_a_centre_is_the_pixel(int order)
    {
        var step = Math.Max(1, Healpix.PixelCount(order) / 5003);
        for (long ipix = 0; ipix < Healpix.PixelCount(order); ipix += step)
        {
            var (ra, dec) = Healpix.Centre(order, ipix);
            Assert.Equal(ipix, Healpix.Ipix(ra, dec, order));
        }
    }

    [Fact]
    public void Ipix_nests_and_wraps()
    {
        Assert.Equal(Healpix.Ipix(200.1, -33.3, 29) >> 20, Healpix.Ipix(200.1, -33.3, 19));
        Assert.Equal(Healpix.Ipix(350, 12), Healpix.Ipix(-10, 12));
        Assert.Equal(Healpix.Ipix(0, 12), Healpix.Ipix(-1e-300, 12));
    }

    [Fact]
    public void Arguments_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Healpix.Ipix(0, 90.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Healpix.Ipix(0, double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => Healpix.Ipix(double.NaN, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Healpix.Ipix(0, 0, 30));
        Assert.Throws<ArgumentOutOfRangeException>(() => Healpix.Centre(0, 12));
        Assert.Throws<ArgumentOutOfRangeException>(() => Healpix.Centre(3, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Healpix.ConeRanges(0, 0, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Healpix.ConeRanges(0, 0, double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => Healpix.ConeRanges(0, 0, 1, 0));
    }

    [Fact]
    public void ConeRanges_hold_the_pixels_healpy_finds() => Assert.All(Rows("healpix_cones.csv"), row =>
    {
        var ranges = Healpix.ConeRanges(Number(row[0]), Number(row[1]), Number(row[2]));
        var order = int.Parse(row[3], CultureInfo.InvariantCulture);
        foreach (var ipix in row[4].Split(' '))
        {
            // healpy counts a pixel when its centre is in the cone.
            var (ra, dec) = Healpix.Centre(order, long.Parse(ipix, CultureInfo.InvariantCulture));
            Assert.Contains(ranges, range => range.Contains(Healpix.Ipix(ra, dec)));
        }
    });

    public static TheoryData<double, double> Axes => new()
    {
        { 0, 0 }, { 0, 90 }, { 77, -90 }, { 12, 89.9999 }, { 200, -89.99 }, { 359.99999, 5 }, { 0.00001, -41.8 }, { 45, 0 },
        { 90, 45 }, { 89.99999, 70 }, { 180, 41.8103 }, { 133.7, 22.2 }, { 266.4, -29 }, { 310, -66.6 },
    };

    [Theory]
    [MemberData(nameof(Axes))]
    public void ConeRanges_miss_no_position_and_cover_little_more(double ra, double dec)
    {
        var random = new Random(29);
        foreach (var radius in (double[])[0, 1e-7, 1e-5, 1 / 3600.0, 10 / 3600.0, 1 / 60.0, 0.3, 1, 7, 30, 89, 120, 179, 180])
            foreach (var most in (int[])[1, 4, 16])
            {
                var ranges = Healpix.ConeRanges(ra, dec, radius, most);
                Assert.InRange(ranges.Length, 1, most);
                for (var i = 1; i < ranges.Length; i++)
                    Assert.True(ranges[i - 1].End < ranges[i].First);

                for (var i = 0; i < 300; i++)
                {
                    // On the rim every third time, just inside it to allow for our own rounding.
                    var distance = (i % 3 == 0 ? 1 : Math.Sqrt(random.NextDouble())) * radius;
                    var (ra2, dec2) = At(ra, dec, distance, 360 * random.NextDouble());
                    Assert.Contains(ranges, range => range.Contains(Healpix.Ipix(ra2, dec2)));
                }

                // With 16 ranges: no more than 3.5 times the cone, once the cone is wider than a pixel.
                if (most == 16 && radius > 1e-6)
                {
                    var covered = ranges.Sum(range => (double)(range.End - range.First)) / Healpix.PixelCount(29);
                    var half = Math.Sin(double.DegreesToRadians(radius / 2));
                    Assert.InRange(covered, half * half, 3.5 * half * half);
                }
            }
    }

    [Fact]
    public void ConeRanges_miss_no_position_wherever_the_cone_lies()
    {
        var random = new Random(30);
        for (var i = 0; i < 20_000; i++)
        {
            // Evenly over the sky, then close to the poles, to RA 0 and to the border of the caps, where pixels change their
            // shape.
            var (ra, dec) = (360 * random.NextDouble(), double.RadiansToDegrees(Math.Asin(2 * random.NextDouble() - 1)));
            var near = Math.Pow(10, -7 * random.NextDouble());
            (ra, dec) = (i % 5) switch
            {
                1 => (ra, 90 - near),
                2 => (near - 5e-8, dec),
                3 => (ra, double.RadiansToDegrees(Math.Asin(-2 / 3.0)) + near),
                4 => (90 * (i % 4) + near, near),
                _ => (ra, dec),
            };
            var radius = 60 * Math.Pow(10, -9 * random.NextDouble());
            var ranges = Healpix.ConeRanges(ra, dec, radius);
            for (var angle = 0; angle < 360; angle += 15)
            {
                var rim = At(ra, dec, radius * (1 - 1e-12), angle);
                Assert.Contains(ranges, range => range.Contains(Healpix.Ipix(rim.Ra, rim.Dec)));
            }
            Assert.Contains(ranges, range => range.Contains(Healpix.Ipix(ra, dec)));
        }
    }

    [Theory]
    [MemberData(nameof(Axes))]
    public void ConeRanges_are_what_a_walk_over_all_pixels_finds(double ra, double dec)
    {
        const int order = 5; // pixels of 1.8 degrees
        foreach (var radius in (double[])[3, 11, 40, 90, 175])
        {
            // Room for all: nothing is joined.
            var covering = new Moc(Healpix.ConeRanges(ra, dec, radius, 100_000));
            for (var ipix = 0L; ipix < Healpix.PixelCount(order); ipix++)
            {
                var centre = Healpix.Centre(order, ipix);
                var distance = Sphere.Separation(ra, dec, centre.Ra, centre.Dec);
                var covered = covering.Contains(centre.Ra, centre.Dec);
                if (distance < radius - 1e-9)
                    Assert.True(covered, $"{centre} is {distance} from the axis of a cone of {radius}.");
                // A pixel is kept when its circle, of at most a quarter of the radius, touches the cone.
                if (distance > 1.5 * radius + 1e-9)
                    Assert.False(covered, $"{centre} is {distance} from the axis of a cone of {radius}.");
            }
        }
    }

    [Fact]
    public void ConeRanges_of_everything_is_one_range() =>
        Assert.Equal([new IpixRange(0, Healpix.PixelCount(29))], Healpix.ConeRanges(10, 20, 180));

    // The position at a distance and position angle (east of north).
    static (double Ra, double Dec) At(double ra, double dec, double distance, double angle)
    {
        var (sinDec, cosDec) = Math.SinCos(double.DegreesToRadians(dec));
        var (sin, cos) = Math.SinCos(double.DegreesToRadians(distance));
        var (sinAngle, cosAngle) = Math.SinCos(double.DegreesToRadians(angle));
        var (north, axis, east) = (sin * cosAngle, cos, sin * sinAngle);
        var ra2 = ra + double.RadiansToDegrees(Math.Atan2(east, axis * cosDec - north * sinDec));
        var z = axis * sinDec + north * cosDec;
        return (ra2, double.RadiansToDegrees(Math.Atan2(z, double.Hypot(east, axis * cosDec - north * sinDec))));
    }

    [Theory]
    // healpy 1.16.1: ang2pix(2**order, ra, dec, lonlat=True)
    [InlineData(2, 10, 20, 56)]
    [InlineData(5, 359.9, -89.5, 12287)]
    [InlineData(10, 123.4, 66.6, 515808)]
    [InlineData(29, 266.41683, -29.00781, 2568009580856072726)]
    public void RING_index_of_a_position(int order, double ra, double dec, long ipix) =>
        Assert.Equal(ipix, Healpix.RingIpix(ra, dec, order));
}
