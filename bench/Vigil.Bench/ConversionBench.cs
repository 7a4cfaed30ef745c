using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Vigil.Sky.Fits;
using Vigil.Sky.LightCurves;
using Vigil.Sky.Photometry;

namespace Vigil.Bench;

/// <summary>
/// A million magnitudes to fluxes and back, against memory speed (a SIMD loop that reads and writes as many bytes, and
/// multiplies)
/// and NumPy; 9 statistics of 10,000 objects, against NumPy; 1,000 spectra in 8 bands, against sncosmo and NumPy. One thread.
/// </summary>
static class ConversionBench
{
    const string Script = "f_conversion_synphot.py";

    // The AB magnitude of the Vega-like system's zero in each band, as in the script.
    static readonly double[] vegaLike = [-0.08, 0.15, 0.38, 0.93, -0.08, 0.16, 0.37, 0.54];

    public static async Task<IReadOnlyList<Measurement>> RunAsync(CancellationToken ct)
    {
        var peers = await Peer.RunAsync(Script, ct);
        return [.. Conversion(peers), .. Statistics(peers), .. Spectra(peers)];
    }

    static IEnumerable<Measurement> Conversion(IReadOnlyList<PeerResult> peers)
    {
        var (_, given, err, system, band) = ReadPoints();
        var n = given.Length;
        double[] ab = new double[n], flux = new double[n], fluxErr = new double[n], back = new double[n], backErr = new double[n];
        void ToAb()
        {
            for (var i = 0; i < n; i++)
                ab[i] = given[i] + (system[i] == 1 ? vegaLike[band[i]] : 0);
        }
        ToAb();
        var thereAndBack = Peer.Seconds(() =>
        {
            ToAb();
            AbMagnitude.ToFlux(ab, err, flux, fluxErr);
            AbMagnitude.FromFlux(flux, fluxErr, back, backErr);
        }, 15);

        var numpy = peers.Single(p => p.Workload == "f.mag_flux_mag_1m");
        Peer.Agree("sum of fluxes", flux.Sum() / numpy["sum_flux"], 1, 1e-12);
        Peer.Agree("sum of their errors", fluxErr.Sum() / numpy["sum_fluxerr"], 1, 1e-12);
        Peer.Agree("round trip", back.Zip(ab, (a, b) => Math.Abs(a - b)).Max(), 0, 1e-13);
        Peer.Agree("round trip of errors", backErr.Zip(err, (a, b) => Math.Abs(a / b - 1)).Max(), 0, 1e-14);
        foreach (var measurement in MemorySpeed("1m", ab, err, 40))
            yield return measurement;
        // A million fit into the cache of many a machine, ten million do not.
        double[] tenfold = new double[10 * n], tenfoldErr = new double[10 * n];
        for (var copy = 0; copy < 10; copy++)
        {
            ab.CopyTo(tenfold, copy * n);
            err.CopyTo(tenfoldErr, copy * n);
        }
        foreach (var measurement in MemorySpeed("10m", tenfold, tenfoldErr, 10))
            yield return measurement;
        yield return Measurement.Less("conversion.there_and_back_1m", thereAndBack * 1000, "ms", numpy.Name,
            numpy.Seconds * 1000, 2);
        var sncosmo = peers.Single(p => p.Workload == "f.normalise_1m");
        var toFlux = Peer.Seconds(() => AbMagnitude.ToFlux(ab, err, flux, fluxErr), 15);
        yield return Measurement.Less("conversion.to_microjansky_1m", toFlux * 1000, "ms", sncosmo.Name, sncosmo.Seconds * 1000,
            2);
    }

    static IEnumerable<Measurement> MemorySpeed(string size, double[] mag, double[] err, int passes)
    {
        double[] flux = new double[mag.Length], fluxErr = new double[mag.Length];
        double[] back = new double[mag.Length], backErr = new double[mag.Length];
        // In turn, and the least of many passes: whatever else the machine does slows arithmetic more than memory.
        var (copy, toFlux, toMag) = (double.MaxValue, double.MaxValue, double.MaxValue);
        for (var pass = 0; pass < passes; pass++)
        {
            copy = Math.Min(copy, Peer.Seconds(() => CopyMultiply(mag, err, back, backErr), 1));
            toFlux = Math.Min(toFlux, Peer.Seconds(() => AbMagnitude.ToFlux(mag, err, flux, fluxErr), 1));
            toMag = Math.Min(toMag, Peer.Seconds(() => AbMagnitude.FromFlux(flux, fluxErr, back, backErr), 1));
        }
        const string memory = "SIMD copy and multiply of as many bytes, same run";
        yield return Measurement.Less($"conversion.mag_to_flux_{size}", toFlux * 1000, "ms", memory, copy * 1000, 0.5);
        yield return Measurement.Less($"conversion.flux_to_mag_{size}", toMag * 1000, "ms", memory, copy * 1000, 0.5);
    }

    static IEnumerable<Measurement> Statistics(IReadOnlyList<PeerResult> peers)
    {
        var (obj, mag, err, _, _) = ReadPoints();
        var peer = peers.Single(p => p.Workload == "f.statistics_10k_objects"
            && p.Name.StartsWith("numpy", StringComparison.Ordinal));
        var sums = new double[9];
        var seconds = Peer.Seconds(() =>
        {
            Array.Clear(sums);
            for (int from = 0, to; from < obj.Length; from = to)
            {
                to = from + 1;
                while (to < obj.Length && obj[to] == obj[from])
                    to++;
                var s = MagnitudeStatistics.Of(mag.AsSpan(from, to - from), err.AsSpan(from, to - from));
                ReadOnlySpan<double> nine =
                    [s.Count, s.Mean, s.WeightedMean, s.Median, s.StandardDeviation, s.Least, s.Greatest, s.Chi2,
                        s.VonNeumannEta];
                for (var k = 0; k < 9; k++)
                    sums[k] += nine[k];
            }
        });
        var names = new[] { "n", "mean", "weighted_mean", "median", "std", "min", "max", "chi2", "von_neumann_eta" };
        for (var k = 0; k < 9; k++)
            Peer.Agree($"sum of {names[k]}", sums[k] / peer[$"sum_{names[k]}"], 1, 1e-9); // they lose digits in sums of squares
        yield return Measurement.Less("conversion.statistics_10k_objects", seconds * 1000, "ms", peer.Name, peer.Seconds * 1000,
            2);
    }

    static IEnumerable<Measurement> Spectra(IReadOnlyList<PeerResult> peers)
    {
        double[] wavelength = [.. Enumerable.Range(0, 1000).Select(k => 2700 + 8.0 * k)];
        var spectra = ReadSpectra();
        var bands = File.ReadLines(Path.Combine(Peer.WorkDir, "f_bands.csv")).Skip(1).Select(line => line.Split(','))
            .GroupBy(row => row[0]).Select(rows =>
                new Bandpass([.. rows.Select(r => Number(r[1]))], [.. rows.Select(r => Number(r[2]))])).ToArray();
        var mag = new double[1000 * bands.Length];
        // The weights are made in each pass: whoever has a thousand spectra of one instrument pays for them once.
        var seconds = Peer.Seconds(() => new SyntheticPhotometry(wavelength, bands).Magnitudes(spectra, mag));
        var oneMag = new double[bands.Length];
        var single = Peer.Seconds(() =>
        {
            for (var i = 0; i < 200; i++)
                new SyntheticPhotometry(wavelength, bands).Magnitudes(spectra.AsSpan(1000 * i, 1000), oneMag);
        });

        foreach (var (workload, ours, count, goal) in new[] { ("f.synphot_1000x8", seconds, 1000, 5.0),
            ("f.synphot_200x8", single, 200, 5.0) })
            foreach (var peer in peers.Where(p => p.Workload == workload))
            {
                // Theirs are means over spectra, of bands in the order of the check values; sncosmo and the trapezoid are
                // approximate.
                var means = peer.Check.EnumerateObject().Where(check =>
                    check.Name.StartsWith("mean_", StringComparison.Ordinal)).ToArray();
                for (var b = 0; b < bands.Length; b++)
                    Peer.Agree($"mean magnitude, {means[b].Name}, {peer.Name}",
                        Enumerable.Range(0, count).Average(i => mag[bands.Length * i + b]), means[b].Value.GetDouble(), 1e-4);
                yield return Measurement.Less($"conversion.{workload[2..]}", ours / count / bands.Length * 1e6, "µs/magnitude",
                    peer.Name,
                    peer.Seconds / count / bands.Length * 1e6, peer.Name.StartsWith("numpy", StringComparison.Ordinal) ? 2
                        : goal);
            }
    }

    static void CopyMultiply(double[] a, double[] b, double[] x, double[] y)
    {
        var (factor, other) = (Vector256.Create(1.5), Vector256.Create(0.4));
        var from = MemoryMarshal.Cast<double, Vector256<double>>(a.AsSpan());
        var from2 = MemoryMarshal.Cast<double, Vector256<double>>(b.AsSpan());
        var to = MemoryMarshal.Cast<double, Vector256<double>>(x.AsSpan());
        var to2 = MemoryMarshal.Cast<double, Vector256<double>>(y.AsSpan());
        for (var i = 0; i < from.Length; i++)
            (to[i], to2[i]) = (from[i] * factor, from2[i] * other);
    }

    static (int[] Obj, double[] Mag, double[] Err, int[] System, int[] Band) ReadPoints()
    {
        var rows = File.ReadLines(Path.Combine(Peer.WorkDir, "f_phot.csv")).Skip(1).Select(line => line.Split(',')).ToArray();
        int[] Whole(int column) => [.. rows.Select(row => int.Parse(row[column], CultureInfo.InvariantCulture))];
        double[] Real(int column) => [.. rows.Select(row => Number(row[column]))];
        return (Whole(0), Real(3), Real(4), Whole(5), Whole(2));
    }

    static double[] ReadSpectra()
    {
        using var fits = new FitsReader(File.OpenRead(Path.Combine(Peer.WorkDir, "f_spectra.fits")));
        return fits[0].Image().Read<double>();
    }

    static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
