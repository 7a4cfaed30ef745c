using System.Numerics;
using System.Text;
using Vigil.Sky.Fits;

namespace Vigil.Sky.Tests.Fits;

// The values are the formulas of tests/data/sky/fits/make.py, by which astropy wrote the file.
public class FitsTableTests
{
    static readonly int[] rows = [0, 1, 2, 3, 4];

    static T[] Read<T>(string column, string table = "COLUMNS") where T : unmanaged, INumber<T>
    {
        using var fits = new FitsReader(FitsFiles.Open("columns.fits.gz"));
        return fits[table].Table().Read<T>(column);
    }

    [Fact]
    public void Columns_of_numbers_are_read_in_their_own_type()
    {
        Assert.Equal(rows.Select(i => (byte)(50 * i)), Read<byte>("BYTE"));
        Assert.Equal(rows.Select(i => (short)(1000 * i - 2000)), Read<short>("SHORT"));
        Assert.Equal(rows.Select(i => (ushort)(16000 * i)), Read<ushort>("USHORT"));
        Assert.Equal(rows.Select(i => 100_000_000 * i), Read<int>("INT"));
        Assert.Equal(rows.Select(i => 1_000_000_000_000_000_000 * i), Read<long>("LONG"));
        Assert.Equal(rows.Select(i => 4_000_000_000_000_000_000 * (ulong)i), Read<ulong>("ULONG"));
        Assert.Equal(rows.Select(i => i / 4f), Read<float>("FLOAT"));
        Assert.Equal(rows.Select(i => i / 7.0), Read<double>("DOUBLE"));
        Assert.Equal(Enumerable.Range(0, 15).Select(i => i / 7.0), Read<double>("TRIPLE"));
        Assert.Equal(Enumerable.Range(0, 30), Read<int>("MATRIX"));
        Assert.Equal(rows.SelectMany(i => new[] { i, 2f * i }), Read<float>("COMPLEX"));
        Assert.Equal(rows.SelectMany(i => new[] { i / 7.0, -i }), Read<double>("DCOMPLEX"));
        Assert.Empty(Read<double>("NONE"));
    }

    [Fact]
    public void Columns_of_numbers_are_read_in_another_type_that_holds_them()
    {
        Assert.Equal([-2000, double.NaN, 0, 1000, 2000], Read<double>("SHORT")); // TNULL = -1000
        Assert.Equal([-2000, -1000, 0, 1000, 2000], Read<long>("SHORT"));
        Assert.Equal(rows.Select(i => 16000.0 * i), Read<double>("USHORT"));
        Assert.Equal(rows.Select(i => 4e18 * i), Read<double>("ULONG"));
        Assert.Equal(rows.Select(i => i / 7f), Read<float>("DOUBLE").Select(x => x)); // rounded to nearest, as i / 7f is
        var error = Assert.Throws<FitsException>(() => Read<long>("ULONG"));
        Assert.Equal(("TFORM8", 1), (error.Keyword, error.Hdu));
        Assert.Throws<FitsException>(() => Read<byte>("INT"));
        Assert.Throws<FitsException>(() => Read<int>("DOUBLE"));
        Assert.Throws<ArgumentException>(() => Read<decimal>("DOUBLE"));
    }

    [Fact]
    public void TSCAL_TZERO_and_TNULL_make_the_values()
    {
        Assert.Equal([-1, 1.5, 4, double.NaN, 9], Read<double>("STORED", "SCALED")); // stored 10 i, TNULL = 30
        Assert.Contains("not a whole number", Assert.Throws<FitsException>(() => Read<int>("STORED", "SCALED")).Message);
    }

    [Fact]
    public void Text_bits_and_logicals_are_read()
    {
        using var fits = new FitsReader(FitsFiles.Open("columns.fits.gz"));
        var table = fits["columns"].Table();
        Assert.Equal(["", "a", "two w", "it's", "eightlet"], table.ReadStrings("TEXT"));
        Assert.Equal(["a0", "bb0", "a1", "bb1", "a2", "bb2", "a3", "bb3", "a4", "bb4"], table.ReadStrings("TEXTS"));
        var logicals = new bool?[3];
        table.ReadLogicals("LOGIC", logicals, firstRow: 2);
        Assert.Equal([true, false, true], logicals);
        var bits = new bool[55];
        table.ReadBits("BITS", bits);
        Assert.Equal(Enumerable.Range(0, 55).Select(i => (i / 11 + i % 11) % 3 == 0), bits);
    }

    [Fact]
    public void Arrays_of_variable_length_are_read()
    {
        using var fits = new FitsReader(FitsFiles.Open("columns.fits.gz"));
        var table = fits[1].Table();
        foreach (var row in rows)
        {
            Assert.Equal(row, table.ArrayLength("VARFLOAT", row));
            Assert.Equal(Enumerable.Range(0, row).Select(i => i / 2f), table.ReadArray<float>("VARFLOAT", row));
            Assert.Equal(Enumerable.Range(0, 4 - row).Select(i => i / 7.0), table.ReadArray<double>("VARDOUBLE", row));
            Assert.Equal(new string("-xyzw"[row], row), table.ReadArrayString("VARTEXT", row));
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => table.ReadArray<float>("VARFLOAT", 5));
    }

    [Fact]
    public void A_column_says_what_it_is()
    {
        using var fits = new FitsReader(FitsFiles.Open("columns.fits.gz"));
        var table = fits[1].Table();
        Assert.Equal(5, table.RowCount);
        Assert.Equal(20, table.Columns.Count);
        var matrix = table["matrix"];
        Assert.Equal(('J', 6, 13), (matrix.Type, matrix.Repeat, matrix.Index));
        Assert.Equal([3, 2], matrix.Dimensions);
        Assert.Equal("sr-1", table["DOUBLE"].Unit);
        Assert.Equal(-1000, table["SHORT"].Null);
        Assert.Equal(('P', 'E'), (table["VARFLOAT"].Type, table["VARFLOAT"].ElementType));
        Assert.Contains("DCOMPLEX", Assert.Throws<FitsException>(() => table["ELSE"]).Message);
    }

    [Fact]
    public void A_column_of_another_kind_is_refused()
    {
        using var fits = new FitsReader(FitsFiles.Open("columns.fits.gz"));
        var table = fits[1].Table();
        Assert.Throws<FitsException>(() => table.Read<double>("TEXT"));
        Assert.Throws<FitsException>(() => table.Read<double>("LOGIC"));
        Assert.Throws<FitsException>(() => table.Read<double>("VARFLOAT"));
        Assert.Throws<FitsException>(() => table.ReadStrings("DOUBLE"));
        Assert.Throws<FitsException>(() => table.ReadArray<double>("DOUBLE", 0));
        Assert.Throws<FitsException>(() => table.ReadArray<double>("VARTEXT", 0));
        Assert.Throws<FitsException>(() => table.ReadLogicals("BITS", new bool?[1]));
        Assert.Throws<FitsException>(() => fits[1].Image());
        Assert.Throws<FitsException>(() => fits[0].Table());
        Assert.Throws<FitsException>(() => fits[4]);
        Assert.Throws<FitsException>(() => fits["NOTHERE"]);
    }

    [Fact]
    public void Rows_outside_the_table_are_refused()
    {
        using var fits = new FitsReader(FitsFiles.Open("columns.fits.gz"));
        var table = fits[1].Table();
        Assert.Throws<ArgumentOutOfRangeException>(() => table.Read("DOUBLE", new double[3], 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => table.Read("DOUBLE", new double[1], -1));
        Assert.Throws<ArgumentException>(() => table.Read("TRIPLE", new double[4]));
        var part = new double[6];
        table.Read("TRIPLE", part, 3);
        Assert.Equal(Enumerable.Range(9, 6).Select(i => i / 7.0), part);
    }

    [Fact]
    public void ASCII_tables_are_read()
    {
        using var fits = new FitsReader(FitsFiles.Open("columns.fits.gz"));
        var table = fits["ASCII"].Table();
        Assert.Equal(["first", "second", "third", "", "last"], table.ReadStrings("NAME"));
        Assert.Equal([-200, -100, 0, 100, 200], table.Read<int>("COUNT"));
        Assert.Equal([0, 0.125f, 0.25f, 0.375f, 0.5f], table.Read<float>("REAL"));
        Assert.Equal([0.01, 0.1, 1, 10, 100], table.Read<double>("EXPO"));
        Assert.Equal([0, 0.1428571428571428, 0.2857142857142857, 0.4285714285714285, 0.5714285714285714],
            table.Read<double>("DEXPO"), (a, b) => Math.Abs(a - b) <= 1e-16); // written with 16 decimals
        Assert.Equal(["0.0000", "0.1250", "0.2500", "0.3750", "0.5000"], table.ReadStrings("REAL"));
        Assert.Throws<FitsException>(() => table.Read<double>("NAME"));
    }

    [Fact]
    public void An_ASCII_number_may_be_blank_missing_or_without_its_point()
    {
        // FITS Standard 4.0, section 7.2.5: F6.2 has its point before the last two digits where none is written; blanks are zero.
        string[] cards =
        [
            "XTENSION= 'TABLE   '", "BITPIX  = 8", "NAXIS   = 2", "NAXIS1  = 12", "NAXIS2  = 4", "PCOUNT  = 0", "GCOUNT  = 1",
            "TFIELDS = 2", "TTYPE1  = 'F'", "TFORM1  = 'F6.2'", "TBCOL1  = 1", "TNULL1  = '***'", "TTYPE2  = 'I'",
            "TFORM2  = 'I5'",
            "TBCOL2  = 8", "TSCAL2  = 10.0", "END",
        ];
        var rows = "  1234     7" + "-12.50    -7" + "   ***     9" + "         +12";
        using var stream = new MemoryStream();
        new FitsWriter(stream).WriteImage<byte>([], []);
        stream.Write(Encoding.ASCII.GetBytes(string.Concat(cards.Select(card => card.PadRight(80))).PadRight(2880)));
        stream.Write(Encoding.ASCII.GetBytes(rows.PadRight(2880)));
        stream.Position = 0;
        using var fits = new FitsReader(stream);
        var table = fits[1].Table();
        Assert.Equal([12.34, -12.5, double.NaN, 0], table.Read<double>("F"));
        Assert.Equal([70, -70, 90, 120], table.Read<int>("I"));
        Assert.Contains("not a whole number", Assert.Throws<FitsException>(() => table.Read<int>("F")).Message);
        var third = Assert.Throws<FitsException>(() => table.Read("F", new int[1], 2));
        Assert.Contains("row 2 of F has no value", third.Message);
    }
}
