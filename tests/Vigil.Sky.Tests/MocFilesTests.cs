using Vigil.Sky.Fits;

namespace Vigil.Sky.Tests;

public class MocFilesTests
{
    const string Example = "1/1-2 4 2/12-14 21 23 25 8/";

    static MemoryStream Data(string name) => new(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "sky", name)));

    [Theory]
    // The standard's example, written by astropy 5.2.1 as a table of NUNIQ numbers of 32 bits and one of ranges.
    [InlineData("moc_nuniq.fits")]
    [InlineData("moc_range.fits")]
    public void Both_codings_in_fits_are_read(string name) => Assert.Equal(Example, MocFits.Read(Data(name)).ToString());

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Fits_files_read_what_they_write(bool asRanges)
    {
        foreach (var moc in (Moc[])[MocText.FromAscii(Example), Moc.Empty, Moc.Full,
            Moc.FromRegion(Cone.FromDegrees(0, 90, 3), 11)])
        {
            using var file = new MemoryStream();
            MocFits.Write(moc, file, asRanges);
            file.Position = 0;
            Assert.Equal(moc, MocFits.Read(file));
        }
    }

    [Fact]
    public void Tables_that_are_no_coverage_are_refused()
    {
        Refused([FitsColumnData.Of("UNIQ", new long[] { 3 })], ("ORDERING", "NUNIQ"));
        Refused([FitsColumnData.Of("UNIQ", new double[] { 30 })], ("ORDERING", "NUNIQ"));
        Refused([FitsColumnData.Of("UNIQ", new long[] { 30 })], ("ORDERING", "RING"));
        Refused([FitsColumnData.Of("UNIQ", new long[] { 30 })], ("COORDSYS", "G"));
        Refused([FitsColumnData.Of("RANGE", new long[] { 0, 16, 32 })], ("ORDERING", "RANGE"));
        Refused([FitsColumnData.Of("RANGE", new long[] { 16, 0 })], ("ORDERING", "RANGE"));
        Refused([FitsColumnData.Of("RANGE", new long[] { 0, 16 })], ("ORDERING", "RANGE"), ("MOCDIM", "TIME"));
        Assert.Throws<FitsException>(() => MocFits.Read(new MemoryStream([1, 2, 3])));

        static void Refused(FitsColumnData[] columns, params (string Keyword, string Value)[] cards)
        {
            var header = new FitsHeader();
            foreach (var (keyword, value) in cards)
                header.Set(keyword, value);
            using var file = new MemoryStream();
            new FitsWriter(file).WriteTable(columns, header);
            file.Position = 0;
            Assert.Throws<MocFormatException>(() => MocFits.Read(file));
        }
    }

    [Fact]
    public void Ds9_shapes_are_those_of_the_library()
    {
        Assert.Equal(Moc.FromRegion(Cone.FromDegrees(202.47, 47.2, 10 / 60.0), 12),
            Ds9Regions.ToMoc("# Region file format: DS9\nglobal color=green\nicrs\ncircle(202.47,47.2,10') # text={M51}", 12));
        Assert.Equal(Moc.FromRegion(Cone.FromDegrees(202.5, 47.25, 0.5), 10),
            Ds9Regions.ToMoc("icrs;circle 13:30:00.0 +47:15:00 1800\"", 10));
        Assert.Equal(Moc.FromRegion(new SkyPolygon([10, 20, 15], [0, 0, 8]), 8),
            Ds9Regions.ToMoc("icrs;polygon(10,0,20,0,15,8)", 8));
        Assert.Equal(Moc.FromRegion(SkyPolygon.Rectangle(40, -30, 3, 2, 25), 9), Ds9Regions.ToMoc("icrs;box(40,-30,3,2,25)", 9));
        // The first radius lies east-west: position angle 90.
        Assert.Equal(Moc.FromRegion(new SkyEllipse(40, -30, 3, 1, 115), 9), Ds9Regions.ToMoc("icrs;ellipse(40,-30,3,1,25)", 9));
        Assert.Equal(Moc.FromRegion(new SkyEllipse(40, -30, 3, 1, 25), 9), Ds9Regions.ToMoc("icrs;ellipse(40,-30,1,3,25)", 9));
        Assert.Equal(Moc.FromRegion(new SkyAnnulus(Cone.FromDegrees(40, -30, 3), 1), 9),
            Ds9Regions.ToMoc("icrs;annulus(40,-30,1,3)", 9));
        // The north galactic pole of the Hipparcos catalogue.
        Assert.True(Ds9Regions.ToMoc("galactic;circle(0,90,1)", 9).Contains(192.85948, 27.12825));
        // Taken away from all others, wherever it stands.
        var cut = Ds9Regions.ToMoc("icrs\n-circle(10,10,1)\ncircle(10,10,3)", 8, CoverRule.Centres);
        Assert.False(cut.Contains(10, 10));
        Assert.True(cut.Contains(10, 12));
        Assert.True(Ds9Regions.ToMoc("icrs", 5).IsEmpty);
    }

    [Theory]
    [InlineData("circle(10,10,1)")]
    [InlineData("icrs;circle(10,10)")]
    [InlineData("icrs;circle(10,95,1)")]
    [InlineData("icrs;circle(10,10,-1)")]
    [InlineData("icrs;circle(10,10,1p)")]
    [InlineData("icrs;circle(10,10,NaN)")]
    [InlineData("icrs;polygon(10,0,20,0)")]
    [InlineData("icrs;polygon(0,0,10,10,0,10,10,0)")]
    [InlineData("icrs;annulus(10,10,3,1)")]
    [InlineData("icrs;point(10,10)")]
    [InlineData("image;circle(10,10,1)")]
    [InlineData("nonsense")]
    [InlineData("icrs;-")]
    public void Ds9_texts_that_mean_nothing_are_refused(string text) =>
        Assert.Contains("Line 1", Assert.Throws<MocFormatException>(() => Ds9Regions.ToMoc(text, 6)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void GeoJson_polygons_are_those_of_the_library()
    {
        const string square = """{"type":"Polygon","coordinates":[[[10,0],[20,0],[20,8],[10,8],[10,0]]]}""";
        var expected = Moc.FromRegion(new SkyPolygon([10, 20, 20, 10], [0, 0, 8, 8]), 8);
        Assert.Equal(expected, GeoJsonRegions.ToMoc(square, 8));
        Assert.Equal(expected, GeoJsonRegions.ToMoc("""{"type":"Feature","properties":null,"geometry":""" + square + "}", 8));
        Assert.Equal(expected, GeoJsonRegions.ToMoc("""{"type":"MultiPolygon","coordinates":[[[[10,0],[20,0],[20,8],[10,8],[10,0]]]]}""", 8));
        // RFC 7946, appendix A: a polygon with a hole, here around RA 0.
        var hole = GeoJsonRegions.ToMoc(
            """
            {"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Polygon","coordinates":
            [[[-5,-5],[5,-5],[5,5],[-5,5],[-5,-5]],[[-2,-2],[-2,2],[2,2],[2,-2],[-2,-2]]]}}]}
            """, 8);
        Assert.True(hole.Contains(3.5, 0));
        Assert.True(hole.Contains(356.5, 0));
        Assert.False(hole.Contains(0, 0));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"type":3}""")]
    [InlineData("""{"type":"Point","coordinates":[1,2]}""")]
    [InlineData("""{"type":"Polygon"}""")]
    [InlineData("""{"type":"Polygon","coordinates":[]}""")]
    [InlineData("""{"type":"Polygon","coordinates":[[[1,2],[3,4],[1,2]]]}""")]
    [InlineData("""{"type":"Polygon","coordinates":[[["1","2"],[3,4],[5,6]]]}""")]
    [InlineData("""{"type":"Polygon","coordinates":[[[1,2],[3,400],[5,6]]]}""")]
    [InlineData("""{"type":"Polygon","coordinates":[[[0,0],[10,10],[0,10],[10,0]]]}""")]
    [InlineData("""{"type":"Feature"}""")]
    [InlineData("""{"type":"FeatureCollection","features":{}}""")]
    public void GeoJson_that_is_no_polygon_is_refused(string json) =>
        Assert.Throws<MocFormatException>(() => GeoJsonRegions.ToMoc(json, 6));
}
