using Vigil.Sky.Time;
using static Vigil.Sky.Tests.ReferenceTable;

namespace Vigil.Sky.Tests.Time;

public class EarthRotationTests
{
    const double Mas = 1 / 3.6e6;

    [Fact]
    public void Angles_match_erfa() => Assert.All(Rows("time.csv"), row =>
    {
        var date = new JulianDate(Number(row[0]), Number(row[1]));
        var tt = TimeScale.UtcToTt(date).Mjd;
        Assert.Equal(Number(row[4]), EarthRotation.Era(date), 1e-10); // of the table's last digit, and roundings of 360
        Assert.Equal(Number(row[4]), EarthRotation.Era(date.Mjd), 0.01 * Mas); // 0.6 µs of a double
        Assert.Equal(Number(row[5]), EarthRotation.Gmst(date.Mjd, tt), 0.01 * Mas);
        Assert.Equal(Number(row[6]), EarthRotation.Gast(date.Mjd, tt), 2 * Mas); // IAU 2000B against 2000A
        Assert.Equal(Sphere.NormalizeRa(Number(row[5]) - 70.5), EarthRotation.Lmst(date.Mjd, -70.5), 0.15 * Mas); // TT guessed
        Assert.Equal(Sphere.NormalizeRa(Number(row[6]) + 300), EarthRotation.Last(date.Mjd, 300), 2.2 * Mas);
    });

    [Theory]
    // Meeus, Astronomical Algorithms, 2nd ed., examples 12.a and 12.b: 1987-04-10 at 0h and 19h21m00s UT, IAU 1982 and 1980
    // there.
    [InlineData(46895.0, "13:10:46.3668")]
    [InlineData(46895.80625, "08:34:57.0896")]
    public void Mean_sidereal_time_matches_Meeus(double mjdUt1, string sidereal)
    {
        // The IAU 1982 sidereal time is 0.05 s / century off today's in rate, 0.005 s there.
        Assert.True(Sexagesimal.TryParseRa(sidereal, out var degrees));
        Assert.Equal(degrees, EarthRotation.Gmst(mjdUt1, mjdUt1 + 55.0 / 86400), 0.005 * 15 / 3600);
    }

    [Fact]
    public void A_table_of_the_IERS_is_read_and_interpolated_across_a_leap_second()
    {
        // Lines in the columns of finals2000A.all, MJD 57753 and 57754, with the values of IERS C04 (as in astropy 5.2.1).
        const string text = """
            161231 57753.00 I  0.081284 0.000023  0.263013 0.000033  I-0.4077492 0.0000074
            17 1 1 57754.00 I  0.080406 0.000023  0.263110 0.000033  I 0.5912977 0.0000074
            17 1 2 57755.00
            """;
        var table = EarthOrientationTable.ParseFinals2000A(text);
        Assert.Equal((57753, 57754), (table.First, table.Last));
        var half = table.At(57753.5)!.Value;
        Assert.Equal((-0.4077492 + 0.5912977 - 1) / 2, half.Ut1MinusUtc, 1e-9);
        Assert.Equal(0.0808450, half.PolarX, 1e-9);
        Assert.Equal(0.2630615, half.PolarY, 1e-9);
        Assert.Equal(0.5912977, table.At(57754)!.Value.Ut1MinusUtc, 1e-9);
        Assert.Null(table.At(57754.01));
        Assert.Null(table.At(double.NaN));
    }

    [Fact]
    public void A_table_that_is_none_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new EarthOrientationTable([1, 1], [default, default]));
        Assert.Throws<ArgumentException>(() => new EarthOrientationTable([1], [default]));
        Assert.Throws<ArgumentException>(() => new EarthOrientationTable([1, 2], [new(double.NaN), default]));
        Assert.Throws<FormatException>(() => EarthOrientationTable.ParseFinals2000A("hello"));
        Assert.Throws<FormatException>(() => EarthOrientationTable.ParseFinals2000A(new string('x', 80)));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_date_that_is_none_is_refused(double mjd) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => EarthRotation.Era(mjd));
}
