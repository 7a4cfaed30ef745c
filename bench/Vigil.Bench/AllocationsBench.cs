using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Vigil.Sky;
using Vigil.Sky.Photometry;

namespace Vigil.Bench;

/// <summary>The library's loops over N values, by BenchmarkDotNet: what do they allocate, and how long does a value take?</summary>
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
                var bytes = r.GcStats.GetBytesAllocatedPerOperation(r.BenchmarkCase) ?? throw new InvalidOperationException("No memory was measured.");
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

    readonly double[] ra = new double[N], dec = new double[N], first = new double[N], second = new double[N], third = new double[N], fourth = new double[N];
    readonly long[] ipix = new long[N];

    public SkyLoops()
    {
        var random = new Random(20260105);
        for (var i = 0; i < N; i++)
        {
            (ra[i], dec[i]) = (360 * random.NextDouble(), 180 * random.NextDouble() - 90);
            (first[i], second[i]) = (100 + 1000 * random.NextDouble(), 1 + random.NextDouble());
        }
    }

    [Benchmark]
    public void FluxToMagnitude() => AbMagnitude.FromFlux(first, second, third, fourth);

    [Benchmark]
    public double Separation()
    {
        var sum = 0.0;
        for (var i = 0; i < N; i++)
            sum += Sphere.Separation(ra[i], dec[i], 10, 20);
        return sum;
    }

    [Benchmark]
    public void HealpixIndex()
    {
        for (var i = 0; i < N; i++)
            ipix[i] = Healpix.Ipix(ra[i], dec[i]);
    }
}
