using System.Numerics;
using Vigil.Sky.Fits;

namespace Vigil.Sky.Tests.Fits;

// The values are the formulas of tests/data/sky/fits/make.py, by which astropy wrote the file.
public class FitsImageTests
{
    static readonly int[] pixels = [.. Enumerable.Range(0, 12)];

    static T[] Read<T>(string name) where T : unmanaged, INumber<T>
    {
        using var fits = new FitsReader(FitsFiles.Open("images.fits.gz"));
        return fits[name].Image().Read<T>();
    }

    [Fact]
    public void Pixels_of_every_BITPIX_are_read()
    {
        using (var fits = new FitsReader(FitsFiles.Open("images.fits.gz")))
        {
            var image = fits[0].Image();
            Assert.Equal([4L, 3L], image.Axes);
            Assert.Equal(8, image.BitPix);
            Assert.Equal(pixels.Select(i => (byte)(20 * i)), image.Read<byte>());
            Assert.Equal(pixels.Select(i => 20.0 * i), image.Read<double>());
        }
        Assert.Equal(pixels.Select(i => (short)(1000 * i - 3000)), Read<short>("I16"));
        Assert.Equal(pixels.Select(i => 1000 * i - 3000), Read<int>("I32"));
        Assert.Equal(pixels.Select(i => 1000L * i - 3000), Read<long>("I64"));
        Assert.Equal(pixels.Select(i => 1000f * i - 3000), Read<float>("F32"));
        Assert.Equal(pixels.Select(i => i / 7.0), Read<double>("F64"));
        foreach (var name in (string[])["I16", "I32", "I64", "F32"])
        {
            Assert.Equal(pixels.Select(i => 1000f * i - 3000), Read<float>(name));
            Assert.Equal(pixels.Select(i => 1000.0 * i - 3000), Read<double>(name));
            Assert.Equal(pixels.Select(i => 1000L * i - 3000), Read<long>(name));
        }
    }

    [Fact]
    public void Pixels_of_the_other_sign_are_read()
    {
        Assert.Equal(pixels.Select(i => (ushort)(6000 * i)), Read<ushort>("U16"));
        Assert.Equal(pixels.Select(i => 300_000_000 * (uint)i), Read<uint>("U32"));
        Assert.Equal(pixels.Select(i => 1_000_000_000_000_000_000 * (ulong)i), Read<ulong>("U64"));
        Assert.Equal(pixels.Select(i => (sbyte)(20 * i - 128)), Read<sbyte>("I8"));
        Assert.Equal("BITPIX", Assert.Throws<FitsException>(() => Read<long>("U64")).Keyword);
        Assert.Throws<FitsException>(() => Read<short>("U16"));
    }

    [Fact]
    public void BSCALE_BZERO_and_BLANK_make_the_values()
    {
        // Stored 100 i, BLANK = 500.
        Assert.Equal(pixels.Select(i => i == 5 ? double.NaN : 50.0 * i + 10), Read<double>("SCALED"));
        Assert.Equal(pixels.Select(i => i == 5 ? float.NaN : 50f * i + 10), Read<float>("SCALED"));
        Assert.Equal(pixels.Select(i => 50 * i + 10), Read<int>("SCALED"));
    }

    [Fact]
    public void Part_of_a_cube_is_read()
    {
        using var fits = new FitsReader(FitsFiles.Open("images.fits.gz"));
        var cube = fits["CUBE"].Image();
        Assert.Equal([4L, 3L, 2L], cube.Axes);
        var part = new float[5];
        cube.Read(part, 15);
        Assert.Equal([15f, 16f, 17f, 18f, 19f], part);
        Assert.Throws<ArgumentOutOfRangeException>(() => cube.Read(part, 20));
        Assert.Throws<ArgumentOutOfRangeException>(() => cube.Read(part, -1));
    }

    [Fact]
    public void Sums_of_astropy_agree_with_the_bytes_and_those_of_changed_bytes_do_not()
    {
        var bytes = FitsFiles.Unpacked("images.fits");
        using (var fits = new FitsReader(new MemoryStream(bytes)))
            Assert.All(fits.Hdus, hdu => Assert.Equal(FitsChecksum.Good, hdu.Verify()));
        using (var fits = new FitsReader(FitsFiles.Open("images.fits.gz")))
            Assert.Equal(FitsChecksum.Good, fits[3].Verify());
        bytes[2 * 2880 - 1] ^= 1; // in the padding of the first data unit
        using (var fits = new FitsReader(new MemoryStream(bytes)))
        {
            Assert.Equal(FitsChecksum.Bad, fits[0].Verify());
            Assert.Equal(FitsChecksum.Good, fits[1].Verify());
        }
        using (var fits = new FitsReader(FitsFiles.Open("columns.fits.gz")))
            Assert.Equal(FitsChecksum.Absent, fits[1].Verify());
    }

    [Fact]
    public void A_stream_that_goes_forward_only_is_read_in_order()
    {
        using var fits = new FitsReader(FitsFiles.Open("images.fits.gz"));
        var passed = fits["I16"];
        Assert.Equal(0, fits["I32"].Image().Read<int>()[3]);
        Assert.Contains("forward", Assert.Throws<InvalidOperationException>(() => passed.Image().Read<int>()).Message);
        Assert.Equal(0, fits["I32"].Image().Read<int>()[3]); // what was read once is kept
    }
}
