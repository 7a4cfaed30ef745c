using Vigil.Sky.Imaging;

namespace Vigil.Sky.Tests.Imaging;

public class CatalogChoiceTests
{
    [Theory]
    [InlineData("GaiaSP/any", "GaiaSP", "u g r i z U B V R I")]
    [InlineData("gaiasp/ANY", "GaiaSP", "u g r i z U B V R I")]
    [InlineData("GaiaSP/V", "GaiaSP", "V")]
    [InlineData("GaiaSP/ugriz", "GaiaSP", "u g r i z")]
    [InlineData("ugriz", null, "u g r i z")]
    [InlineData("UBVRI", null, "U B V R I")]
    [InlineData("any/r", null, "r")]
    [InlineData("R", null, "R")]
    [InlineData("GaiaDR3/any", "GaiaDR3", "G GBP GRP")]
    [InlineData("GaiaDR3/GBP", "GaiaDR3", "GBP")]
    [InlineData("APASS/V", "APASS", "V")]
    [InlineData("Auto", null, "G GBP GRP u g r i z U B V R I")]
    [InlineData("no", null, "G GBP GRP u g r i z U B V R I")]
    public void Choices_are_read_as_observers_write_them(string text, string? survey, string bands)
    {
        var choice = CatalogChoice.Parse(text);
        Assert.Equal(survey, choice.Survey);
        Assert.Equal(bands, string.Join(' ', choice.Bands.Select(CatalogBands.Name)));
    }

    [Theory]
    [InlineData("GaiaSP/J", "'GaiaSP/J' is no choice")]
    [InlineData("GaiaSP/G", "'GaiaSP/G': GaiaSP has no G. It has u, g")]
    [InlineData("GaiaDR3/V", "GaiaDR3 has no V")]
    [InlineData("GaiaSP/v", "in these capitals")]
    [InlineData("/V", "'/V' is no choice")]
    [InlineData("GaiaSP/", "is no choice")]
    public void Unknown_names_are_refused_with_the_known(string text, string message) =>
        Assert.Contains(message, Assert.Throws<FrameException>(() => CatalogChoice.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_survey_is_a_catalogue_but_for_those_of_Gaia()
    {
        Assert.True(CatalogChoice.Parse("apass/V").Allows("APASS"));
        Assert.False(CatalogChoice.Parse("APASS/V").Allows("gaia_field"));
        Assert.True(CatalogChoice.Parse("GaiaSP/V").Allows("gaia_field"));
        Assert.True(CatalogChoice.Auto.Allows("anything"));
    }
}
