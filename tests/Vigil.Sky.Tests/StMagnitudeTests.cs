using Vigil.Sky.Photometry;

namespace Vigil.Sky.Tests;

public class StMagnitudeTests
{
    [Fact]
    public void The_step_to_AB_is_that_of_Hubbles_zero_points() =>
        // WFC3/IR F160W, photometric calibration of 2012: pivot 15369.2 Å, 1 electron/s is AB 25.9463 and ST 28.1875.
        Assert.Equal(25.9463 - 28.1875, StMagnitude.ZeroPointOffset(15369.2), 2e-4);

    [Theory]
    [InlineData(0)]
    [InlineData(-5000)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_wavelength_that_is_no_wavelength_is_refused(double wavelength)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => StMagnitude.ZeroPointOffset(wavelength));
        Assert.Throws<ArgumentOutOfRangeException>(() => FluxDensity.ToPerAngstrom(1, wavelength));
    }

    [Fact]
    public void A_flux_density_that_is_not_positive_has_no_magnitude()
    {
        Assert.Equal(double.NaN, StMagnitude.FromFluxDensity(0));
        Assert.Equal(double.NaN, StMagnitude.FromFluxDensity(-1));
        Assert.Equal(-21.1, StMagnitude.FromFluxDensity(1));
    }
}
