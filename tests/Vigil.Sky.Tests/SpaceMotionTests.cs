using FsCheck.Fluent;
using Vigil.Sky.Observing;
using static Vigil.Sky.Tests.ReferenceTable;

namespace Vigil.Sky.Tests;

public class SpaceMotionTests
{
    const double Mas = 1 / 3.6e6;

    [Fact]
    public void Stars_move_as_in_erfa() => Assert.All(Rows("space_motion.csv"), row =>
    {
        var v = row.Select(Number).ToArray();
        var moved = new SpaceMotion(v[0], v[1], v[2], v[3], v[4], v[5]).At(v[6], v[7]);
        // ERFA follows the light's changing time of travel, which we leave out: up to 0.1 mas in position for these.
        const double tolerance = 0.12 * Mas;
        Assert.Equal(0, Sphere.Separation(v[8], v[9], moved.Ra, moved.Dec), tolerance);
        var seen = moved.From(Earth.At(Vigil.Sky.Time.Epoch.FromJulian(v[7])).Position);
        Assert.Equal(0, Sphere.Separation(v[14], v[15], seen.Ra, seen.Dec), tolerance);
        Assert.Equal(v[10], moved.PmRa, 1e-3 * double.Hypot(v[2], v[3]) + 1e-4);
        Assert.Equal(v[11], moved.PmDec, 1e-3 * double.Hypot(v[2], v[3]) + 1e-4);
        Assert.Equal(v[12], moved.Parallax, 1e-3 * v[4] + 1e-3);
        Assert.Equal(v[13], moved.RadialVelocity, 0.05);
    });

    [Theory]
    // Meeus, Astronomical Algorithms, 2nd ed., example 21.b in part: theta Persei, 0.03425 s and -0.0895" a year, from 2000 to
    // 2028.87.
    [InlineData(41.04994167, 49.22846667, 0.03425 * 15e3 * 0.652974, -89.5, 0, 0, 2000, 2028.8670, "2:44:12.9747 +49:13:39.90",
        15)]
    public void Published_stars(double ra, double dec, double pmRa, double pmDec, double parallax, double rv, double from,
        double to,
        string position, double toleranceMas)
    {
        var moved = new SpaceMotion(ra, dec, pmRa, pmDec, parallax, rv).At(from, to);
        var expected = Sexagesimal.ParsePosition(position);
        Assert.Equal(0, Sphere.Separation(expected.Ra, expected.Dec, moved.Ra, moved.Dec), toleranceMas * Mas);
    }

    [Fact]
    public void The_star_of_SOFAs_own_test()
    {
        // iauStarpm in SOFA's t_sofa_c.c: rad, rad a year, arcsec, km/s, from MJD 50083 to 53736. It follows the light's time of
        // travel.
        const double degree = 180 / Math.PI;
        var cos = Math.Cos(-1.093989828);
        var moved = new SpaceMotion(0.01686756 * degree, -1.093989828 * degree, -1.78323516e-5 * cos * degree / Mas,
            2.336024047e-6 * degree / Mas,
            747.23, -21.6).At(Vigil.Sky.Time.Epoch.ToJulian(50083), Vigil.Sky.Time.Epoch.ToJulian(53736));
        Assert.Equal(0, Sphere.Separation(0.01668919069414256149 * degree, -1.093966454217127897 * degree, moved.Ra, moved.Dec),
            5 * Mas);
        Assert.Equal(747.3533835317719, moved.Parallax, 1e-3);
        Assert.Equal(-21.59905170476417, moved.RadialVelocity, 1e-3);
    }

    [Fact]
    public void A_star_comes_back() => Prop.ForAll(Directions.Any, position =>
    {
        var star = new SpaceMotion(position.Ra, position.Dec, 500, -300, 40, -80);
        var back = star.At(2016, 2100).At(2100, 2016);
        Assert.Equal(0, Sphere.Separation(star.Ra, star.Dec, back.Ra, back.Dec), 1e-12);
        Assert.Equal(star.RadialVelocity, back.RadialVelocity, 1e-9);
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(double.NaN, 0, 0)]
    [InlineData(0, 91, 0)]
    [InlineData(0, 0, double.PositiveInfinity)]
    public void What_is_no_star_is_refused(double ra, double dec, double pm) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new SpaceMotion(ra, dec, pm, 0).At(2000, 2016));
}
