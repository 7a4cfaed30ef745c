using System.Xml.Linq;
using Vigil.Sky.Imaging;

namespace Vigil.Sky.Tests.Imaging;

public class CalibrationPlotsTests
{
    static readonly Func<CalibrationResult, string>[] plots =
    [
        result => CalibrationPlots.Magnitudes(result, "frame <1>").ToString(),
        result => CalibrationPlots.Residuals(result, "frame <1>").ToString(),
        result => CalibrationPlots.Bands(result, "frame <1>").ToString(),
    ];

    [Fact]
    public void Every_picture_is_XML_that_tells_the_zero_point_and_the_target()
    {
        var field = new CalibrationField(5, 300);
        var stars = field.Frame(outliers: 0.1, colourSlope: 0.05);
        var result = Calibration.Calibrate(stars, 2016, field.References,
            new CalibrationOptions { Target = new CalibrationTarget(stars[250].Ra, stars[250].Dec) });
        Assert.NotNull(result.Target);
        foreach (var plot in plots)
        {
            var root = XDocument.Parse(plot(result)).Root!;
            Assert.Contains("frame <1> · r: zero point 23.0", root.Elements().First().Value, StringComparison.Ordinal);
            Assert.DoesNotContain("NaN", root.ToString(), StringComparison.Ordinal);
        }
        if (Environment.GetEnvironmentVariable("VIGIL_PLOTS") is { } folder)
            for (var i = 0; i < plots.Length; i++)
                File.WriteAllText(Path.Combine(folder, $"plot{i}.svg"), plots[i](result));
    }

    [Fact]
    public void There_is_a_picture_even_without_a_zero_point()
    {
        var field = new CalibrationField(5, 3);
        foreach (var stars in new[] { field.Frame(), [] })
        {
            var result = Calibration.Calibrate(stars, 2016, field.References);
            Assert.NotNull(result.Problem);
            foreach (var plot in plots)
                Assert.Equal("frame <1> · No zero point", XDocument.Parse(plot(result)).Root!.Elements().First().Value);
        }
    }
}
