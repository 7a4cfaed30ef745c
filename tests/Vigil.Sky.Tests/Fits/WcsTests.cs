using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Vigil.Sky.Fits;
using static Vigil.Sky.Tests.ReferenceTable;

namespace Vigil.Sky.Tests.Fits;

public class WcsTests
{
    // Every header of wcs_headers.csv; make_wcs.py beside it tells where they come from, and that tpv_radial is not from wcslib.
    static readonly Dictionary<string, FitsHeader> headers = ReadHeaders();

    public static TheoryData<string> Cases => [.. headers.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Pixels_and_positions_are_those_of_wcslib(string name)
    {
        var wcs = Wcs.From(headers[name]);
        var (x, y, lon, lat) = Points(name);
        var (ra, dec) = (new double[x.Length], new double[x.Length]);
        wcs.PixelToSky(x, y, ra, dec);
        for (var i = 0; i < x.Length; i++)
        {
            Assert.Equal(double.IsNaN(lon[i]), double.IsNaN(ra[i]));
            // Both round to some 1e-14 degrees; the square root of a slanted SIN costs a digit more.
            if (!double.IsNaN(lon[i]))
                Assert.InRange(Sphere.Separation(lon[i], lat[i], ra[i], dec[i]), 0, 1e-12);
        }

        var (backX, backY) = (new double[x.Length], new double[x.Length]);
        wcs.SkyToPixel(ra, dec, backX, backY);
        for (var i = 0; i < x.Length; i++)
            if (!double.IsNaN(lon[i]))
            {
                // A position is rounded to some 5e-14 degrees, which is 1e-9 of the smallest pixels, of 7e-5 degrees.
                Assert.Equal(x[i], backX[i], 1e-9);
                Assert.Equal(y[i], backY[i], 1e-9);
            }
    }

    [Fact]
    public void The_example_of_the_paper_comes_out()
    {
        // Calabretta and Greisen 2002, section 7.1 and table 9: printed to 1e-6 degrees, half of which is the tolerance.
        var wcs = Wcs.From(Header("RA---TAN", "DEC--TAN", 45.83, 63.57, 256, 257, -0.003, 0.003));
        foreach (var (x, y, ra, dec) in ((double, double, double, double)[])
            [(1, 2, 47.503264, 62.795111), (1, 512, 47.595581, 64.324332), (511, 512, 44.064419, 64.324332)])
        {
            var position = wcs.PixelToSky(x, y);
            Assert.Equal(ra, position.Ra, 6e-7);
            Assert.Equal(dec, position.Dec, 6e-7);
        }
    }

    [Fact]
    public void The_reference_pixel_shows_the_reference_position()
    {
        foreach (var projection in (string[])["TAN", "SIN", "ARC", "ZEA", "CAR", "MOL"])
            Check.QuickThrowOnFailure(Prop.ForAll(Positions(), position =>
            {
                var wcs = Wcs.From(Header("RA---" + projection, "DEC--" + projection, position.Ra, position.Dec, 100, 50, -0.01,
                    0.01));
                var (ra, dec) = wcs.PixelToSky(100, 50);
                Assert.InRange(Sphere.Separation(ra, dec, position.Ra, position.Dec), 0, 1e-12); // of a rotation's rounding
                var (x, y) = wcs.SkyToPixel(position.Ra, position.Dec);
                Assert.Equal((100, 50), (x, y), (a, b) => Math.Abs(a.Item1 - b.Item1) + Math.Abs(a.Item2 - b.Item2) < 1e-9);
            }));
    }

    [Fact]
    public void Pixels_come_back_from_the_sky()
    {
        var pixel = Gen.Choose(-20_000, 20_000).Select(n => n / 40.0); // up to 500 pixels of 0.05 to 0.1 degrees from the centre
        foreach (var (code, scale) in ((string, double)[])[("TAN", 0.1), ("SIN", 0.05), ("ARC", 0.1), ("ZEA", 0.1), ("CAR", 0.1),
            ("MOL", 0.1)])
            Check.QuickThrowOnFailure(Prop.ForAll(Positions(), pixel.ToArbitrary(), pixel.ToArbitrary(), (centre, x, y) =>
            {
                var wcs = Wcs.From(Header("RA---" + code, "DEC--" + code, centre.Ra, centre.Dec, 0, 0, -scale, scale));
                var (ra, dec) = wcs.PixelToSky(x, y);
                Assert.InRange(dec, -90, 90);
                Assert.InRange(ra, 0, 360);
                var (backX, backY) = wcs.SkyToPixel(ra, dec);
                Assert.Equal(x, backX, 1e-8);
                Assert.Equal(y, backY, 1e-8);
            }));
    }

    [Fact]
    public void Distances_and_areas_are_what_each_projection_keeps()
    {
        // ARC keeps distances from its centre, CAR those along meridians, ZEA and MOL areas.
        var arc = Wcs.From(Header("RA---ARC", "DEC--ARC", 30, 40, 0, 0, -0.1, 0.1));
        var (ra, dec) = arc.PixelToSky(300, 400);
        Assert.Equal(50, Sphere.Separation(30, 40, ra, dec), 1e-12);
        var car = Wcs.From(Header("RA---CAR", "DEC--CAR", 30, 0, 0, 0, -0.1, 0.1));
        Assert.Equal((20, 25), car.PixelToSky(100, 250),
            (a, b) => Math.Abs(a.Item1 - b.Item1) + Math.Abs(a.Item2 - b.Item2) < 1e-12);
        foreach (var code in (string[])["ZEA", "MOL"])
        {
            var wcs = Wcs.From(Header("RA---" + code, "DEC--" + code, 30, 0, 0, 0, -0.1, 0.1));
            var corners = ((int, int)[])[(0, 0), (1, 0), (0, 1)];
            var v = corners.Select(c => wcs.PixelToSky(500.5 + 0.01 * c.Item1, 320.25 + 0.01 * c.Item2))
                .Select(p => UnitVector.From(p.Ra, p.Dec)).ToArray();
            var (a, b) = (Minus(v[1], v[0]), Minus(v[2], v[0]));
            var area = Math.Sqrt(Cross(a, b)) / 1e-4;
            Assert.Equal(Math.Pow(double.DegreesToRadians(0.1), 2), area, 1e-9); // differences of 2e-5 rad are good to 1e-11
        }

        static UnitVector Minus(UnitVector a, UnitVector b) => new(a.X - b.X, a.Y - b.Y, a.Z - b.Z);
        static double Cross(UnitVector a, UnitVector b) =>
            Math.Pow(a.Y * b.Z - a.Z * b.Y, 2) + Math.Pow(a.Z * b.X - a.X * b.Z, 2) + Math.Pow(a.X * b.Y - a.Y * b.X, 2);
    }

    [Fact]
    public void Outside_the_projection_there_is_NaN()
    {
        foreach (var code in (string[])["TAN", "SIN"])
        {
            var wcs = Wcs.From(Header("RA---" + code, "DEC--" + code, 0, 0, 0, 0, -0.1, 0.1));
            Assert.True(double.IsNaN(wcs.SkyToPixel(180, 10).X));
            Assert.True(double.IsNaN(wcs.SkyToPixel(91, 0).X));
        }
        foreach (var code in (string[])["SIN", "ARC", "ZEA", "CAR", "MOL"])
            Assert.True(double.IsNaN(Wcs.From(Header("RA---" + code, "DEC--" + code, 0, 0, 0, 0, -0.1, 0.1))
                .PixelToSky(2000, 1500).Ra));
        var tan = Wcs.From(Header("RA---TAN", "DEC--TAN", 0, 0, 0, 0, -0.1, 0.1));
        Assert.True(double.IsNaN(tan.PixelToSky(double.NaN, 0).Dec));
        Assert.True(double.IsNaN(tan.PixelToSky(double.PositiveInfinity, 0).Dec));
        Assert.True(double.IsNaN(tan.PixelToSky(1e300, 1e300).Dec));
        Assert.True(double.IsNaN(tan.SkyToPixel(double.NaN, 0).Y));
        Assert.Throws<ArgumentOutOfRangeException>(() => tan.SkyToPixel(0, 91));
        Assert.Throws<ArgumentException>(() => tan.PixelToSky([1], [1, 2], new double[1], new double[1]));
    }

    [Fact]
    public void The_frame_is_named_and_the_scale_given()
    {
        var header = Header("RA---TAN", "DEC--TAN", 10, 20, 1, 1, -0.002, 0.002);
        Assert.Equal(("ICRS", 7.2), (Wcs.From(header).Frame, Math.Round(Wcs.From(header).PixelScale, 12)));
        header.Set("EQUINOX", 1950.0);
        Assert.Equal("FK4", Wcs.From(header).Frame);
        header.Set("EQUINOX", 2000.0);
        Assert.Equal("FK5", Wcs.From(header).Frame);
        header.Set("RADESYS", "ICRS");
        Assert.Equal(("ICRS", 2000.0), (Wcs.From(header).Frame, Wcs.From(header).Equinox));
        Assert.Equal("GALACTIC", Wcs.From(headers["tan_galactic"]).Frame);
        Assert.True(Wcs.From(headers["panoptes_sip"]).IsDistorted);
    }

    [Fact]
    public void Polynomials_that_SCAMP_wrote_to_TAN_are_those_of_TPV()
    {
        var (old, now) = (new FitsHeader(), headers["tpv"]);
        foreach (var card in now)
            Set(old, card.Keyword, card.IsString ? $"'{card.Value!.Replace("TPV", "TAN", StringComparison.Ordinal)}'"
                : card.Value!);
        Assert.Equal("RA---TAN", old.GetString("CTYPE1"));
        Assert.Equal(Wcs.From(now).PixelToSky(100, 500), Wcs.From(old).PixelToSky(100, 500));
    }

    [Fact]
    public void An_alternate_description_has_its_own_keywords()
    {
        var header = Header("RA---TAN", "DEC--TAN", 10, 20, 1, 1, -0.002, 0.002);
        foreach (var (keyword, value) in ((string, double)[])[("CRVAL1B", 50), ("CRVAL2B", 60), ("CRPIX1B", 7), ("CRPIX2B", 8),
            ("CDELT1B", 1), ("CDELT2B", 1)])
            header.Set(keyword, value);
        header.Set("CTYPE1B", "GLON-CAR");
        header.Set("CTYPE2B", "GLAT-CAR");
        var (lon, lat) = Wcs.From(header, 'B').PixelToSky(7, 8);
        Assert.Equal((50, 60), (Math.Round(lon, 10), Math.Round(lat, 10)));
        Assert.Equal(10, Wcs.From(header).PixelToSky(1, 1).Ra, 1e-12);
        Assert.Throws<FitsException>(() => Wcs.From(header, 'C'));
        Assert.Throws<ArgumentOutOfRangeException>(() => Wcs.From(header, 'b'));
    }

    [Theory]
    [InlineData("CTYPE1", "'LINEAR'", "CTYPE1")]
    [InlineData("CTYPE2", "'RA---TAN'", "CTYPE2")]
    [InlineData("CTYPE2", "'GLAT-TAN'", "CTYPE2")]
    [InlineData("CTYPE2", "'DEC--SIN'", "CTYPE2")]
    [InlineData("CTYPE1,CTYPE2", "'RA---AIT','DEC--AIT'", "CTYPE1")]
    [InlineData("CTYPE1,CTYPE2", "'RA---TAN-SIP','DEC--TAN-SIP'", "A_ORDER")]
    [InlineData("A_ORDER", "2", "B_ORDER")]
    [InlineData("A_ORDER,B_ORDER", "10,2", "A_ORDER")]
    [InlineData("A_ORDER,B_ORDER,PV2_1", "2,2,1.01", "A_ORDER")]
    [InlineData("CRVAL2", "95.0", "CRVAL2")]
    [InlineData("CRVAL1", "", "CRVAL1")]
    [InlineData("CRVAL1", "'12:00:00'", "CRVAL1")]
    [InlineData("CRPIX2", "", "CRPIX2")]
    [InlineData("CDELT1", "", "CDELT1")]
    [InlineData("CDELT1", "0.0", "CD1_1")]
    [InlineData("CD1_1,CD1_2,CD2_1,CD2_2", "1.0,2.0,2.0,4.0", "CD1_1")]
    [InlineData("CD1_1,CD2_2,PC1_1", "1.0,2.0,2.0", "CD")]
    [InlineData("PC1_1,CROTA2", "1.0,20.0", "CROTA2")]
    [InlineData("CUNIT1", "'Hz'", "CUNIT1")]
    [InlineData("WCSAXES", "1", "WCSAXES")]
    [InlineData("WCSAXES,CD1_1,CD2_2,CD2_3", "3,1.0,1.0,0.5", "CD2_3")]
    [InlineData("PV1_1", "45.0", "PV1_1")]
    [InlineData("CTYPE1,CTYPE2,LONPOLE", "'RA---CAR','DEC--CAR',80.0", "LONPOLE")]
    public void A_header_that_contradicts_itself_is_refused_by_name(string keywords, string values, string named)
    {
        var header = Header("RA---TAN", "DEC--TAN", 150, 20, 1, 1, -0.002, 0.002);
        foreach (var (keyword, value) in keywords.Split(',').Zip(values.Split(',')))
            Set(header, keyword, value);
        var error = Assert.Throws<FitsException>(() => Wcs.From(header));
        Assert.StartsWith(named, error.Keyword, StringComparison.Ordinal);
    }

    static Arbitrary<(double Ra, double Dec)> Positions() =>
        (from ra in Gen.Choose(0, 3_599_999) from dec in Gen.Choose(-9000, 9000) select (ra / 1e4, dec / 100.0)).ToArbitrary();

    static FitsHeader Header(string ctype1, string ctype2, double crval1, double crval2, double crpix1, double crpix2,
        double cdelt1, double cdelt2)
    {
        var header = new FitsHeader();
        header.Set("CTYPE1", ctype1);
        header.Set("CTYPE2", ctype2);
        foreach (var (keyword, value) in ((string, double)[])
            [("CRVAL1", crval1), ("CRVAL2", crval2), ("CRPIX1", crpix1), ("CRPIX2", crpix2), ("CDELT1", cdelt1),
                ("CDELT2", cdelt2)])
            header.Set(keyword, value);
        return header;
    }

    static Dictionary<string, FitsHeader> ReadHeaders()
    {
        var all = new Dictionary<string, FitsHeader>();
        foreach (var row in Rows("wcs_headers.csv"))
        {
            if (!all.TryGetValue(row[0], out var header))
                all.Add(row[0], header = new FitsHeader());
            Set(header, row[1], row[2]);
        }
        return all;
    }

    static void Set(FitsHeader header, string keyword, string value)
    {
        if (value.StartsWith('\''))
            header.Set(keyword, value.Trim('\''));
        else if (value == "")
            header.Set(keyword, " "); // no number
        else if (long.TryParse(value, CultureInfo.InvariantCulture, out var whole))
            header.Set(keyword, whole);
        else
            header.Set(keyword, Number(value));
    }

    static (double[] X, double[] Y, double[] Lon, double[] Lat) Points(string name)
    {
        var rows = Rows("wcs_points.csv").Where(row => row[0] == name).ToArray();
        return (Column(1), Column(2), Column(3), Column(4));

        double[] Column(int column) => [.. rows.Select(row => row[column] == "" ? double.NaN : Number(row[column]))];
    }
}
