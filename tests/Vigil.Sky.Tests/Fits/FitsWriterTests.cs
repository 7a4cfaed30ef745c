using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using Vigil.Sky.Fits;

namespace Vigil.Sky.Tests.Fits;

public class FitsWriterTests
{
    static FitsReader Written(Action<FitsWriter> write)
    {
        var stream = new MemoryStream();
        write(new FitsWriter(stream));
        Assert.Equal(0, stream.Length % 2880);
        stream.Position = 0;
        var fits = new FitsReader(stream);
        Assert.All(fits.Hdus, hdu => Assert.Equal(FitsChecksum.Good, hdu.Verify()));
        return fits;
    }

    [Fact]
    public void Our_bytes_are_those_of_astropy()
    {
        // The data and checksums of astropy's file, whose formulas make.py gives; cards may stand in another order.
        using var theirs = new FitsReader(FitsFiles.Open("images.fits.gz"));
        int[] i = [.. Enumerable.Range(0, 12)];
        using var ours = Written(writer =>
        {
            writer.WriteImage<byte>(i.Select(i => (byte)(20 * i)).ToArray(), [4, 3]);
            writer.WriteImage<short>(i.Select(i => (short)(1000 * i - 3000)).ToArray(), [4, 3]);
            writer.WriteImage<int>(i.Select(i => 1000 * i - 3000).ToArray(), [4, 3]);
            writer.WriteImage<long>(i.Select(i => 1000L * i - 3000).ToArray(), [4, 3]);
            writer.WriteImage<float>(i.Select(i => 1000f * i - 3000).ToArray(), [4, 3]);
            writer.WriteImage<double>(i.Select(i => i / 7.0).ToArray(), [4, 3]);
            writer.WriteImage<ushort>(i.Select(i => (ushort)(6000 * i)).ToArray(), [4, 3]);
            writer.WriteImage<uint>(i.Select(i => 300_000_000 * (uint)i).ToArray(), [4, 3]);
            writer.WriteImage<ulong>(i.Select(i => 1_000_000_000_000_000_000 * (ulong)i).ToArray(), [4, 3]);
            writer.WriteImage<sbyte>(i.Select(i => (sbyte)(20 * i - 128)).ToArray(), [4, 3]);
        });
        foreach (var (a, b) in ours.Hdus.Zip(theirs.Hdus))
        {
            Assert.Equal(b.Header.GetString("DATASUM"), a.Header.GetString("DATASUM"));
            Assert.Equal(b.Header.GetInt64("BITPIX"), a.Header.GetInt64("BITPIX"));
            Assert.Equal(b.Header.GetDouble("BZERO", 0), a.Header.GetDouble("BZERO", 0));
        }
    }

    [Fact]
    public void Every_kind_of_column_comes_back()
    {
        var header = new FitsHeader();
        header.Set("EXTNAME", "ALL");
        header.Set("NAXIS2", 99); // ours to say
        header.AddCommentary("HISTORY", new string('h', 100));
        using var fits = Written(writer => writer.WriteTable(
        [
            FitsColumnData.Of("L", [true, false, null]),
            FitsColumnData.Of("X", [true, false, true, true, false, false, false, true, true, false, true, false], 4),
            FitsColumnData.Of("A", ["one", "", "it's"]),
            FitsColumnData.Of("M", [new Complex(1, -2), Complex.Zero, Complex.ImaginaryOne]),
            FitsColumnData.Of("Q", (short[][])[[1, 2, 3], [], [-4]]),
            FitsColumnData.Of("SHAPED", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], 4),
        ], header));
        var hdu = fits["all"];
        Assert.Equal([new string('h', 72), new string('h', 28)], hdu.Header.Commentary("HISTORY"));
        var table = hdu.Table();
        Assert.Equal(3, table.RowCount);
        var logicals = new bool?[3];
        table.ReadLogicals("L", logicals);
        Assert.Equal([true, false, null], logicals);
        var bits = new bool[12];
        table.ReadBits("X", bits);
        Assert.Equal([true, false, true, true, false, false, false, true, true, false, true, false], bits);
        Assert.Equal(["one", "", "it's"], table.ReadStrings("A"));
        Assert.Equal([1, -2, 0, 0, 0, 1], table.Read<double>("M"));
        Assert.Equal([1, 2, 3], table.ReadArray<short>("Q", 0));
        Assert.Equal([], table.ReadArray<short>("Q", 1));
        Assert.Equal([-4], table.ReadArray<short>("Q", 2));
        Assert.Equal(Enumerable.Range(1, 12), table.Read<int>("SHAPED"));
    }

    [Fact]
    public void Columns_longer_than_a_piece_come_back()
    {
        const int rows = 40_001;
        var (a, b) = (new double[rows], new byte[3 * rows]);
        var arrays = new long[rows][];
        for (var i = 0; i < rows; i++)
        {
            (a[i], b[3 * i], b[3 * i + 2]) = (Math.Sqrt(i), (byte)i, (byte)(i >> 8));
            arrays[i] = [.. Enumerable.Range(0, i % 5).Select(k => (long)i << k)];
        }
        using var fits = Written(writer => writer.WriteTable(
            [FitsColumnData.Of("A", a), FitsColumnData.Of("B", b, 3), FitsColumnData.Of("Q", arrays)]));
        var table = fits[1].Table();
        Assert.Equal(a, table.Read<double>("A"));
        Assert.Equal(b, table.Read<byte>("B"));
        Assert.All(Enumerable.Range(0, rows), i => Assert.Equal(arrays[i], table.ReadArray<long>("Q", i)));

        // One column alone is read straight into the span.
        using var alone = Written(writer => writer.WriteTable([FitsColumnData.Of("A", a)]));
        Assert.Equal(a, alone[1].Table().Read<double>("A"));
        Assert.Equal(a.Select(x => (float)x), alone[1].Table().Read<float>("A"));
    }

    [Fact]
    public void Whole_numbers_of_cameras_are_read_as_floats()
    {
        Reads<short>();
        Reads<ushort>();

        static void Reads<T>() where T : unmanaged, INumber<T> => Check.QuickThrowOnFailure(Prop.ForAll((T[] values) =>
        {
            using var fits = Written(writer => writer.WriteImage<T>(values, [values.Length]));
            Assert.Equal(values.Select(float.CreateChecked), values.Length == 0 ? [] : fits[0].Image().Read<float>());
        }));
    }

    [Fact]
    public void Numbers_of_every_type_come_back_as_a_column_and_as_an_image()
    {
        ComesBack<byte>();
        ComesBack<sbyte>();
        ComesBack<short>();
        ComesBack<ushort>();
        ComesBack<int>();
        ComesBack<uint>();
        ComesBack<long>();
        ComesBack<ulong>();
        ComesBack<float>();
        ComesBack<double>();

        static void ComesBack<T>() where T : unmanaged, INumber<T> => Check.QuickThrowOnFailure(Prop.ForAll((T[] values) =>
        {
            using var fits = Written(writer =>
            {
                writer.WriteImage<T>(values, [values.Length]);
                writer.WriteTable([FitsColumnData.Of("VALUES", values)]);
            });
            Assert.Equal(values, fits[0].Image().Read<T>());
            Assert.Equal(values, fits[1].Table().Read<T>("VALUES"));
        }));
    }

    [Fact]
    public void Strings_of_any_length_come_back_without_trailing_spaces()
    {
        var printable = Gen.Choose(' ', '~').Select(letter => (char)letter);
        // Quotes, ampersands and spaces are what cards are cut by.
        var text = Gen.Frequency((3, printable), (1, Gen.Elements('\'', '&', ' ', '/'))).ArrayOf()
            .Select(letters => new string(letters));
        Check.QuickThrowOnFailure(Prop.ForAll(text.Resize(300).ToArbitrary(), value =>
        {
            var header = new FitsHeader();
            header.Set("VALUE", value, "what it is");
            header.Set("A LONG KEYWORD.OF_HIERARCH", value);
            header.Set("NEXT", 1);
            using var fits = Written(writer => writer.WriteImage<byte>([], [], header));
            Assert.Equal(value.TrimEnd(' '), fits[0].Header.GetString("VALUE"));
            Assert.Equal(value.TrimEnd(' '), fits[0].Header.GetString("A LONG KEYWORD.OF_HIERARCH"));
            Assert.Equal(1, fits[0].Header.GetInt64("NEXT"));
        }));
    }

    [Fact]
    public void Numbers_and_logicals_in_a_header_come_back() =>
        Check.QuickThrowOnFailure(Prop.ForAll((NormalFloat real, long whole, bool logical) =>
        {
            var header = new FitsHeader();
            header.Set("REAL", real.Get, "a number");
            header.Set("WHOLE", whole);
            header.Set("LOGICAL", logical);
            using var fits = Written(writer => writer.WriteImage<byte>([], [], header));
            Assert.Equal(real.Get, fits[0].Header.GetDouble("REAL"));
            Assert.Equal(whole, fits[0].Header.GetInt64("WHOLE"));
            Assert.Equal(logical, fits[0].Header.GetBoolean("LOGICAL", !logical));
        }));

    [Fact]
    public void What_a_header_cannot_hold_is_refused()
    {
        var header = new FitsHeader();
        Assert.Throws<ArgumentOutOfRangeException>(() => header.Set("X", double.NaN));
        Assert.Throws<ArgumentException>(() => header.Set("X", "µJy"));
        Assert.Throws<ArgumentException>(() => header.Set("", "x"));
        Assert.Throws<ArgumentException>(() => header.Set("END", 1));
        Assert.Throws<ArgumentException>(() => header.Set("ÄRGER", 1));
        Assert.Throws<ArgumentException>(() => header.AddCommentary("NOTE", "x"));
        var writer = new FitsWriter(new MemoryStream());
        Assert.Throws<ArgumentException>(() => writer.WriteImage<byte>(new byte[5], [2, 3]));
        Assert.Throws<ArgumentException>(() => writer.WriteTable([]));
        Assert.Throws<ArgumentException>(() =>
            writer.WriteTable([FitsColumnData.Of("A", new[] { 1 }), FitsColumnData.Of("B", new[] { 1, 2 })]));
        Assert.Throws<ArgumentException>(() => FitsColumnData.Of("A", new[] { 1, 2, 3 }, 2));
    }
}
