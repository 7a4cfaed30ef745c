using FsCheck.Fluent;
using Vigil.Sky.Observing;
using Vigil.Sky.Time;
using static Vigil.Sky.Tests.ReferenceTable;

namespace Vigil.Sky.Tests.Observing;

public class HorizonTests
{
    const double Mas = 1 / 3.6e6;

    [Fact]
    public void Stars_stand_where_erfa_has_them() => Assert.All(Rows("altaz.csv"), row =>
    {
        var v = row.Select(Number).ToArray();
        var sky = new Horizon(new Site(v[3], v[4], v[5]), new Moment(v[2], new EarthOrientation(v[6], v[7], v[8])));
        var star = sky.AltAz(v[0], v[1]);
        // The documented 2 mas: IAU 2000B against 2000A.
        Assert.Equal(0, Sphere.Separation(v[10], v[9], star.Azimuth, star.Altitude), 2 * Mas);
        // Angles around the pole and the zenith are as much less certain as circles there are smaller. Polar motion of 0.5" is in
        // ERFA's hour angle, from the pole itself; ours is counted from the meridian and the latitude of the site.
        var fromPole = Math.Cos(double.DegreesToRadians(v[1]));
        if (fromPole < 0.05 || Math.Abs(v[4]) > 85)
            return;
        Assert.Equal(0, Math.IEEERemainder(v[11] - sky.HourAngle(v[0], v[1]), 360), (600 + 2) * Mas / fromPole);
        Assert.Equal(0, Math.IEEERemainder(v[12] - sky.ParallacticAngle(v[0], v[1]), 360),
            (600 + 2) * Mas / fromPole / Math.Cos(double.DegreesToRadians(v[9])));
    });

    [Fact]
    public void The_apparent_place_of_Meeus()
    {
        // Astronomical Algorithms, 2nd ed., example 23.a: theta Persei on 2028-11-13.19 TD, 2h46m14.390s +49d21'07.45" from
        // J2000.0 with its motion, 41.054063, +49.227750. His precession of 1976 and nutation of 1980 are off today's by 0.1"
        // there (0.3" a century).
        var moment = new Moment(TimeScale.TtToUtc(62088.19));
        var (ra, dec) = moment.ApparentPlace(41.054063, 49.227750);
        Assert.Equal(0, Sphere.Separation(15 * (2 + 46 / 60.0 + 14.390 / 3600), 49 + 21 / 60.0 + 7.45 / 3600, ra, dec),
            0.13 / 3600);
        // By pyerfa 2.0.0.1: atci13 and the equation of the origins.
        Assert.Equal(0, Sphere.Separation(41.55994189882097, 49.35205638306675, ra, dec), 2 * Mas);
    }

    [Fact]
    public void Many_stars_stand_where_each_stands()
    {
        var random = new Random(4);
        var (ra, dec) = (new double[1003], new double[1003]);
        for (var i = 0; i < ra.Length; i++)
            (ra[i], dec[i]) = (360 * random.NextDouble(), double.RadiansToDegrees(Math.Asin(2 * random.NextDouble() - 1)));
        (dec[0], dec[1]) = (90, -90);
        var sky = new Horizon(new Site(-70.7, -30.2, 2700), 60310.3);
        var zenith = sky.ToIcrs(new Horizontal(90, 0));
        (ra[2], dec[2]) = zenith;
        foreach (var n in (int[])[0, 1, 2, 3, 4, 5, 7, 8, 1003])
        {
            var stars = new StarList(ra.AsSpan(0, n), dec.AsSpan(0, n));
            var (altitude, azimuth) = (new double[n], new double[n]);
            sky.AltAz(stars, altitude, azimuth);
            for (var i = 0; i < n; i++)
            {
                var one = sky.AltAz(ra[i], dec[i]);
                Assert.Equal(one.Altitude, altitude[i], 1e-12);
                Assert.Equal(0, Sphere.Separation(one.Azimuth, one.Altitude, azimuth[i], altitude[i]), 1e-12);
                Assert.InRange(azimuth[i], 0, 359.99999999999999);
            }
            var alone = new double[n];
            sky.AltAz(stars, alone, []);
            Assert.Equal(altitude, alone);
        }
    }

    [Fact]
    public void Sites_and_times_lie_as_documented_with_one_thread_and_two()
    {
        var stars = new StarList([10, 200, 300], [-5, 40, 89]);
        Site[] sites = [new(0, 50), new(20, -30, 1798)];
        double[] times = [60000, 60000.25, 60001, 60002.5];
        var (one, two, azimuth) = (new double[24], new double[24], new double[24]);
        Visibility.AltAz(stars, sites, times, one);
        Visibility.AltAz(stars, sites, times, two, azimuth, mjd => new EarthOrientation(mjd == 60001 ? 0.5 : 0), threads: 2);
        var star = new Horizon(sites[1], new Moment(60001, new EarthOrientation(0.5))).AltAz(200, 40);
        Assert.Equal(star.Altitude, two[(1 * 4 + 2) * 3 + 1], 1e-12);
        Assert.Equal(star.Azimuth, azimuth[(1 * 4 + 2) * 3 + 1], 1e-12);
        Assert.Equal(one[..6], two[..6]);
        Assert.NotEqual(one[6..9], two[6..9]);
        Assert.Throws<ArgumentException>(() => Visibility.AltAz(stars, sites, times, new double[23]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Visibility.AltAz(stars, sites, times, one, threads: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Visibility.AltAz(stars, [new Site(0, 91)], [60000, 60001], new double[6],
            threads: 2));
    }

    [Fact]
    public void Many_stars_allocate_nothing()
    {
        var stars = new StarList(new double[1000], new double[1000]);
        var altitude = new double[1000];
        var sky = new Horizon(new Site(0, 0), 60000);
        sky.AltAz(stars, altitude, []);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10; i++)
            new Horizon(new Site(0, 0), new Moment(60000 + i)).AltAz(stars, altitude, []);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_direction_leads_back_to_its_star() => Prop.ForAll(Directions.Any, star =>
    {
        var sky = new Horizon(new Site(149.06, -31.27, 1149), 60310.3);
        var (ra, dec) = sky.ToIcrs(sky.AltAz(star.Ra, star.Dec));
        Assert.Equal(0, Sphere.Separation(star.Ra, star.Dec, ra, dec), 1e-11);
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(0, 91, 0, 0)]
    [InlineData(0, double.NaN, 0, 0)]
    [InlineData(double.NaN, 0, 0, 0)]
    [InlineData(0, 0, double.NaN, 0)]
    [InlineData(0, 0, 0, -90.1)]
    public void Bad_positions_are_refused(double ra, double dec, double longitude, double latitude) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Horizon(new Site(longitude, latitude), 60000).AltAz(ra, dec));

    [Fact]
    public void Bad_lists_and_times_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Moment(double.NaN));
        Assert.Throws<ArgumentException>(() => new StarList([1], [1, 2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new StarList([double.NaN], [1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new StarList([1], [double.NaN]));
        Assert.Throws<ArgumentException>(() => new Horizon(default, 60000).AltAz(new StarList([1], [1]), new double[2], []));
        Assert.Throws<ArgumentOutOfRangeException>(() => Site.FromDegrees(10, 100));
        Assert.Throws<ArgumentOutOfRangeException>(() => Site.FromDegrees(-181, 10));
        Assert.Throws<ArgumentOutOfRangeException>(() => Site.FromDegrees(0, 10, double.NaN));
    }
}
