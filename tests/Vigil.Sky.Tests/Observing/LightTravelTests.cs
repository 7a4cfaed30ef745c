using Vigil.Sky.Observing;
using Vigil.Sky.Time;
using static Vigil.Sky.Tests.ReferenceTable;

namespace Vigil.Sky.Tests.Observing;

public class LightTravelTests
{
    [Fact]
    public void Corrections_match_astropy() => Assert.All(Rows("light_travel.csv"), row =>
    {
        var v = row.Select(Number).ToArray();
        var (moment, site) = (new Moment(v[2]), new Site(v[3], v[4], v[5]));
        const double tolerance = 0.07e-3; // the documented error, s
        Assert.Equal(v[6], 86400 * LightTravel.ToSun(v[0], v[1], moment, site), tolerance);
        Assert.Equal(v[7], 86400 * LightTravel.ToBarycentre(v[0], v[1], moment, site), tolerance);
        var utc = JulianDate.FromMjd(v[2]);
        Assert.Equal(v[8], 86400 * LightTravel.BjdTdb(utc, v[0], v[1], site).DaysSince(utc), tolerance + 1e-5); // and TDB - TT
        Assert.Equal(v[2] + v[8] / 86400, LightTravel.BjdTdb(v[2], v[0], v[1], site), (tolerance + 1e-5) / 86400);
        // from the Earth's centre
        Assert.Equal(v[2] + v[6] / 86400, LightTravel.Hjd(v[2], v[0], v[1]), (tolerance + 0.0213) / 86400);
    });

    [Fact]
    public void A_position_that_is_none_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => LightTravel.BjdTdb(60000, 0, -91));
}
