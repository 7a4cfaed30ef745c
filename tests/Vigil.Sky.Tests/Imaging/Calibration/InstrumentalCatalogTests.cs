using System.Globalization;
using System.IO.Compression;
using System.Text;
using Vigil.Sky.Fits;
using Vigil.Sky.Imaging;

namespace Vigil.Sky.Tests.Imaging;

public class InstrumentalCatalogTests
{
    const string Head = """
        #   1 NUMBER                 Running object number
        #   2 ALPHA_J2000            Right ascension of barycenter (J2000)  [deg]
        #   3 DELTA_J2000            Declination of barycenter (J2000)      [deg]
        #   4 MAG_AUTO               Kron-like elliptical aperture magnitude [mag]
        #   5 MAGERR_AUTO            RMS error for AUTO magnitude           [mag]

        """;

    static InstrumentalCatalog Read(string text) => InstrumentalCatalog.Read(new MemoryStream(Encoding.Latin1.GetBytes(text)));

    static byte[] File(string name) =>
        System.IO.File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "imaging", "instrumental", name));

    static byte[] Table(params (string Name, double[] Values, int PerRow)[] columns) => Fits(columns);

    static byte[] Fits(params (string Name, double[] Values, int PerRow)[][] tables)
    {
        using var stream = new MemoryStream();
        var writer = new FitsWriter(stream);
        foreach (var columns in tables)
            writer.WriteTable([.. columns.Select(column => FitsColumnData.Of(column.Name, column.Values, column.PerRow))]);
        return stream.ToArray();
    }

    [Theory] // The same run of source-extractor in both formats; the values below are copied from the printed catalogue.
    [InlineData("source-extractor.cat")]
    [InlineData("source-extractor.ldac")]
    public void Catalogues_of_source_extractor_are_read(string name)
    {
        var catalog = InstrumentalCatalog.Read(new MemoryStream(File(name)));
        Assert.Equal("MAG_AUTO", catalog.MagColumn);
        Assert.Equal((12, 12), (catalog.RowCount, catalog.Stars.Count));
        Assert.Null(catalog.Target);
        var third = catalog.Stars[2];
        // Half of the last printed digit; the table in FITS has all of them.
        Assert.Equal(359.9934578, third.Ra, 0.5e-7);
        Assert.Equal(-12.4910643, third.Dec, 0.5e-7);
        Assert.Equal(-10.3214, third.Mag, 0.5e-4);
        Assert.Equal(0.0096, third.MagErr, 0.5e-4);
        Assert.Equal(127.5486, third.X, 0.5e-4); // XWIN_IMAGE
        Assert.Equal(145.1825, third.Y, 0.5e-4);
        Assert.Equal(DetectionFlaws.None, third.Flags);
    }

    [Fact]
    public void The_seven_columns_of_ccdphot_need_no_header_and_999999_is_the_target()
    {
        const string rows = """
                 1 18.3401 2.3112 100.2 200.3 14.5 0.01
            999999 18.3402 2.3113 101.2 201.3 17.5 0.05
                 3 18.3403 2.3114 102.2 202.3 15.5 0.02
            """;
        foreach (var text in new[] { rows, "# NUMBER ALPHA_J2000 DELTA_J2000 XWIN_IMAGE YWIN_IMAGE MAG_AUTO MAGERR_AUTO\n" + rows,
            "NUMBER ALPHA_J2000 DELTA_J2000 XWIN_IMAGE YWIN_IMAGE MAG_AUTO MAGERR_AUTO\r\n" + rows.ReplaceLineEndings("\r\n") })
        {
            var catalog = Read(text);
            Assert.Equal(3, catalog.Stars.Count);
            Assert.Equal(new InstrumentalStar(18.3402, 2.3113, 17.5, 0.05, 101.2, 201.3), catalog.Target);
            Assert.Contains(catalog.Target!.Value, catalog.Stars);
        }
    }

    [Fact]
    public void A_target_without_a_measurement_is_none() =>
        Assert.Null(Read(Head + "1 10 20 14 0.1\n999999 11 21 99 99\n").Target);

    [Fact]
    public void Rows_without_a_measurement_are_left_out_and_counted()
    {
        var catalog = Read(Head + """
            1 10.5 20 14 0.1
            2 11 21 99.0000 99.0000
            3 12 22 78 60000
            4 13 23 15 60000
            5 14 24 nan 0.1
            6 15 25 15 -nan
            7 16 26 15 *****
            8 inf 26 15 0.1
            9 16 97 15 0.1
            10 17 27 15 -1
            11 -45.04 27 15 1
            12 17 28 50 0
            """);
        Assert.Equal(12, catalog.RowCount);
        Assert.Equal((5, 2, 2), (catalog.NotFinite, catalog.TooFaint, catalog.TooUncertain));
        Assert.Equal([10.5, 314.96, 17], catalog.Stars.Select(star => Math.Round(star.Ra, 10)));
    }

    [Theory] // BEST goes before AUTO before APER, each only with its error.
    [InlineData("MAG_APER MAGERR_APER MAG_AUTO MAGERR_AUTO MAG_BEST MAGERR_BEST", "MAG_BEST", 5)]
    [InlineData("MAG_APER MAGERR_APER MAG_AUTO MAGERR_AUTO MAG_BEST", "MAG_AUTO", 3)]
    [InlineData("MAG_APER MAGERR_APER MAG_AUTO MAG_BEST MAGERR_ISO", "MAG_APER", 1)]
    public void The_first_complete_pair_of_magnitudes_is_taken(string names, string column, double mag)
    {
        var words = names.Split(' ');
        var values = string.Join(' ', Enumerable.Range(1, words.Length).Select(i => i % 2 == 0 ? 0.1 : i));
        var catalog = Read($"ALPHA_J2000 DELTA_J2000 {names}\n10 20 {values}\n");
        Assert.Equal(column, catalog.MagColumn);
        Assert.Equal(mag, catalog.Stars[0].Mag);
        double[] one = [1], error = [0.1];
        var fits = Table([("ALPHA_J2000", one, 1), ("DELTA_J2000", one, 1),
            .. words.Select((word, i) => (word, i % 2 == 0 ? [i + 1.0] : error, 1))]);
        Assert.Equal((column, mag), (InstrumentalCatalog.Read(new MemoryStream(fits)).MagColumn,
            InstrumentalCatalog.Read(new MemoryStream(fits)).Stars[0].Mag));
    }

    [Theory]
    [InlineData("ALPHA_J2000 DELTA_J2000 FLUX_APER FLUXERR_APER FLUX_AUTO FLUXERR_AUTO", "10 20 1 1 1000 10", "FLUX_AUTO")]
    [InlineData("id x y flux fluxerr ra dec", "1 5 6 1000 10 -350 20", "FLUX")]
    public void Fluxes_serve_where_there_are_no_magnitudes(string names, string row, string column)
    {
        var catalog = Read($"{names}\n{row}\n{row.Replace("1000", "-3", StringComparison.Ordinal)}\n");
        Assert.Equal((column, 2, 1), (catalog.MagColumn, catalog.RowCount, catalog.NotFinite)); // no light, no magnitude
        var star = Assert.Single(catalog.Stars);
        Assert.Equal((10, 20, -7.5), (star.Ra, star.Dec, star.Mag));
        Assert.Equal(0.010857362, star.MagErr, 1e-9);
        var values = row.Split(' ').Select(value => double.Parse(value, CultureInfo.InvariantCulture));
        var fits = InstrumentalCatalog.Read(new MemoryStream(Table([.. names.Split(' ').Zip(values,
            (name, value) => (name, (double[])[value], 1))])));
        Assert.Equal((column, star), (fits.MagColumn, fits.Stars[0]));
    }

    [Fact]
    public void Of_a_vector_the_first_magnitude_is_taken()
    {
        var fits = Table(("ALPHA_J2000", [10, 11], 1), ("DELTA_J2000", [20, 21], 1),
            ("MAG_APER", [12, 13, 14, 15, 16, 17], 3), ("MAGERR_APER", [0.1, 0.2, 0.3, 0.4, 0.5, 0.6], 3));
        Assert.Equal([(12.0, 0.1), (15.0, 0.4)],
            InstrumentalCatalog.Read(new MemoryStream(fits)).Stars.Select(star => (star.Mag, star.MagErr)));
    }

    [Fact]
    public void Tables_of_a_file_are_joined_and_the_first_says_which_magnitudes()
    {
        (string, double[], int)[] Chip(string kind, double ra) =>
            [("ALPHA_J2000", [ra], 1), ("DELTA_J2000", [20], 1), ($"MAG_{kind}", [ra], 1), ($"MAGERR_{kind}", [0.1], 1)];
        var fits = Fits([("OTHER", [1, 2], 1)], Chip("AUTO", 10), Chip("APER", 11),
            [.. Chip("AUTO", 12), .. Chip("BEST", 13)[2..]]);
        var catalog = InstrumentalCatalog.Read(new MemoryStream(fits));
        Assert.Equal("MAG_AUTO", catalog.MagColumn);
        Assert.Equal([10, 12], catalog.Stars.Select(star => star.Mag));
    }

    [Fact]
    public void Gzip_and_streams_that_cannot_seek_are_read()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionMode.Compress, leaveOpen: true))
            gzip.Write(File("source-extractor.cat"));
        packed.Position = 0;
        Assert.Equal(12, InstrumentalCatalog.Read(packed).Stars.Count);
        packed.Position = 0;
        using var forward = new GZipStream(packed, CompressionMode.Decompress);
        Assert.Equal(12, InstrumentalCatalog.Read(forward).Stars.Count);
        byte[] broken = [0x1F, 0x8B, 8, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
        Assert.Contains("gzip is broken", Refused(broken).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_columns_are_told_beside_those_there_are()
    {
        var message = Refused("#   1 NUMBER   Running number\n#   2 X_IMAGE  Place [pixel]\n 1 2.5\n"u8.ToArray()).Message;
        Assert.Contains("ALPHA_J2000 and DELTA_J2000", message, StringComparison.Ordinal);
        Assert.Contains("it has NUMBER, X_IMAGE.", message, StringComparison.Ordinal);
        message = Refused(Table(("RA", [1], 1), ("MAG_AUTO", [1], 1))).Message;
        Assert.Contains("it has RA, MAG_AUTO.", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("1 2 3\n", "needs the columns")]
    [InlineData("id,ra,dec,mag\n1,2,3,4\n", "needs the columns")]
    [InlineData("\u0001\u0002\u0000junk", "neither text nor FITS")]
    [InlineData(Head + "1 10 20 14 0.1\n2 11 2", "Line 7 of the catalogue has 3 values, its header names 5 columns")]
    [InlineData(Head + "1 10 20 14 0.1\n2 11 21 bright 0.1\n", "Line 7 of the catalogue holds 'bright'")]
    [InlineData(Head + "1 0 0 14 0.1\n2 0 0 15 0.1\n", "without a plate solution")]
    public void What_is_no_catalogue_is_refused_with_a_reason(string text, string reason) =>
        Assert.Contains(reason, Refused(Encoding.Latin1.GetBytes(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_line_without_end_is_refused() =>
        Assert.Contains("longer than", Refused([.. Enumerable.Repeat((byte)'1', 100_000)]).Message, StringComparison.Ordinal);

    [Fact]
    public void A_table_cut_off_is_an_error()
    {
        var file = File("source-extractor.ldac");
        Assert.Throws<FitsException>(() => InstrumentalCatalog.Read(new MemoryStream(file[..^2880])));
    }

    [Fact]
    public void A_long_catalogue_is_read_in_which_999999_is_a_row_as_any_other()
    {
        var text = new StringBuilder(Head);
        for (var i = 1; i <= 1_000_000; i++)
            text.Append(CultureInfo.InvariantCulture, $"{i} {i * 1e-4:F4} 20 14 0.1\n");
        var catalog = Read(text.ToString());
        Assert.Equal(1_000_000, catalog.Stars.Count);
        Assert.Null(catalog.Target);
    }

    [Fact]
    public void Any_bytes_give_a_catalogue_or_a_typed_error()
    {
        var random = new Random(8);
        byte[][] seeds = [File("source-extractor.cat"), File("source-extractor.ldac"),
            Encoding.ASCII.GetBytes(Head + "1 10 20 14 0.1\n")];
        var good = 0;
        for (var i = 0; i < 3000; i++)
        {
            var bytes = (byte[])seeds[i % seeds.Length].Clone();
            for (var change = random.Next(1, 6); change > 0; change--)
                bytes[random.Next(bytes.Length)] = (byte)(change % 2 == 0 ? random.Next(256) : random.Next(32, 127));
            if (i % 5 == 0)
                bytes = bytes[..random.Next(bytes.Length)];
            if (i % 50 == 0)
                random.NextBytes(bytes);
            try
            {
                good += InstrumentalCatalog.Read(new MemoryStream(bytes)).RowCount > 0 ? 1 : 0;
            }
            catch (Exception e) when (e is FrameException or FitsException)
            {
                Assert.NotEmpty(e.Message);
            }
        }
        Assert.InRange(good, 500, 2900); // most bytes of a table do no harm; cuts and broken headers show
    }

    static FrameException Refused(byte[] bytes) =>
        Assert.Throws<FrameException>(() => InstrumentalCatalog.Read(new MemoryStream(bytes)));
}
