using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Vigil.Cli;
using Vigil.Sky.Fits;
using Vigil.Sky.Imaging;
using Vigil.Tests.Infrastructure;

namespace Vigil.Tests.Cli;

public sealed class FrameVerbTests : IDisposable
{
    const double ZeroPoint = 25;

    readonly TemporaryFolder folder = new();
    readonly StringWriter output = new(CultureInfo.InvariantCulture);

    public void Dispose()
    {
        folder.Dispose();
        output.Dispose();
    }

    string At(string name) => Path.Combine(folder.Path, name);

    [Fact]
    public async Task A_frame_is_measured_drawn_and_reported()
    {
        Make("one.fits");
        Assert.Equal(0, await RunAsync("photometry", At("one.fits"), "--catalog", At("stars.vcat"), "--ra", "150.0", "--dec", "20.0", "--json",
            "--plot", At("one.svg"), "--csv", At("curve.csv"), "--sources", At("one.cat")));
        var json = JsonDocument.Parse(output.ToString()).RootElement;
        Assert.Equal("calibrated", json.GetProperty("reached").GetString());
        Assert.Equal(ZeroPoint, json.GetProperty("calibration").GetProperty("zeroPoint").GetDouble(), 0.05);
        var target = json.GetProperty("target");
        // The star in the middle has 50,000 ADU.
        Assert.Equal(ZeroPoint - 2.5 * Math.Log10(50_000), target.GetProperty("mag").GetDouble(), 0.05);
        Assert.False(target.GetProperty("isLimit").GetBoolean());
        Assert.Equal(4, json.GetProperty("written").GetArrayLength());
        Assert.Contains("<svg", await File.ReadAllTextAsync(At("one.residuals.svg")), StringComparison.Ordinal);
        var rows = await File.ReadAllLinesAsync(At("curve.csv"));
        Assert.Equal(2, rows.Length);
        Assert.StartsWith("61113.9239", rows[1], StringComparison.Ordinal); // 2026-03-14T22:10:00 and half of 60 s
        Assert.StartsWith("#   1 NUMBER", await File.ReadAllTextAsync(At("one.cat")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_bad_frame_does_not_stop_the_rest_and_the_order_does_not_matter()
    {
        Make("a.fits");
        Make("b.fits", seed: 2);
        await File.WriteAllTextAsync(At("bad.fits"), "x,y\n1,2\n");
        var curves = new List<string>();
        foreach (var order in (string[][])[["a.fits", "bad.fits", "b.fits"], ["b.fits", "a.fits", "bad.fits"]])
        {
            output.GetStringBuilder().Clear();
            Assert.Equal(2, await RunAsync(["photometry", .. order.Select(At), "--catalog", At("stars.vcat"), "--ra", "150.0", "--dec", "20.0",
                "--csv", At("curve.csv"), "--force"]));
            Assert.Contains("it is text", output.ToString(), StringComparison.Ordinal);
            Assert.Contains("1 of 3 frames did not go all the way.", output.ToString(), StringComparison.Ordinal);
            curves.Add(await File.ReadAllTextAsync(At("curve.csv")));
        }
        Assert.Equal(curves[0], curves[1]);
        Assert.Equal(3, curves[0].TrimEnd().Split('\n').Length);
    }

    [Fact]
    public async Task A_solved_copy_is_written_and_the_frame_never()
    {
        Make("one.fits");
        var before = await File.ReadAllBytesAsync(At("one.fits"));
        Assert.Equal(1, await RunAsync("solve", At("one.fits"), "--catalog", At("stars.vcat"), "--write", At("one.fits"), "--force"));
        Assert.Equal(before, await File.ReadAllBytesAsync(At("one.fits")));
        Assert.Equal(0, await RunAsync("solve", At("one.fits"), "--catalog", At("stars.vcat"), "--write", At("solved.fits")));
        Assert.Equal(1, await RunAsync("solve", At("one.fits"), "--catalog", At("stars.vcat"), "--write", At("solved.fits")));
        Assert.Equal(0, await RunAsync("solve", At("one.fits"), "--catalog", At("stars.vcat"), "--write", At("solved.fits"), "--force"));
        await using var solved = File.OpenRead(At("solved.fits"));
        using var reader = new FitsReader(solved);
        var (x, y) = Wcs.From(reader[0].Header).SkyToPixel(150, 20);
        Assert.Equal(128, x, 0.2);
        Assert.Equal(100, y, 0.2);
        Assert.Equal(16, reader[0].Image().BitPix); // whole numbers as they were
    }

    [Fact]
    public async Task Targets_come_by_name()
    {
        Make("one.fits");
        await File.WriteAllTextAsync(At("targets.csv"), "# mine\nname,ra,dec\nM 1,83.6,22.0\nNova X,10:00:00,+20:00:00\n");
        Assert.Equal(0, await RunAsync("photometry", At("one.fits"), "--catalog", At("stars.vcat"), "--target", "nova x", "--targets",
            At("targets.csv"), "--json"));
        var target = JsonDocument.Parse(output.ToString()).RootElement.GetProperty("target");
        Assert.Equal(150, target.GetProperty("ra").GetDouble(), 1e-9);
        output.GetStringBuilder().Clear();
        Assert.Equal(2, await RunAsync("photometry", At("one.fits"), "--catalog", At("stars.vcat"), "--target", "Nova X"));
        Assert.Contains("--targets with a CSV", output.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, await RunAsync("photometry", At("one.fits"), "--catalog", At("stars.vcat"), "--target", "Nova Y", "--targets",
            At("targets.csv")));
        Assert.Equal(1, await RunAsync("photometry", At("one.fits"), "--catalog", At("stars.vcat"), "--ra", "150"));
        Assert.Equal(1, await RunAsync("photometry", At("one.fits"), "--catalog", At("none.vcat")));
        Assert.Equal(1, await RunAsync("photometry", At("one.fits"), "--catalog", At("stars.vcat"), "--band", "GaiaSP/X"));
        Assert.Equal(1, await RunAsync("photometry", At("one.fits"), "--catalog", At("stars.vcat"), "--gain", "-2"));
        Assert.Equal(1, await RunAsync("photometry", At("one.fits"), "--catalog", At("stars.vcat"), "--scale", "2")); // no such option
    }

    async Task<int> RunAsync(params string[] args) =>
        await FrameVerb.Create().Parse(args).InvokeAsync(new InvocationConfiguration { Output = output, Error = TextWriter.Null });

    /// <summary>A frame of Gaussian stars around 150 +20, and the catalogue of those but the one in the middle.</summary>
    void Make(string name, int seed = 1)
    {
        const int width = 256, height = 200;
        var (places, noise) = (new Random(5), new Random(seed));
        (double X, double Y, double Flux)[] stars = [(128, 100, 50_000), .. Enumerable.Range(0, 60).Select(_ =>
            (5 + 246 * places.NextDouble(), 5 + 190 * places.NextDouble(), 4000 * Math.Pow(50, places.NextDouble())))];
        var header = new FitsHeader();
        foreach (var (keyword, value) in (ReadOnlySpan<(string, double)>)[("CRVAL1", 150), ("CRVAL2", 20), ("CRPIX1", 128), ("CRPIX2", 100),
            ("CDELT1", -2 / 3600.0), ("CDELT2", 2 / 3600.0), ("EXPTIME", 60), ("GAIN", 2)])
            header.Set(keyword, value);
        header.Set("CTYPE1", "RA---TAN");
        header.Set("CTYPE2", "DEC--TAN");
        header.Set("DATE-OBS", "2026-03-14T22:10:00");
        header.Set("OBJECT", "Nova X");
        var pixels = new ushort[width * height];
        for (var i = 0; i < pixels.Length; i++)
        {
            var value = 300.0;
            foreach (var (x, y, flux) in stars)
            {
                var (dx, dy) = (i % width + 1 - x, i / width + 1 - y);
                if (dx * dx + dy * dy < 100)
                    value += flux / (2 * Math.PI * 2) * Math.Exp(-(dx * dx + dy * dy) / 4); // sigma of sqrt 2
            }
            var gauss = Math.Sqrt(-2 * Math.Log(1 - noise.NextDouble())) * Math.Cos(2 * Math.PI * noise.NextDouble());
            pixels[i] = (ushort)Math.Round(value + Math.Sqrt(value / 2) * gauss);
        }
        using (var stream = File.Create(At(name)))
            new FitsWriter(stream).WriteImage<ushort>(pixels, [width, height], header);

        if (File.Exists(At("stars.vcat")))
            return;
        var wcs = Wcs.From(header);
        using var builder = new StarCatalogBuilder(At("stars.vcat"));
        foreach (var (x, y, flux) in stars.Skip(1))
        {
            var (ra, dec) = wcs.PixelToSky(x, y);
            var mag = CatalogMagnitudes.None;
            mag[CatalogBand.JohnsonV] = (float)(ZeroPoint - 2.5 * Math.Log10(flux));
            builder.Add(new CatalogStar
            {
                Ra = ra, Dec = dec, Epoch = 2016, PmRa = float.NaN, PmDec = float.NaN, Mag = mag, MagErr = CatalogMagnitudes.None,
            });
        }
        builder.Write();
    }
}
