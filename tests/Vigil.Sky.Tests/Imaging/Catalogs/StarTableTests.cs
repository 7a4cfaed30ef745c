using System.IO.Compression;
using System.Text;
using Vigil.Sky.Imaging;

namespace Vigil.Sky.Tests.Imaging;

public sealed class StarTableTests : IDisposable
{
    readonly ScratchFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Columns_of_the_Gaia_archive_are_known()
    {
        // Made up in the form of the archive's CSV. 1.0857 / 1085.7362 = 0.001.
        var star = Read("""
            source_id,ref_epoch,ra,dec,pmra,pmdec,phot_g_mean_mag,phot_g_mean_flux_over_error,phot_bp_mean_mag,phot_variable_flag,u_sdss_mag,u_sdss_flux,u_sdss_flux_error
            4295806720,2016.0,44.99615537864534,0.005615226341865997,11.938,-4.43,17.641426,1085.7362,18.017277,"VARIABLE",19.5,200,2
            """).Single();
        Assert.Equal(4295806720, star.Id);
        Assert.Equal(44.99615537864534, star.Ra);
        Assert.Equal(0.005615226341865997, star.Dec);
        Assert.Equal(2016, star.Epoch);
        Assert.Equal((11.938f, -4.43f), (star.PmRa, star.PmDec));
        Assert.Equal(17.641426f, star.Mag[CatalogBand.GaiaG]);
        Assert.Equal(0.001, star.MagErr[CatalogBand.GaiaG], 1e-7);
        Assert.Equal(18.017277f, star.Mag[CatalogBand.GaiaBp]);
        Assert.True(float.IsNaN(star.MagErr[CatalogBand.GaiaBp]) && float.IsNaN(star.Mag[CatalogBand.GaiaRp]));
        Assert.Equal(19.5f, star.Mag[CatalogBand.SdssU]);
        Assert.Equal(0.010857, star.MagErr[CatalogBand.SdssU], 1e-6);
        Assert.Equal(CatalogStarFlaws.Variable, star.Flags);
    }

    [Theory]
    [InlineData("RA_ICRS,DE_ICRS,Gmag,gmag,e_gmag\n1,2,10,11,0.01")]
    [InlineData("RAJ2000;DEJ2000;Gmag;gmag;e_gmag\n1;2;10;11;0.01\n")]
    [InlineData("ra\tdec\tG\tg\tg_err\r\n1\t2\t10\t11\t0.01\r\n")]
    [InlineData("# comment, with commas\n\nALPHA_J2000 DELTA_J2000 Gmag gmag gmagerr\n  1  2 10 11 0.01  \n# more\n\n")]
    [InlineData("#RESOURCE=x\nRAJ2000\tDEJ2000\tGmag\tgmag\te_gmag\ndeg\tdeg\tmag\tmag\tmmag\n---\t---\t---\t---\t---\n1\t2\t10\t11\t10\n")]
    [InlineData("\uFEFFname,ra,dec,G,g,e_g,note\n\"a, \"\"b\"\"\",1,2,\"10\", 11 ,0.01,\"x,y\"\n")]
    [InlineData("e_g,g,G,dec,ra\n1e-2,1.1E1,+10.0,2.0000000000000000000,1.")]
    public void Usual_forms_of_text_are_read(string text)
    {
        var star = Read(text).Single();
        Assert.Equal((1, 2, 10, 11), (star.Ra, star.Dec, star.Mag[CatalogBand.GaiaG], star.Mag[CatalogBand.SdssG]));
        Assert.Equal(0.01f, star.MagErr[CatalogBand.SdssG]);
    }

    [Fact]
    public void Columns_may_be_named_and_scaled_and_left_out()
    {
        var columns = new Dictionary<string, string>
        {
            ["ra"] = "alpha", ["dec"] = "delta", ["V"] = "m", ["e_V"] = "s*0.01",
            ["id"] = ""
        };
        var star = Read("id,alpha,delta,m,s\nHD 1,1,2,9,5\n", new() { Columns = columns, Epoch = 1991.25 }).Single();
        Assert.Equal((0, 1, 2, 9, 1991.25), (star.Id, star.Ra, star.Dec, star.Mag[CatalogBand.JohnsonV], star.Epoch));
        Assert.Equal(0.05f, star.MagErr[CatalogBand.JohnsonV]);
    }

    [Fact]
    public void Values_that_say_nothing_are_missing()
    {
        var stars = Read("ra,dec,V,e_V,pmra,pmdec\n1,2,99.999,0.1,,1\n1,2,-99,0.1,1,null\n1,2,,0,1,2\n1,2,NaN,-1,1,2\n1,2,12,60000,1,2\n");
        Assert.Equal([float.NaN, float.NaN, float.NaN, float.NaN, 12], stars.Select(star => star.Mag[CatalogBand.JohnsonV]));
        Assert.All(stars[2..], star => Assert.True(float.IsNaN(star.MagErr[CatalogBand.JohnsonV])));
        Assert.Equal([float.NaN, float.NaN, 1, 1, 1], stars.Select(star => star.PmRa));
        Assert.Equal([float.NaN, float.NaN, 2, 2, 2], stars.Select(star => star.PmDec));
    }

    [Theory]
    [InlineData("ra,dec\n1,2\n1,\n", "line 3: dec = nothing: a star needs a position")]
    [InlineData("# c\nra,dec\n\n1,2\n1,91\n", "line 5: dec = 91: a declination is in [-90, 90] degrees")]
    [InlineData("ra,dec\n361,2\n", "line 2: ra = 361: a right ascension is in [0, 360) degrees")]
    [InlineData("ra,dec\n12:30:00,2\n", "line 2: ra = 12:30:00: positions must be decimal degrees")]
    [InlineData("ra,dec,V\n1,2,80\n", "line 2: V = 80: magnitudes are in [-30, 40]")]
    [InlineData("ra,dec,V\n1,2,bright\n", "line 2: V = bright: this is no number")]
    [InlineData("ra,dec,pmra,pmdec\n1,2,1e9,0\n", "line 2: pmra = 1000000000: a star does not move so fast")]
    [InlineData("ra,dec,id\n1,2,-5\n", "line 2: id = -5: an id is a whole number in [0, 2^63)")]
    [InlineData("ra,dec,id\n1,2,9223372036854775808\n", "line 2: id = 9223372036854775808: an id is a whole number in [0, 2^63)")]
    [InlineData("ra,dec,id\n1,2,HD 1\n", "line 2: id = HD 1: an id is a whole number")]
    [InlineData("ra,dec,V\n1,2\n", "line 2: the line = 2 fields: the line of names has 3")]
    [InlineData("ra,dec\n1,2,3\n", "line 2: the line = 3 fields: the line of names has 2")]
    [InlineData("ra,dec,ref_epoch\n1,2,2016\n1,2,2015.5\n", "line 3: ref_epoch = 2015.5: the other stars are of 2016")]
    [InlineData("ra,dec,name,x\n1,2,\"a\nb\",3\n", "line 2: the line = 3 fields: the line of names has 4; a text in quotes must end on its line")]
    [InlineData("x,y\n1,2\n", "no columns known as right ascension and declination. Name them: --column ra=NAME --column dec=NAME. It has: x, y.")]
    [InlineData("ra,dec\n", "has no rows")]
    [InlineData("", "is empty")]
    [InlineData("# nothing\n", "no line with the names")]
    [InlineData("ra,dec\n1\0,2\n", "is no table that can be read")]
    public void Text_that_cannot_be_used_is_refused_with_place_and_remedy(string text, string message)
    {
        Assert.Contains(message, Assert.Throws<FrameException>(() => Read(text)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_column_that_is_not_there_is_refused()
    {
        var columns = new Dictionary<string, string> { ["V"] = "Vmagnitude" };
        Assert.Contains("no column 'Vmagnitude', which is to be V. It has: ra, dec.",
            Assert.Throws<FrameException>(() => Read("ra,dec\n1,2\n", new() { Columns = columns })).Message,
                StringComparison.Ordinal);
        columns = new() { ["W"] = "ra" };
        Assert.Contains("'W' is nothing that a column can be",
            Assert.Throws<FrameException>(() => Read("ra,dec\n1,2\n", new() { Columns = columns })).Message,
                StringComparison.Ordinal);
    }

    [Fact]
    public void Bad_rows_are_left_out_and_counted_when_asked()
    {
        var text = new StringBuilder("id,ra,dec,V\n");
        for (var i = 1; i <= 1000; i++)
            text.Append(i % 10 == 0 ? $"{i},,5,99\n" : i % 15 == 0 ? $"{i},500,-100,x\n"
                : $"{i},{i * 0.3},{i * 0.09 - 45},{i * 0.01}\n");
        using var table = StarTable.Open(new MemoryStream(Encoding.UTF8.GetBytes(text.ToString())), "t.csv",
            new() { SkipBad = true });
        var stars = table.Read().ToArray();
        Assert.Equal(Enumerable.Range(1, 1000).Where(i => i % 10 != 0 && i % 15 != 0).Select(i => (long)i),
            stars.Select(star => star.Id));
        Assert.All(stars, star => Assert.Equal(star.Id * 0.01f, star.Mag[CatalogBand.JohnsonV], 1e-6f));
        Assert.Equal(1000, table.Rows);
        Assert.Equal(133, table.Skipped);
        Assert.Equal(10, table.SkippedReasons.Count);
        Assert.Equal("t.csv, line 11: ra = nothing: a star needs a position.", table.SkippedReasons[0]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Long_tables_become_catalogues_whatever_the_threads(int threads)
    {
        var random = new Random(3);
        var text = new StringBuilder("source_id,ra,dec,phot_g_mean_mag\n");
        var positions = new Dictionary<long, (double Ra, double Dec)>();
        for (var i = 1; i <= 80_000; i++)
        {
            positions[i] = (Math.Round(360 * random.NextDouble(), 9) % 360, Math.Round(180 * random.NextDouble() - 90, 9));
            text.Append(i).Append(',').Append(positions[i].Ra).Append(',').Append(positions[i].Dec).Append(",12.5\n");
        }
        var bytes = Encoding.UTF8.GetBytes(text.ToString());
        Assert.True(bytes.Length > 2 << 20); // several pieces
        using (var builder = new StarCatalogBuilder(folder["long.vcat"], new() { Threads = threads, MemoryBytes = 8 << 20 }))
        {
            using var table = StarTable.Open(new MemoryStream(bytes), "long.csv");
            builder.Add(table);
            Assert.Equal(80_000, builder.Count);
            builder.Write();
        }
        using var catalog = StarCatalog.Open(folder["long.vcat"]);
        var all = new List<CatalogStar>();
        catalog.Cone(0, 0, 180, all);
        Assert.Equal(80_000, all.Count);
        Assert.All(all, star =>
        {
            Assert.Equal(positions[star.Id].Ra, star.Ra, 2e-10); // half a step of 1.2 µas
            Assert.Equal(positions[star.Id].Dec, star.Dec, 2e-10);
        });
    }

    [Fact]
    public void A_bad_line_far_down_is_found_by_its_number()
    {
        var text = "ra,dec\n" + string.Concat(Enumerable.Repeat("123.456789012,-12.345678901\n", 200_000)) + "1,x\n";
        using var builder = new StarCatalogBuilder(folder["bad.vcat"], new() { Threads = 2 });
        using var table = StarTable.Open(new MemoryStream(Encoding.UTF8.GetBytes(text)), "bad.csv");
        Assert.Contains("bad.csv, line 200002: dec = x", Assert.Throws<FrameException>(() => builder.Add(table)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Gzip_is_unpacked_and_a_broken_one_refused()
    {
        var text = "ra,dec\n" + string.Concat(Enumerable.Range(0, 50_000).Select(i => $"{i * 0.007},{i % 90}\n"));
        var packed = Gzip(Encoding.UTF8.GetBytes(text));
        Assert.Equal(50_000, ReadBytes(packed).Count);
        Assert.Equal(100_000, ReadBytes([.. packed, .. Gzip(Encoding.UTF8.GetBytes(text[7..]))]).Count); // two members
        Assert.Throws<FrameException>(() => ReadBytes(packed[..(packed.Length / 2)]));
        Assert.Throws<FrameException>(() => ReadBytes(packed[..^4]));
        packed[packed.Length / 2] ^= 0xFF;
        Assert.Throws<FrameException>(() => ReadBytes(packed));
    }

    [Theory]
    [InlineData("ra,dec,x\n1,2,3\n", "No column is known as a magnitude. Name it, such as --column V=NAME. There are: ra, dec, x.")]
    [InlineData("ra,dec,V\n1,2,3\n", "does not say when its stars were there; 2000.0 is assumed")]
    [InlineData("ra,dec,phot_g_mean_mag\n1,2,3\n", "2016.0 is assumed")]
    [InlineData("ra,dec,GaiaDR2,Gmag\n1,2,3,4\n", "2015.5 is assumed")]
    [InlineData("ra,dec,Vmag,e_Vmag\n1,2,13.1,1\n1,2,13,2\n", "are all whole magnitudes. If they are hundredths: --column e_V=e_Vmag*0.01")]
    [InlineData("ra,dec,MAG_VT\n1,2,3\n", "V is Tycho's VT of column MAG_VT")]
    public void What_is_taken_for_granted_is_said(string text, string note)
    {
        using var table = StarTable.Open(new MemoryStream(Encoding.UTF8.GetBytes(text)), "t.csv");
        table.Check();
        Assert.Contains(table.Notes, said => said.Contains(note, StringComparison.Ordinal));
        using var quiet = StarTable.Open(new MemoryStream("ra,dec,ref_epoch,V,e_V\n1,2,2016,3,0.5\n1,2,2016,3,1\n"u8.ToArray()),
            "t.csv");
        quiet.Check();
        Assert.Empty(quiet.Notes);
    }

    [Fact]
    public void Numbers_are_read_to_the_last_bit()
    {
        var random = new Random(4);
        for (var i = 0; i < 20_000; i++)
        {
            var number = (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-12, 12));
            var text = random.Next(3) switch
            {
                0 => number.ToString("R", System.Globalization.CultureInfo.InvariantCulture),
                1 => number.ToString($"F{random.Next(20)}", System.Globalization.CultureInfo.InvariantCulture),
                _ => random.NextInt64().ToString(System.Globalization.CultureInfo.InvariantCulture),
            };
            Assert.True(TextNumber.TryParse(Encoding.ASCII.GetBytes(text), out var read), text);
            Assert.Equal(double.Parse(text, System.Globalization.CultureInfo.InvariantCulture), read);
        }
        foreach (var text in new[] { "", "-", ".", "+", "1.2.3", "1 2", "0x1", "--1", "+-1", "1e", "1,5", "12345678:" })
            Assert.False(TextNumber.TryParse(Encoding.ASCII.GetBytes(text), out _), text);
    }

    static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(bytes);
        return packed.ToArray();
    }

    static List<CatalogStar> Read(string text, StarTableOptions? options = null) =>
        ReadBytes(Encoding.UTF8.GetBytes(text), options);

    static List<CatalogStar> ReadBytes(byte[] bytes, StarTableOptions? options = null)
    {
        using var table = StarTable.Open(new MemoryStream(bytes), "t.csv", options);
        return [.. table.Read()];
    }
}
