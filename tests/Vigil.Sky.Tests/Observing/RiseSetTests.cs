using Vigil.Sky.Observing;
using Vigil.Sky.Time;
using static Vigil.Sky.Tests.ReferenceTable;

namespace Vigil.Sky.Tests.Observing;

public class RiseSetTests
{
    const double Second = 1 / 86400.0;

    [Fact]
    public void Passages_match_astropy() => Assert.All(Rows("riseset.csv"), row =>
    {
        var (mjd, ra, dec, level, days) = (Number(row[1]), Number(row[4]), Number(row[5]), Number(row[6]), Number(row[7]));
        var site = new Site(Number(row[3]), Number(row[2]), 500);
        var orientation = new EarthOrientation(Number(row[8]));
        var found = row[0] switch
        {
            "moon" => RiseSet.Next(site, mjd, Moon.At, level, days, orientation),
            "sun" => RiseSet.Next(site, mjd, Sun.At, level, days, orientation),
            _ => RiseSet.Next(site, mjd, ra, dec, level, days, orientation),
        };
        Assert.Equal(row[9], found.Case.ToString().ToLowerInvariant());
        Check(row[10], found.Rise);
        Check(row[11], found.Set);

        void Check(string expected, double? time)
        {
            Assert.Equal(expected.Length > 0, time is not null);
            if (time is not { } passage)
                return;
            // What 0.5" (Sun and star: polar motion, and our 0.03") and 2" (Moon) of altitude make, and the 10 ms of both roots.
            double Altitude(double t)
            {
                var sky = new Horizon(site, new Moment(t, orientation));
                var place = row[0] switch
                {
                    "moon" => sky.AltAz(Moon.At(sky.Moment.MjdTt)),
                    "sun" => sky.AltAz(Sun.At(sky.Moment.MjdTt)),
                    _ => sky.AltAz(ra, dec),
                };
                return place.Altitude;
            }
            var speed = Math.Abs(Altitude(passage + 10 * Second) - Altitude(passage - 10 * Second)) / 20;
            Assert.Equal(0, (passage - Number(expected)) / Second, (row[0] == "moon" ? 2 : 0.5) / 3600 / speed + 0.02);
            Assert.Equal(level, Altitude(passage), 0.011 * speed + 1e-9);
        }
    });

    [Fact]
    public void A_transit_is_on_the_meridian()
    {
        var site = new Site(-70.7, -30.2, 2700);
        foreach (var body in (Func<double, SpaceVector>[])[Sun.At, Moon.At])
        {
            var transit = RiseSet.Next(site, 60310.4, body, days: 1.1).Transit!.Value;
            var sky = new Horizon(site, transit);
            Assert.Equal(0, sky.HourAngle(body(sky.Moment.MjdTt)), 0.011 * 15 / 3600); // 10 ms
            // Higher than before and after, but for what the Moon climbs meanwhile.
            foreach (var other in (double[])[-0.02, 0.02])
                Assert.True(sky.AltAz(body(sky.Moment.MjdTt)).Altitude > new Horizon(site,
                    transit + other).AltAz(body(sky.Moment.MjdTt + other)).Altitude);
        }
        Assert.Equal(0, new Horizon(site, RiseSet.Next(site, 60310, 100, 89).Transit!.Value).HourAngle(100, 89),
            0.011 * 15 / 3600);
    }

    [Fact]
    public void Polar_days_and_nights_are_told()
    {
        var cape = new Site(25.8, 71.2); // Nordkapp: no sunset from mid May to the end of July, no sunrise from late November on
        Assert.Equal(HorizonCase.NeverSets, RiseSet.Next(cape, Mjd(2026, 6, 21), Sun.At, RiseSet.Sun).Case);
        Assert.Equal(HorizonCase.NeverRises, RiseSet.Next(cape, Mjd(2026, 12, 21), Sun.At, RiseSet.Sun).Case);
        Assert.Equal(HorizonCase.Passes, RiseSet.Next(cape, Mjd(2026, 3, 21), Sun.At, RiseSet.Sun).Case);
        // At the pole the Sun rises once a year, near the equinox of 2026-03-20 14:46 UTC: refraction and radius make it 2 days
        // earlier.
        var pole = RiseSet.Next(new Site(0, 90), Mjd(2026, 3, 10), Sun.At, RiseSet.Sun, days: 20);
        Assert.InRange(pole.Rise!.Value - Mjd(2026, 3, 20), -2, -1);
        Assert.Null(pole.Set);
        Assert.Equal(HorizonCase.NeverSets, RiseSet.Next(new Site(0, 90), 60000, 30, 40).Case);
        Assert.Equal(HorizonCase.NeverRises, RiseSet.Next(new Site(0, -90), 60000, 30, 40).Case);

        static double Mjd(int year, int month, int day) =>
            Vigil.Sky.Mjd.From(new DateTimeOffset(year, month, day, 0, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public void A_short_appearance_between_two_hours_is_seen()
    {
        // A star that climbs above a level for 12 minutes around its transit.
        var site = new Site(10, 50);
        var transit = RiseSet.Next(site, 60310, 40, 20).Transit!.Value;
        var top = new Horizon(site, transit).AltAz(40, 20).Altitude;
        foreach (var start in (double[])[-0.3, -0.31, -0.32, -0.33])
        {
            var found = RiseSet.Next(site, transit + start, 40, 20, top - 0.02);
            Assert.Equal(0, (found.Rise!.Value + found.Set!.Value) / 2 - transit, 1 * Second);
            Assert.InRange(found.Set.Value - found.Rise.Value, 1 * Second, 1000 * Second);
        }
    }

    [Fact]
    public void The_phase_of_Meeus()
    {
        // Astronomical Algorithms, 2nd ed., example 48.a: 1992-04-12 0h TD: i = 69.0756, k = 0.6786.
        var phase = Moon.Phase(48724);
        Assert.Equal(69.0756, phase.PhaseAngle, 0.006); // he lets aberration of 0.0057 degrees shift the Sun
        Assert.Equal(0.6786, phase.Illumination, 1e-4);
        // New and full moons: his examples 49.a, 1977-02-18 03:37:42 TD, and of the US Naval Observatory 2024-04-08 18:21,
        // 2023-08-31 01:36 UT.
        Assert.Equal(0, Math.IEEERemainder(Moon.Phase(43192 + (3 + 37 / 60.0 + 42 / 3600.0) / 24).Elongation, 360), 0.01);
        // half a minute
        Assert.Equal(0, Math.IEEERemainder(Moon.Phase(60408 + (18 + 21 / 60.0) / 24 + 69 * Second).Elongation, 360), 0.01);
        Assert.Equal(180, Moon.Phase(60187 + (1 + 36 / 60.0) / 24 + 69 * Second).Elongation, 0.01);
    }

    [Fact]
    public void A_body_is_as_far_from_a_star_as_their_altitudes_say()
    {
        var sky = new Horizon(new Site(-70.7, -30.2, 2700), 60310.3);
        var moon = Moon.At(sky.Moment.MjdTt);
        var (there, star) = (sky.AltAz(moon), sky.AltAz(120, -20));
        Assert.Equal(Sphere.Separation(there.Azimuth, there.Altitude, star.Azimuth, star.Altitude), sky.Separation(moon, 120,
            -20), 1e-10);
        // Place leaves aberration out on both sides: the same within what it changes over the angle, 20" of a radian.
        var (ra, dec) = sky.Place(moon);
        Assert.Equal(sky.Separation(moon, 120, -20), Sphere.Separation(ra, dec, 120, -20), 40 / 3600.0);
    }

    [Theory]
    [InlineData(double.NaN, 0, 1)]
    [InlineData(60000, 91, 1)]
    [InlineData(60000, 0, 0)]
    [InlineData(60000, 0, 100)]
    [InlineData(60000, double.NaN, 1)]
    public void Bad_searches_are_refused(double mjd, double altitude, double days) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => RiseSet.Next(new Site(0, 0), mjd, Sun.At, altitude, days));
}
