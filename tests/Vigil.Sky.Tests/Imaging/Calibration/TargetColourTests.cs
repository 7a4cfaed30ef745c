using Vigil.Sky.Imaging;

namespace Vigil.Sky.Tests.Imaging;

public class TargetColourTests
{
    [Theory]
    [InlineData("BP-RP=1.2", CatalogBand.GaiaBp, CatalogBand.GaiaRp, 1.2, 0)]
    [InlineData(" GBP - GRP = -0.3 +- 0.05", CatalogBand.GaiaBp, CatalogBand.GaiaRp, -0.3, 0.05)]
    [InlineData("g-r=0.45+-0.1", CatalogBand.SdssG, CatalogBand.SdssR, 0.45, 0.1)]
    [InlineData("B-V=0", CatalogBand.JohnsonB, CatalogBand.JohnsonV, 0, 0)]
    public void Colours_are_read(string text, CatalogBand blue, CatalogBand red, double value, double err) =>
        Assert.Equal(new TargetColour(new(blue, red), value, err), TargetColour.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("1.2")]
    [InlineData("BP-RP")]
    [InlineData("BP=1")]
    [InlineData("BP-RP-G=1")]
    [InlineData("V-V=1")]
    [InlineData("b-v=1")]
    [InlineData("B-V=nan")]
    [InlineData("B-V=21")]
    [InlineData("B-V=1+-")]
    [InlineData("B-V=1+--1")]
    [InlineData("B-V=1=1")]
    public void What_is_none_is_said(string text) => Assert.Throws<FrameException>(() => TargetColour.Parse(text));

    [Fact]
    public void A_colour_that_the_stars_lack_is_said()
    {
        var field = new CalibrationField(1, 60);
        var result = Calibration.Calibrate(field.Frame(), 2016, field.References, new CalibrationOptions
        {
            Choice = CatalogChoice.Parse("r"), Colour = CatalogColour.Parse("BP-RP"), SpatialTerm = TermUse.Never,
        });
        Assert.Null(result.Best!.Colour);
        Assert.Contains("GBP-GRP", Assert.Single(result.Notes).Message, StringComparison.Ordinal);
    }
}
