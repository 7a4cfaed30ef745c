using System.Text.RegularExpressions;
using Vigil.Sky.Photometry;

namespace Vigil.Sky.Tests;

public partial class BandsTests
{
    [Fact]
    public void The_registry_is_complete_and_in_order()
    {
        // SkyPortal's 159, then ours.
        Assert.Equal(("bessellux", "nicerxti"), (Bands.All[0].Name, Bands.All[158].Name));
        Assert.All(Bands.All.Skip(159), band => Assert.True(band.IsRadio));
        Assert.Equal(Bands.All.Count, Bands.All.Select(band => band.Name).Distinct().Count());
        Assert.All(Bands.All, band =>
        {
            Assert.InRange(band.Wavelength, 20, band.IsRadio ? 2.1e10 : 300_000);
            Assert.Matches(Colour(), band.Colour);
            Assert.Same(band, Bands.Find(band.Name.ToUpperInvariant()));
        });
        Assert.Null(Bands.Find("ztfq"));
    }

    [Theory]
    // AB magnitude of Vega: Blanton & Roweis 2007, AJ 133, 734, table 1, by the Kurucz model of Vega that differs from
    // CALSPEC's spectrum by up to 0.03 mag, more at the Balmer jump.
    [InlineData("bessellux", 0.79, 0.03)]
    [InlineData("bessellb", -0.09, 0.03)]
    [InlineData("bessellv", 0.02, 0.03)]
    [InlineData("bessellr", 0.21, 0.03)]
    [InlineData("besselli", 0.45, 0.03)]
    [InlineData("sdssu", 0.91, 0.03)]
    [InlineData("sdssg", -0.08, 0.03)]
    [InlineData("sdssr", 0.16, 0.03)]
    [InlineData("sdssi", 0.37, 0.03)]
    [InlineData("sdssz", 0.54, 0.03)]
    [InlineData("2massj", 0.91, 0.03)]
    [InlineData("2massh", 1.39, 0.03)]
    [InlineData("2massks", 1.85, 0.03)]
    public void Vega_matches_Blanton_and_Roweis(string band, double offset, double tolerance) =>
        Assert.Equal(offset, MagnitudeSystem.ZeroPointOffset("vega", Bands.Find(band)!), tolerance);

    [Theory]
    // Fukugita et al. 1996, AJ 111, 1748: BD+17 4708 has these magnitudes on the SDSS system, which is near AB;
    // tolerance: the known AB offsets of SDSS, 0.07 in u and 0.02 to 0.03 elsewhere.
    [InlineData("sdssu", 10.56, 0.07)]
    [InlineData("sdssg", 9.64, 0.02)]
    [InlineData("sdssr", 9.35, 0.02)]
    [InlineData("sdssi", 9.25, 0.02)]
    [InlineData("sdssz", 9.23, 0.03)]
    public void Bd17_is_near_its_sdss_magnitudes(string band, double offset, double tolerance) =>
        Assert.Equal(offset, MagnitudeSystem.ZeroPointOffset("bd17", Bands.Find(band)!), tolerance);

    [Theory]
    // Fluxes of magnitude zero, Jy: 2MASS Explanatory Supplement VI.4a, table 1, printed to 1 Jy or better; AB's zero is 3631 Jy.
    [InlineData("2massj", 1594, 0.5)]
    [InlineData("2massh", 1024, 0.5)]
    [InlineData("2massks", 666.7, 0.05)]
    public void The_zero_of_2MASS_is_the_published_flux(string band, double jansky, double tolerance) =>
        Assert.Equal(jansky, 3631 * Math.Pow(10, -0.4 * MagnitudeSystem.ZeroPointOffset("vega", Bands.Find(band)!)), tolerance);

    [Theory]
    // https://www.cosmos.esa.int/web/gaia/edr3-passbands: zero points in AB and in Vega's system; the table has nine decimals.
    [InlineData("gaia::gbp", 25.3539555559, 25.3385422158)]
    [InlineData("gaia::g", 25.8010446445, 25.6873668671)]
    [InlineData("gaia::grp", 25.1039837393, 24.7478955012)]
    public void The_zero_of_Gaia_is_the_published_one(string band, double ab, double vega) =>
        Assert.Equal(ab - vega, MagnitudeSystem.ZeroPointOffset("vega", Bands.Find(band)!), 1e-9);

    [Theory]
    // Half of the last printed digit. 2MASS: as above. Gaia: SVO Filter Profile Service. ATLAS: middle of the range, Tonry et al.
    // 2018. TESS: Ricker et al. 2015. X-rays: middle of the range, hc = 12.39842 keV Angstrom (CODATA 2018).
    [InlineData("2massj", 12350, 5)]
    [InlineData("2massh", 16620, 5)]
    [InlineData("2massks", 21590, 5)]
    [InlineData("gaia::gbp", 5109.71, 0.05)]
    [InlineData("gaia::g", 6217.51, 0.05)]
    [InlineData("gaia::grp", 7769.02, 0.05)]
    [InlineData("gaia::grvs", 8578.76, 0.05)]
    [InlineData("atlasc", (4200 + 6500) / 2.0, 5)]
    [InlineData("atlaso", (5600 + 8200) / 2.0, 5)]
    [InlineData("tess", 7865, 0.5)]
    [InlineData("swiftxrt", (12.39842 / 0.3 + 12.39842 / 10) / 2, 0.05)]
    [InlineData("nicerxti", (12.39842 / 0.2 + 12.39842 / 12) / 2, 0.05)]
    public void Wavelengths_are_the_published_ones(string band, double wavelength, double tolerance) =>
        Assert.Equal(wavelength, Bands.Find(band)!.Wavelength, tolerance);

    [Theory]
    // The difference between a point's AB and Vega magnitudes as SkyPortal 0.9 answers them; the table has nine decimals.
    [InlineData("ztfg", 27.02417075457427 - 27.119951384060695)]
    [InlineData("ztfr", 20.5 - 20.316349720187254)]
    public void Vega_matches_SkyPortal(string band, double offset) =>
        Assert.Equal(offset, MagnitudeSystem.ZeroPointOffset("vega", Bands.Find(band)!), 1e-9);

    [Fact]
    public void Ab_b12_adds_the_offsets_of_Betoule_et_al() // "an object of AB magnitude 0 has SDSS u = 0.06791"
    {
        Assert.Equal(-0.06791, MagnitudeSystem.ZeroPointOffset("ab-b12", Bands.Find("sdssu")!));
        Assert.Equal(0.01015, MagnitudeSystem.ZeroPointOffset("ab-b12", Bands.Find("sdssz")!));
    }

    [Fact]
    public void Ab_is_known_in_every_band_and_every_system_in_some()
    {
        Assert.All(Bands.All, band => Assert.Equal(0, MagnitudeSystem.ZeroPointOffset("ab", band)));
        Assert.All(MagnitudeSystem.Names.Where(system => system != "ab"),
            system => Assert.Contains(Bands.All, band => band.ZeroPoints.ContainsKey(system)));
    }

    [Fact]
    public void An_unknown_pair_says_what_is_known()
    {
        var missing = Assert.Throws<ArgumentException>(() => MagnitudeSystem.ZeroPointOffset("csp", Bands.Find("ztfg")!));
        Assert.Equal("Magnitude system 'csp' has no zero point in band 'ztfg'. Use one of: ab, vega, bd17.", missing.Message);
        var unknown = Assert.Throws<ArgumentException>(() => MagnitudeSystem.ZeroPointOffset("st", Bands.Find("ztfg")!));
        Assert.Equal("Unknown magnitude system 'st'. Use one of: jla1, ab, vega, bd17, csp, ab-b12.", unknown.Message);
    }

    [GeneratedRegex("^#[0-9a-f]{6}$")]
    private static partial Regex Colour();
}
