using Vigil.Sky.Fits;

namespace Vigil.Sky.Tests.Fits;

// tiles.fits was compressed by cfitsio, which astropy 5.2.1 has inside; tiles_unpacked.fits is what it makes of it again.
public class CompressedImageTests
{
    static float[] Read(string file, string name)
    {
        using var fits = new FitsReader(FitsFiles.Open(file));
        return fits[name].Image().Read<float>();
    }

    [Theory]
    [InlineData("RICE8")]
    [InlineData("RICE16")]
    [InlineData("RICE32")]
    [InlineData("GZIP1")]
    [InlineData("GZIP2")]
    [InlineData("PLIO")]
    [InlineData("GZIPF")]
    [InlineData("NODITHER")]
    [InlineData("DITHER1")]
    [InlineData("DITHER2")]
    public void Pixels_are_those_that_cfitsio_unpacks(string name) =>
        // Equal to the last bit: both compute in double and round to float.
        Assert.Equal(Read("tiles_unpacked.fits.gz", name), Read("tiles.fits.gz", name));

    [Theory]
    [InlineData("RICE16")] // tiles of 7 x 6 pixels
    [InlineData("DITHER2")]
    [InlineData("GZIP1")]
    public void Part_of_an_image_is_the_same_part_of_the_whole(string name)
    {
        using var fits = new FitsReader(new MemoryStream(FitsFiles.Unpacked("tiles.fits")));
        var image = fits[name].Image();
        Assert.Equal([30L, 20L], image.Axes);
        var whole = image.Read<float>();
        foreach (var (first, length) in ((int, int)[])[(0, 1), (29, 2), (45, 300), (599, 1), (3, 0), (0, 600)])
        {
            var part = new float[length];
            image.Read(part, first);
            Assert.Equal(whole[first..(first + length)], part);
        }
    }

    [Fact]
    public void A_compressed_image_is_a_table_too()
    {
        using var fits = new FitsReader(FitsFiles.Open("tiles.fits.gz"));
        Assert.Equal(FitsHduKind.CompressedImage, fits["RICE16"].Kind);
        Assert.Equal(20, fits["RICE16"].Table().RowCount);
        Assert.Equal(16, fits["RICE16"].Image().BitPix);
    }
}
