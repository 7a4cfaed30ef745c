using FsCheck.Fluent;
using Vigil.Sky.Photometry;
using static Vigil.Sky.Tests.ReferenceTable;

namespace Vigil.Sky.Tests;

public class ExtinctionTests
{
    [Fact]
    public void Laws_match_another_implementation() => Assert.All(Rows("extinction.csv"), row =>
    {
        var (wavelength, rv) = (Number(row[0]), Number(row[1]));
        foreach (var (law, column) in new[]
            { (ExtinctionLaw.Fitzpatrick1999, 2), (ExtinctionLaw.CardelliClaytonMathis1989, 3), (ExtinctionLaw.ODonnell1994, 4) })
            if (!double.IsNaN(Number(row[column])))
                // Twelve decimals; the inverse of 33333 Å and of 2700 Å are rounded there.
                Assert.Equal(Number(row[column]), Extinction.Magnitudes(law, wavelength, 1, rv), 2e-12);
    });

    [Theory]
    // Cardelli et al. 1989, table 3: a and b of A / A(V) = a + b / R(V) at x in 1/µm, of U, B, R, I, J, H and K.
    [InlineData(2.78, 0.9530, 1.9090)]
    [InlineData(2.27, 0.9982, 1.0495)]
    [InlineData(1.43, 0.8686, -0.3660)]
    [InlineData(1.11, 0.6800, -0.6239)]
    [InlineData(0.80, 0.4008, -0.3679)]
    [InlineData(0.63, 0.2693, -0.2473)]
    [InlineData(0.46, 0.1615, -0.1483)]
    public void Cardelli_matches_the_printed_table(double x, double a, double b)
    {
        foreach (var rv in new[] { 2.6, 3.1, 5.5 })
            Assert.Equal(rv * a + b, Extinction.Magnitudes(ExtinctionLaw.CardelliClaytonMathis1989, 1e4 / x, 1, rv),
                0.02 * rv); // the formula is a polynomial near these points: 0.018 A(V) from the one of B at R(V) = 2.6
    }

    [Fact]
    public void Dereddening_undoes_reddening() => Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
    {
        var random = new Random(seed);
        double[] wavelength = [.. Enumerable.Range(0, 600).Select(_ => 1000 + 30000 * random.NextDouble())];
        double[] flux = [.. wavelength.Select(_ => random.NextDouble())], changed = [.. flux];
        var (law, ebv, rv) = ((ExtinctionLaw)random.Next(3), 2 * random.NextDouble(), 2 + 4 * random.NextDouble());
        Extinction.Deredden(law, wavelength, -ebv, rv, changed);
        for (var i = 0; i < flux.Length; i += 100)
            Assert.Equal(Extinction.Magnitudes(law, wavelength[i], ebv, rv), -2.5 * Math.Log10(changed[i] / flux[i]), 1e-12);
        Extinction.Deredden(law, wavelength, ebv, rv, changed);
        Assert.All(flux.Zip(changed), pair => Assert.Equal(1, pair.Second / pair.First, 1e-14)); // two powers and products
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(900, 0.1, 3.1, "wavelength", "The law Fitzpatrick1999 holds from 910 to 60000 Angstrom.")]
    [InlineData(0.55, 0.1, 3.1, "wavelength", "The law Fitzpatrick1999 holds from 910 to 60000 Angstrom.")]
    [InlineData(double.NaN, 0.1, 3.1, "wavelength", "The law")]
    [InlineData(5000, double.NaN, 3.1, "ebv", "E(B-V) must be a finite number of magnitudes.")]
    [InlineData(5000, 0.1, 1.9, "rv", "R(V) must be in [2, 6], the range of the laws.")]
    [InlineData(5000, 0.1, double.NaN, "rv", "R(V) must be in [2, 6], the range of the laws.")]
    public void An_argument_outside_its_range_is_named(double wavelength, double ebv, double rv, string name, string message)
    {
        var refused = Assert.Throws<ArgumentOutOfRangeException>(() =>
            Extinction.Magnitudes(ExtinctionLaw.Fitzpatrick1999, wavelength, ebv, rv));
        Assert.Equal(name, refused.ParamName);
        Assert.StartsWith(message, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lengths_that_differ_are_named()
    {
        Assert.Contains("got 2 and 1", Assert.Throws<ArgumentException>(() =>
            Extinction.Magnitudes(ExtinctionLaw.ODonnell1994, [5000, 6000], 1, 3.1, new double[1])).Message,
                StringComparison.Ordinal);
        Assert.Contains("got 2 and 1", Assert.Throws<ArgumentException>(() =>
            Extinction.Deredden(ExtinctionLaw.ODonnell1994, [5000, 6000], 1, 3.1, new double[1])).Message,
                StringComparison.Ordinal);
    }
}
