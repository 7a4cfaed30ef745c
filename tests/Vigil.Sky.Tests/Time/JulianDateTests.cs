using FsCheck.Fluent;
using Vigil.Sky.Time;

namespace Vigil.Sky.Tests.Time;

public class JulianDateTests
{
    [Theory]
    [InlineData("1858-11-17", 0, 0)] // by definition
    [InlineData("2000-01-01T12:00", 51544, 0.5)]
    [InlineData("1957-10-04 19:26:24Z", 36115, 0.81)] // Meeus, example 7.a
    [InlineData("2026-11-21T01:30:00+02:00", 61364, 23.5 / 24)]
    [InlineData("2016-12-31T23:59:60.5", 57754, 0.5 / 86400)] // shares its number with the second after it
    [InlineData("0001-01-01T00:00:00", -678575, 0)]
    public void Dates_are_read(string text, double day, double fraction)
    {
        var date = JulianDate.Parse(text);
        Assert.Equal(day, date.Day);
        Assert.Equal(fraction, date.Fraction, 1e-15);
    }

    [Theory]
    [InlineData("2026-02-29", "day must be in [1, 28] in 2026-02, got '2026-02-29'.")]
    [InlineData("2026-13-01", "month must be in [1, 12], got '2026-13-01'.")]
    [InlineData("2026-01-01T24:00:00", "hour must be in [0, 23], got '2026-01-01T24:00:00'.")]
    [InlineData("2026-01-01T12:00:61", "second must be in [0, 60], got '2026-01-01T12:00:61'.")]
    [InlineData("yesterday", "A time is written like 2026-11-21T01:29:33.25, got 'yesterday'.")]
    [InlineData("", "A time is written like 2026-11-21T01:29:33.25, got ''.")]
    public void What_is_no_date_is_refused(string text, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => JulianDate.Parse(text)).Message);

    [Fact]
    public void A_written_date_is_read_again() =>
        Prop.ForAll(Gen.Choose(-678575, 2973482).SelectMany(day => Gen.Choose(0, int.MaxValue), (day, n) => new JulianDate(day,
            n / (1.0 + int.MaxValue)))
            .ToArbitrary(), date => Assert.Equal(0, JulianDate.Parse(date.ToIso(9)).DaysSince(date) * 86400,
                0.6e-9)).QuickCheckThrowOnFailure();

    [Fact]
    public void The_last_digit_is_rounded_into_the_next_day() =>
        Assert.Equal(("2027-01-01T00:00:00", "2026-12-31T23:59:59.9996"), (new JulianDate(61405, 1 - 0.0004 / 86400).ToIso(0),
            new JulianDate(61405, 1 - 0.0004 / 86400).ToIso(4)));

    [Fact]
    public void A_JD_may_be_split_anywhere()
    {
        Assert.Equal(new JulianDate(60310, 0.25), JulianDate.FromJd(2460310.75));
        Assert.Equal(new JulianDate(60310, 0.25), JulianDate.FromJd(2460310, 0.75));
        Assert.Equal(new JulianDate(60309, 0.75), JulianDate.FromMjd(60310, -0.25));
        Assert.Equal(2460310.75, new JulianDate(60310, 0.25).Jd);
        Assert.Equal(new JulianDate(61, 0), JulianDate.FromMjd(61, -1e-20));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Numbers_that_are_none_are_refused(double mjd)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => JulianDate.FromMjd(mjd));
        Assert.Throws<ArgumentOutOfRangeException>(() => JulianDate.FromMjd(0, mjd));
        Assert.Throws<ArgumentOutOfRangeException>(() => JulianDate.FromJd(mjd));
        Assert.Throws<InvalidOperationException>(() => new JulianDate(mjd, 0).ToIso());
    }

    [Fact]
    public void Epochs_are_years()
    {
        // Lieske 1979: B1950.0 is JD 2433282.42345905 (J1949.99979044). J2000.0 is B2000.00127751.
        Assert.Equal(33281.92345905, Epoch.FromBesselian(1950), 1e-7); // rounding of the constants he gives
        Assert.Equal(1949.99979044, Epoch.ToJulian(Epoch.FromBesselian(1950)), 1e-8);
        Assert.Equal(2000.00127751, Epoch.ToBesselian(Epoch.J2000), 1e-8);
        Assert.Equal(57388.5, Epoch.FromJulian(2016.0));
    }
}
