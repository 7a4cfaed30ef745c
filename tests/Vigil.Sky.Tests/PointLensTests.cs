using FsCheck;
using FsCheck.Fluent;
using Vigil.Sky.LightCurves;
using Vigil.Sky.Photometry;
using static Vigil.Sky.Tests.ReferenceTable;

namespace Vigil.Sky.Tests;

public class PointLensTests
{
    [Theory]
    [InlineData(1, 1.3416407864998738)] // 3 / √5, Paczynski 1986
    [InlineData(-1, 1.3416407864998738)]
    [InlineData(2, 1.0606601717798212)] // 6 / (2 √8)
    [InlineData(0.01, 100.0037499609)] // 1/u + 3u/8 - 5u³/128
    [InlineData(0, double.PositiveInfinity)]
    public void Magnification_has_its_known_values(double u, double magnification) =>
        Assert.Equal(magnification, PointLens.Magnification(u), 1e-9);

    [Fact]
    public void Fits_match_SciPy() => Assert.All(Rows("point_lens.csv"), row =>
    {
        var points = Rows("point_lens_points.csv").Where(point => point[0] == row[0]).ToArray();
        var fit = PointLens.Fit(Column(points, 1), Column(points, 2), Column(points, 3));
        Assert.True(fit.Converged);
        Assert.InRange(fit.Chi2 / Number(row[6]), 0, 1 + 1e-9); // the same minimum, to the bound of our search
        // Chi² is flat at its minimum: 1e-10 of it leaves a parameter 1e-4 of its error.
        Assert.Equal(Number(row[1]), fit.T0, 1e-3 * Number(row[7]));
        Assert.Equal(Number(row[2]), fit.U0, 1e-3 * Number(row[8]));
        Assert.Equal(Number(row[3]), fit.TE, 1e-3 * Number(row[9]));
        // Source and blend go with u0, relatively.
        Assert.Equal(Number(row[4]), fit.SourceFlux, 2e-3 * Number(row[4]) * Number(row[8]) / Number(row[2]));
        Assert.Equal(Number(row[4]) + Number(row[5]), fit.SourceFlux + fit.BlendFlux, 0.02 * 1e-3 * Number(row[4]));
        // SciPy's derivatives are differences.
        Assert.Equal(1, fit.T0Err / Number(row[7]), 0.05);
        Assert.Equal(1, fit.U0Err / Number(row[8]), 0.05);
        Assert.Equal(1, fit.TEErr / Number(row[9]), 0.05);
    });

    [Fact]
    public void Events_without_noise_come_back() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(25), Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
    {
        var random = new Random(seed);
        var (t0, u0, te) = (59150 + 40 * random.NextDouble(), 0.05 + 0.6 * random.NextDouble(), 10 + 50 * random.NextDouble());
        var (source, blend) = (50 + 100 * random.NextDouble(), 100 * random.NextDouble() - 20);
        double[] mjd = [.. Enumerable.Range(0, 200).Select(_ => 59000 + 300 * random.NextDouble())];
        double[] flux = [.. mjd.Select(t => source * PointLens.Magnification(Math.Sqrt(u0 * u0 + Math.Pow((t - t0) / te, 2)))
            + blend)];
        var fit = PointLens.Fit(mjd, flux, [.. flux.Select(_ => 0.1)]);
        Assert.InRange(fit.Chi2, 0, 1e-6);
        Assert.Equal((t0, te), (fit.T0, fit.TE), Near(1e-4));
        Assert.Equal((u0, source), (fit.U0, fit.SourceFlux), Near(1e-3));
        Assert.Equal((source + blend, 0), (fit.SourceFlux + fit.BlendFlux, 0), Near(1e-4));
    }));

    [Fact]
    public void The_Sun_is_where_astropy_has_it() => Assert.All(Rows("annual_parallax.csv"), row =>
    {
        double[] north = new double[1], east = new double[1];
        AnnualParallax.SunOffsets([Number(row[0])], Number(row[1]), Number(row[2]), Number(row[3]), north, east);
        Assert.Equal(Number(row[4]), north[0], 1e-6); // the documented error
        Assert.Equal(Number(row[5]), east[0], 1e-6);
    });

    [Fact]
    public void The_parallax_of_an_event_of_OGLE_matches_SciPy()
    {
        var rows = Rows("ob05086.csv").ToArray();
        double[] mjd = [.. Column(rows, 0).Select(t => t + 49999.5)], flux = new double[mjd.Length], err = new double[mjd.Length];
        AbMagnitude.ToFlux(Column(rows, 1), Column(rows, 2), flux, err);
        // By scipy 1.10.1, optimize.least_squares, with the offsets of astropy 5.2.1: as in point_lens.csv.
        var straight = PointLens.Fit(mjd, flux, err);
        Assert.Equal(1359.3566942, straight.Chi2, 1e-5);
        Assert.Equal(102.02408, straight.TE, 1e-3);
        Assert.Null(straight.ReferenceMjd);
        var fit = PointLens.FitWithParallax(mjd, flux, err, 271.190416667, -26.987638889, 53628);
        // A hundredth of each error: the bound of the search, and the Sun's path, in eight years to 1e-5 au.
        Assert.Equal(944.365099, fit.Chi2, 1e-4);
        Assert.Equal(53629.9606, fit.T0, 0.0026);
        Assert.Equal(-0.414259, fit.U0, 1.3e-4);
        Assert.Equal(110.3990, fit.TE, 0.036);
        Assert.Equal(-0.298170, fit.PiEN, 2.6e-4);
        Assert.Equal(0.111522, fit.PiEE, 8e-5);
        Assert.Equal(1, fit.PiENErr / 0.02644, 0.05);
        Assert.Equal(1, fit.PiEEErr / 0.00809, 0.05);
    }

    [Fact]
    public void A_constant_light_curve_is_no_better_than_a_constant()
    {
        double[] mjd = [.. Enumerable.Range(0, 40).Select(i => 59000.0 + i)];
        var fit = PointLens.Fit(mjd, [.. mjd.Select(_ => 100.0)], [.. mjd.Select(_ => 1.0)]);
        Assert.Equal(0, fit.Chi2, 1e-20);
        Assert.Equal(100, fit.SourceFlux * PointLens.Magnification(1e9) + fit.BlendFlux, 1e-9);
    }

    [Fact]
    public void Bad_input_is_named()
    {
        double[] six = [1, 2, 3, 4, 5, 6], five = [1, 2, 3, 4, 5];
        Assert.StartsWith("At least 6 points are needed, got 5", Message(() => PointLens.Fit(five, five, five)),
            StringComparison.Ordinal);
        Assert.StartsWith("At least 6 points are needed, got 0", Message(() => PointLens.Fit([], [], [])),
            StringComparison.Ordinal);
        Assert.Contains("got 6, 5 and 6", Message(() => PointLens.Fit(six, five, six)), StringComparison.Ordinal);
        Assert.StartsWith("Point 5 has", Message(() => PointLens.Fit(six, six, [1, 1, 1, 1, 1, -1])), StringComparison.Ordinal);
        double[] eight = [1, 2, 3, 4, 5, 6, 7, 8];
        Assert.Throws<ArgumentOutOfRangeException>(() => PointLens.FitWithParallax(eight, eight, eight, 0, 91, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => PointLens.FitWithParallax(eight, eight, eight, 0, 0, double.NaN));
        Assert.StartsWith("At least 8 points", Message(() => PointLens.FitWithParallax(six, six, six, 0, 0, 5)),
            StringComparison.Ordinal);

        static string Message(Action action) => Assert.Throws<ArgumentException>(action).Message;
    }

    static double[] Column(string[][] rows, int column) => [.. rows.Select(row => Number(row[column]))];

    static EqualityComparer<(double, double)> Near(double relative) => EqualityComparer<(double, double)>.Create((a, b) =>
        Math.Abs(a.Item1 - b.Item1) <= relative * Math.Max(1, Math.Abs(a.Item1))
        && Math.Abs(a.Item2 - b.Item2) <= relative * Math.Max(1, Math.Abs(a.Item2)));
}
