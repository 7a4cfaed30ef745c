using System.Globalization;
using Vigil.Sky.LightCurves;

namespace Vigil.Bench;

/// <summary>
/// Power spectra of 1,000 light curves of 300 points at 50,000 frequencies, against astropy's LombScargle (fast, and its direct
/// sums in Cython), and 200 microlensing fits, against SciPy's least_squares. One thread each; all must find the same.
/// </summary>
static class LightCurvesBench
{
    const string Script = "i_lightcurves.py";

    public static async Task<IReadOnlyList<Measurement>> RunAsync(CancellationToken ct)
    {
        var peers = await Peer.RunAsync(Script, ct);
        var curves = Read("i_ls.csv");
        var periods = Read("i_ls_truth.csv").Select(truth => truth.Columns[0][0]).ToArray();
        var grid = new FrequencyGrid(0.0001, 0.0002, 50_000);
        var (periodogram, power) = (new LombScargle(grid), new double[grid.Count]);
        var measurements = new List<Measurement>();

        foreach (var (name, workload, count, passes, goal) in new[]
        {
            ("lomb_scargle", "i.lomb_scargle_1000x300x50000", 1000, 3, 3.0),
            ("lomb_scargle_direct", "i.lomb_scargle_20x300x50000", 20, 3, 3.0),
        })
        {
            var peer = peers.Single(p => p.Workload == workload);
            double frequencies = 0, powers = 0, recovered = 0;
            var seconds = Peer.Seconds(() =>
            {
                (frequencies, powers, recovered) = (0, 0, 0);
                for (var curve = 0; curve < count; curve++)
                {
                    var columns = curves[curve].Columns;
                    if (count == 20)
                        periodogram.DirectPower(columns[0], columns[1], columns[2], power);
                    else
                        periodogram.Power(columns[0], columns[1], columns[2], power);
                    var best = power.IndexOf(power.Max());
                    (frequencies, powers) = (frequencies + grid[best], powers + power[best]);
                    recovered += Math.Abs(grid[best] - 1 / periods[curve]) < 0.001 ? 1 : 0;
                }
            }, passes);
            // Astropy's fast sums are approximate: a curve may have its best frequency one step away, and powers differ by 1e-3.
            Peer.Agree("sum of best frequencies", frequencies, peer["sum_best_frequency"], count * 1e-3 * grid.Step * 1000);
            Peer.Agree("sum of peak powers", powers, peer["sum_peak_power"], count * 1e-3);
            Peer.Agree("periods found", recovered, peer["recovered"], 0);
            measurements.Add(Measurement.Less($"lightcurves.{name}", seconds / count * 1000, "ms/curve", peer.Name,
                peer.Seconds / count * 1000, goal));
        }

        var scipy = peers.Single(p => p.Workload == "i.microlensing_200x150");
        var events = Read("i_ml.csv").Select(curve =>
        {
            var flux = curve.Columns[1].Select(mag => Math.Pow(10, -0.4 * (mag - 18))).ToArray();
            var err = flux.Zip(curve.Columns[2], (f, magErr) => f * magErr * 0.4 * Math.Log(10)).ToArray();
            return (Mjd: curve.Columns[0], Flux: flux, Err: err);
        }).ToArray();
        var fits = new PointLensFit[events.Length];
        var fitSeconds = Peer.Seconds(() =>
        {
            for (var i = 0; i < events.Length; i++)
                fits[i] = PointLens.Fit(events[i].Mjd, events[i].Flux, events[i].Err);
        });
        var chi2 = fits.Sum(fit => fit.Chi2);
        if (chi2 > 1.001 * scipy["sum_chi2"])
            throw new InvalidOperationException($"Our fits have chi2 {chi2}, SciPy's {scipy["sum_chi2"]}.");
        var truths = Read("i_ml_truth.csv").Select(truth => truth.Columns).ToArray();
        Peer.Agree("events whose t0 is found", fits.Where((fit, i) => Math.Abs(fit.T0 - truths[i][0][0]) < 1).Count(),
            scipy["t0_within_1d"], 0);
        Peer.Agree("events whose tE is found", fits.Where((fit, i) => Math.Abs(fit.TE / truths[i][2][0] - 1) < 0.1).Count(),
            scipy["tE_within_10pc"], 2);
        measurements.Add(Measurement.Less("lightcurves.microlensing", fitSeconds / events.Length * 1000, "ms/fit", scipy.Name,
            scipy.Seconds / events.Length * 1000, 20));
        measurements.Add(Measurement.Less("lightcurves.microlensing_chi2", chi2, "sum of chi2", scipy.Name, scipy["sum_chi2"],
            0.999));
        return measurements;
    }

    // A table whose first column numbers the curves, in order; the other columns, by curve.
    static (int Curve, double[][] Columns)[] Read(string name) =>
    [
        .. File.ReadLines(Path.Combine(Peer.WorkDir, name)).Skip(1)
            .Select(line => line.Split(',').Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToArray())
            .GroupBy(row => (int)row[0]).OrderBy(rows => rows.Key)
            .Select(rows => (rows.Key, Enumerable.Range(1, rows.First().Length - 1)
                .Select(column => rows.Select(row => row[column]).ToArray()).ToArray())),
    ];
}
