using FsCheck.Fluent;
using Vigil.Sky.LightCurves;
using static Vigil.Sky.Tests.ReferenceTable;

namespace Vigil.Sky.Tests;

public class LightCurveToolsTests
{
    static readonly double[] mag = [.. Rows("lomb_scargle_points.csv").Select(row => Number(row[1]))];
    static readonly double[] err = [.. Rows("lomb_scargle_points.csv").Select(row => Number(row[2]))];

    [Theory]
    // numpy 1.24.2: mean, average(weights=1 / err**2), median, std(ddof=1), min, max, chi2, mean(diff**2) / var(ddof=1) of the
    // first points of lomb_scargle_points.csv.
    [InlineData(60, 17.376406166666666, 17.428299204691793, 17.361530000000002, 0.4013404158866134, 16.58344, 18.06945,
        3522.49304079467, 1.7379175022334288)]
    [InlineData(5, 17.902388000000002, 17.92731932264502, 17.93484, 0.09904881256229203, 17.76681, 18.01021, 11.254197745590638,
        1.9349381369856715)]
    [InlineData(1, 17.96396, 17.96396, 17.96396, double.NaN, 17.96396, 17.96396, 0, double.NaN)]
    public void Statistics_match_numpy(
        int n, double mean, double weighted, double median, double deviation, double least, double greatest, double chi2,
        double eta)
    {
        var statistics = MagnitudeStatistics.Of(mag.AsSpan(0, n), err.AsSpan(0, n));
        Assert.Equal((n, least, greatest), (statistics.Count, statistics.Least, statistics.Greatest));
        Assert.Equal(mean, statistics.Mean, 1e-13); // rounding, as below
        Assert.Equal(weighted, statistics.WeightedMean, 1e-13);
        Assert.Equal(median, statistics.Median, 1e-13);
        Assert.Equal(deviation, statistics.StandardDeviation, 1e-13);
        Assert.Equal(chi2, statistics.Chi2, 1e-12 * (1 + chi2));
        Assert.Equal(eta, statistics.VonNeumannEta, 1e-12);
    }

    [Fact]
    public void The_robust_deviation_matches_SciPy() // 1.10.1: stats.median_abs_deviation(mag, scale='normal')
    {
        Assert.Equal(0.4353216633976132, Robust.Sigma(mag), 1e-12);
        Assert.Equal(17.9494, Robust.Median(mag.AsSpan(0, 6)), 1e-13);
        Assert.Equal(0, Robust.Sigma([5, 5, 5, 90]));
    }

    [Fact]
    public void Outliers_are_found_on_a_source_that_varies() => Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
    {
        var random = new Random(seed);
        double[] value = [.. Enumerable.Range(0, 300).Select(i => Math.Sin(i / 150.0) + 0.02 * (random.NextDouble() - 0.5))];
        var wrong = Enumerable.Range(0, 6).Select(k => 50 * k + random.Next(10, 40)).ToHashSet();
        foreach (var i in wrong)
            value[i] += random.Next(2) == 0 ? 0.5 : -0.5;
        var outlier = new bool[300];
        Assert.Equal(6, Robust.Outliers(value, 4, 8, outlier));
        Assert.Equal(wrong.Order(), Enumerable.Range(0, 300).Where(i => outlier[i]));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Outliers_of_few_or_equal_values_are_none()
    {
        var outlier = new bool[4];
        Assert.Equal(0, Robust.Outliers([1, 1, 1, 50], int.MaxValue, 5, outlier)); // most differences are zero: there is no scale
        Assert.Equal(0, Robust.Outliers([], 3, 5, []));
        Assert.Equal(0, Robust.Outliers([7], 3, 5, outlier.AsSpan(0, 1)));
        Assert.Equal(1, Robust.Outliers([1, 1.1, 0.9, 50], int.MaxValue, 5, outlier));
        Assert.Equal([false, false, false, true], outlier);
    }

    [Fact]
    public void Bins_are_weighted_means_of_their_points() => Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
    {
        var random = new Random(seed);
        var n = random.Next(0, 100);
        double[] Draw(double from, double width) => [.. Enumerable.Range(0, n).Select(_ => from + width * random.NextDouble())];
        var (mjd, value, error, days, start) = (Draw(59000, 30), Draw(-5, 10), Draw(0.1, 1), 0.1 + 5 * random.NextDouble(),
            random.NextDouble());
        var bins = Binning.WeightedMeans(mjd, value, error, days, start);
        Assert.Equal(n, bins.Sum(bin => bin.Count));
        var expected = Enumerable.Range(0, n).GroupBy(i => Math.Floor((mjd[i] - start) / days)).OrderBy(points =>
            points.Key).ToArray();
        Assert.Equal(expected.Length, bins.Length);
        foreach (var (points, bin) in expected.Zip(bins))
        {
            var weight = points.Sum(i => 1 / (error[i] * error[i]));
            var mean = points.Sum(i => value[i] / (error[i] * error[i])) / weight;
            Assert.Equal(mean, bin.Value, 1e-12); // rounding, as below
            Assert.Equal(1 / Math.Sqrt(weight), bin.Err, 1e-14);
            Assert.Equal(points.Sum(i => mjd[i] / (error[i] * error[i])) / weight, bin.Mjd, 1e-9);
            Assert.Equal(points.Sum(i => Math.Pow((value[i] - mean) / error[i], 2)), bin.Chi2, 1e-9);
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Phases_are_fractions_of_the_period() => Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
    {
        var random = new Random(seed);
        var (period, epoch) = (Math.Pow(10, 4 * random.NextDouble() - 2), 59000 + random.NextDouble());
        double[] mjd = [epoch, .. Enumerable.Range(0, 50).Select(_ => 58000 + 2000 * random.NextDouble())];
        var phase = new double[51];
        Phase.Fold(mjd, period, epoch, phase);
        Assert.Equal(0, phase[0]);
        for (var i = 0; i < 51; i++)
        {
            Assert.InRange(phase[i], 0, Math.BitDecrement(1.0));
            var cycles = (mjd[i] - epoch - phase[i] * period) / period;
            // A day is rounded to 1e-11 in an MJD, a thousandth of the shortest period
            Assert.Equal(Math.Round(cycles), cycles, 1e-9);
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_phase_just_before_the_epoch_is_below_one()
    {
        var phase = new double[2];
        Phase.Fold([-1e-20, double.NaN], 1, 0, phase);
        Assert.Equal([0, double.NaN], phase);
    }

    [Fact]
    public void Bad_input_is_named()
    {
        double[] two = [1, 2], three = [1, 2, 3];
        Assert.Contains("got 2 and 3", Message(() => MagnitudeStatistics.Of(two, three)), StringComparison.Ordinal);
        Assert.StartsWith("There are no points.", Message(() => MagnitudeStatistics.Of([], [])), StringComparison.Ordinal);
        Assert.StartsWith("Point 1 has value = NaN", Message(() => MagnitudeStatistics.Of([1, double.NaN], two)),
            StringComparison.Ordinal);
        Assert.StartsWith("Point 0 has value = 1, err = 0", Message(() => MagnitudeStatistics.Of(two, [0, 1])),
            StringComparison.Ordinal);
        Assert.StartsWith("There are no values.", Message(() => Robust.Median([])), StringComparison.Ordinal);
        Assert.StartsWith("Value 1 is NaN.", Message(() => Robust.Sigma([1, double.NaN])), StringComparison.Ordinal);
        Assert.Contains("got 3 and 2", Message(() => Robust.Outliers(three, 3, 5, new bool[2])), StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Robust.Outliers(three, 0, 5, new bool[3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Robust.Outliers(three, 3, double.NaN, new bool[3]));
        Assert.Contains("got 3, 2 and 3", Message(() => Binning.WeightedMeans(three, two, three, 1)), StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Binning.WeightedMeans(three, three, three, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Binning.WeightedMeans(three, three, three, 1, double.NaN));
        Assert.Contains("got 3 and 2", Message(() => Phase.Fold(three, 1, 0, new double[2])), StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Phase.Fold(three, -1, 0, new double[3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Phase.Fold(three, 1, double.PositiveInfinity, new double[3]));

        static string Message(Action action) => Assert.Throws<ArgumentException>(action).Message;
    }
}
