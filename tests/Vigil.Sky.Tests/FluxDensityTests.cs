using Vigil.Sky.Photometry;

namespace Vigil.Sky.Tests;

public class FluxDensityTests
{
    [Theory]
    // 1e-17 erg/s/cm²/Å at 5000 Å: 1e-17 (5000)² / 2.99792458e18 Å/s, and 1 µJy is 1e-29 erg/s/cm²/Hz. Rounding of doubles.
    [InlineData(1e-17, 5000, 8.3391023799538)]
    // AB magnitude zero, 3631 Jy, at 5500 Å: 3631e-23 · 2.99792458e18 / (5500)².
    [InlineData(3.598500545e-9, 5500, 3631e6)]
    public void By_wavelength_and_by_frequency(double perAngstrom, double wavelength, double microjansky)
    {
        Assert.Equal(microjansky, FluxDensity.ToMicrojansky(perAngstrom, wavelength), 1e-6 * microjansky);
        Assert.Equal(perAngstrom, FluxDensity.ToPerAngstrom(microjansky, wavelength), 1e-6 * perAngstrom);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5500)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_wavelength_is_a_positive_number(double wavelength)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => FluxDensity.ToMicrojansky(1, wavelength));
        Assert.Throws<ArgumentOutOfRangeException>(() => FluxDensity.ToPerAngstrom(1, wavelength));
    }
}
