using System.CommandLine;
using Vigil.Sky.Fits;
using Vigil.Sky.Imaging;

namespace Vigil.Cli;

/// <summary>vigil frame: from an observer's FITS frame to its place on the sky and to magnitudes; no server is needed.</summary>
static class FrameVerb
{
    const string ExitCodes = "Exit code: 0 when every frame went all the way, 2 when one did not, 1 when nothing could be begun.";

    public static Command Create() => new("frame", "Solve and measure frames: FITS files of a telescope.")
    {
        Solve(), Photometry(), CalibrateVerb.Create(),
    };

    static Command Solve()
    {
        var options = new FrameOptions();
        var write = new Option<string?>("--write")
        {
            Description = "Write a copy of the frame with the solution in its header. Of several frames: a folder.", HelpName = "OUT.FITS",
        };
        var plot = new Option<string?>("--plot")
        {
            Description = "Draw the frame with its stars: .svg or .png. Of several frames: a folder.", HelpName = "FILE",
        };
        var verb = new Command("solve", $"""
            Find where on the sky a frame is: position, scale, rotation, distortions.

            {ExitCodes}
            """);
        options.AddTo(verb);
        verb.Options.Add(write);
        verb.Options.Add(plot);
        verb.SetAction((parse, ct) => RunAsync(parse, options, FramePhotometry.Solve, options.Measuring, null,
            new FrameOutputs(options, parse) { Solved = parse.GetValue(write), Plot = parse.GetValue(plot) }, ct));
        return verb;
    }

    static Command Photometry()
    {
        var options = new FrameOptions();
        var target = new Option<string?>("--target")
        {
            Description = "Name of the target: in --targets, or else the frame's OBJECT, whose header then has its place (OBJCTRA, "
                + "OBJCTDEC).",
            HelpName = "NAME",
        };
        var targets = new Option<FileInfo?>("--targets") { Description = "CSV that begins with name,ra,dec.", HelpName = "FILE" };
        var flux = new Option<FluxKind>("--flux")
        {
            Description = "Which flux counts: best, aperture, auto (Kron's ellipse) or psf.", HelpName = "KIND",
        };
        var plot = new Option<string?>("--plot")
        {
            Description = "Draw the frame, and beside it the calibration and its residuals: .svg or .png. Of several frames: a folder.",
            HelpName = "FILE",
        };
        var csv = new Option<string?>("--csv") { Description = "Write the light curve: a row a frame, in the order of time.", HelpName = "FILE" };
        var verb = new Command("photometry", $"""
            Measure a target, or the zero point alone, in the system of a reference catalogue.

            {ExitCodes}
            """)
        {
            options.Ra, options.Dec, target, targets, options.Band, options.Colour, flux, options.NoTerms, plot, csv,
        };
        options.AddTo(verb);
        verb.SetAction((parse, ct) => RunAsync(parse, options, FramePhotometry.Measure,
            given => options.Measuring(given) with
            {
                Band = options.Choice(given),
                TargetColour = options.TargetColour(given),
                Flux = given.GetValue(flux),
                Terms = !given.GetValue(options.NoTerms),
            },
            () => new FrameTargets(parse.GetValue(options.Ra), parse.GetValue(options.Dec), parse.GetValue(target), parse.GetValue(targets)),
            new FrameOutputs(options, parse) { Plot = parse.GetValue(plot), Csv = parse.GetValue(csv) }, ct));
        return verb;
    }

    static async Task<int> RunAsync(ParseResult parse, FrameOptions options,
        Func<Frame, IStarCatalog, FramePhotometryOptions, CancellationToken, FrameMeasurement> measure,
        Func<ParseResult, FramePhotometryOptions> measuringOf, Func<FrameTargets>? targetsOf, FrameOutputs outputs, CancellationToken ct)
    {
        var isWhole = false;
        var code = await Verb.RunAsync(async () =>
        {
            var files = parse.GetRequiredValue(options.Files);
            var threads = options.Threads(parse);
            var (reading, targets) = (options.Reading(parse), targetsOf?.Invoke());
            var measuring = measuringOf(parse) with { Threads = files.Length == 1 ? threads : 1 };
            outputs.Check(files);
            var catalog = options.OpenCatalog(parse);
            using var closing = catalog as IDisposable;
            var reports = new FrameReport[files.Length];
            using (var progress = new FrameProgress(files.Length))
                await Parallel.ForAsync(0, files.Length, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = ct },
                    (i, _) =>
                    {
                        reports[i] = One(files[i], frame =>
                        {
                            var place = targets?.In(frame);
                            return measuring with { TargetRa = place?.Ra, TargetDec = place?.Dec };
                        });
                        progress.Advance();
                        return ValueTask.CompletedTask;
                    });
            outputs.WriteCsv(reports);
            Print(parse, outputs, reports, targets?.Name);
            isWhole = reports.All(report => report.Problem is null);

            // What is wrong with one frame does not stop the others.
            FrameReport One(FileInfo file, Func<Frame, FramePhotometryOptions> optionsOf)
            {
                var report = new FrameReport(file);
                try
                {
                    Frame frame;
                    using (var stream = file.OpenRead())
                        frame = Frame.Read(stream, reading);
                    report.Measure(frame, optionsOf(frame), (one, how) => measure(one, catalog, how, ct));
                    outputs.Write(report, reading, files.Length > 1);
                }
                catch (Exception e) when (e is FrameException or FitsException or IOException or UnauthorizedAccessException or StartupError)
                {
                    report.Problem = e.Message;
                }
                return report;
            }
        }, ct);
        return code != 0 || isWhole || ct.IsCancellationRequested ? code : 2;
    }

    static void Print(ParseResult parse, FrameOutputs outputs, IReadOnlyList<FrameReport> reports, string? target)
    {
        var output = parse.InvocationConfiguration.Output;
        foreach (var report in reports)
            if (outputs.Json)
                output.WriteLine(report.Json(target).ToJsonString());
            else if (reports.Count == 1)
                report.WriteTo(output, target);
            else
                output.WriteLine(report.Line());
        if (!outputs.Json && reports.Count > 1 && reports.Count(report => report.Problem is not null) is > 0 and var failed)
            output.WriteLine($"{failed} of {reports.Count} frames did not go all the way.");
    }
}
