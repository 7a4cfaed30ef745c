using System.Globalization;
using System.Text;
using Vigil.Sky.Fits;
using Vigil.Sky.Imaging;

namespace Vigil.Sky.Tests.Imaging;

public class SextractorCatalogTests
{
    static readonly FitsHeader header = SimulatedFrame.Tan(18.34, 2.31, 0.5, 100, 80);

    static readonly Detection[] detections =
    [
        new()
        {
            XIso = 10.25, YIso = 20.5, X = 10.125, Y = 20.75, XErr = 0.01, YErr = 0.02, Area = 12, FluxIso = 900, FluxIsoErr = 9,
            FluxAuto = 1000, FluxAutoErr = 10, FluxAper = [500, 800], FluxAperErr = [5, 8], FluxPsf = 990, FluxPsfErr = 7,
            XPsf = 10.126, YPsf = 20.751, Chi2Psf = 1.1, Peak = 120, Background = 400, Noise = 5, A = 1.5, B = 1.2, Theta = 30,
            KronRadius = 3.5, Fwhm = 3.1, StarLike = 0.97, Flags = DetectionFlaws.Blended | DetectionFlaws.CosmicRay,
        },
        new() { XIso = 50, YIso = 40, X = 50, Y = 40, FluxAuto = -5, FluxAutoErr = 4, FluxAper = [1, -2], FluxAperErr = [3, 4] },
    ];

    static byte[] Ascii(Wcs? wcs)
    {
        using var stream = new MemoryStream();
        SextractorCatalog.WriteAsciiHead(stream, detections, wcs, 25);
        return stream.ToArray();
    }

    static byte[] Ldac(Frame frame, Wcs? wcs)
    {
        using var stream = new MemoryStream();
        SextractorCatalog.WriteLdac(stream, frame, detections, wcs, 25);
        return stream.ToArray();
    }

    static Frame Empty() => new(100, 80, new float[8000], header);

    // Column name, its place from 0, and the words of the rows.
    static (Dictionary<string, int> Columns, string[][] Rows) Parse(byte[] ascii)
    {
        var lines = Encoding.ASCII.GetString(ascii).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        char[] space = [' '];
        return (lines.Where(line => line[0] == '#').Select(line => line.Split(space, StringSplitOptions.RemoveEmptyEntries))
            .ToDictionary(words => words[2], words => int.Parse(words[1], CultureInfo.InvariantCulture) - 1),
            [.. lines.Where(line => line[0] != '#').Select(line => line.Split(space, StringSplitOptions.RemoveEmptyEntries))]);
    }

    [Fact]
    public void Ascii_head_names_every_column_and_counts_the_elements_of_vectors()
    {
        var (columns, rows) = Parse(Ascii(Wcs.From(header)));
        Assert.Equal("NUMBER", columns.MinBy(column => column.Value).Key);
        Assert.Equal("FLAGS", columns.MaxBy(column => column.Value).Key); // last, so that a reader knows every vector's length
        Assert.All(rows, row => Assert.Equal(columns["FLAGS"] + 1, row.Length));
        Assert.Equal(2, columns["MAGERR_APER"] - columns["MAG_APER"]);
        var first = rows[0];
        string Word(string name) => first[columns[name]];
        Assert.Equal(("1", "10.2500", "20.7500"), (Word("NUMBER"), Word("X_IMAGE"), Word("YWIN_IMAGE")));
        Assert.Equal(("17.5000", "0.0109"), (Word("MAG_AUTO"), Word("MAGERR_AUTO"))); // 25 - 2.5 log 1000; 1.0857 * 10 / 1000
        Assert.Equal(("18.2526", "17.7423"), (Word("MAG_APER"), first[columns["MAG_APER"] + 1])); // 25 - 2.5 log 500, 800
        Assert.Equal(("990", "7", "258"), (Word("FLUX_PSF"), Word("FLUXERR_PSF"), Word("FLAGS")));
        Assert.Equal(("0.02000", "0.01000", "90.00"), (Word("ERRAWIN_IMAGE"), Word("ERRBWIN_IMAGE"), Word("ERRTHETAWIN_IMAGE")));
        var (ra, dec) = Wcs.From(header).PixelToSky(10.25, 20.5);
        Assert.Equal(ra, double.Parse(Word("ALPHA_J2000"), CultureInfo.InvariantCulture), 0.5e-7);
        Assert.Equal(dec, double.Parse(Word("DELTA_J2000"), CultureInfo.InvariantCulture), 0.5e-7);
    }

    [Fact]
    public void A_flux_that_is_not_positive_has_magnitude_99_and_what_was_not_measured_is_nan()
    {
        var (columns, rows) = Parse(Ascii(null));
        Assert.DoesNotContain("ALPHA_J2000", columns.Keys);
        Assert.Equal(["99.0000", "99.0000", "-5"],
            new[] { "MAG_AUTO", "MAGERR_AUTO", "FLUX_AUTO" }.Select(name => rows[1][columns[name]]));
        Assert.Equal(("25.0000", "99.0000"), (rows[1][columns["MAG_APER"]], rows[1][columns["MAG_APER"] + 1]));
        Assert.Equal(("99.0000", "nan"), (rows[1][columns["MAG_PSF"]], rows[1][columns["CLASS_STAR"]]));
    }

    [Fact]
    public void What_is_written_is_read_back_as_an_instrumental_catalogue()
    {
        var wcs = Wcs.From(header);
        foreach (var file in new[] { Ascii(wcs), Ldac(Empty(), wcs) })
        {
            var catalog = InstrumentalCatalog.Read(new MemoryStream(file));
            Assert.Equal((2, 1, 1), (catalog.RowCount, catalog.Stars.Count, catalog.TooFaint));
            var star = catalog.Stars[0];
            Assert.Equal(17.5, star.Mag, 1e-4); // printed digits, and float
            Assert.Equal((10.125, 20.75), (star.X, star.Y));
            Assert.Equal(detections[0].Flags, star.Flags);
        }
    }

    [Fact]
    public void Ldac_has_the_frames_header_as_cards_of_80_characters()
    {
        using var fits = new FitsReader(new MemoryStream(Ldac(Empty(), Wcs.From(header))));
        var cards = fits["LDAC_IMHEAD"].Table().ReadStrings("Field Header Card");
        Assert.StartsWith("SIMPLE  =                    T", cards[0], StringComparison.Ordinal);
        Assert.Contains(cards, card => card.StartsWith("NAXIS1  =                  100", StringComparison.Ordinal));
        Assert.Contains(cards, card => card.StartsWith("CRVAL1  =                18.34", StringComparison.Ordinal));
        Assert.Equal("END", cards[^1]);
        var table = fits["LDAC_OBJECTS"].Table();
        Assert.Equal(2, table.RowCount);
        Assert.Equal([500f, 800, 1, -2], table.Read<float>("FLUX_APER"));
        Assert.Equal([258, 0], table.Read<short>("FLAGS"));
        Assert.Equal("pixel", table["X_IMAGE"].Unit);
    }

    [Fact]
    public void Detections_of_different_apertures_are_refused()
    {
        Detection[] different = [new() { FluxAper = [1], FluxAperErr = [1] }, new()];
        Assert.Throws<ArgumentException>(() => SextractorCatalog.WriteAsciiHead(Stream.Null, different));
    }

    [Fact]
    public void No_detections_make_a_catalogue_without_rows()
    {
        using var stream = new MemoryStream();
        SextractorCatalog.WriteLdac(stream, Empty(), [], Wcs.From(header));
        stream.Position = 0;
        using var fits = new FitsReader(stream);
        Assert.Equal(0, fits["LDAC_OBJECTS"].Table().RowCount);
    }
}
