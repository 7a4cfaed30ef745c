using Vigil.Sky.Imaging;

namespace Vigil.Sky.Tests.Imaging;

public class CalibrationTests
{
    const double Epoch = 2016;

    static readonly CalibrationOptions inR = new() { Choice = CatalogChoice.Parse("r") };

    static readonly CalibrationOptions plainInR = inR with { ColourTerm = TermUse.Never, SpatialTerm = TermUse.Never };

    [Fact]
    public void The_zero_point_is_found_and_the_best_band_is_the_one_the_frame_was_taken_in()
    {
        var field = new CalibrationField(1, 400);
        var result = Calibration.Calibrate(field.Frame(23.1, scatter: 0.02, outliers: 0.1), Epoch, field.References,
            new CalibrationOptions { ColourTerm = TermUse.Never });
        Assert.Null(result.Problem);
        Assert.Equal(CatalogBand.SdssR, result.Best!.Band);
        Assert.InRange((result.Best.ZeroPoint - 23.1) / result.Best.ZeroPointErr, -4, 4);
        // 360 good stars of errors of 0.01 to 0.04 and a scatter of 0.02 mag: about 0.03 / sqrt(360).
        Assert.InRange(result.Best.ZeroPointErr, 0.001, 0.003);
        Assert.InRange(result.Best.Scatter, 0.015, 0.025);
        Assert.InRange(result.Best.OutlierFraction, 0.05, 0.15);
        Assert.Equal(4, result.Bands.Count);
        // 0.3" on each axis: 0.42" together.
        Assert.InRange(result.MatchScatter, 0.38, 0.47);
        Assert.Equal(2 * result.MatchScatter, result.MatchRadius, 1e-12);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(0.2, false)]
    [InlineData(0.45, false)]
    [InlineData(0.2, true)]
    public void Zero_points_are_unbiased_and_their_errors_honest(double outliers, bool oneSided)
    {
        const int tries = 200;
        var pulls = new List<double>();
        for (var seed = 0; seed < tries; seed++)
        {
            var field = new CalibrationField(seed, 60);
            var best = Calibration.Calibrate(field.Frame(23.1, scatter: 0.03, outliers, oneSided), Epoch, field.References, plainInR).Best!;
            pulls.Add((best.ZeroPoint - 23.1) / best.ZeroPointErr);
        }
        // Three standard errors of the mean and of the root mean square of so many normal deviates; 45 % leave room for 0.1 more.
        Assert.InRange(pulls.Average(), -3 / Math.Sqrt(tries), 3 / Math.Sqrt(tries));
        Assert.InRange(Math.Sqrt(pulls.Average(pull => pull * pull)), 1 - 3 / Math.Sqrt(2 * tries), 1.1 + 3 / Math.Sqrt(2 * tries));
    }

    [Fact]
    public void Rows_in_any_order_give_the_same_bits()
    {
        var field = new CalibrationField(3, 200);
        var stars = field.Frame(outliers: 0.1, colourSlope: 0.05);
        var options = new CalibrationOptions { Target = new CalibrationTarget(stars[7].Ra, stars[7].Dec) };
        var first = Calibration.Calibrate(stars, Epoch, field.References, options);
        for (var i = 0; i < 5; i++)
        {
            var other = Calibration.Calibrate(field.Shuffled(stars), Epoch, field.Shuffled(field.References), options);
            Assert.Equal(first.Best!.ZeroPoint, other.Best!.ZeroPoint);
            Assert.Equal(first.Best.ZeroPointErr, other.Best.ZeroPointErr);
            Assert.Equal(first.Best.ColourSlope, other.Best.ColourSlope);
            Assert.Equal(first.Bands.Select(fit => fit.Scatter), other.Bands.Select(fit => fit.Scatter));
            Assert.Equal(first.Target! with { Star = 0 }, other.Target! with { Star = 0 });
        }
    }
}
