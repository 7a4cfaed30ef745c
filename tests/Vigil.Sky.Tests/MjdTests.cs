
namespace Vigil.Sky.Tests;

public class MjdTests
{
    [Theory]
    [InlineData("1858-11-17T00:00:00Z", 0)] // by definition
    [InlineData("2000-01-01T12:00:00Z", 51544.5)] // J2000.0 is JD 2451545.0
    [InlineData("1957-10-04T19:26:24Z", 36115.81)] // Meeus, Astronomical Algorithms, 2nd ed., example 7.a
    [InlineData("2026-11-21T01:30:00+02:00", 61364.979166666667)]
    public void A_time_and_its_date(string time, double mjd)
    {
        var parsed = DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(mjd, Mjd.From(parsed), 1e-11);
        Assert.Equal(parsed, Mjd.ToTime(mjd));
        Assert.Equal(TimeSpan.Zero, Mjd.ToTime(mjd).Offset);
        Assert.Equal(mjd, Mjd.FromJd(Mjd.ToJd(mjd)), 1e-9);
    }

    [Fact]
    public void A_jd_is_told_from_an_mjd()
    {
        Assert.True(Mjd.LooksLikeJd(2460310.5));
        Assert.False(Mjd.LooksLikeJd(60310));
        Assert.False(Mjd.LooksLikeJd(double.NaN));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(1e9)]
    [InlineData(-1e6)]
    public void A_date_beyond_the_calendar_is_refused(double mjd) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Mjd.ToTime(mjd));
}
