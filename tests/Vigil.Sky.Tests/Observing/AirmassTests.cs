using FsCheck.Fluent;
using Vigil.Sky.Observing;

namespace Vigil.Sky.Tests.Observing;

public class AirmassTests
{
    [Theory]
    // Their formula in Python, to the ten digits printed; 37.92 at the horizon, where secants have no end.
    [InlineData(90, 0.9997119919)]
    [InlineData(60, 1.1539922334)]
    [InlineData(30, 1.9942928525)]
    [InlineData(10, 5.5860358799)]
    [InlineData(5, 10.3057913279)]
    [InlineData(0, 37.9196083778)]
    public void KastenYoung_matches_its_formula(double altitude, double airmass) =>
        Assert.Equal(airmass, Airmass.KastenYoung(altitude), 1e-10);

    [Fact]
    public void Formulas_agree_where_the_air_is_flat_and_part_where_they_are_known_to()
    {
        foreach (var altitude in (double[])[30, 45, 60, 89.9, 90])
        {
            var secant = Airmass.Secant(altitude);
            Assert.Equal(secant, Airmass.YoungIrvine(altitude), 0.01);
            Assert.Equal(secant, Airmass.KastenYoung(altitude), 0.01);
            Assert.Equal(secant, Airmass.Pickering(altitude), 0.01);
        }
        Assert.Equal(2 * (1 - 0.0012 * 3), Airmass.YoungIrvine(30), 1e-12); // by hand
        Assert.Equal(1 / Math.Sin(244 / 165.0 / 180 * Math.PI), Airmass.Pickering(0), 1e-12);
    }

    [Fact]
    public void There_is_less_air_higher_up() => Prop.ForAll(Gen.Choose(0, 899_999).ToArbitrary(), n =>
    {
        var (low, high) = (n / 1e4, n / 1e4 + 1e-4);
        Assert.True(!(Airmass.Secant(low) <= Airmass.Secant(high)));
        Assert.True(!(Airmass.YoungIrvine(low) <= Airmass.YoungIrvine(high)));
        Assert.True(!(Airmass.KastenYoung(low) <= Airmass.KastenYoung(high)) || low > 89.9); // it is flat at 0.9997 there
        Assert.True(!(Airmass.Pickering(low) <= Airmass.Pickering(high)) || low > 89.9); // its altitude passes 90
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(-0.001)]
    [InlineData(90.001)]
    public void There_is_none_below_the_horizon(double altitude)
    {
        Assert.Equal(double.NaN, Airmass.Secant(altitude));
        Assert.Equal(double.NaN, Airmass.YoungIrvine(altitude));
        Assert.Equal(double.NaN, Airmass.KastenYoung(altitude));
        Assert.Equal(double.NaN, Airmass.Pickering(altitude));
        Assert.Equal(double.NaN, Airmass.YoungIrvine(9.999));
        Assert.Equal(double.NaN, Airmass.Secant(0));
    }

    [Fact]
    public void N_values_are_those_of_one()
    {
        double[] altitude = [-5, 0, 10, 45, 90, double.NaN, 91, 1e-9, 0.3, 60, 30];
        var airmass = new double[11];
        Airmass.Secant(altitude, airmass);
        for (var i = 0; i < altitude.Length; i++)
            Assert.Equal(Airmass.Secant(altitude[i]), airmass[i], 1e-15 * (airmass[i] > 1 ? airmass[i] : 1));
        Assert.Throws<ArgumentException>(() => Airmass.Secant(altitude, new double[5]));
    }

    [Theory]
    // Meeus, Astronomical Algorithms, 2nd ed., chapter 16: 34.5' at the horizon, and example 16.a: 28.754' at 0.5 degrees.
    [InlineData(0, 34.5)]
    [InlineData(0.5, 28.754)]
    [InlineData(90, 0)]
    public void Refraction_by_Bennett(double altitude, double arcmin) =>
        Assert.Equal(arcmin, 60 * Refraction.FromApparent(altitude), 0.03);

    [Fact]
    public void True_and_apparent_refraction_undo_each_other()
    {
        // Saemundsson made his formula to be consistent with Bennett's within 0.1'.
        for (var apparent = 0.0; apparent <= 90; apparent += 0.25)
        {
            var altitude = apparent - Refraction.FromApparent(apparent);
            Assert.Equal(apparent, altitude + Refraction.FromTrue(altitude), 0.1 / 60);
            // Thinner air bends by as much less, but both formulas are made for the sea: at the horizon they part by 1.1'.
            altitude = apparent - Refraction.FromApparent(apparent, 740, -3);
            Assert.Equal(apparent, altitude + Refraction.FromTrue(altitude, 740, -3), (apparent < 10 ? 1.1 : 0.1) / 60);
        }
    }

    [Fact]
    public void Refraction_matches_erfa_within_the_documented_error()
    {
        // pyerfa 2.0.0.1: A, B = refco(1010, 10, 0.5, 0.574), refraction = A tan z + B tan^3 z of apparent z 75 and 60 degrees,
        // arcsec.
        Assert.Equal(RefractionByErfa(75), 3600 * Refraction.FromApparent(15), 6.0);
        Assert.Equal(RefractionByErfa(60), 3600 * Refraction.FromApparent(30), 6.0);

        static double RefractionByErfa(double z)
        {
            const double a = 0.0002808414143073748, b = -3.1456880115743286e-07;
            var tan = Math.Tan(double.DegreesToRadians(z));
            return (a * tan + b * tan * tan * tan) * 180 / Math.PI * 3600;
        }
    }

    [Fact]
    public void Refraction_wants_air()
    {
        Assert.Equal(0, Refraction.FromTrue(10, 0));
        double[] altitudes = [-10, 0, 45];
        Refraction.Refract(altitudes, altitudes, 740, -3);
        Assert.Equal([-10 + Refraction.FromTrue(-10, 740, -3), Refraction.FromTrue(0, 740, -3), 45 + Refraction.FromTrue(45, 740,
            -3)], altitudes);
        Assert.Throws<ArgumentException>(() => Refraction.Refract(altitudes, new double[2]));
        Assert.True(double.IsNaN(Refraction.FromTrue(double.NaN)));
        Assert.Equal(Refraction.FromTrue(-1.9), Refraction.FromTrue(-50));
        Assert.Throws<ArgumentOutOfRangeException>(() => Refraction.FromTrue(10, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Refraction.FromApparent(10, double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => Refraction.FromApparent(10, 1010, double.NaN));
    }
}
