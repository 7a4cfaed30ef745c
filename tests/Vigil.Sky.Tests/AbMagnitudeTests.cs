using FsCheck;
using FsCheck.Fluent;
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
        Assert.Equal(-2.5, AbMagnitude.SignalToNoise(-5, 2));
        Assert.Equal(double.NaN, AbMagnitude.SignalToNoise(double.NaN, 2));
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
    public void Spans_do_as_the_scalars_and_come_back() => Prop.ForAll(Lengths, n =>
    {
        var random = new Random(n);
        double[] mag = Draw(n, () => -30 + 70 * random.NextDouble()), magErr = Draw(n, () => random.NextDouble());
        double[] flux = new double[n], fluxErr = new double[n], back = new double[n], backErr = new double[n];
        AbMagnitude.ToFlux(mag, magErr, flux, fluxErr);
        AbMagnitude.FromFlux(flux, fluxErr, back, backErr);
        for (var i = 0; i < n; i++)
        {
            Assert.Equal(1, flux[i] / AbMagnitude.ToFlux(mag[i]), 5e-16); // the documented error
            Assert.Equal(1, fluxErr[i] / AbMagnitude.ToFluxErr(mag[i], magErr[i]), 1e-15);
            Assert.Equal(AbMagnitude.FromFlux(flux[i]), back[i], 8e-15);
            Assert.Equal(mag[i], back[i], 3e-14); // a flux of 1e-7 or 1e21 µJy has an exponent of 70 bits: their rounding
            Assert.Equal(magErr[i], backErr[i], 2e-15);
        }
        double[] fluxAlone = new double[n], magAlone = new double[n];
        AbMagnitude.ToFlux(mag, fluxAlone);
        AbMagnitude.FromFlux(flux, magAlone);
        Assert.Equal(flux, fluxAlone);
        Assert.Equal(back, magAlone);
        AbMagnitude.ToFlux(mag, magErr, mag, magErr); // over its input
        Assert.Equal(flux, mag);
        Assert.Equal(fluxErr, magErr);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Spans_keep_the_rules_for_fluxes_without_a_magnitude()
    {
        double[] flux = [0, -3, double.NaN, double.PositiveInfinity, double.NegativeInfinity, 5e-324, 10];
        double[] fluxErr = [1, 1, 1, 1, 1, 0, double.NaN];
        double[] mag = new double[7], magErr = new double[7];
        AbMagnitude.FromFlux(flux, fluxErr, mag, magErr);
        for (var i = 0; i < flux.Length; i++)
        {
            Assert.Equal(AbMagnitude.FromFlux(flux[i]), mag[i], 1e-12);
            Assert.Equal(AbMagnitude.ErrFromFlux(flux[i], fluxErr[i]), magErr[i]);
        }
        AbMagnitude.ToFlux([double.NaN, double.PositiveInfinity, double.NegativeInfinity], flux.AsSpan(0, 3));
        Assert.Equal([double.NaN, 0, double.PositiveInfinity], flux[..3]);
    }

    [Fact]
    public void Lengths_that_differ_are_named()
    {
        double[] three = new double[3], two = new double[2];
        Assert.Contains("got 3, 3, 3 and 2", Assert.Throws<ArgumentException>(() =>
            AbMagnitude.FromFlux(three, three, three, two)).Message,
            StringComparison.Ordinal);
        Assert.Contains("got 3, 2, 3 and 3", Assert.Throws<ArgumentException>(() =>
            AbMagnitude.ToFlux(three, two, three, three)).Message,
            StringComparison.Ordinal);
        Assert.Contains("got 3 and 2", Assert.Throws<ArgumentException>(() => AbMagnitude.FromFlux(three, two)).Message,
            StringComparison.Ordinal);
        Assert.Contains("got 3 and 2", Assert.Throws<ArgumentException>(() => AbMagnitude.ToFlux(three, two)).Message,
            StringComparison.Ordinal);
    }

    static Arbitrary<int> Lengths => Gen.Choose(0, 67).ToArbitrary();

    static double[] Draw(int count, Func<double> draw) => [.. Enumerable.Range(0, count).Select(_ => draw())];
}
