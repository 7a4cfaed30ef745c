using Vigil.Sky.Fits;

namespace Vigil.Sky.Tests.Fits;

public class FitsHeaderTests
{
    [Fact]
    public void Values_of_astropys_header_are_read()
    {
        using var fits = new FitsReader(FitsFiles.Open("images.fits.gz"));
        var header = fits[0].Header;
        Assert.Equal("It's a string that does not fit one card of eighty bytes, & it has 'quotes' and an "
            + "ampersand& at its ends &",
            header.GetString("LONG"));
        Assert.Equal("CCD-44", header.GetString("ESO DET CHIP1 ID"));
        Assert.Equal("name of the chip", header.Find("ESO DET CHIP1 ID")!.Comment);
        Assert.Equal("", header.GetString("EMPTY"));
        Assert.False(header.Contains("UNDEF"));
        Assert.Equal(7, header.GetInt64("UNDEF", 7));
        Assert.True(header.GetBoolean("LOGIC", false));
        Assert.Equal(-1.5e-7, header.GetDouble("real"));
        Assert.Equal(long.MaxValue, header.GetInt64("OVER"));
        Assert.Equal(["two lines", "of comment"], header.Commentary("COMMENT"));
        Assert.Equal(["made by make.py"], header.Commentary("HISTORY"));
        Assert.Equal("I16", fits[1].Name);
    }

    [Fact]
    public void A_value_of_another_type_or_none_is_refused_by_name()
    {
        using var fits = new FitsReader(FitsFiles.Open("images.fits.gz"));
        var header = fits[0].Header;
        foreach (var action in (Action[])[() => header.GetInt64("REAL"), () => header.GetInt64("NONE"),
            () => header.GetDouble("LONG"),
            () => header.GetString("REAL"), () => header.GetBoolean("REAL", false), () => header.GetString("UNDEF")])
        {
            var error = Assert.Throws<FitsException>(action);
            Assert.Equal(0, error.Hdu);
            Assert.StartsWith($"HDU 0, keyword {error.Keyword}: ", error.Message, StringComparison.Ordinal);
        }
    }
}
