using Vigil.Sky.Observing;
using static Vigil.Sky.Tests.ReferenceTable;

namespace Vigil.Sky.Tests.Observing;

public class EarthTests
{
    const double Km = 1 / 149597870.7;

    [Fact]
    public void The_Earth_and_the_Moon_are_where_erfa_has_them() => Assert.All(Rows("earth.csv"), row =>
    {
        var v = row.Select(Number).ToArray();
        var earth = Earth.At(v[0]);
        Near(v[1..4], earth.Position, 20 * Km); // the documented errors
        Near(v[4..7], earth.Velocity, 0.02e-3 * 86400 * Km);
        Near(v[7..10], earth.FromSun, 20 * Km);
        // The same series, but ERFA's precession is of date as well: a rounding of 1e-11 au in the table.
        Near(v[10..13], Moon.Geometric(v[0]), 1 * Km);
        // In 1.3 s of light the Earth goes 39 km, and the Moon 1 km around it.
        Assert.InRange((Moon.At(v[0]) - Moon.Geometric(v[0])).Length / Km, 34, 43);
    });

    [Fact]
    public void The_Moon_of_Meeus()
    {
        // Astronomical Algorithms, 2nd ed., example 47.a: 1992-04-12 0h TD, 368409.7 km; longitude 133.162655, latitude -3.229126
        // of date.
        var moon = Moon.Geometric(48724);
        Assert.Equal(368409.7, moon.Length / Km, 0.1);
        var (ra, dec) = moon.ToDegrees();
        var (longitude, latitude) = Ecliptic.FromIcrs(ra, dec, 48724);
        Assert.Equal(133.162655, longitude - 0.744 / 3600, 2e-6); // his time of light is in the longitude
        Assert.Equal(-3.229126, latitude, 2e-6);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_date_that_is_none_is_refused(double mjd)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Earth.At(mjd));
        Assert.Throws<ArgumentOutOfRangeException>(() => Moon.At(mjd));
        Assert.Throws<ArgumentOutOfRangeException>(() => Sun.At(mjd));
        Assert.Throws<ArgumentOutOfRangeException>(() => Sun.Position(mjd));
    }

    static void Near(double[] expected, SpaceVector found, double tolerance) =>
        Assert.Equal(0, (found - new SpaceVector(expected[0], expected[1], expected[2])).Length, tolerance);
}
