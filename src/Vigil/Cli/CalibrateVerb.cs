using System.CommandLine;
using System.Globalization;
using Vigil.Sky.Fits;
using Vigil.Sky.Imaging;
using Vigil.Sky.Time;

namespace Vigil.Cli;

/// <summary>vigil frame calibrate: a catalogue of one frame's stars, made elsewhere, to magnitudes; the frame is not needed.</summary>
static class CalibrateVerb
{
    const double FirstJd = 2_400_000.5; // what is less is an MJD

    public static Command Create()
    {
        var options = new FrameOptions();
        var file = new Argument<FileInfo>("stars.cat")
        {
            Description = "Stars of one frame, as SExtractor writes them (ASCII_HEAD or FITS_LDAC) or in another FITS table, with "
                + "ALPHA_J2000, DELTA_J2000 (or RA, DEC), MAG_AUTO and MAGERR_AUTO (or BEST, APER, or FLUX_...); also in gzip.",
        };
        var date = new Option<string?>("--date")
        {
            Description = "When the frame was taken, to a month or so, for stars that move: 2026-03-14, an MJD or a JD. Default: 2016, "
                + "the epoch of Gaia's catalogue.",
            HelpName = "DATE",
        };
        var radius = new Option<double?>("--match-radius")
        {
            Description = "Arcsec within which stars coincide, at most 5. Default: twice what they scatter by.", HelpName = "ARCSEC",
        };
        radius.Validators.Add(result =>
        {
            if (!result.Implicit && result.GetValue(radius) is not (> 0 and <= 5))
                result.AddError("--match-radius must be in (0, 5] arcsec.");
        });
        var csv = new Option<string?>("--csv") { Description = "Write the stars with their magnitudes: a row a star.", HelpName = "FILE" };
        var plot = new Option<string?>("--plot")
        {
            Description = "Draw the calibration, and beside it its residuals: .svg or .png.", HelpName = "FILE",
        };
        var verb = new Command("calibrate", """
            Bring the instrumental magnitudes of a catalogue of stars into the system of a reference catalogue; no frame is needed.

            A row whose NUMBER is 999999 is the target, where --ra and --dec do not name one.
            Exit code: 0 when there is a zero point, 2 when there is none, 1 when nothing could be begun.
            """)
        {
            file, date, radius, csv, plot,
        };
        options.AddCalibratingTo(verb);
        verb.SetAction(async (parse, ct) =>
        {
            var isCalibrated = false;
            var code = await Verb.RunAsync(() =>
            {
                var given = parse.GetRequiredValue(file);
                var report = new CalibrateReport(given)
                {
                    Csv = parse.GetValue(csv), Plot = parse.GetValue(plot), Force = parse.GetValue(options.Force),
                    IsDated = parse.GetValue(date) is not null,
                };
                report.Check();
                var colour = options.TargetColour(parse);
                var place = FrameTargets.Place(parse.GetValue(options.Ra), parse.GetValue(options.Dec));
                var terms = parse.GetValue(options.NoTerms) ? TermUse.Never : TermUse.WhenNeeded;
                var calibrating = new CalibrationOptions
                {
                    Choice = options.Choice(parse), ColourTerm = terms, SpatialTerm = terms, Colour = colour?.Colour,
                    MatchRadius = parse.GetValue(radius),
                };
                var epoch = parse.GetValue(date) is { } text ? EpochOf(text) : 2016;
                var stars = Read(given);
                var references = options.OpenCatalog(parse);
                using var closing = references as IDisposable;
                var result = Calibration.Calibrate(stars.Stars, epoch, references,
                    calibrating with { Target = Target(stars, place, colour) });
                report.Write(stars, result, parse.GetValue(options.Json), parse.InvocationConfiguration.Output);
                isCalibrated = result.Best is not null;
                return Task.CompletedTask;
            }, ct);
            return code != 0 || isCalibrated || ct.IsCancellationRequested ? code : 2;
        });
        return verb;
    }

    static InstrumentalCatalog Read(FileInfo file)
    {
        try
        {
            using var stream = file.OpenRead();
            return InstrumentalCatalog.Read(stream);
        }
        catch (Exception e) when (e is FrameException or FitsException or IOException or UnauthorizedAccessException)
        {
            throw new StartupError($"{file}: {e.Message}", e);
        }
    }

    static CalibrationTarget? Target(InstrumentalCatalog stars, (double Ra, double Dec)? place, TargetColour? colour)
    {
        var marked = place is null ? stars.Target : null;
        if (marked is { } star)
            place = (star.Ra, star.Dec);
        return place is not { } at ? null : new CalibrationTarget(at.Ra, at.Dec)
        {
            Measured = marked, Colour = colour?.Value ?? double.NaN, ColourErr = colour?.Err ?? 0,
        };
    }

    // As a Julian year.
    static double EpochOf(string text)
    {
        try
        {
            var mjd = !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                ? JulianDate.Parse(text).Mjd : number < FirstJd ? number : number - FirstJd;
            var epoch = Epoch.ToJulian(mjd);
            return epoch is >= 1800 and <= 2200 ? epoch
                : throw new StartupError($"--date {text} is the year {epoch:0}; frames are of 1800 to 2200.");
        }
        catch (FormatException e)
        {
            throw new StartupError($"--date: {e.Message}", e);
        }
    }
}
