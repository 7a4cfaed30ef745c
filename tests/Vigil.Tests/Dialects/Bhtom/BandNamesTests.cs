using Vigil.Dialects.Bhtom;
using Vigil.Sky.Photometry;

namespace Vigil.Tests.Dialects.Bhtom;

public class BandNamesTests
{
    [Fact]
    public void Every_band_has_a_name_of_its_own_and_comes_back()
    {
        Assert.Equal([], Bands.All.Select(b => b.Name).Except(BandNames.Bands, StringComparer.OrdinalIgnoreCase));
        Assert.Equal([], BandNames.Bands.Except(Bands.All.Select(b => b.Name), StringComparer.OrdinalIgnoreCase));
        Assert.Equal(Bands.All.Count, Bands.All.Select(b => BandNames.Bhtom(b.Name)).Distinct().Count());
        Assert.All(Bands.All, b => Assert.Equal(b.Name, BandNames.Find(BandNames.Bhtom(b.Name))));
        Assert.All(Bands.All, b => Assert.Equal(b.Name, BandNames.Find(b.Name.ToUpperInvariant())));
    }

    [Theory]
    [InlineData("ztfg", "g(ZTF)")]
    [InlineData("gaia::g", "G(Gaia)")]
    [InlineData("bessellv", "V(Bessell)")]
    [InlineData("sdssr", "r(SDSS)")]
    [InlineData("atlaso", "o(ATLAS)")]
    [InlineData("ps1::y", "y(PS1)")]
    [InlineData("2massks", "Ks(2MASS)")]
    [InlineData("no such band", "no such band")]
    public void A_band_is_written_as_filter_and_survey(string band, string bhtom) => Assert.Equal(bhtom, BandNames.Bhtom(band));

    // The spellings of BHTOM's documents, harvesters and catalogue list.
    [Theory]
    [InlineData("V(GaiaSP)", "bessellv")]
    [InlineData("GaiaSP/V", "bessellv")]
    [InlineData("GaiaSP/u", "sdssu")]
    [InlineData("GaiaSP/U", "bessellux")]
    [InlineData("gaiasp/g", "sdssg")]
    [InlineData("ZTF(zr)", "ztfr")]
    [InlineData("g(ZTF)", "ztfg")]
    [InlineData("ATLAS(o)", "atlaso")]
    [InlineData("GSA(G)", "gaia::g")]
    [InlineData("BP(GAIA DR3)", "gaia::gbp")]
    [InlineData("2MASS/K", "2massks")]
    [InlineData("SDSS/r", "sdssr")]
    [InlineData(" G(Gaia) ", "gaia::g")]
    [InlineData("FIRST(Flux 1.4GHz)", "radio::1.4ghz")]
    [InlineData("LOFAR2m(Flux 144MHz)", "radio::144mhz")]
    [InlineData("GaiaSP/any", null)]
    [InlineData("(", null)]
    [InlineData("", null)]
    public void Every_spelling_in_use_is_read(string bhtom, string? band) => Assert.Equal(band, BandNames.Find(bhtom));
}
