using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Vigil.Sky;
using Vigil.Sky.Fits;
using Vigil.Sky.LightCurves;
using Vigil.Sky.Observing;
using Vigil.Sky.Photometry;
using Vigil.Sky.Skymaps;

namespace Vigil.Bench;

/// <summary>
/// The library's loops over N values, by BenchmarkDotNet: what do they allocate, and how long does a value take?
/// </summary>
static class AllocationsBench
{
    public static Task<IReadOnlyList<Measurement>> RunAsync(CancellationToken ct)
    {
        var config = ManualConfig.CreateEmpty()
            .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
            .AddColumnProvider(BenchmarkDotNet.Columns.DefaultColumnProviders.Instance)
            .AddExporter(BenchmarkDotNet.Exporters.MarkdownExporter.Console)
            .AddDiagnoser(BenchmarkDotNet.Diagnosers.MemoryDiagnoser.Default)
            .AddLogger(ConsoleLogger.Default)
            .WithArtifactsPath(Path.Combine(Path.GetTempPath(), "vigil-bench-allocations"))
            .WithOptions(ConfigOptions.DisableLogFile);
        var report = BenchmarkRunner.Run<SkyLoops>(config);
        IReadOnlyList<Measurement> measurements =
        [
            .. report.Reports.Select(r =>
            {
                var bytes = r.GcStats.GetBytesAllocatedPerOperation(r.BenchmarkCase)
                    ?? throw new InvalidOperationException("No memory was measured.");
                return Measurement.Less($"allocations.{r.BenchmarkCase.Descriptor.WorkloadMethod.Name}",
                    Math.Max(bytes, 1), $"byte per {SkyLoops.N} values", "one byte a value", SkyLoops.N, SkyLoops.N / 1000.0);
            }),
        ];
        return Task.FromResult(measurements);
    }
}

/// <summary>One method a loop, each over <see cref="N"/> values.</summary>
public class SkyLoops
{
    public const int N = 10_000;

    readonly double[] ra = new double[N], dec = new double[N], flux = new double[N], fluxErr = new double[N];
    readonly double[] first = new double[N], second = new double[N];
    readonly long[] ipix = new long[N];
    readonly bool[] inside = new bool[N];
    readonly int[] found = new int[64];
    readonly StarList stars;
    readonly Horizon horizon = new(Site.FromDegrees(21.42, 52.09, 138), 61365.75);
    readonly PositionIndex index;
    readonly Moc moc = Moc.FromRegion(new Cone(120, 30, 40), order: 8);
    readonly CredibleLevels levels;
    readonly Wcs wcs = Wcs.From(Header());
    readonly LombScargle periodogram;
    readonly double[] power;
    readonly double[] mjd = new double[300];

    public SkyLoops()
    {
        var random = new Random(20260105);
        for (var i = 0; i < N; i++)
        {
            (ra[i], dec[i]) = (360 * random.NextDouble(), 180 * random.NextDouble() - 90);
            (flux[i], fluxErr[i]) = (100 + 1000 * random.NextDouble(), 1 + random.NextDouble());
        }
        for (var i = 0; i < mjd.Length; i++)
            mjd[i] = 60000 + i + random.NextDouble();
        stars = new StarList(ra, dec);
        index = new PositionIndex(ra, dec);
        var probability = new double[Healpix.PixelCount(5)];
        for (var i = 0; i < probability.Length; i++)
            probability[i] = random.NextDouble();
        levels = SkyMap.Flat(probability, normalise: true).Levels;
        var grid = FrequencyGrid.Over(mjd, highest: N / 1500.0);
        (periodogram, power) = (new LombScargle(grid), new double[grid.Count]);
    }

    static FitsHeader Header()
    {
        var header = new FitsHeader();
        header.Set("CTYPE1", "RA---TAN");
        header.Set("CTYPE2", "DEC--TAN");
        foreach (var (keyword, value) in new[] { ("CRPIX1", 5000.0), ("CRPIX2", 5000.0), ("CRVAL1", 120.0), ("CRVAL2", 30.0),
            ("CDELT1", -1e-4), ("CDELT2", 1e-4) })
            header.Set(keyword, value);
        return header;
    }

    [Benchmark]
    public void FluxToMagnitude() => AbMagnitude.FromFlux(flux, fluxErr, first, second);

    [Benchmark]
    public void Separation() => Sphere.Separation(10, 20, ra, dec, first);

    [Benchmark]
    public void HealpixIndex() => Healpix.Ipix(ra, dec, Healpix.MaxOrder, ipix);

    [Benchmark]
    public void AltitudeAndAzimuth() => horizon.AltAz(stars, first, second);

    [Benchmark]
    public void AirmassOfAltitude() => Airmass.Secant(dec, first);

    [Benchmark]
    public void CoverageContains() => moc.Contains(ra, dec, inside);

    [Benchmark]
    public void CredibleLevel() => levels.At(ra, dec, first);

    [Benchmark]
    public int ConeInMemory()
    {
        var count = 0;
        for (var i = 0; i < N; i++)
            count += index.Cone(ra[i], dec[i], 0.1, found);
        return count;
    }

    [Benchmark]
    public void SkyToPixel() => wcs.SkyToPixel(ra, dec, first, second);

    [Benchmark]
    public void Periodogram() => periodogram.Power(mjd, flux.AsSpan(0, mjd.Length), fluxErr.AsSpan(0, mjd.Length), power);
}
