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

    [Fact]
    public void Redshifts_come_back_from_distances()
    {
        for (var logRedshift = -9.0; logRedshift <= 3; logRedshift += 0.05)
        {
            var redshift = Math.Min(Math.Pow(10, logRedshift), 1000);
            // The documented error
            Assert.Equal(redshift, Cosmology.Redshift(Cosmology.LuminosityDistance(redshift)), 1e-12 * (1 + redshift));
        }
        Assert.Equal(0, Cosmology.Redshift(0));
        // Hubble's law for a neighbour: z = H0 d / c.
        Assert.Equal(67.66 * 4 / 299792.458, Cosmology.Redshift(4), 1e-6);
    }

    [Fact]
    public void Absolute_magnitude_takes_the_modulus_off()
    {
        // SN 2011fe in M101: B = 9.9 at maximum, at 6.4 Mpc (modulus 29.04): Nugent et al. 2011, Nature 480, 344.
        Assert.Equal(9.9 - 29.03, Cosmology.AbsoluteMag(9.9, Cosmology.Redshift(6.4)), 0.01);
        Assert.All(Rows("planck18.csv"), row => Assert.Equal(20 - Number(row[2]), Cosmology.AbsoluteMag(20, Number(row[0])),
            3e-12));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1.5e7)]
    [InlineData(double.NaN)]
    public void A_distance_out_of_range_is_refused(double distance) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Cosmology.Redshift(distance));
}
