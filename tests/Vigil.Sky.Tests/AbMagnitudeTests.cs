using Vigil.Sky.Photometry;

namespace Vigil.Sky.Tests;

public class AbMagnitudeTests
{
    [Theory]
    [InlineData(1, 23.9)] // by definition, and 100 times the flux is 5 magnitudes
    [InlineData(100, 18.9)]
    [InlineData(0.01, 28.9)]
    [InlineData(3630.780547701e6, 0)] // 10^9.56 µJy
    public void A_flux_and_its_magnitude(double flux, double mag)
    {
        Assert.Equal(mag, AbMagnitude.FromFlux(flux), 1e-11);
        Assert.Equal(1, AbMagnitude.ToFlux(mag) / flux, 1e-11);
    }

    [Fact]
    public void Errors_follow_the_flux()
    {
        Assert.Equal(0.1085736204758, AbMagnitude.ErrFromFlux(10, 1), 1e-12); // 2.5 / ln 10 / 10
        Assert.Equal(1, AbMagnitude.ToFluxErr(21.4, 0.1085736204758), 1e-11);
        Assert.Equal(23.9, AbMagnitude.LimitingMag(0.2, 5), 1e-12);
        Assert.Equal(0.2, AbMagnitude.FluxErrOfLimit(23.9, 5), 1e-12);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-3)]
    [InlineData(double.NaN)]
    public void A_flux_that_is_not_positive_has_no_magnitude(double flux)
    {
        Assert.Equal(double.NaN, AbMagnitude.FromFlux(flux));
        Assert.Equal(double.NaN, AbMagnitude.ErrFromFlux(flux, 1));
    }

    [Fact]
    public void Spans_do_as_the_scalars_and_come_back()
    {
        double[] mag = [12.3456789, 25, -1.46], magErr = [0.001, 0.3, 0.02];
        double[] flux = new double[3], fluxErr = new double[3], back = new double[3], backErr = new double[3];
        AbMagnitude.ToFlux(mag, magErr, flux, fluxErr);
        AbMagnitude.FromFlux(flux, fluxErr, back, backErr);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(AbMagnitude.ToFlux(mag[i]), flux[i]);
            Assert.Equal(mag[i], back[i], 1e-12);
            Assert.Equal(magErr[i], backErr[i], 1e-14);
        }
        Assert.Throws<ArgumentException>(() => AbMagnitude.FromFlux(flux, fluxErr, back, new double[2]));
    }
}
