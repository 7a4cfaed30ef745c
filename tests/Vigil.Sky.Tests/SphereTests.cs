using FsCheck.Fluent;

namespace Vigil.Sky.Tests;

public class SphereTests
{
    [Theory]
    // Meeus, Astronomical Algorithms, 2nd ed., example 17.a (Arcturus, Spica), printed to 1": half of that.
    [InlineData(213.9154, 19.1825, 201.2983, -11.1614, 32 + 47 / 60.0 + 35 / 3600.0, 0.5 / 3600)]
    // Exact by geometry: one mas along a meridian, antipodes, across the pole, across RA 0. Tolerance: the documented error.
    [InlineData(10, 20, 10, 20 + 1e-3 / 3600, 1e-3 / 3600, 1e-13)]
    [InlineData(0, 30, 180, -30, 180, 1e-13)]
    [InlineData(0, 89.5, 180, 89.5, 1, 1e-13)]
    [InlineData(359.75, 0, 0.25, 0, 0.5, 1e-13)]
    public void Separation_matches_reference(double ra1, double dec1, double ra2, double dec2, double degrees,
        double tolerance) =>
        Assert.Equal(degrees, Sphere.Separation(ra1, dec1, ra2, dec2), tolerance);

    [Theory]
    // By symmetry: along meridians and the equator, over the pole, from the pole (north there is along the meridian of ra1).
    [InlineData(10, 20, 10, 30, 0)]
    [InlineData(10, 20, 10, 10, 180)]
    [InlineData(350, 0, 20, 0, 90)]
    [InlineData(20, 0, 350, 0, 270)]
    [InlineData(10, 80, 190, 80, 0)]
    [InlineData(0, 90, 30, 50, 150)]
    [InlineData(10, 20, 10, 20, 0)]
    // SOFA's own test of iauPas, printed to 1e-12 rad: (1, 0.1) to (0.2, -1) rad is -2.724544922932270424.
    [InlineData(57.29577951308232, 5.729577951308232, 11.459155902616466, -57.29577951308232,
        360 - 2.724544922932270424 * 57.29577951308232)]
    public void PositionAngle_is_from_north_through_east(double ra1, double dec1, double ra2, double dec2, double angle) =>
        Assert.Equal(angle, Sphere.PositionAngle(ra1, dec1, ra2, dec2), 1e-10);

    [Fact]
    public void Offset_is_undone_by_separation_and_position_angle() => Prop.ForAll(Directions.Any, Directions.Any, (from, to) =>
    {
        var (separation, angle) = (Sphere.Separation(from.Ra, from.Dec, to.Ra, to.Dec), Sphere.PositionAngle(from.Ra, from.Dec,
            to.Ra, to.Dec));
        var reached = Sphere.Offset(from.Ra, from.Dec, angle, separation);
        // two functions of 1e-13 and the reading of an angle
        Assert.Equal(0, Sphere.Separation(reached.Ra, reached.Dec, to.Ra, to.Dec), 3e-13);
        var back = Sphere.Offset(from.Ra, from.Dec, angle + 180, -separation);
        Assert.Equal(0, Sphere.Separation(back.Ra, back.Dec, to.Ra, to.Dec), 3e-13);
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(0, 91)]
    [InlineData(0, double.NaN)]
    [InlineData(double.NaN, 0)]
    public void Bad_positions_are_refused(double ra, double dec)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Sphere.PositionAngle(ra, dec, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Sphere.Offset(ra, dec, 0, 1));
    }
}
