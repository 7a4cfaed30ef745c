using System.Globalization;
using Vigil.Bench;

// One question per file; each prints a JSON line per measurement and, last, the one furthest from its goal.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var benchmarks = new Dictionary<string, (string Question, Func<CancellationToken, Task<IReadOnlyList<Measurement>>> Run)>
{
    ["ingest"] = ("How many points a second does POST /api/photometry store, against raw COPY?", IngestBench.RunAsync),
    ["reads"] = ("How much CPU does a read cost, against one SkyPortal process?", ReadsBench.RunAsync),
    ["writes"] = ("How much CPU does one durable write cost, against one SkyPortal process?", WritesBench.RunAsync),
    ["cone"] = ("Is a cone search among a million sources as fast as q3c's?", ConeBench.RunAsync),
    ["crossmatch"] = ("How fast are cones and cross-matches in memory, against a k-d tree?", CrossMatchBench.RunAsync),
    ["fuzz"] = ("Does every one of a million broken FITS files end in a typed error, in time?", FuzzBench.RunAsync),
    ["imagefuzz"] = ("Does every one of 20,000 broken frames end in a result that says why, in time?", FrameFuzzBench.RunAsync),
    ["allocations"] = ("Do the sky library's loops allocate, and what does a value cost? (BenchmarkDotNet)",
        AllocationsBench.RunAsync),
    ["skymap"] = ("Are sky maps read and asked five times as fast as by healpy and NumPy?", SkymapBench.RunAsync),
    ["conversion"] = ("Are magnitudes converted at memory speed, and spectra measured five times as fast as by sncosmo?",
        ConversionBench.RunAsync),
    ["lightcurves"] = ("How fast are period searches and microlensing fits, against astropy and SciPy?",
        LightCurvesBench.RunAsync),
    ["extraction"] = ("Are sources extracted as fast and as well as by source-extractor, in little memory?",
        ExtractionBench.RunAsync),
    ["calibration"] = ("Is a frame calibrated ten times as fast as by astropy, and to the same zero point?",
        CalibrationBench.RunAsync),
    ["observability"] = ("How fast are altitudes of 1,000 targets for 20 telescopes over a day, against ERFA?",
        ObservabilityBench.RunAsync),
    ["vcat"] = ("How fast is a catalogue of 10 million stars imported, opened and asked, against q3c?", VcatBench.RunAsync),
    ["frame"] = ("How long is it from a frame to a calibrated magnitude, with a poor position and with none?",
        FrameBench.RunAsync),
    ["startup"] = ("How soon is a server ready, and how much memory does it keep?", StartupBench.RunAsync),
};
if (args is not [var name] || !benchmarks.TryGetValue(name, out var benchmark))
{
    Console.WriteLine("Usage: ./vigil bench NAME\n");
    foreach (var (key, (question, _)) in benchmarks)
        Console.WriteLine($"  {key,-13} {question}");
    Console.WriteLine("\nResults, with machine and versions, are kept in bench/RESULTS.md.");
    return args is [] or ["--help"] or ["-h"] ? 0 : 2;
}
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.Cancel();
};
var measurements = await benchmark.Run(stop.Token);
foreach (var measurement in measurements)
    Console.WriteLine(measurement.ToJson());
Console.WriteLine(measurements.MinBy(m => m.Ratio / m.Goal)!.ToJson());
return 0;
