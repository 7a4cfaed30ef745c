using System.Text;
using Vigil.Sky.Fits;
using Vigil.Sky.Imaging;

namespace Vigil.Sky.Tests.Imaging;

/// <summary>Tables in the formats of others; origins are in tests/data/imaging/catalogues/README.md.</summary>
public class StarTableFormatsTests
{
    static byte[] Bytes(string name) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "imaging", "catalogues", name));

    static List<CatalogStar> Read(byte[] bytes, string name = "t", StarTableOptions? options = null)
    {
        using var table = StarTable.Open(new MemoryStream(bytes), name, options);
        return [.. table.Read()];
    }

    [Fact]
    public void Gaia_stars_of_a_FITS_table_are_read()
    {
        var stars = Read(Bytes("gaia.fits"));
        Assert.Equal(40, stars.Count);
        // As astropy 5.2.1 prints the first row.
        var star = stars[0];
        Assert.Equal(3095663447428055168, star.Id);
        Assert.Equal((120.9383043985168, 4.868593848719153, 2015.5), (star.Ra, star.Dec, star.Epoch));
        Assert.Equal((-0.84837717f, -0.460369f), (star.PmRa, star.PmDec));
        Assert.Equal(20.295958f, star.Mag[CatalogBand.GaiaG]);
        Assert.Equal(1.0857362 / 114.7303, star.MagErr[CatalogBand.GaiaG], 1e-7);
        Assert.True(float.IsNaN(star.Mag[CatalogBand.GaiaBp]) && float.IsNaN(star.MagErr[CatalogBand.GaiaBp]));
        Assert.Equal(3, stars.Count(found => found.Flags == CatalogStarFlaws.Blended)); // duplicated_source
    }

    [Fact]
    public void Stars_of_an_ECSV_are_read_with_the_upper_and_lower_case_of_its_bands()
    {
        // Sums by astropy 5.2.1.
        var stars = Read(Bytes("all_refcat2_ey_uma.ecsv"));
        Assert.Equal(187, stars.Count);
        Assert.Equal(3260.149, stars.Sum(star => (double)star.Mag[CatalogBand.GaiaG]), 1e-3);
        Assert.Equal((1015783782961610496, 135.62886541, -10.61f), (stars[0].Id, stars[0].Ra, stars[0].PmRa));

        stars = Read(Bytes("all_apass_ey_uma.ecsv"));
        Assert.Equal(54, stars.Count);
        Assert.Equal((135.68157, 15.837f, 0.069f, 16.302f), (stars[0].Ra, stars[0].Mag[CatalogBand.JohnsonV],
            stars[0].MagErr[CatalogBand.JohnsonV], stars[0].Mag[CatalogBand.SdssG]));
    }

    [Fact]
    public void Magnitudes_of_Pan_STARRS_become_those_of_the_SDSS()
    {
        // numpy 1.24.2 with table 6 of Tonry et al. 2012: sums, and of the first star magnitude and error, these from numerical
        // derivatives. Tolerances: single precision of 187 magnitudes, of one, and of an error.
        var stars = Read(Bytes("all_refcat2_ey_uma.ecsv"));
        foreach (var (band, sum, mag, err) in new[]
        {
            (CatalogBand.SdssG, 3467.892628, 20.170771, 0.0186111), (CatalogBand.SdssR, 3280.016972, 18.973472, 0.0152603),
            (CatalogBand.SdssI, 3175.712581, 18.531812, 0.0117226), (CatalogBand.SdssZ, 3119.267344, 18.259354, 0.0164531),
        })
        {
            Assert.Equal(sum, stars.Sum(star => (double)star.Mag[band]), 2e-4);
            Assert.Equal(mag, stars[0].Mag[band], 2e-6);
            Assert.Equal(err, stars[0].MagErr[band], 1e-7);
        }
        using var table = StarTable.Open(new MemoryStream(Bytes("all_refcat2_ey_uma.ecsv")), "t", new() { IsPanStarrs = false });
        Assert.Equal(3439.082, table.Read().Sum(star => (double)star.Mag[CatalogBand.SdssG]), 1e-3); // as astropy reads it
        Assert.DoesNotContain(table.Notes, note => note.Contains("Pan-STARRS", StringComparison.Ordinal));
    }

    [Fact]
    public void Magnitudes_of_Pan_STARRS_without_a_colour_are_none()
    {
        var text = "ra,dec,G,g,r,i,e_r\n1,2,10,11.5,11,10.9,\n1,2,10,,11,10.9,0.01\n"u8.ToArray();
        using var table = StarTable.Open(new MemoryStream(text), "t", new() { IsPanStarrs = true });
        var stars = table.Read().ToArray();
        // 11.5 + 0.013 + 0.145 * 0.5 + 0.019 * 0.25
        Assert.Equal((10, 11.59025f), (stars[0].Mag[CatalogBand.GaiaG], stars[0].Mag[CatalogBand.SdssG]));
        Assert.True(float.IsNaN(stars[0].MagErr[CatalogBand.SdssR]));
        Assert.Equal(10, stars[1].Mag[CatalogBand.GaiaG]);
        foreach (var band in new[] { CatalogBand.SdssG, CatalogBand.SdssR, CatalogBand.SdssI })
            Assert.True(float.IsNaN(stars[1].Mag[band]) && float.IsNaN(stars[1].MagErr[band]));
        Assert.Contains(table.Notes, note => note.Contains("--griz sdss", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("stars_tabledata.vot", 1e-6)] // prints single precision in full
    [InlineData("stars_binary.vot", 0)]
    [InlineData("stars_binary2.vot", 0)]
    public void The_three_forms_of_a_VOTable_say_the_same_as_text(string name, double relative)
    {
        var (expected, actual) = (Read(Bytes("stars.csv")), Read(Bytes(name)));
        Assert.Equal(25, actual.Count);
        for (var i = 0; i < expected.Count; i++)
        {
            var (a, b) = (expected[i], actual[i]);
            Assert.Equal((a.Id, a.Flags), (b.Id, b.Flags));
            Assert.Equal(a.Ra, b.Ra, a.Ra * relative);
            Assert.Equal(a.Dec, b.Dec, Math.Abs(a.Dec) * relative);
            Assert.Equal(float.IsNaN(a.PmRa), float.IsNaN(b.PmRa));
            if (!float.IsNaN(a.PmRa))
                Assert.Equal(a.PmDec, b.PmDec, Math.Abs(a.PmDec) * relative);
            foreach (var band in new[] { CatalogBand.GaiaG, CatalogBand.SdssG })
            {
                Assert.Equal(float.IsNaN(a.Mag[band]), float.IsNaN(b.Mag[band]));
                if (!float.IsNaN(a.Mag[band]))
                    Assert.Equal(a.Mag[band], b.Mag[band], a.Mag[band] * relative);
            }
            Assert.Equal(a.MagErr[CatalogBand.SdssG], b.MagErr[CatalogBand.SdssG]);
        }
    }

    [Fact]
    public void A_VOTable_tells_its_epoch_and_whether_rows_are_missing()
    {
        var text = Vo("<INFO name='QUERY_STATUS' value='OVERFLOW'/>");
        using var table = StarTable.Open(new MemoryStream(Encoding.UTF8.GetBytes(text)), "t.vot");
        Assert.Equal(1991.25, Assert.Single(table.Read()).Epoch);
        Assert.Empty(table.Notes);
        Assert.True(table.IsCut);
    }

    [Theory]
    // DALI 1.1, in place of a table; Simple Cone Search 1.03 in its two forms.
    [InlineData("<RESOURCE type='results'><INFO name='QUERY_STATUS' value='ERROR'>Unknown column 'x'</INFO></RESOURCE>")]
    [InlineData("<INFO ID='Error' name='Error' value='Unknown column &apos;x&apos;'/>")]
    [InlineData("<RESOURCE><PARAM name='Error' datatype='char' arraysize='*' value=\"Unknown column 'x'\"/></RESOURCE>")]
    public void A_VOTable_that_says_an_error_is_refused_with_its_words(string text) =>
        Assert.Contains("the service refused the question: Unknown column 'x'", Refused($"<VOTABLE>{text}</VOTABLE>"),
            StringComparison.Ordinal);

    [Fact]
    public void An_error_behind_the_rows_of_a_VOTable_refuses_them()
    {
        var text = Vo("<INFO name='QUERY_STATUS' value='ERROR'>The disk is full</INFO>");
        Assert.Contains("the service refused the question: The disk is full", Refused(text), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("stars_tabledata.vot")]
    [InlineData("stars_binary.vot")]
    [InlineData("stars_binary2.vot")]
    public void Rows_left_out_are_noticed_behind_any_form_of_a_VOTable(string name)
    {
        var text = Encoding.UTF8.GetString(Bytes(name)).Replace("</TABLE>",
            "</TABLE><INFO name='QUERY_STATUS' value='OVERFLOW'/>", StringComparison.Ordinal);
        using var table = StarTable.Open(new MemoryStream(Encoding.UTF8.GetBytes(text)), name);
        Assert.Equal(25, table.Read().Count());
        Assert.True(table.IsCut);
    }

    [Fact]
    public void A_VOTable_as_VizieR_writes_it_is_read()
    {
        // The form of VizieR's answers (votable-version 1.99+): its notes, sexagesimal positions of the catalogue beside its own
        // in degrees, empty cells, links within fields. The star is made up.
        var star = Assert.Single(Read(Encoding.UTF8.GetBytes("""
            <?xml version="1.0" encoding="UTF-8"?>
            <VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3">
             <DESCRIPTION>VizieR Astronomical Server</DESCRIPTION>
            <!-- VOTable description at http://www.ivoa.net/Documents/latest/VOT.html -->
            <INFO ID="VERSION" name="votable-version" value="1.99+ (14-Oct-2013)"/>
            <INFO ID="MaxTuples" name="-out.max" value="50"/>
            <INFO name="queryParameters" value="2">
            -source=I/1
            -c=10 +20
            </INFO>
            <RESOURCE ID="yCat_1" name="I/1">
             <COOSYS ID="J2000" system="eq_FK5" equinox="J2000"/>
             <TABLE ID="I_1_cat" name="I/1/cat">
              <PARAM name="Distance" datatype="float" value="0.1"/>
              <FIELD name="RAJ2000" ucd="pos.eq.ra;meta.main" datatype="char" arraysize="10*" unit="&quot;h:m:s&quot;"/>
              <FIELD name="DEJ2000" ucd="pos.eq.dec;meta.main" datatype="char" arraysize="9*" unit="&quot;d:m:s&quot;"/>
              <FIELD name="_RAJ2000" datatype="double" unit="deg"><!-- ucd="POS_EQ_RA" --></FIELD>
              <FIELD name="_DEJ2000" datatype="double" unit="deg"><LINK href="http://example.org/?${_DEJ2000}"/></FIELD>
              <FIELD name="Vmag" datatype="float" unit="mag"/>
              <FIELD name="e_Vmag" datatype="short" unit="cmag"><VALUES null="-32768"/></FIELD>
              <FIELD name="Bmag" datatype="float" unit="mag"/>
            <DATA><TABLEDATA>
            <TR><TD>00 40 00.0</TD><TD>+20 00 00</TD><TD> 10.0</TD><TD>20.0</TD><TD>12.5</TD><TD>3</TD><TD></TD></TR>
            </TABLEDATA></DATA>
            </TABLE>
            </RESOURCE>
            </VOTABLE>
            """)));
        Assert.Equal((10, 20, 12.5f), (star.Ra, star.Dec, star.Mag[CatalogBand.JohnsonV]));
        Assert.Equal(0.03f, star.MagErr[CatalogBand.JohnsonV]);
        Assert.True(float.IsNaN(star.Mag[CatalogBand.JohnsonB]));
    }

    [Fact]
    public void Document_types_and_entities_of_a_VOTable_fetch_nothing()
    {
        var bomb = "<!DOCTYPE VOTABLE [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;'><!ENTITY c SYSTEM 'file:///etc/passwd'>]>";
        Assert.Single(Read(Encoding.UTF8.GetBytes(bomb + Vo(""))));
        Assert.Contains("is broken", Refused(bomb + Vo("").Replace(">12<", ">&c;<", StringComparison.Ordinal)),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<html><body>Busy</body></html>", "is XML, but no VOTable: its element is html")]
    [InlineData("<VOTABLE><RESOURCE/></VOTABLE>", "is a VOTable without rows")]
    [InlineData("<VOTABLE><RESOURCE><TABLE><FIELD name='x' datatype='double'/><DATA><TABLEDATA><TR><TD>1</TD></TR></TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>",
        "no columns known as right ascension")]
    [InlineData("<VOTABLE><RESOURCE><TABLE><FIELD name='ra' datatype='text'/>", "datatype 'text'")]
    [InlineData("<VOTABLE><RESOURCE>", "is broken")]
    public void A_broken_VOTable_is_refused(string text, string message) =>
        Assert.Contains(message, Refused(text), StringComparison.Ordinal);

    [Fact]
    public void A_VOTable_with_a_wrong_row_names_it()
    {
        Assert.Contains("row 1: Vmag = bright: this is no number",
            Refused(Vo("").Replace(">12<", ">bright<", StringComparison.Ordinal)),
            StringComparison.Ordinal);
        Assert.Contains("row 1: the row = 2 cells: the table has 3 columns",
            Refused(Vo("").Replace("<TD>12</TD>", "", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains("the unit of column RA_ICRS is 'h:m:s'", Refused(Vo("")
            .Replace("unit='deg'", "unit='h:m:s'", StringComparison.Ordinal)),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gaia.fits")]
    [InlineData("stars_tabledata.vot")]
    [InlineData("stars_binary2.vot")]
    [InlineData("all_apass_ey_uma.ecsv")]
    [InlineData("stars.csv")]
    public void Mutated_tables_are_read_or_refused(string name)
    {
        var good = Bytes(name);
        var random = new Random(name.Length);
        var refused = 0;
        for (var i = 0; i < 200; i++)
        {
            var bytes = good.ToArray();
            for (var changes = random.Next(1, 6); changes > 0; changes--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            if (random.Next(4) == 0)
                bytes = bytes[..random.Next(bytes.Length)];
            try
            {
                foreach (var star in Read(bytes, name, new() { SkipBad = random.Next(2) == 0 }))
                    Assert.True(star.Ra is >= 0 and < 360 && star.Dec is >= -90 and <= 90 && star.Id >= 0);
            }
            catch (Exception e) when (e is FrameException or FitsException)
            {
                refused++;
            }
        }
        Assert.InRange(refused, 20, 200); // so that the test would notice if nothing were checked
    }

    [Fact]
    public void Tables_of_FITS_LDAC_are_found_behind_their_header_table()
    {
        using var file = new MemoryStream();
        var writer = new FitsWriter(file);
        writer.WriteImage<byte>([], []);
        writer.WriteTable([FitsColumnData.Of("Field Header Card", new[] { new string('=', 80) })], Named("LDAC_IMHEAD"));
        writer.WriteTable([FitsColumnData.Of("ALPHA_J2000", new[] { 10.5, 11 }),
            FitsColumnData.Of("DELTA_J2000", new[] { -5.0, 6 }),
            FitsColumnData.Of("MAG", new[] { 12f, 99 }), FitsColumnData.Of("MAGERR", new[] { 0.01f, 99 })],
                Named("LDAC_OBJECTS"));
        var options = new StarTableOptions { Columns = new Dictionary<string, string> { ["G"] = "MAG" }, Epoch = 2015.5 };
        var stars = Read(file.ToArray(), "stars.ldac", options);
        Assert.Equal([(10.5, -5, 2015.5), (11, 6, 2015.5)], stars.Select(star => (star.Ra, star.Dec, star.Epoch)));
        Assert.Equal([12, float.NaN], stars.Select(star => star.Mag[CatalogBand.GaiaG]));
        Assert.Equal([0.01f, float.NaN], stars.Select(star => star.MagErr[CatalogBand.GaiaG]));
    }

    static FitsHeader Named(string name)
    {
        var header = new FitsHeader();
        header.Set("EXTNAME", name);
        return header;
    }

    static string Refused(string text) => Assert.Throws<FrameException>(() => Read(Encoding.UTF8.GetBytes(text))).Message;

    // One star of 1991.25; behind its table something more.
    static string Vo(string behind) => $"""
        <VOTABLE version='1.4' xmlns='http://www.ivoa.net/xml/VOTable/v1.3'><RESOURCE type='results'><INFO name='QUERY_STATUS' value='OK'/>
        <COOSYS ID='here' system='ICRS' epoch='J1991.25'/><TABLE>
        <FIELD name='RA_ICRS' datatype='double' unit='deg' ref='here'/><FIELD name='DE_ICRS' datatype='double' unit='deg' ref='here'/>
        <FIELD name='Vmag' datatype='float' unit='mag'/>
        <DATA><TABLEDATA><TR><TD>1</TD><TD>2</TD><TD>12</TD></TR></TABLEDATA></DATA></TABLE>{behind}</RESOURCE></VOTABLE>
        """;
}
