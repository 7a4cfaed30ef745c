using Vigil.Sky.LightCurves;

namespace Vigil.Sky.Tests;

public class LightCurveStatisticsTests
{
    // A rise and a fall in two bands, with limits before, between and after. (mjd, band, flux µJy); the error is 10 µJy.
    static readonly (double Mjd, string Band, double Flux)[] curve =
    [
        (100, "ztfg", double.NaN), (101, "ztfr", 20), (103, "ztfg", -5), (105, "ztfg", 100), (106, "ztfr", 120),
            (107, "ztfg", 29.9),
        (109, "ztfg", 400), (110, "ztfr", 300), (115, "ztfg", 150), (118, "ztfr", 80), (120, "ztfr", 10),
    ];

    static double Mag(double flux) => -2.5 * Math.Log10(flux) + 23.9;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Statistics_are_the_same_in_any_order_of_points(int seed)
    {
        var points = curve.ToArray();
        if (seed > 0)
            new Random(seed).Shuffle(points);
        var stat = new LightCurveStatistics();
        foreach (var (mjd, band, flux) in points)
            stat.Add(mjd, band, flux, 10, double.NaN);

        // Straight from the definitions; the running means and deviations are good to rounding.
        var detections = curve.Where(p => p.Flux > 30).ToArray();
        double Mean(string? band) => detections.Where(p => band is null || p.Band == band).Average(p => Mag(p.Flux));
        double Rms(string? band) =>
            Math.Sqrt(detections.Where(p => band is null || p.Band == band).Average(p => Math.Pow(Mag(p.Flux) - Mean(band), 2)));
        Assert.Equal((11, 6), (stat.NumObsGlobal, stat.NumDetGlobal));
        Assert.Equal((6, 5), (stat.NumObsPerFilter["ztfg"], stat.NumObsPerFilter["ztfr"]));
        Assert.Equal((3, 3), (stat.NumDetPerFilter["ztfg"], stat.NumDetPerFilter["ztfr"]));
        Assert.Equal(120, stat.RecentObsMjd);
        Assert.Equal((105.0, Mag(100), "ztfg"), (stat.FirstDetectedMjd!.Value, stat.FirstDetectedMag!.Value,
            stat.FirstDetectedFilter));
        Assert.Equal((118.0, Mag(80), "ztfr"), (stat.LastDetectedMjd!.Value, stat.LastDetectedMag!.Value,
            stat.LastDetectedFilter));
        Assert.Equal([100, 101, 103], stat.PredetectionMjds);
        Assert.Equal((103, 2), (stat.LastNonDetectionMjd, stat.TimeToNonDetection));
        Assert.Equal(Mean(null), stat.MeanMagGlobal!.Value, 1e-10);
        Assert.Equal(Rms(null), stat.MagRmsGlobal!.Value, 1e-10);
        foreach (var band in (string[])["ztfg", "ztfr"])
        {
            Assert.Equal(Mean(band), stat.MeanMagPerFilter[band], 1e-10);
            Assert.Equal(Rms(band), stat.MagRmsPerFilter[band], 1e-10);
        }
        Assert.Equal(Mean("ztfg") - Mean("ztfr"), stat.MeanColor["ztfg-ztfr"], 1e-10);
        Assert.Equal(Mean("ztfr") - Mean("ztfg"), stat.MeanColor["ztfr-ztfg"], 1e-10);
        Assert.Equal((109, Mag(400)), (stat.PeakMjdGlobal, stat.PeakMagGlobal));
        Assert.Equal((110, Mag(300)), (stat.PeakMjdPerFilter["ztfr"], stat.PeakMagPerFilter["ztfr"]));
        Assert.Equal(Mag(80), stat.FaintestMagGlobal);
        Assert.Equal(Mag(100), stat.FaintestMagPerFilter["ztfg"]);
        // 5σ of 10 µJy.
        Assert.Equal(Mag(50), stat.DeepestLimitGlobal!.Value, 1e-10);
        Assert.Equal((Mag(100) - Mag(400)) / (109 - 105), stat.RiseRate!.Value, 1e-10);
        Assert.Equal((Mag(300) - Mag(80)) / (118 - 110), stat.DecayRate!.Value, 1e-10);
    }

    [Fact]
    public void Without_detections_there_are_only_limits()
    {
        var stat = new LightCurveStatistics();
        stat.Add(100, "ztfg", double.NaN, 1, 20.5);
        stat.Add(99, "ztfg", double.NaN, 1, 20.7);
        Assert.Equal((20.7, 100, null), (stat.DeepestLimitGlobal, stat.LastNonDetectionMjd, stat.TimeToNonDetection));
        Assert.Equal((0, null, null, null), (stat.NumDetGlobal, stat.MeanMagGlobal, stat.RiseRate, stat.PeakMagGlobal));
        Assert.Empty(stat.MeanMagPerFilter);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.NegativeInfinity)]
    public void A_time_that_is_none_is_refused(double mjd)
    {
        var stat = new LightCurveStatistics();
        Assert.StartsWith("A time must be a finite MJD.",
            Assert.Throws<ArgumentOutOfRangeException>(() => stat.Add(mjd, "ztfg", 1, 1, double.NaN)).Message,
                StringComparison.Ordinal);
        Assert.Equal(0, stat.NumObsGlobal);
    }
}
