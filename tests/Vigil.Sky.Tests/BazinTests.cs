using Vigil.Sky.LightCurves;
using static Vigil.Sky.Tests.ReferenceTable;

namespace Vigil.Sky.Tests;

public class BazinTests
{
    [Fact]
    public void Fits_match_SciPy() => Assert.All(Rows("bazin.csv"), row =>
    {
        var points = Rows("bazin_points.csv").Where(point => point[0] == row[0]).ToArray();
        double[] Column(int column) => [.. points.Select(point => Number(point[column]))];
        var (mjd, flux, err) = (Column(1), Column(2), Column(3));
        var fit = Bazin.Fit(mjd, flux, err);
        Assert.True(fit.Converged);
        Assert.InRange(fit.Chi2 / Number(row[6]), 0, 1 + 1e-9); // the same minimum, to the bound of our search
        // Chi² is flat at its minimum: 1e-10 of it leaves a parameter 1e-4 of its error.
        Assert.Equal(Number(row[1]), fit.T0, 1e-3 * Number(row[7]));
        Assert.Equal(Number(row[2]), fit.FallDays, 1e-3 * Number(row[8]));
        Assert.Equal(Number(row[3]), fit.RiseDays, 1e-3 * Number(row[9]));
        Assert.Equal(1, fit.Amplitude / Number(row[4]), 1e-4);
        Assert.Equal(Number(row[5]), fit.Base, 1e-2);
        // SciPy's derivatives are differences.
        Assert.Equal(1, fit.T0Err / Number(row[7]), 0.01);
        Assert.Equal(1, fit.FallDaysErr / Number(row[8]), 0.01);
        Assert.Equal(1, fit.RiseDaysErr / Number(row[9]), 0.01);
        Assert.Equal(Number(row[10]), fit.PeakMjd, 1e-3); // found there on a grid of 1e-4 days
        Assert.Equal(fit.Chi2, mjd.Select((t, i) => Math.Pow((flux[i] - fit.Flux(t)) / err[i], 2)).Sum(), 1e-9 * fit.Chi2);
        // Late, the flux above the base falls by the rate.
        Assert.Equal(fit.DeclineRate, 2.5 * Math.Log10((fit.Flux(59150) - fit.Base) / (fit.Flux(59151) - fit.Base)), 1e-6);
    });

    [Fact]
    public void Long_before_the_event_the_flux_is_the_base()
    {
        var row = Rows("bazin.csv").First();
        var fit = new BazinFit
        {
            T0 = Number(row[1]), FallDays = Number(row[2]), RiseDays = Number(row[3]), Amplitude = 200, Base = 3,
            T0Err = 0, FallDaysErr = 0, RiseDaysErr = 0, Chi2 = 0, Converged = true,
        };
        Assert.Equal(3, fit.Flux(0));
        Assert.Equal(3, fit.Flux(1e6));
        Assert.Equal(double.NaN, (fit with { RiseDays = 100 }).PeakMjd);
    }

    [Fact]
    public void A_search_meets_points_years_away()
    {
        var points = Rows("bazin_points.csv").Where(point => point[0] == "0").ToArray();
        double[] mjd = [50000, .. points.Select(p => Number(p[1])), 62000], flux = [-3, .. points.Select(p => Number(p[2])), -3];
        var fit = Bazin.Fit(mjd, flux, [5, .. points.Select(p => Number(p[3])), 5]);
        Assert.True(fit.Converged);
        Assert.Equal(59046.47, fit.T0, 0.23); // its error
    }

    [Fact]
    public void Bad_input_is_named()
    {
        double[] five = [1, 2, 3, 4, 5], six = [1, 2, 3, 4, 5, 6];
        Assert.StartsWith("At least 6 points are needed, got 5", Assert.Throws<ArgumentException>(() =>
            Bazin.Fit(five, five, five)).Message,
            StringComparison.Ordinal);
        Assert.Contains("got 6, 6 and 5", Assert.Throws<ArgumentException>(() => Bazin.Fit(six, six, five)).Message,
            StringComparison.Ordinal);
        Assert.StartsWith("Point 0 has mjd = NaN", Assert.Throws<ArgumentException>(() =>
            Bazin.Fit([double.NaN, 2, 3, 4, 5, 6], six, six)).Message,
            StringComparison.Ordinal);
    }
}
