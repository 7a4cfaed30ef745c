using FsCheck.Fluent;
using Vigil.Sky.Photometry;
using static Vigil.Sky.Tests.ReferenceTable;

namespace Vigil.Sky.Tests;

public class SyntheticPhotometryTests
{
    static readonly double[] wavelength = [.. Enumerable.Range(0, 1200).Select(k => 3000 + 17.0 * k)];

    [Fact]
    public void Magnitudes_match_the_integrals_and_sncosmo() => Assert.All(Rows("synthetic_photometry.csv"), row =>
    {
        var slope = Number(row[1]);
        double[] spectrum = [.. wavelength.Select(w => 1e-15 * Math.Pow(w / 5000, slope) * (1 + 0.3 * Math.Sin(w / 137)))];
        var mag = new double[1];
        new SyntheticPhotometry(wavelength, Bands.Find(row[0])!.Transmission!).Magnitudes(spectrum, mag);
        Assert.Equal(Number(row[2]), mag[0], 1e-9); // the table's ten decimals
        // sncosmo samples at 5 Å, and its AB flux of zero is 0.00007 mag from the constant 48.6.
        Assert.Equal(Number(row[3]), mag[0], 1.3e-4);
    });

    [Fact]
    public void A_flat_spectrum_by_frequency_has_one_flux_in_all_bands()
    {
        double[] fine = [.. Enumerable.Range(0, 23_000).Select(k => 3000.0 + k)];
        double[] spectrum = [.. fine.Select(w => FluxDensity.ToPerAngstrom(250, w))]; // µJy
        var bands = Bands.All.Where(b => b.Transmission is { } t && t.Wavelength[0] >= 3000
            && t.Wavelength[^1] < 26_000).ToArray();
        var flux = new double[bands.Length];
        new SyntheticPhotometry(fine, [.. bands.Select(b => b.Transmission!)]).Fluxes(spectrum, flux);
        Assert.Equal(18, bands.Length);
        // 1/λ² is not linear between samples 1 Å apart: on average the chord is too high by (1 Å / λ)² / 2.
        Assert.All(flux, value => Assert.Equal(1, value / 250, 0.5 / (3300 * 3300)));
    }

    [Fact]
    public void A_flat_spectrum_by_wavelength_has_one_ST_magnitude_in_all_bands()
    {
        var bands = Bands.All.Where(b => b.Transmission is { } t && t.Wavelength[0] > 3000
            && t.Wavelength[^1] < 23_000).ToArray();
        var mag = new double[bands.Length];
        var spectrum = Enumerable.Repeat(2e-16, 1200).ToArray();
        new SyntheticPhotometry(wavelength, [.. bands.Select(b => b.Transmission!)]).Magnitudes(spectrum, mag);
        for (var i = 0; i < bands.Length; i++)
        {
            var st = mag[i] - StMagnitude.ZeroPointOffset(bands[i].Transmission!.PivotWavelength);
            Assert.Equal(StMagnitude.FromFluxDensity(2e-16), st, 1e-11); // exact but for rounding
            Assert.Equal(2e-16, StMagnitude.ToFluxDensity(st), 1e-26);
        }
    }

    [Fact]
    public void Any_pair_of_grids_gives_the_sum_over_the_pieces() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
    {
        var random = new Random(seed);
        double[] Ascending(double from, double to, int count) =>
            [from, .. Enumerable.Range(0, count).Select(_ => from + (to - from) * random.NextDouble()).Order(), to];
        double[] curve = Ascending(5000, 6000, random.Next(0, 30)), grid = Ascending(random.Next(4000, 5001),
            random.Next(6000, 7001), random.Next(0, 60));
        double[] transmission = [.. curve.Select(_ => random.NextDouble())],
            spectrum = [.. grid.Select(_ => random.NextDouble())];
        var band = new Bandpass(curve, transmission);
        var flux = new double[1];
        new SyntheticPhotometry(grid, band).Fluxes(spectrum, flux);

        // By the definition, on the union of both grids, with Gauss and Legendre's three points: exact up to the fifth power.
        double[] union = [.. curve.Concat(grid.Where(w => w > 5000 && w < 6000)).Distinct().Order()];
        double counted = 0, norm = 0;
        foreach (var (from, to) in union.Zip(union.Skip(1)))
            foreach (var (node, weight) in new[] { (-Math.Sqrt(0.6), 5 / 18.0), (0, 8 / 18.0), (Math.Sqrt(0.6), 5 / 18.0) })
            {
                var at = (from + to) / 2 + node * (to - from) / 2;
                counted += weight * (to - from) * at * band.At(at) * new Bandpass(grid, spectrum).At(at);
                norm += weight * (to - from) * band.At(at) / at;
            }
        // 1/λ is no polynomial: over a piece of up to 1000 Å the rule's relative error is below 3e-7.
        Assert.Equal(counted / norm / 2.99792458e18 * 1e29, flux[0], 3e-7 * flux[0]);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_spectrum_that_does_not_cover_a_band_has_no_magnitude()
    {
        var mag = new double[2];
        var beyond = new SyntheticPhotometry([4000, 6000], Bandpass.TopHat(3999, 5000), Bandpass.TopHat(4000, 6000));
        beyond.Magnitudes([1e-15, 1e-15], mag);
        Assert.Equal(double.NaN, mag[0]);
        Assert.True(double.IsFinite(mag[1]));
        var within = new SyntheticPhotometry([4000, 5000, 6000], Bandpass.TopHat(4000, 4500), Bandpass.TopHat(5000, 5500));
        within.Magnitudes([1e-15, 1e-15, double.NaN], mag);
        Assert.True(double.IsFinite(mag[0]));
        Assert.Equal(double.NaN, mag[1]);
    }

    [Fact]
    public void Curves_of_the_registry_have_its_wavelengths() // of 2MASS it tells the isophotal ones
    {
        var shipped = Bands.All.Where(band => band.Transmission is not null).ToArray();
        Assert.Equal(22, shipped.Length);
        Assert.All(shipped.Where(band => !band.Name.StartsWith("2mass", StringComparison.Ordinal)),
            band => Assert.Equal(band.Wavelength, band.Transmission!.EffectiveWavelength, 0.15)); // both are rounded to 0.1 Å
    }

    [Theory]
    // Of 2MASS, SVO Filter Profile Service: 12358.09, 16457.50, 21603.36 Å; its curves are sampled anew.
    [InlineData("2massj", 12358.09, 4)]
    [InlineData("2massh", 16457.50, 1)]
    [InlineData("2massks", 21603.36, 1)]
    public void Pivot_wavelengths_are_the_published_ones(string band, double pivot, double tolerance) =>
        Assert.Equal(pivot, Bands.Find(band)!.Transmission!.PivotWavelength, tolerance);

    [Fact]
    public void A_rectangle_has_the_wavelengths_of_the_formulas()
    {
        var band = Bandpass.TopHat(4000, 6000);
        Assert.Equal(5000, band.EffectiveWavelength, 1e-9);
        Assert.Equal(Math.Sqrt(1e7 / Math.Log(1.5)), band.PivotWavelength, 1e-9); // (6000² - 4000²) / 2
        Assert.Equal((0, 1, 1, 1, 0), (band.At(3999.9), band.At(4000), band.At(5000), band.At(6000), band.At(6000.1)));
    }

    [Theory]
    [InlineData(new double[] { 4000 }, new double[] { 1 }, "At least two wavelengths are needed, got 1.")]
    [InlineData(new double[] { 4000, 5000 }, new double[] { 1 },
        "wavelength and transmission must have one length, got 2 and 1.")]
    [InlineData(new double[] { 5000, 4000 }, new double[] { 1, 1 },
        "wavelength[1] = 4000: wavelengths must be positive numbers of Angstrom in ascending order.")]
    [InlineData(new double[] { double.NaN, 4000 }, new double[] { 1, 1 },
        "wavelength[0] = NaN: wavelengths must be positive numbers of Angstrom in ascending order.")]
    [InlineData(new double[] { 4000, 5000 }, new double[] { 1, -1 }, "transmission[1] = -1 must be a number of at least 0.")]
    [InlineData(new double[] { 4000, 5000 }, new double[] { 0, 0 },
        "The transmission is zero everywhere. Check the column that was read.")]
    public void A_broken_curve_is_refused(double[] wavelength, double[] transmission, string message) =>
        Assert.StartsWith(message,
        Assert.Throws<ArgumentException>(() => new Bandpass(wavelength, transmission)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_span_of_another_shape_is_refused()
    {
        var photometry = new SyntheticPhotometry([4000, 5000, 6000], Bandpass.TopHat(4000, 5000));
        Assert.Throws<ArgumentException>(() => photometry.Fluxes([1, 2], new double[1]));
        Assert.Throws<ArgumentException>(() => photometry.Fluxes([1, 2, 3], new double[2]));
        photometry.Fluxes([], []);
    }
}
