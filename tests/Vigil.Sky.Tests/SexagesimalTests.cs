
namespace Vigil.Sky.Tests;

public class SexagesimalTests
{
    [Theory]
    // astropy 5.2.1, SkyCoord(ra, dec).to_string("hmsdms") with two and one decimals.
    [InlineData(342.4596207, 51.2633839, "22:49:50.31", "+51:15:48.2")]
    [InlineData(266.41681662, -29.00782497, "17:45:40.04", "-29:00:28.2")]
    [InlineData(123, -90, "08:12:00.00", "-90:00:00.0")]
    // What rounds up to a whole turn starts again; a small negative declination keeps its sign.
    [InlineData(359.99999999, -0.0001, "00:00:00.00", "-00:00:00.4")]
    // 59.97 s is a full minute with one decimal.
    [InlineData(0, 59.97 / 3600, "00:00:00.00", "+00:01:00.0")]
    public void Positions_are_written_as_people_do(double ra, double dec, string raText, string decText)
    {
        Assert.Equal(raText, Sexagesimal.Ra(ra));
        Assert.Equal(decText, Sexagesimal.Dec(dec));
    }

    [Theory]
    [InlineData("342.5", 342.5)]
    [InlineData("22:50:00", 342.5)]
    [InlineData("22h50m", 342.5)]
    [InlineData(" 22 50 0.0 ", 342.5)]
    public void Right_ascensions_are_read_in_degrees_or_hours(string text, double ra)
    {
        Assert.True(Sexagesimal.TryParseRa(text, out var read));
        Assert.Equal(ra, read, 1e-12); // a few roundings of numbers below 360
    }

    [Theory]
    [InlineData("-7.5", -7.5)]
    [InlineData("-07:30:00", -7.5)]
    [InlineData("−7°30′", -7.5)]
    [InlineData("-00:30:00", -0.5)]
    [InlineData("+7d30m0s", 7.5)]
    public void Declinations_are_read_in_degrees(string text, double dec)
    {
        Assert.True(Sexagesimal.TryParseDec(text, out var read));
        Assert.Equal(dec, read, 1e-13);
    }

    [Theory]
    [InlineData("")]
    [InlineData("abc")]
    [InlineData("24:00:00")]
    [InlineData("12:60:00")]
    [InlineData("12:-5:00")]
    [InlineData("1:2:3:4")]
    [InlineData("360")]
    [InlineData("NaN")]
    public void What_is_no_right_ascension_is_not_read(string text) => Assert.False(Sexagesimal.TryParseRa(text, out _));

    [Fact]
    public void A_declination_ends_at_the_poles() => Assert.False(Sexagesimal.TryParseDec("90:00:01", out _));
}
