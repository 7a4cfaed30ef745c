using Vigil.Sky.Fits;
using Vigil.Sky.LightCurves;
using Vigil.Sky.Observing;
using Vigil.Sky.Photometry;
using Vigil.Sky.Skymaps;
using Vigil.Sky.Time;

namespace Vigil.Sky.Tests;

/// <summary>The programs of docs/guides/sky-library.md, which shows them, and what they print, word for word.</summary>
public class GuideTests
{
    /// <summary>Takes what the programs print.</summary>
    StringWriter Console { get; } = new() { NewLine = "\n" };

    void Prints(string text) => Assert.Equal(text, Console.ToString().TrimEnd());

    [Fact]
    public void A_pasted_position()
    {
        var (ra, dec) = Sexagesimal.ParsePosition("17:45:40.04 -29:00:28.1");
        var (l, b) = Galactic.FromIcrs(ra, dec);
        Console.WriteLine($"{ra:F5} {dec:F5} in {Constellation.At(ra, dec)}, l = {l:F3}, b = {b:F3}");
        var (east, _) = Sphere.Offset(ra, dec, positionAngle: 90, separation: 1 / 60.0);
        Console.WriteLine($"1 arcmin to the east: {Sexagesimal.Ra(east)}");
        Prints("""
            266.41683 -29.00781 in Sagittarius, l = 359.944, b = -0.046
            1 arcmin to the east: 17:45:44.61
            """);
    }

    [Fact]
    public void A_star_that_moves()
    {
        var barnard = new SpaceMotion(269.44850, 4.73942, PmRa: -801.551, PmDec: 10362.394, Parallax: 546.976, RadialVelocity: -110.47);
        var then = barnard.At(from: 2016.0, to: 2026.9);
        Console.WriteLine($"{then.Ra:F5} {then.Dec:F5}");
        Prints("""
            269.44606 4.77082
            """);
    }

    [Fact]
    public void A_time_in_every_scale()
    {
        var utc = JulianDate.Parse("2026-11-21T03:00:00");
        var tdb = TimeScale.UtcToTdb(utc);
        Console.WriteLine($"MJD {utc.Mjd:F6} UTC = {tdb.Mjd:F6} TDB, {LeapSeconds.BuiltIn.At(utc.Mjd).Seconds} leap seconds and more from TAI");
        Console.WriteLine($"sidereal time at Ostrowik: {Sexagesimal.Ra(EarthRotation.Last(utc.Mjd, longitude: 21.42), 0)}");
        Prints("""
            MJD 61365.125000 UTC = 61365.125801 TDB, 37 leap seconds and more from TAI
            sidereal time at Ostrowik: 08:26:13
            """);
    }

    [Fact]
    public void A_target_tonight()
    {
        var paranal = Site.FromDegrees(longitude: -70.4042, latitude: -24.6272, height: 2635);
        var dusk = Twilight.NextEvening(61365, paranal)!.Value;
        for (var hour = 0; hour <= 4; hour += 2)
        {
            var sky = new Horizon(paranal, dusk + hour / 24.0);
            var (altitude, azimuth) = sky.AltAz(ra: 83.6331, dec: 22.0145);
            Console.WriteLine($"+{hour} h: altitude {altitude:F1}, azimuth {azimuth:F1}, airmass {Airmass.Pickering(altitude):F2}");
        }
        Prints("""
            +0 h: altitude -5.4, azimuth 68.2, airmass NaN
            +2 h: altitude 18.6, azimuth 53.9, airmass 3.11
            +4 h: altitude 37.1, azimuth 30.2, airmass 1.65
            """);
    }

    [Fact]
    public void Neighbours_in_a_catalogue()
    {
        double[] ra = [10.0, 10.0004, 359.9999, 0.0001], dec = [20.0, 20.0003, 0.0, 0.0];
        var catalogue = new PositionIndex(ra, dec);
        var pairs = new List<PositionMatch>();
        catalogue.CrossMatch([10.0, 0.0], [20.0, 0.0], radius: 2 / 3600.0, pairs);
        foreach (var pair in pairs)
            Console.WriteLine($"{pair.Query} - {pair.Point}: {pair.Separation * 3600:F2}\"");
        Prints("""
            0 - 0: 0.00"
            0 - 1: 1.73"
            1 - 2: 0.36"
            1 - 3: 0.36"
            """);
    }

    [Fact]
    public void Parts_of_the_sky()
    {
        var survey = Moc.FromRegion(RaDecBox.Zone(-30, 90), order: 8);
        var plane = Moc.FromRegion(new Cone(266.4, -28.9, 20), order: 8);
        var both = survey.Intersection(plane);
        Console.WriteLine($"{both.Area:F0} of {plane.Area:F0} square degrees; the pole star: {survey.Contains(37.95, 89.26)}");
        Console.WriteLine(MocText.ToAscii(Moc.FromRegion(new Cone(10, 20, 0.1), order: 8)));
        Prints("""
            718 of 1273 square degrees; the pole star: True
            8/317809 317811-317812 317814-317815 317817 317820
            """);
    }

    [Fact]
    public void A_sky_map()
    {
        // Twelve tiles of order 0; real maps come from SkyMapFits.Read(stream).
        var uniq = Enumerable.Range(4, 12).Select(n => (long)n).ToArray();
        var density = uniq.Select(n => n == 8 ? 9.0 : 1.0).ToArray();
        var map = SkyMap.FromTiles(uniq, density, normalise: true);
        var field = SkyPolygon.Rectangle(ra: 0, dec: 0, width: 7, height: 7);
        Console.WriteLine($"peak at {map.Peak()}, credible level there {map.Levels.At(0, 0):F2}");
        Console.WriteLine($"90 % lie in {map.Levels.Area(0.9):F0} square degrees; a field has {100 * map.ProbabilityIn(field, order: 10):F2} %");
        Prints("""
            peak at (0, 0), credible level there 0.45
            90 % lie in 34377 square degrees; a field has 0.64 %
            """);
    }

    [Fact]
    public void Magnitudes()
    {
        var flux = AbMagnitude.ToFlux(18.7);
        var r = Bands.Find("sdssr")!;
        var reddening = Extinction.Magnitudes(ExtinctionLaw.Fitzpatrick1999, r.Wavelength, ebv: 0.12);
        Console.WriteLine($"{flux:F1} µJy; {reddening:F2} mag of dust in {r.Name}");
        Console.WriteLine($"M = {Cosmology.AbsoluteMag(18.7 - reddening, redshift: 0.03):F2} at {Cosmology.LuminosityDistance(0.03):F0} Mpc");
        Prints("""
            120.2 µJy; 0.31 mag of dust in sdssr
            M = -17.28 at 136 Mpc
            """);
    }

    [Fact]
    public void A_period()
    {
        var mjd = Enumerable.Range(0, 200).Select(i => 60000 + 0.7 * i + 0.3 * Math.Sin(i)).ToArray();
        var mag = mjd.Select(t => 15 + 0.2 * Math.Sin(2 * Math.PI * t / 0.5467)).ToArray();
        var err = Enumerable.Repeat(0.02, mjd.Length).ToArray();

        var grid = FrequencyGrid.Over(mjd, highest: 4);
        var power = new double[grid.Count];
        new LombScargle(grid).Power(mjd, mag, err, power);
        var best = grid[Array.IndexOf(power, power.Max())];
        Console.WriteLine($"period {1 / best:F4} d, power {power.Max():F3}");
        Prints("""
            period 0.5467 d, power 0.999
            """);
    }

    [Fact]
    public void A_microlensing_event()
    {
        var mjd = Enumerable.Range(0, 120).Select(i => 59900.0 + i).ToArray();
        var flux = mjd.Select(t => 30 + 100 * PointLens.Magnification(double.Hypot(0.2, (t - 59955) / 21))).ToArray();
        var fit = PointLens.Fit(mjd, flux, Enumerable.Repeat(1.0, mjd.Length).ToArray());
        Console.WriteLine($"t0 = {fit.T0:F2}, u0 = {fit.U0:F3}, tE = {fit.TE:F2} d, blend {fit.BlendFlux:F1} of {fit.BlendFlux + fit.SourceFlux:F1}");
        Prints("""
            t0 = 59955.00, u0 = 0.200, tE = 21.00 d, blend 30.0 of 130.0
            """);
    }

    [Fact]
    public void A_fits_table()
    {
        var file = new MemoryStream();
        new FitsWriter(file).WriteTable([FitsColumnData.Of("RA", [10.1, 10.2]), FitsColumnData.Of("MAG", [18.5f, 19.25f])]);

        file.Position = 0;
        using var fits = new FitsReader(file);
        var table = fits.Hdus.First(hdu => hdu.Kind == FitsHduKind.BinaryTable).Table();
        Console.WriteLine($"{table.RowCount} rows of {string.Join(", ", table.Columns.Select(c => c.Name))}");
        Console.WriteLine(string.Join(" ", table.Read<double>("MAG")));
        Prints("""
            2 rows of RA, MAG
            18.5 19.25
            """);
    }

    [Fact]
    public void Pixels_and_positions()
    {
        var header = new FitsHeader();
        foreach (var (keyword, value) in new[] { ("CTYPE1", "RA---TAN"), ("CTYPE2", "DEC--TAN"), ("CUNIT1", "deg"), ("CUNIT2", "deg") })
            header.Set(keyword, value);
        foreach (var (keyword, value) in new[]
                 {
                     ("CRPIX1", 512.5), ("CRPIX2", 512.5), ("CRVAL1", 18.34), ("CRVAL2", 2.31),
                     ("CD1_1", -0.0002), ("CD1_2", 0), ("CD2_1", 0), ("CD2_2", 0.0002),
                 })
            header.Set(keyword, value);
        var wcs = Wcs.From(header);
        var (ra, dec) = wcs.PixelToSky(1, 1);
        Console.WriteLine($"the first pixel is at {Sexagesimal.Ra(ra)} {Sexagesimal.Dec(dec)}, {wcs.PixelScale:F2} arcsec wide");
        Prints("""
            the first pixel is at 01:13:46.17 +02:12:27.7, 0.72 arcsec wide
            """);
    }

    /// <summary>The page shows each program above, in this order, and what it prints.</summary>
    [Fact]
    public void The_guide_shows_these_programs()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "guide");
        var page = Lines(File.ReadAllText(Path.Combine(folder, "sky-library.md")));
        var source = File.ReadAllText(Path.Combine(folder, "GuideTests.cs"));
        var programs = source.Split("[Fact]").Where(part => part.Contains("Prints(\"\"\"\n", StringComparison.Ordinal)).ToList();
        Assert.True(programs.Count >= 10);
        foreach (var program in programs)
        {
            var code = program[(program.IndexOf('{', StringComparison.Ordinal) + 1)..program.IndexOf("Prints(", StringComparison.Ordinal)];
            var printed = program.Split("\"\"\"")[1];
            Assert.Contains($"```csharp\n{Lines(code)}\n```", page, StringComparison.Ordinal);
            Assert.Contains($"```text\n{Lines(printed)}\n```", page, StringComparison.Ordinal);
        }
    }

    // Without indentation, which differs between a page and a class.
    static string Lines(string text) =>
        string.Join('\n', text.Split('\n').Select(line => line.Trim()).SkipWhile(line => line.Length == 0).Reverse().SkipWhile(line => line.Length == 0).Reverse());
}
