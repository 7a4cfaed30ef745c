using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Vigil.Bench;

/// <summary>What a peer's script measured.</summary>
/// <param name="Workload">Such as b.moc_read.</param>
/// <param name="Name">The tool that was measured.</param>
/// <param name="Seconds">Median of its runs, of wall clock.</param>
/// <param name="Check">Values by which we show that we computed the same.</param>
sealed record PeerResult(string Workload, string Name, double Seconds, JsonElement Check)
{
    /// <summary>A number among the check values.</summary>
    public double this[string check] => Check.GetProperty(check).GetDouble();
}

/// <summary>
/// The peers' scripts: Python programs that make a benchmark's input, then time other tools on it. They lie outside this
/// repository, in the folder that VIGIL_PEERS names (otherwise ../shared/bench/peers beside the clone).
/// </summary>
static class Peer
{
    // Debian's Python has the packages of the peers; another one that is first in the PATH may not.
    const string Python = "/usr/bin/python3";

    /// <summary>Where input files are made and kept from run to run.</summary>
    public static string WorkDir { get; } = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "vigil-bench-input"))
        .FullName;

    /// <summary>Writes a script's input files into <see cref="WorkDir"/>.</summary>
    public static Task MakeInputAsync(string script, CancellationToken ct) => RunAsync(script, ct, "--gen-only");

    /// <summary>Runs a script on one thread and returns what it measured.</summary>
    /// <param name="options">More arguments, such as <c>--only, moc</c>.</param>
    /// <exception cref="InvalidOperationException">The script is missing or failed; the message says why.</exception>
    public static async Task<IReadOnlyList<PeerResult>> RunAsync(string script, CancellationToken ct, params string[] options)
    {
        var path = Path.Combine(Environment.GetEnvironmentVariable("VIGIL_PEERS") ?? Beside(), script);
        if (!File.Exists(path))
            throw new InvalidOperationException($"There is no {path}. Set VIGIL_PEERS to the folder of the peers' scripts.");
        var start = new ProcessStartInfo(Python,
            [path, WorkDir, .. options])
        { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var threads in new[] { "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS" })
            start.Environment[threads] = "1";
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(ct);
        var results = new List<PeerResult>();
        while (await process.StandardOutput.ReadLineAsync(ct) is { } line)
            if (line.StartsWith('{'))
                results.Add(Read(JsonDocument.Parse(line).RootElement));
        await process.WaitForExitAsync(ct);
        return process.ExitCode == 0 ? results
            : throw new InvalidOperationException($"{script} failed; its Debian packages are named in the README beside "
                + $"it.\n{await errors}");
    }

    /// <summary>Runs a few lines of Python and returns the number that they print.</summary>
    /// <exception cref="InvalidOperationException">They failed, as without a package that they need.</exception>
    public static async Task<double> PythonAsync(string code, CancellationToken ct)
    {
        var start = new ProcessStartInfo(Python, ["-c", code]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(ct);
        var output = await process.StandardOutput.ReadToEndAsync(ct);
        await process.WaitForExitAsync(ct);
        return process.ExitCode == 0 ? double.Parse(output, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"Python failed; it needs Debian's python3-pandas.\n{await errors}");
    }

    /// <summary>The median time of a pass in seconds, after one pass that compiles and warms.</summary>
    public static double Seconds(Action pass, int passes = 5)
    {
        pass();
        var seconds = new double[passes];
        for (var i = 0; i < passes; i++)
        {
            var clock = Stopwatch.StartNew();
            pass();
            seconds[i] = clock.Elapsed.TotalSeconds;
        }
        Array.Sort(seconds);
        return seconds[passes / 2];
    }

    /// <summary>Stops the benchmark where we and a peer do not agree.</summary>
    public static void Agree(string what, double ours, double theirs, double tolerance)
    {
        if (!(Math.Abs(ours - theirs) <= tolerance))
            throw new InvalidOperationException($"{what}: we have {ours:R}, the peer {theirs:R}; they may "
                + $"differ by {tolerance}.");
    }

    static PeerResult Read(JsonElement line) => new(line.GetProperty("workload").GetString()!,
        line.GetProperty("peer").GetString()!,
        line.GetProperty("seconds").GetDouble(), line.GetProperty("check"));

    /// <summary>The folder of the clone that the benchmark runs from.</summary>
    public static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Vigil.slnx")))
            folder = folder.Parent ?? throw new InvalidOperationException("The benchmark runs from a clone of the repository.");
        return folder.FullName;
    }

    static string Beside() => Path.Combine(Root(), "..", "shared", "bench", "peers");
}
