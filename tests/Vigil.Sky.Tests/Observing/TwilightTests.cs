using Vigil.Sky.Observing;
using static Vigil.Sky.Tests.ReferenceTable;

namespace Vigil.Sky.Tests.Observing;

public class TwilightTests
{
    const double DocumentedError = 0.004; // degrees, of Sun.Altitude

    [Fact]
    public void The_altitude_of_the_Sun_matches_astropy() => Assert.All(Rows("twilight.csv"), row =>
        Assert.Equal(Number(row[3]), Sun.Altitude(Number(row[0]), new Site(Number(row[2]), Number(row[1]))), DocumentedError));

    [Fact]
    public void Evenings_and_mornings_match_astropy() => Assert.All(Rows("twilight.csv"), row =>
    {
        var (mjd, latitude, longitude) = (Number(row[0]), Number(row[1]), Number(row[2]));
        Check(row[4], Twilight.NextEvening(mjd, new Site(longitude, latitude)));
        Check(row[5], Twilight.NextMorning(mjd, new Site(longitude, latitude)));

        void Check(string expected, double? found)
        {
            if (expected.Length == 0)
            {
                Assert.Null(found);
                return;
            }
            // What the error of the altitude makes of the time: seconds, minutes where the Sun hardly sinks so low.
            const double second = 1 / 86400.0;
            var time = Number(expected);
            var (before, after) = (time - 30 * second, time + 30 * second);
            var speed = Math.Abs(Sun.Altitude(after, new Site(longitude, latitude)) - Sun.Altitude(before, new Site(longitude,
                latitude))) / (60 * second);
            Assert.NotNull(found);
            Assert.Equal(time, found.Value, DocumentedError / speed);
        }
    });

    [Fact]
    public void The_night_at_Palomar_is_that_of_SkyPortal()
    {
        // As SkyPortal 0.9 (astroplan) answers for 2026-11-21T01:29:33; it interpolates between points ten minutes apart,
        // over which the altitude bends by 0.01 degrees: 3 s.
        const double latitude = 33.3633675, longitude = -116.8361345;
        var day = new DateTimeOffset(2026, 11, 21, 0, 0, 0, TimeSpan.Zero);
        var now = Mjd.From(day + new TimeSpan(1, 29, 33));
        var evening = Twilight.NextEvening(now, new Site(longitude, latitude))!.Value;
        var morning = Twilight.NextMorning(now, new Site(longitude, latitude))!.Value;
        Assert.Equal(day + new TimeSpan(0, 2, 8, 49, 684), Mjd.ToTime(evening), TimeSpan.FromSeconds(3));
        Assert.Equal(day + new TimeSpan(0, 12, 57, 44, 221), Mjd.ToTime(morning), TimeSpan.FromSeconds(3));
        Assert.Equal(Twilight.Astronomical, Sun.Altitude(evening, new Site(longitude, latitude)), 1e-4);
    }

    [Fact]
    public void There_is_none_at_a_pole_or_in_a_white_night()
    {
        Assert.Null(Twilight.NextEvening(60310, new Site(0, 90)));
        Assert.Null(Twilight.NextMorning(60310, new Site(0, -90)));
        Assert.Null(Twilight.NextEvening(60116, new Site(10, 60)));
        // Sunset is known where the night is not dark: 60 degrees north at midsummer.
        Assert.NotNull(Twilight.NextEvening(60116, new Site(10, 60), altitude: -0.833));
    }

    [Fact]
    public void The_short_way_finds_what_a_search_of_the_whole_day_finds()
    {
        var random = new Random(8);
        for (var i = 0; i < 40; i++)
        {
            var site = new Site(360 * random.NextDouble(), 170 * random.NextDouble() - 85);
            var mjd = 55000 + 6000 * random.NextDouble();
            var altitude = -18 * random.NextDouble();
            var day = RiseSet.Next(site, mjd, Sun.At, altitude);
            Assert.Equal(day.Set, Twilight.NextEvening(mjd, site, altitude), SameInstant);
            Assert.Equal(day.Rise, Twilight.NextMorning(mjd, site, altitude), SameInstant);
        }

        // Both roots are good to 10 ms.
        static bool SameInstant(double? one, double? other) =>
            one is { } a && other is { } b ? Math.Abs(a - b) < 0.025 / 86400 : one is null && other is null;
    }
}
