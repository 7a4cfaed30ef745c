using System.Globalization;
using Vigil.Sky.Imaging;

namespace Vigil.Sky.Tests.Imaging;

public class MixtureFitTests
{
    [Theory]
    [InlineData("1")]
    [InlineData("2")]
    [InlineData("3")]
    [InlineData("4")]
    [InlineData("5")]
    public void The_maximum_is_where_a_simplex_search_finds_it(string set)
    {
        var rows = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "imaging", "calibration_mixture.csv"))
            .Select(line => line.Split(',')).Where(row => row[0] == set).ToDictionary(row => row[1], row => Numbers(row[2]));
        var fit = new MixtureFit(rows["y"].Length);
        rows["y"].CopyTo(fit.Y, 0);
        for (var i = 0; i < rows["e"].Length; i++)
            fit.ErrSquared[i] = rows["e"][i] * rows["e"][i];
        rows["x"].CopyTo(fit.Column(0), 0);
        var columns = rows["x"].Length > 0 ? 1 : 0;
        fit.Fit(rows["y"].Length, columns);
        var (zeroPoint, slope, scatter, outliers, likelihood, error) = (rows["fit"][0], rows["fit"][1], rows["fit"][2], rows["fit"][3],
            rows["fit"][4], rows["fit"][5]);
        // The search stops where the likelihood changes by 1e-13: 1e-6 of the errors. Nine decimals are printed.
        Assert.Equal(likelihood, fit.LogLikelihood, 1e-8);
        Assert.Equal(zeroPoint, fit.Coefficients[0], 1e-4 * error);
        Assert.Equal(scatter, Math.Sqrt(fit.Variance), 1e-4 * error);
        Assert.Equal(outliers, fit.Fraction, 1e-5);
        if (columns > 0)
            Assert.Equal(slope, fit.Coefficients[1], 1e-4 * error / 0.3);
        if (columns == 0 && rows["y"].Length <= FewStars.Most)
            // Over all that scatter and outliers may be: near the Hessian's, and not smaller by much. 25 stars differ by 3 %.
            Assert.InRange(Math.Sqrt(fit.Covariance()![0]), 0.98 * error, 1.15 * error);
        else
        {
            // Differences over steps of 1e-4 of a function that bends within 0.01; ours is larger, as the scatter is uncertain.
            var (share, sum) = (fit.Variance / (fit.Variance + rows["e"].Length / rows["e"].Sum(e => 1 / (e * e))), fit.SumOfWeights);
            Assert.Equal(error * Math.Sqrt(1 + share * (sum / (sum - columns - 3) - 1)), Math.Sqrt(fit.Covariance()![0]), 0.003 * error);
        }
    }

    [Fact]
    public void Numbers_without_outliers_and_without_scatter_have_neither()
    {
        var random = new CalibrationField(1, 0);
        var fit = new MixtureFit(500);
        for (var i = 0; i < 500; i++)
            (fit.Y[i], fit.ErrSquared[i]) = (5 + 0.1 * random.Normal(), 0.15 * 0.15); // errors said to be larger than they are
        fit.Fit(500, 0);
        // At their bounds.
        Assert.Equal(1e-8, fit.Variance, 1e-13);
        Assert.Equal(1e-6, fit.Fraction, 1e-11);
        // 0.15 / sqrt(500) is what the errors say.
        Assert.Equal(0.15 / Math.Sqrt(500), Math.Sqrt(fit.Covariance()![0]), 1e-5);
    }

    [Fact]
    public void Equal_numbers_and_columns_that_say_nothing_are_no_trouble()
    {
        var fit = new MixtureFit(6);
        fit.Y.AsSpan(0, 6).Fill(3);
        fit.ErrSquared.AsSpan(0, 6).Clear();
        fit.Fit(6, 0);
        Assert.Equal(3, fit.Coefficients[0]);
        fit.Column(0).AsSpan().Clear();
        fit.Fit(6, 1);
        Assert.Null(fit.Covariance());
    }

    [Fact]
    public void No_parameters_nearby_are_more_likely()
    {
        var random = new Random(7);
        for (var trial = 0; trial < 30; trial++)
        {
            var n = random.Next(30, 100);
            var fit = new MixtureFit(n);
            for (var i = 0; i < n; i++)
            {
                fit.Y[i] = random.NextDouble() < 0.6 ? 0.05 * random.NextDouble() : 3 * random.NextDouble();
                fit.ErrSquared[i] = Math.Pow(10, -2 * random.NextDouble() - 2); // errors of 0.01 to 0.1
            }
            fit.Fit(n, 0);
            var (best, scatter) = (fit.LogLikelihood, Math.Sqrt(fit.Variance));
            for (var i = 0; i < 200; i++)
            {
                var zeroPoint = fit.Coefficients[0] + 0.2 * scatter * (2 * random.NextDouble() - 1);
                var sigma = scatter * Math.Pow(1.2, 2 * random.NextDouble() - 1);
                var f = Math.Clamp(fit.Fraction + 0.1 * random.NextDouble() - 0.05, 1e-6, 0.999);
                Assert.True(Likelihood(fit, n, zeroPoint, Math.Max(sigma, 1e-4), f) <= best + 1e-9);
            }
        }
    }

    static double Likelihood(MixtureFit fit, int n, double zeroPoint, double sigma, double f)
    {
        var outliers = new MixtureOutliers(f, fit.Centre);
        var sum = 0.0;
        for (var i = 0; i < n; i++)
        {
            var s = sigma * sigma + fit.ErrSquared[i];
            var r = fit.Y[i] - zeroPoint;
            sum += Math.Log((1 - f) * Math.Exp(-r * r / s / 2) / Math.Sqrt(2 * Math.PI * s) + f * outliers.Density(fit.Y[i]));
        }
        return sum;
    }

    static double[] Numbers(string text) =>
        [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => double.Parse(word, CultureInfo.InvariantCulture))];
}
