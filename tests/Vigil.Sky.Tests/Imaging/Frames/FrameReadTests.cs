using System.IO.Compression;
using System.Text;
using Vigil.Sky.Fits;
using Vigil.Sky.Imaging;

namespace Vigil.Sky.Tests.Imaging;

public class FrameReadTests
{
    static readonly float[] Six = [1, 2, 3, 4, 5, 6];

    [Fact]
    public void A_plain_image_is_read_from_any_stream()
    {
        var file = File(write => write.WriteImage<short>([1, 2, 3, 4, 5, 6], [3, 2], Cards(("OBJECT", "M 1"))));
        var zipped = Zipped(file);
        Stream[] streams = [new MemoryStream(file), new Forward(file), new MemoryStream(zipped), new Forward(zipped)];
        foreach (var stream in streams)
        {
            var frame = Frame.Read(stream);
            Assert.Equal((3, 2), (frame.Width, frame.Height));
            Assert.Equal(Six, frame.Pixels);
            Assert.Equal("M 1", frame.Header.GetString("OBJECT"));
            Assert.False(frame.Header.Contains("NAXIS1")); // how pixels were stored is over
            Assert.Empty(frame.Assumptions);
        }
    }

    [Fact]
    public void Blank_and_infinite_pixels_have_no_value()
    {
        var file = File(write => write.WriteImage<float>([1, float.NaN, float.PositiveInfinity, 4], [2, 2]));
        Assert.Equal([1, float.NaN, float.NaN, 4], Frame.Read(new MemoryStream(file)).Pixels);
        var whole = File(write => write.WriteImage<short>([1, -99, 3, 4], [2, 2]));
        var text = Encoding.Latin1.GetString(whole);
        whole = Encoding.Latin1.GetBytes(text.Replace("EXTEND  =                    T / extensions may follow",
            "BLANK   =                  -99                        ", StringComparison.Ordinal));
        Assert.Equal([1, float.NaN, 3, 4], Frame.Read(new MemoryStream(whole)).Pixels);
    }

    [Fact]
    public void An_image_in_an_extension_inherits_the_exposure()
    {
        var file = File(write =>
        {
            write.WriteImage<byte>([], [], Cards(("DATE-OBS", "2026-01-02T03:04:05"), ("FILTER", "V"), ("OBJECT", "of all")));
            write.WriteImage(Six, [3, 2], Cards(("EXTNAME", "SCI"), ("OBJECT", "of this")));
        });
        foreach (var stream in (Stream[])[new MemoryStream(file), new Forward(file)])
        {
            var frame = Frame.Read(stream);
            Assert.Equal(Six, frame.Pixels);
            Assert.Equal("2026-01-02T03:04:05", frame.Header.GetString("DATE-OBS"));
            Assert.Equal("of this", frame.Header.GetString("OBJECT"));
            Assert.Equal("The image is that of HDU 1 (SCI).", Assert.Single(frame.Assumptions));
        }
    }

    [Fact]
    public void Of_an_image_with_its_mask_the_image_is_taken()
    {
        var file = File(write =>
        {
            write.WriteImage<byte>([], []);
            write.WriteImage<byte>([0, 0, 0, 0, 0, 0], [3, 2], Cards(("EXTNAME", "BPM")));
            write.WriteImage(Six, [3, 2], Cards(("EXTNAME", "SCI")));
            write.WriteImage<float>([9, 9, 9, 9, 9, 9], [3, 2], Cards(("EXTNAME", "ERR")));
        });
        Assert.Equal(Six, Frame.Read(new Forward(file)).Pixels);
        Assert.Equal(9, Frame.Read(new MemoryStream(file), new() { Hdu = "err" }).Pixels[0]);
        Assert.Equal(9, Frame.Read(new Forward(file), new() { Hdu = "3" }).Pixels[0]);
    }

    [Fact]
    public void Parts_of_a_detector_must_be_joined_or_one_named()
    {
        var file = File(write =>
        {
            write.WriteImage<byte>([], []);
            write.WriteImage(Six, [3, 2], Cards(("EXTNAME", "SCI")));
            write.WriteImage(Six, [3, 2], Cards(("EXTNAME", "SCI")));
        });
        Refused(file, "2 images", "HDU 2 (SCI) 3 x 2", "overscan", "--hdu");
        Assert.Equal(Six, Frame.Read(new MemoryStream(file), new() { Hdu = "2" }).Pixels);
        RefusedWith(new() { Hdu = "0" }, file, "HDU 0 holds no image", "HDU 1 (SCI)");
    }

    [Fact]
    public void Cubes_and_colour_images_are_refused_or_read_by_plane()
    {
        var colour = File(write => write.WriteImage<short>([1, 2, 3, 4, 5, 6], [2, 1, 3]));
        Refused(colour, "red, green and blue", "--plane 2");
        Assert.Equal([3, 4], Frame.Read(new MemoryStream(colour), new() { Plane = 2 }).Pixels);
        RefusedWith(new() { Plane = 4 }, colour, "no plane 4", "1 to 3");
        Refused(File(write => write.WriteImage<short>(new short[20], [2, 2, 5])), "cube of 2 x 2 x 5", "Split");
        Assert.Equal(2, Frame.Read(new MemoryStream(File(write => write.WriteImage<short>([1, 2], [2, 1, 1, 1])))).Width);
        Assert.Throws<ArgumentOutOfRangeException>(() => Frame.Read(new MemoryStream(colour), new() { Plane = 0 }));
    }

    [Fact]
    public void What_is_no_frame_is_told_from_what_is()
    {
        Refused("x,y\n1,2\n"u8.ToArray(), "it is text", "'x,y'");
        Refused("<html><body>Please log in"u8.ToArray(), "web page", "login");
        Refused("BZh91AY&SY"u8.ToArray(), "bunzip2");
        Refused([0xFF, 0xD8, 0xFF, 0xE0], "JPEG");
        Refused([], "empty");
        Refused(File(write => write.WriteImage<float>(Six, [6])), "6 numbers in a line");
        Refused(File(write => write.WriteImage<byte>([], [])), "no image, only headers");
        Refused(File(write => write.WriteTable([FitsColumnData.Of("x", [1.0])])), "no image, only a table");
        Refused(File(write => write.WriteImage<float>([float.NaN, float.NaN], [2, 1])), "No pixel");
        var whole = File(write => write.WriteImage(new float[4000], [40, 100]));
        Assert.Throws<FitsException>(() => Frame.Read(new MemoryStream(whole[..6000])));
        Assert.Throws<FitsException>(() => Frame.Read(new Forward(whole[..6000])));
        Assert.Throws<FitsException>(() => Frame.Read(new Forward("x,y\n1,2\n"u8.ToArray())));
        Assert.Throws<FitsException>(() => Frame.Read(new MemoryStream(whole), new() { Limits = new() { HduBytes = 1000 } }));
    }

    [Theory]
    [InlineData("RGGB", true)]
    [InlineData("RGGB", false)] // as often: written from the other end
    [InlineData("GBRG", true)]
    public void Green_pixels_are_found_by_the_sky(string pattern, bool isEven)
    {
        const int width = 60, height = 40;
        var pixels = new float[width * height];
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
                pixels[y * width + x] = ((x + y) % 2 == 0) == isEven ? 1000 + x : y % 2 == 0 ? 700 : 400;
        var file = File(write => write.WriteImage(pixels, [width, height], Cards(("BAYERPAT", pattern))));
        var all = Frame.Read(new MemoryStream(file));
        Assert.Equal(pixels, all.Pixels);
        Assert.Contains("--bayer green", Assert.Single(all.Assumptions), StringComparison.Ordinal);
        var green = Frame.Read(new MemoryStream(file), new() { GreenOnly = true });
        Assert.True(green.IsGreenOnly);
        // A plane is interpolated without error, away from the edge.
        for (var y = 1; y < height - 1; y++)
            for (var x = 1; x < width - 1; x++)
                Assert.Equal(1000 + x, green.Pixels[y * width + x], 1e-3f);
    }

    [Fact]
    public void Green_of_a_frame_without_colours_is_refused() =>
        RefusedWith(new() { GreenOnly = true }, File(write => write.WriteImage(Six, [3, 2])), "does not say", "BAYERPAT");

    static void Refused(byte[] file, params string[] words) => RefusedWith(new FrameReadOptions(), file, words);

    static void RefusedWith(FrameReadOptions options, byte[] file, params string[] words)
    {
        var error = Assert.Throws<FrameException>(() => Frame.Read(new MemoryStream(file), options));
        Assert.All(words, word => Assert.Contains(word, error.Message, StringComparison.Ordinal));
    }

    static byte[] File(Action<FitsWriter> write)
    {
        using var stream = new MemoryStream();
        write(new FitsWriter(stream));
        return stream.ToArray();
    }

    static byte[] Zipped(byte[] file)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(file);
        return stream.ToArray();
    }

    static FitsHeader Cards(params (string Keyword, string Value)[] cards)
    {
        var header = new FitsHeader();
        foreach (var (keyword, value) in cards)
            header.Set(keyword, value);
        return header;
    }

    sealed class Forward(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
