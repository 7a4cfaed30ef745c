using static Vigil.Sky.Tests.ReferenceTable;

namespace Vigil.Sky.Tests;

public class CosmologyTests
{
    [Fact]
    public void Distances_match_astropy() => Assert.All(Rows("planck18.csv"), row =>
    {
        var redshift = Number(row[0]);
        Assert.Equal(1, Cosmology.LuminosityDistance(redshift) / Number(row[1]), 1e-12); // the documented error
        Assert.Equal(Number(row[2]), Cosmology.DistanceModulus(redshift), 3e-12);
        Assert.Equal(1, Cosmology.AngularDiameterDistance(redshift) / Number(row[3]), 1e-12);
    });

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1001)]
    [InlineData(double.NaN)]
    public void A_redshift_out_of_range_is_refused(double redshift) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Cosmology.LuminosityDistance(redshift));
}
