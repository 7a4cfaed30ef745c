using FsCheck.Fluent;

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

    [Theory]
    [InlineData("12:34:56.7 -01:02:03")]
    [InlineData("12h34m56.7s -1d2m3s")]
    [InlineData("12h 34m 56.7s -01d 02m 03s")]
    [InlineData("12H34M56.7S, −1°02′03″")]
    [InlineData("12 34 56.7 -01 02 03")]
    [InlineData("12:34:56.7-01:02:03")]
    [InlineData(" 188.73625 -1.0341666666666667 ")]
    [InlineData("188.73625d -1.0341666666666667d")]
    [InlineData("188d44m10.5s, -1:02:03")]
    [InlineData("12.58241666666666667h;-1.0341666666666667")]
    [InlineData("188.73625\t-1 2 3.0")]
    public void Positions_are_read_as_people_write_them(string text)
    {
        var (ra, dec) = Sexagesimal.ParsePosition(text);
        Assert.Equal(15 * (12 + 34 / 60.0 + 56.7 / 3600), ra, 1e-12);
        Assert.Equal(-(1 + 2 / 60.0 + 3 / 3600.0), dec, 1e-13);
    }

    [Theory]
    [InlineData("10 20", 10, 20)]
    [InlineData("1 30 10 30", 22.5, 10.5)] // 1h30m, 10d30m
    [InlineData("01 30 00 10 30 00", 22.5, 10.5)]
    public void Without_a_sign_the_words_are_halved(string text, double ra, double dec) =>
        Assert.Equal((ra, dec), Sexagesimal.ParsePosition(text));

    [Theory]
    [InlineData("12:60:00 1", "A right ascension is written like 12:34:56.7, 12h34m56.7s, 12 34 56.7 or, in degrees, 188.736: "
        + "minutes must be in [0, 60), got 60 in '12:60:00'.")]
    [InlineData("400 1", "A right ascension must be in [0, 360) degrees, got '400'. The same direction is 40.")]
    [InlineData("24:00:00, 1", "A right ascension must be in [0, 24) hours, got '24:00:00'.")]
    [InlineData("10, 95", "A declination must be in [-90, 90] degrees, got ' 95'. Check that ra and dec are not exchanged.")]
    [InlineData("10 1h2m3s", "A declination is in degrees, not hours, got '1h2m3s'.")]
    [InlineData("10 NaN", "A declination is written like -01:02:03.4, -1d2m3.4s, -01 02 03.4 or -1.0343: 'NaN' is not finite.")]
    [InlineData("M 31 is here, north", "A right ascension is written like 12:34:56.7, 12h34m56.7s, 12 34 56.7 or, in degrees, "
        + "188.736: 'M 31 is here' is not.")]
    [InlineData("1 2 3", "A position is a right ascension and a declination, such as "
        + "'12:34:56.7 -01:02:03' or '188.736 -1.034', got '1 2 3'.")]
    [InlineData("", "A position is a right ascension and a declination, such as "
        + "'12:34:56.7 -01:02:03' or '188.736 -1.034', got ''.")]
    public void What_is_no_position_is_refused_and_said_why(string text, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => Sexagesimal.ParsePosition(text)).Message);

    [Fact]
    public void A_written_position_is_read_again_in_every_style() => Prop.ForAll(Directions.Any, position =>
    {
        foreach (var style in Enum.GetValues<SexagesimalStyle>())
        {
            var (ra, dec) = Sexagesimal.ParsePosition(
                $"{Sexagesimal.Ra(position.Ra, 6, style)} {Sexagesimal.Dec(position.Dec, 6, style)}");
            // Half of the last digit, 7.5e-6" and 0.5e-6"; a right ascension a hair below 24 h is read as 0.
            Assert.Equal(0, Math.IEEERemainder(ra - position.Ra, 360), 7.6e-6 / 3600);
            Assert.Equal(position.Dec, dec, 0.6e-6 / 3600);
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Letters_and_blanks_are_written() => Assert.Equal(("22h49m50.31s", "-51 15 48"),
        (Sexagesimal.Ra(342.4596207, 2, SexagesimalStyle.Letters), Sexagesimal.Dec(-51.2633839, 0, SexagesimalStyle.Blanks)));

    [Fact]
    public void What_is_not_read_is_refused_in_words()
    {
        Assert.Equal(15, Sexagesimal.ParseRa("1h"), 1e-12);
        Assert.Equal(-1.5, Sexagesimal.ParseDec("-1:30"), 1e-12);
        Assert.Contains("25:00:00", Assert.Throws<FormatException>(() => Sexagesimal.ParseRa("25:00:00")).Message,
            StringComparison.Ordinal);
        Assert.Contains("91", Assert.Throws<FormatException>(() => Sexagesimal.ParseDec("91")).Message, StringComparison.Ordinal);
    }
}
