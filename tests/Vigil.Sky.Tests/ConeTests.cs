
namespace Vigil.Sky.Tests;

public class ConeTests
{
    [Theory]
    [InlineData(400, 0, 1, "ra must be in [0, 360) degrees, got 400. The same direction is 40.")]
    [InlineData(-10, 0, 1, "ra must be in [0, 360) degrees, got -10. The same direction is 350.")]
    [InlineData(double.NaN, 0, 1, "ra must be in [0, 360) degrees, got NaN. Give a number.")]
    [InlineData(120, 120, 1, "dec must be in [-90, 90] degrees, got 120. Check that ra and dec are not exchanged.")]
    [InlineData(0, double.PositiveInfinity, 1, "dec must be in [-90, 90] degrees, got Infinity. Give a number.")]
    [InlineData(0, 0, 3600, "radius must be in (0, 180] degrees, got 3600. If it is in arcsec, divide by 3600.")]
    [InlineData(0, 0, 0, "radius must be in (0, 180] degrees, got 0. Give a positive number.")]
    public void FromDegrees_says_what_is_wrong(double ra, double dec, double radius, string message) =>
        Assert.StartsWith(message, Assert.Throws<ArgumentOutOfRangeException>(() => Cone.FromDegrees(ra, dec, radius)).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData(359.9, 0, 0.2, 0.05, 0, true)]
    [InlineData(359.9, 0, 0.1, 0.05, 0, false)]
    [InlineData(10, 89.9, 0.3, 190, 89.9, true)]
    [InlineData(10, 89.9, 0.1, 190, 89.9, false)]
    public void Contains_and_Ranges_agree_across_ra_0_and_the_pole(
        double ra, double dec, double radius, double ra2, double dec2, bool inside)
    {
        var cone = Cone.FromDegrees(ra, dec, radius);
        Assert.Equal(inside, cone.Contains(ra2, dec2));
        Assert.Equal(inside, cone.Ranges().Any(range => range.Contains(Healpix.Ipix(ra2, dec2))));
    }
}
