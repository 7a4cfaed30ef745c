using FsCheck.Fluent;
using Vigil.Sky.LightCurves;
using static Vigil.Sky.Tests.ReferenceTable;

namespace Vigil.Sky.Tests;

public class LombScargleTests
{
    static readonly double[] mjd = Column("lomb_scargle_points.csv", 0), mag = Column("lomb_scargle_points.csv", 1),
        err = Column("lomb_scargle_points.csv", 2);
    static readonly int[] band = [.. Column("lomb_scargle_points.csv", 3).Select(b => (int)b)];
    static readonly FrequencyGrid grid = new(0.003, 0.0021, 400);

    [Fact]
    public void Both_methods_match_astropy()
    {
        var reference = Column("lomb_scargle.csv", 1);
        double[] fast = new double[400], direct = new double[400];
        var periodogram = new LombScargle(grid);
        periodogram.Power(mjd, mag, err, fast);
        periodogram.DirectPower(mjd, mag, err, direct);
        for (var k = 0; k < 400; k++)
        {
            Assert.Equal(reference[k], direct[k], 1e-10); // rounding of both
            Assert.Equal(reference[k], fast[k], 1e-8); // the first frequency is 1.2 cycles in the span; the sums are good to 1e-9
        }
    }

    [Theory]
    [InlineData(true, 2)]
    [InlineData(false, 3)]
    public void Several_bands_match_least_squares(bool sharedSine, int column)
    {
        var reference = Column("lomb_scargle.csv", column);
        var power = new double[400];
        new LombScargle(grid).Power(mjd, mag, err, band, sharedSine, power);
        for (var k = 0; k < 400; k++)
            Assert.Equal(reference[k], power[k], sharedSine ? 1e-8 : 1e-7); // a band has some 20 points only
        // The true period of 3.7 days; one band with three means mixed finds another.
        Assert.Equal(1 / 3.7, grid[power.IndexOf(power.Max())], grid.Step);
    }

    [Fact]
    public void False_alarm_probabilities_match_astropy() => Assert.All(Rows("false_alarm.csv"), row =>
    {
        var n = (int)Number(row[0]);
        var probability = LombScargle.FalseAlarmProbability(Number(row[2]), Number(row[1]), mjd.AsSpan(0, n), err.AsSpan(0, n));
        Assert.Equal(1, probability / Number(row[3]), 1e-9); // the table's digits, and cancellation in 1 - (1 - p) exp(-τ) there
    });

    [Fact]
    public void Both_methods_are_one_for_any_light_curve() => Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
    {
        var random = new Random(seed);
        var n = random.Next(8, 200);
        double[] t = [.. Enumerable.Range(0, n).Select(_ => 59000 + 700 * random.NextDouble())];
        double[] y = [.. t.Select(time => Math.Sin(time) + random.NextDouble())],
            e = [.. t.Select(_ => 0.1 + random.NextDouble())];
        var span = t.Max() - t.Min();
        var frequencies = new FrequencyGrid((0.5 + random.NextDouble()) / span, random.NextDouble() * 0.01 + 1e-4,
            random.Next(1, 1500));
        var periodogram = new LombScargle(frequencies);
        double[] fast = new double[frequencies.Count], direct = new double[frequencies.Count];
        periodogram.Power(t, y, e, fast);
        periodogram.DirectPower(t, y, e, direct);
        for (var k = 0; k < fast.Length; k++)
            Assert.Equal(direct[k], fast[k], 1e-6); // the documented error
        // Neither a shift in time or value nor the scale of values or errors matters.
        double[] shifted = [.. t.Select(time => time - 31.5)], scaled = [.. y.Select(value => 5 - 3 * value)],
            larger = [.. e.Select(error => 7 * error)];
        periodogram.DirectPower(shifted, scaled, larger, fast);
        for (var k = 0; k < fast.Length; k++)
            Assert.Equal(direct[k], fast[k], 1e-7); // a day is rounded to 1e-11 in an MJD, and phases go up to a thousand cycles
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_pure_sine_has_power_one_at_its_frequency()
    {
        var random = new Random(4);
        double[] t = [.. Enumerable.Range(0, 50).Select(_ => 100 * random.NextDouble())];
        double[] y = [.. t.Select(time => 12 + 0.7 * Math.Sin(2 * Math.PI * 0.25 * time + 1))], e = [.. t.Select(_ => 0.1)];
        var power = new double[30];
        new LombScargle(new FrequencyGrid(0.05, 0.01, 30)).DirectPower(t, y, e, power);
        Assert.Equal(1, power[20], 1e-12);
        Assert.All(power.Where((_, k) => k != 20), p => Assert.InRange(p, 0, 0.99));
    }

    [Fact]
    public void Where_the_times_cannot_tell_a_sine_the_power_is_zero()
    {
        // Once a day: of one cycle a day only the phase of each night is seen, and it is the same.
        double[] t = [.. Enumerable.Range(0, 20).Select(i => 60000.0 + i)], e = [.. t.Select(_ => 0.1)];
        double[] y = [.. t.Select(time => Math.Sin(time))];
        var power = new double[2];
        var periodogram = new LombScargle(new FrequencyGrid(1, 1, 2));
        periodogram.Power(t, y, e, power);
        Assert.Equal([0, 0], power);
        periodogram.DirectPower(t, y, e, power);
        Assert.Equal([0, 0], power);
        // A constant has no variance to explain.
        new LombScargle(new FrequencyGrid(0.1, 0.17, 2)).Power(t, Enumerable.Repeat(17.3, 20).ToArray(), e, power);
        Assert.Equal([0, 0], power);
    }

    [Fact]
    public void A_variable_of_ZTF_has_its_period() // an RR Lyrae star of 0.5537 days; the points are SkyPortal's sample data
    {
        var rows = Rows("ztf_variable.csv").ToArray();
        double[] t = [.. rows.Select(r => Number(r[0]))], y = [.. rows.Select(r => Number(r[2]))],
            e = [.. rows.Select(r => Number(r[3]))];
        int[] number = [.. rows.Select(r => r[1] switch { "ztfg" => 0, "ztfr" => 1, _ => 2 })];
        var frequencies = FrequencyGrid.Over(t, 10);
        var power = new double[frequencies.Count];
        new LombScargle(frequencies).Power(t, y, e, number, sharedSine: false, power);
        var best = power.IndexOf(power.Max());
        Assert.Equal(0.5537, 1 / frequencies[best], 0.0002);
        Assert.InRange(LombScargle.FalseAlarmProbability(power[best], 10, t, e), 0, 1e-30);
    }

    [Fact]
    public void Bad_input_is_named()
    {
        var periodogram = new LombScargle(new FrequencyGrid(0.1, 0.1, 3));
        double[] three = [1, 2, 3], four = [1, 2, 3, 4], power = new double[3];
        Assert.Contains("got 4, 3 and 4", Message(() => periodogram.Power(four, three, four, power)), StringComparison.Ordinal);
        Assert.StartsWith("At least 4 points are needed, got 3", Message(() => periodogram.Power(three, three, three, power)),
            StringComparison.Ordinal);
        Assert.StartsWith("At least 4 points are needed, got 0", Message(() => periodogram.Power([], [], [], power)),
            StringComparison.Ordinal);
        Assert.StartsWith("Point 2 has mjd = 3, value = NaN", Message(() =>
            periodogram.Power(four, [1, 2, double.NaN, 4], four, power)), StringComparison.Ordinal);
        Assert.StartsWith("Point 0 has mjd = 1, value = 1, err = 0", Message(() =>
            periodogram.Power(four, four, [0, 1, 1, 1], power)), StringComparison.Ordinal);
        Assert.StartsWith("Point 3 has mjd = ∞", Message(() =>
            periodogram.DirectPower([1, 2, 3, double.PositiveInfinity], four, four, power))
            .Replace("Infinity", "∞", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("room for 3 frequencies, got 2", Message(() => periodogram.Power(four, four, four, new double[2])),
            StringComparison.Ordinal);
        Assert.Contains("got 4 and 1", Message(() => periodogram.Power(four, four, four, [0], true, power)),
            StringComparison.Ordinal);
        Assert.Contains("Band 1 has 1 points", Message(() => periodogram.Power([1, 2, 3, 4, 5], [1, 2, 3, 4, 5], [1, 1, 1, 1, 1],
            [0, 0, 0, 0, 1], true, power)),
            StringComparison.Ordinal);
        Assert.Contains("got -1", Message(() => periodogram.Power(four, four, four, [0, 0, 0, -1], true, power)),
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new LombScargle(default));
        Assert.Throws<ArgumentOutOfRangeException>(() => new FrequencyGrid(0, 1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new FrequencyGrid(1, double.NaN, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new FrequencyGrid(1, 1, 0));
        Assert.Throws<ArgumentException>(() => FrequencyGrid.Over([5, 5], 10));
        Assert.Throws<ArgumentException>(() => FrequencyGrid.Over([5, double.NaN, 6], 10));
        Assert.Throws<ArgumentException>(() => FrequencyGrid.Over([], 10));
        Assert.Equal("highest", Assert.Throws<ArgumentOutOfRangeException>(() => FrequencyGrid.Over([5, 6], double.NaN))
            .ParamName);
        Assert.Equal("perPeak", Assert.Throws<ArgumentOutOfRangeException>(() => FrequencyGrid.Over([5, 6], 1, 0)).ParamName);
        Assert.Equal("count", Assert.Throws<ArgumentOutOfRangeException>(() => FrequencyGrid.Over([0, 1e6], 1e6)).ParamName);
        Assert.Throws<ArgumentOutOfRangeException>(() => LombScargle.FalseAlarmProbability(1.1, 10, four, four));
        Assert.Throws<ArgumentOutOfRangeException>(() => LombScargle.FalseAlarmProbability(0.5, double.NaN, four, four));

        static string Message(Action action) => Assert.Throws<ArgumentException>(action).Message;
    }

    static double[] Column(string table, int column) => [.. Rows(table).Select(row => Number(row[column]))];
}
