using Vigil.Sky.Time;

namespace Vigil.Sky.Tests.Time;

public class LeapSecondsTests
{
    [Theory]
    // IERS Bulletin C and its list; the years before 1972 by hand from table 2.58.1 of the Explanatory Supplement (1992).
    [InlineData("2016-12-31T23:59:59", 36, LeapSecondKnowledge.Announced)]
    [InlineData("2017-01-01T00:00:00", 37, LeapSecondKnowledge.Announced)]
    [InlineData("1972-01-01T00:00:00", 10, LeapSecondKnowledge.Announced)]
    [InlineData("1970-01-01T00:00:00", 4.2131700 + (40587 - 39126) * 0.002592, LeapSecondKnowledge.Announced)]
    [InlineData("2026-06-27T23:59:59", 37, LeapSecondKnowledge.Announced)]
    [InlineData("2026-06-28T00:00:00", 37, LeapSecondKnowledge.BeyondTable)]
    [InlineData("1900-01-01T00:00:00", 1.417818 + (36934 - 37300) * 0.001296, LeapSecondKnowledge.BeforeUtc)]
    public void A_date_has_its_offset_and_the_word_whether_it_is_known(string date, double seconds, LeapSecondKnowledge known)
    {
        var found = LeapSeconds.BuiltIn.At(JulianDate.Parse(date).Mjd);
        Assert.Equal(seconds, found.Seconds, 1e-9);
        Assert.Equal(known, found.Knowledge);
    }

    [Fact]
    public void There_have_been_27() =>
        Assert.Equal((27, 57754), (LeapSeconds.BuiltIn.Dates.Count(), LeapSeconds.BuiltIn.Dates.Last()));

    [Fact]
    public void A_newer_list_takes_the_place_of_ours()
    {
        // The lines of leap-seconds.list for 1972, 2015 and 2017, and an invented one for 2029-01-01.
        var table = LeapSeconds.Parse("#\tUpdated\n#@\t4102444800\n2272060800\t10\t# 1 Jan 1972\n"
            + "3644697600 36 # 1 Jul 2015\n3692217600\t37\n4070908800\t38 # 1 Jan 2029\n");
        Assert.Equal(62502, table.Expires); // 2030-01-01
        Assert.Equal(38, table.At(62137).Seconds);
        Assert.Equal(37, table.At(62136.99).Seconds);
        Assert.Equal(JulianDate.FromMjd(62137, (38 + 32.184) / 86400), TimeScale.UtcToTt(JulianDate.FromMjd(62137), table));
    }

    [Theory]
    [InlineData("2272060800 10", "leap-seconds.list tells when it expires in a line that begins with #@; there is none.")]
    [InlineData("#@ 4102444800\n2272060800",
        "leap-seconds.list has seconds since 1900 and TAI - UTC in a line, got '2272060800'.")]
    [InlineData("#@ 4102444800\n2272060800 ten", "leap-seconds.list has numbers only, got '2272060800 ten'.")]
    [InlineData("#@ 4102444800\n2272060800 10\n2272060800 11",
        "The dates of leap-seconds.list ascend from 1972 on; '2272060800 11' is not after the row before it.")]
    public void A_broken_list_is_refused(string text, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => LeapSeconds.Parse(text)).Message);

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.NegativeInfinity)]
    public void A_date_that_is_none_is_refused(double mjd) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => LeapSeconds.BuiltIn.At(mjd));
}
