using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Vigil.Cli;
using Vigil.Sky.Fits;
using Vigil.Sky.Imaging;
using Vigil.Tests.Infrastructure;

namespace Vigil.Tests.Cli;

public sealed class CalibrateVerbTests : IDisposable
{
    const double ZeroPoint = 24.5;

    readonly TemporaryFolder folder = new();
    readonly StringWriter output = new(CultureInfo.InvariantCulture);
    readonly List<(double Ra, double Dec, double V, double Colour)> stars = [];

    public CalibrateVerbTests()
    {
        var random = new Random(1);
        using var builder = new StarCatalogBuilder(At("stars.vcat"));
        for (var i = 0; i < 80; i++)
        {
            var (ra, dec, v, colour) = (150 + 0.2 * random.NextDouble(), 20 + 0.2 * random.NextDouble(), 13 + 4 * random.NextDouble(),
                0.3 + random.NextDouble());
            stars.Add((ra, dec, v, colour));
            var mag = CatalogMagnitudes.None;
            mag[CatalogBand.JohnsonV] = (float)v;
            mag[CatalogBand.JohnsonB] = (float)(v + colour);
            // Forty years at 1" a year.
            builder.Add(new CatalogStar
            {
                Ra = ra, Dec = dec, Epoch = 2016, PmRa = 0, PmDec = 1000, Mag = mag, MagErr = CatalogMagnitudes.None,
            });
        }
        builder.Write();
    }

    public void Dispose()
    {
        folder.Dispose();
        output.Dispose();
    }

    [Theory]
    [InlineData("stars.cat")]
    [InlineData("stars.ldac")]
    public async Task A_catalogue_is_calibrated_drawn_and_reported(string name)
    {
        Make(name);
        Assert.Equal(0, await RunAsync(name, "--band", "V", "--ra", "150.1", "--dec", "20.1", "--json", "--plot", At("plot.svg"),
            "--csv", At("stars.csv")));
        var json = Json();
        var calibration = json.GetProperty("calibration");
        Assert.Equal("V", calibration.GetProperty("band").GetString());
        // Errors of 0.01 mag, 70 good stars.
        Assert.Equal(ZeroPoint, calibration.GetProperty("zeroPoint").GetDouble(), 0.005);
        Assert.InRange(json.GetProperty("matched").GetInt32(), 72, 80); // within twice the scatter: 98 %
        // Nothing is at that place.
        Assert.True(json.GetProperty("target").GetProperty("isLimit").GetBoolean());
        Assert.Equal(-1, json.GetProperty("target").GetProperty("magErr").GetDouble());
        Assert.Equal(3, json.GetProperty("written").GetArrayLength());
        Assert.Contains("<svg", await File.ReadAllTextAsync(At("plot.residuals.svg")), StringComparison.Ordinal);
        var rows = await File.ReadAllLinesAsync(At("stars.csv"));
        Assert.Equal("ra,dec,x,y,magnitude,error,instrumental,flags,reference,used", rows[0]);
        Assert.Equal(81, rows.Length);
        Assert.All(rows.Skip(1).Zip(stars), row => Assert.Equal(row.Second.V,
            double.Parse(row.First.Split(',')[4], CultureInfo.InvariantCulture), 0.06));

        // Files stay.
        Assert.Equal(1, await RunAsync(name, "--csv", At("stars.csv")));
        Assert.Equal(1, await RunAsync(name, "--force", "--csv", At(name)));
        Assert.Equal(0, await RunAsync(name, "--force", "--csv", At("stars.csv")));
    }

    [Fact]
    public async Task People_read_what_the_target_is_and_what_was_assumed()
    {
        Make("stars.cat", colourSlope: 0.1, target: (150.05, 20.05, 16));
        Assert.Equal(0, await RunAsync("stars.cat", "--band", "V"));
        var text = output.ToString();
        Assert.Contains("colour term", text, StringComparison.Ordinal);
        Assert.Contains("For want of a date (--date), stars are where they were in 2016.", text, StringComparison.Ordinal);
        Assert.Contains("V = ", text, StringComparison.Ordinal);
        Assert.Contains("colour is not known: B-V = 0.", text, StringComparison.Ordinal);
        var (red, blue) = (await MagnitudeAsync("B-V=1.1"), await MagnitudeAsync("B-V=0.5+-0.1"));
        // 0.6 mag of colour make 0.06 mag; the slope is good to 0.01 / 0.3 / sqrt(80).
        Assert.Equal(0.06, Math.Abs(red - blue), 0.012);
        foreach (var nonsense in (string[])["1.1", "B-V", "B=1", "b-v=1", "B-V=x", "B-V=1+-x", "B-B=1", "B-V=99"])
            Assert.Equal(1, await RunAsync("stars.cat", "--colour", nonsense));

        async Task<double> MagnitudeAsync(string colour)
        {
            Assert.Equal(0, await RunAsync("stars.cat", "--band", "V", "--json", "--color", colour));
            Assert.DoesNotContain("not known", output.ToString(), StringComparison.Ordinal);
            return Json().GetProperty("target").GetProperty("mag").GetDouble();
        }
    }

    [Theory]
    [InlineData("2056-01-01", 80)]
    [InlineData("68100.5", 80)] // an MJD of 2045
    [InlineData("2468100.5", 80)]
    [InlineData("2016.0", 0)] // an MJD of 1864, when the stars were far away
    public async Task The_date_moves_the_stars(string date, int expected)
    {
        Make("stars.cat", years: date.StartsWith("2056", StringComparison.Ordinal) ? 40 : 29.3);
        Assert.Equal(expected > 0 ? 0 : 2, await RunAsync("stars.cat", "--date", date, "--json"));
        Assert.InRange(Json().GetProperty("matched").GetInt32(), 0.9 * expected, expected);
    }

    [Fact]
    public async Task What_is_no_catalogue_or_has_no_zero_point_is_said()
    {
        await File.WriteAllTextAsync(At("columns.cat"), "# 1 NUMBER x\n# 2 ALPHA_J2000 x\n1 2\n");
        await File.WriteAllTextAsync(At("words.cat"), "ALPHA_J2000 DELTA_J2000 MAG_AUTO MAGERR_AUTO\n1 2 three 4\n");
        await File.WriteAllTextAsync(At("empty.cat"), "");
        await File.WriteAllTextAsync(At("binary.cat"), "\0\x1\x2");
        foreach (var name in (string[])["columns.cat", "words.cat", "empty.cat", "binary.cat", "none.cat"])
            Assert.Equal(1, await RunAsync(name));
        Make("stars.cat");
        Assert.Equal(1, await RunAsync("stars.cat", "--band", "GaiaSP/X"));
        Assert.Equal(1, await RunAsync("stars.cat", "--ra", "150"));
        Assert.Equal(1, await RunAsync("stars.cat", "--date", "yesterday"));
        Assert.Equal(1, await RunAsync("stars.cat", "--date", "0001-01-01"));
        Assert.Equal(1, await RunAsync("stars.cat", "--match-radius", "0"));
        Assert.Equal(1, await RunAsync("stars.cat", "--plot", At("plot.gif")));

        // Rows without a measurement only.
        await File.WriteAllTextAsync(At("none.cat"),
            "ALPHA_J2000 DELTA_J2000 MAG_AUTO MAGERR_AUTO\n150 20 99 99\n150.1 20.1 15 60000\n150.2 20.1 nan 0.1\n");
        Assert.Equal(2, await RunAsync("none.cat"));
        Assert.Contains("PROBLEM     The list of stars is empty.", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("3 rows, 0 with a position", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hundred_thousand_rows_that_are_mostly_noise_are_no_trouble()
    {
        Make("stars.cat");
        var random = new Random(2);
        var text = new StringBuilder(await File.ReadAllTextAsync(At("stars.cat")));
        for (var i = 0; i < 100_000; i++)
            text.Append(CultureInfo.InvariantCulture, $"{i} {150 + 0.2 * random.NextDouble():0.000000} {20 + 0.2 * random.NextDouble():0.000000} ")
                .Append(i % 3 == 0 ? "99 99 0\n" : i % 3 == 1 ? "-5 60000 0\n" : "-2 0.5 0\n");
        await File.WriteAllTextAsync(At("large.cat"), text.ToString());
        Assert.Equal(0, await RunAsync("large.cat", "--band", "V", "--json", "--match-radius", "1"));
        Assert.Equal(100_080, Json().GetProperty("rows").GetInt32());
        // One noise star in fifteen is within 1" of a reference star, and nearer than its own: 0.2 of 80 have a wrong one.
        Assert.Equal(ZeroPoint, Json().GetProperty("calibration").GetProperty("zeroPoint").GetDouble(), 0.02);
    }

    void Make(string name, double colourSlope = 0, double years = 0, (double Ra, double Dec, double V)? target = null)
    {
        var random = new Random(3);
        var rows = stars.Select((star, i) => (double[])[i + 1, star.Ra + 0.00003 * Normal(), star.Dec + 0.00003 * Normal() + years / 3600,
            star.V - ZeroPoint - colourSlope * (star.Colour - 0.8) + 0.01 * Normal(), 0.01, 0]).ToList();
        if (target is { } given)
            rows.Add([999999, given.Ra, given.Dec, given.V - ZeroPoint, 0.02, 0]);
        string[] names = ["NUMBER", "ALPHA_J2000", "DELTA_J2000", "MAG_AUTO", "MAGERR_AUTO", "FLAGS"];
        if (name.EndsWith(".ldac", StringComparison.Ordinal))
        {
            using var stream = File.Create(At(name));
            new FitsWriter(stream).WriteTable([.. names.Select((column, i) =>
                FitsColumnData.Of(column, rows.Select(row => row[i]).ToArray(), 1))]);
            return;
        }
        var text = new StringBuilder();
        for (var i = 0; i < names.Length; i++)
            text.Append(CultureInfo.InvariantCulture, $"# {i + 1} {names[i]} what it is\n");
        foreach (var row in rows)
            text.AppendJoin(' ', row.Select(value => value.ToString("0.#######", CultureInfo.InvariantCulture))).Append('\n');
        File.WriteAllText(At(name), text.ToString());

        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
    }

    JsonElement Json() => JsonDocument.Parse(output.ToString()).RootElement;

    string At(string name) => Path.Combine(folder.Path, name);

    async Task<int> RunAsync(string name, params string[] args)
    {
        output.GetStringBuilder().Clear();
        return await FrameVerb.Create().Parse(["calibrate", At(name), "--catalog", At("stars.vcat"), .. args])
            .InvokeAsync(new InvocationConfiguration { Output = output, Error = TextWriter.Null });
    }
}
