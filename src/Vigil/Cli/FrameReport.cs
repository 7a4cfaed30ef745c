using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Vigil.Sky;
using Vigil.Sky.Imaging;
using Vigil.Sky.Time;

namespace Vigil.Cli;

/// <summary>What is told of one frame, to people and to programs.</summary>
sealed class FrameReport(FileInfo file)
{
    readonly List<(FrameStage Stage, double Seconds)> stages = [];
    string? problem;

    public FileInfo File => file;

    public FrameMeasurement? Measurement { get; private set; }

    /// <summary>Files that were written.</summary>
    public List<string> Written { get; } = [];

    /// <summary>What stood in the way; null where nothing did.</summary>
    public string? Problem { get => problem ?? Measurement?.Problem; set => problem = value; }

    /// <summary>Catalogue and band, such as GaiaSP/V.</summary>
    public string Band { get; private set; } = "";

    public void Measure(Frame frame, FramePhotometryOptions options, Func<Frame, FramePhotometryOptions, FrameMeasurement> measure)
    {
        var (clock, last) = (Stopwatch.StartNew(), 0.0);
        Measurement = measure(frame, options with
        {
            Ended = stage =>
            {
                stages.Add((stage, clock.Elapsed.TotalSeconds - last));
                last = clock.Elapsed.TotalSeconds;
            },
        });
        if (Measurement.Calibration?.Best is { } best)
            Band = best.Band.Name();
    }

    /// <summary>One line of a table.</summary>
    public string Line()
    {
        var text = $"{file.Name,-28} ";
        if (Measurement?.Calibration?.Target is { } target && Measurement.Calibration.Best is { } best)
            text += string.Create(CultureInfo.InvariantCulture, $"{Time(Measurement),-23} {Band,-3} {Magnitude(target),-20} {best.Used,4} stars  ");
        else if (Measurement?.Calibration?.Best is { } zero)
            text += string.Create(CultureInfo.InvariantCulture,
                $"{Time(Measurement),-23} {Band,-3} zero point {zero.ZeroPoint:0.000} +- {zero.ZeroPointErr:0.000}, {zero.Used} stars  ");
        else if (Measurement?.Solution is { IsSolved: true } solution)
            text += $"{Place(solution)}  ";
        return text + Problem;
    }

    /// <summary>The whole report.</summary>
    public void WriteTo(TextWriter output, string? target)
    {
        output.WriteLine(file.Name);
        if (Measurement is { } measured)
        {
            var exposure = measured.Exposure;
            Say("Exposure", Joined(Time(measured) is { Length: > 0 } time ? $"middle {time} UTC" : null, Unit(exposure.Seconds, "s"),
                exposure.Filter is { } filter ? $"filter {filter}" : null, exposure.Target is { } called ? $"of {called}" : null));
            if (measured.Extraction is { } extraction)
                Say("Sources", Invariant($"{extraction.Detections.Count}, FWHM {extraction.Fwhm:0.00} pixels, sky {extraction.Background.GlobalLevel:0.#} +- {extraction.Background.GlobalNoise:0.##}"));
            if (measured.Solution is { IsSolved: true } solution)
            {
                Say("Place", Place(solution));
                Say("", Invariant($"{solution.PixelScale:0.000}\" a pixel, {solution.Rotation:0.0} degrees{(solution.IsMirrored ? ", mirrored" : "")}{(solution.SipOrder > 1 ? $", distortions of order {solution.SipOrder}" : "")}"));
                Say("", solution.Reason);
                Say("Air", Joined(Unit(measured.Seeing, "\" seeing", "0.0#"), double.IsNaN(measured.Airmass) ? null : Invariant($"airmass {measured.Airmass:0.000}")));
                Say("Time", Joined(Named("BJD_TDB", measured.BjdTdb), Named("HJD", measured.HjdUtc)));
            }
            if (measured.Calibration?.Best is { } best)
            {
                Say("Zero point", Invariant($"{best.ZeroPoint:0.000} +- {best.ZeroPointErr:0.000} in {Band}, of {best.Used} stars, ")
                    + $"{measured.Flux.ToString().ToLowerInvariant()} flux");
                Say("", CalibrateReport.Scatter(best, measured.Calibration));
                if (best.Colour is { } colour)
                    Say("", Invariant($"colour term {best.ColourSlope:0.000} +- {best.ColourSlopeErr:0.000} ({colour})"));
                if (best.Spatial != SpatialTerm.None)
                    Say("", $"changes across the frame ({best.Spatial.ToString().ToLowerInvariant()})");
                Say("Limit", Invariant($"{measured.LimitingMag:0.00} at 5 sigma"));
            }
            if (measured.Calibration?.Target is { } magnitude)
            {
                Say(target ?? "Target", $"{Band} = {Magnitude(magnitude)}");
                if (!magnitude.IsLimit)
                {
                    var more = magnitude.ColourErr > 0 ? Invariant($", colour {magnitude.ColourErr:0.000}") : "";
                    Say("", Invariant($"errors: measurement {magnitude.StatisticalErr:0.000}, zero point {magnitude.ZeroPointErr:0.000}{more}; ")
                        + Invariant($"such stars scatter by {magnitude.Scatter:0.000}"));
                }
            }
            foreach (var note in measured.Notes)
                Say("Note", note);
            Say("Seconds", string.Join(", ", stages.Select(stage => Invariant($"{stage.Stage.ToString().ToLowerInvariant()} {stage.Seconds:0.00}"))));
        }
        foreach (var path in Written)
            Say("Written", path);
        if (Problem is { } why)
            Say("PROBLEM", why);

        void Say(string what, string words)
        {
            if (words.Length > 0)
                output.WriteLine($"  {what,-11} {words}");
        }
    }

    /// <summary>A JSON object. What is not known is null.</summary>
    public JsonObject Json(string? target)
    {
        var json = new JsonObject
        {
            ["file"] = file.FullName, ["reached"] = Measurement?.Reached.ToString().ToLowerInvariant(), ["problem"] = Problem,
        };
        if (Measurement is { } measured)
        {
            var exposure = measured.Exposure;
            json["exposure"] = new JsonObject
            {
                ["mjdStart"] = Number(exposure.MjdStart), ["mjdMid"] = Number(exposure.MjdMid), ["seconds"] = Number(exposure.Seconds),
                ["bjdTdb"] = Number(measured.BjdTdb), ["hjdUtc"] = Number(measured.HjdUtc), ["filter"] = exposure.Filter,
                ["object"] = exposure.Target, ["gain"] = Number(exposure.Gain), ["readNoise"] = Number(exposure.ReadNoise),
                ["saturation"] = Number(exposure.Saturation), ["airmass"] = Number(measured.Airmass), ["seeing"] = Number(measured.Seeing),
            };
            if (measured.Extraction is { } extraction)
                json["extraction"] = new JsonObject
                {
                    ["sources"] = extraction.Detections.Count, ["fwhm"] = Number(extraction.Fwhm), ["saturated"] = extraction.Saturated,
                    ["sky"] = Number(extraction.Background.GlobalLevel), ["skyNoise"] = Number(extraction.Background.GlobalNoise),
                };
            if (measured.Solution is { } solution)
                json["solution"] = new JsonObject
                {
                    ["method"] = solution.Method.ToString().ToLowerInvariant(), ["reason"] = solution.Reason, ["ra"] = Number(solution.Ra),
                    ["dec"] = Number(solution.Dec), ["centreErr"] = Number(solution.CentreErr), ["pixelScale"] = Number(solution.PixelScale),
                    ["rotation"] = Number(solution.Rotation), ["mirrored"] = solution.IsMirrored, ["sipOrder"] = solution.SipOrder,
                    ["matched"] = solution.Matches.Count, ["rms"] = Number(solution.Rms), ["logOdds"] = Number(solution.LogOdds),
                    ["cards"] = solution.Cards is { } cards
                        ? new JsonObject(cards.Where(card => card.Value is not null).Select(card => KeyValuePair.Create(card.Keyword,
                            (JsonNode?)(card.IsString ? JsonValue.Create(card.Value) : Number(double.Parse(card.Value!, CultureInfo.InvariantCulture))))))
                        : null,
                };
            if (measured.Calibration is { } calibration)
                json["calibration"] = Calibrated(measured, calibration);
            if (measured.Target is { } place)
                json["target"] = Target(target, place, measured);
            json["notes"] = new JsonArray([.. measured.Notes.Select(note => (JsonNode)note)]);
        }
        json["written"] = new JsonArray([.. Written.Select(path => (JsonNode)path)]);
        json["seconds"] = new JsonObject(stages.Select(stage => KeyValuePair.Create(stage.Stage.ToString().ToLowerInvariant(), Number(Math.Round(stage.Seconds, 4)))));
        return json;
    }

    JsonObject Calibrated(FrameMeasurement measured, CalibrationResult calibration)
    {
        var json = new JsonObject { ["matched"] = calibration.Matched, ["matchRadius"] = Number(calibration.MatchRadius) };
        if (calibration.Best is not { } best)
            return json;
        json["band"] = Band;
        json["flux"] = measured.Flux.ToString().ToLowerInvariant();
        json["apertureDiameter"] = Number(measured.ApertureDiameter);
        json["zeroPoint"] = Number(best.ZeroPoint);
        json["zeroPointErr"] = Number(best.ZeroPointErr);
        json["scatter"] = Number(best.Scatter);
        json["outlierFraction"] = Number(best.OutlierFraction);
        json["used"] = best.Used;
        json["colour"] = best.Colour?.ToString();
        json["colourSlope"] = Number(best.ColourSlope);
        json["spatial"] = best.Spatial.ToString().ToLowerInvariant();
        json["limitingMag"] = Number(measured.LimitingMag);
        json["stars"] = new JsonArray([.. calibration.Stars(best).Select(star => (JsonNode)new JsonObject
        {
            ["id"] = star.Reference.Id, ["ra"] = Number(Math.Round(star.Reference.Ra, 7)), ["dec"] = Number(Math.Round(star.Reference.Dec, 7)),
            ["x"] = Number(Math.Round(star.Instrumental.X, 2)), ["y"] = Number(Math.Round(star.Instrumental.Y, 2)),
            ["mag"] = Number(Math.Round(star.ReferenceMag, 4)), ["residual"] = Number(Math.Round(star.Residual, 4)),
            ["residualErr"] = Number(Math.Round(star.ResidualErr, 4)), ["used"] = star.Used,
        })]);
        return json;
    }

    static JsonObject Target(string? name, FrameTarget place, FrameMeasurement measured)
    {
        var json = new JsonObject
        {
            ["name"] = name, ["ra"] = Number(place.Ra), ["dec"] = Number(place.Dec), ["x"] = Number(place.X), ["y"] = Number(place.Y),
            ["inside"] = place.IsInside,
        };
        if (measured.Calibration?.Target is not { } target)
            return json;
        json["isLimit"] = target.IsLimit;
        json["mag"] = Number(target.Mag);
        json["magErr"] = target.IsLimit ? -1 : Number(target.MagErr);
        json["statisticalErr"] = Number(target.StatisticalErr);
        json["zeroPointErr"] = Number(target.ZeroPointErr);
        json["colourErr"] = Number(target.ColourErr);
        json["scatter"] = Number(target.Scatter);
        json["instrumentalMag"] = Number(target.InstrumentalMag);
        json["separation"] = Number(target.Separation);
        json["flags"] = (int)(target.Flags | place.Flags);
        json["flaws"] = (target.Flags | place.Flags).ToString();
        return json;
    }

    static string Magnitude(TargetMagnitude target) => target.IsLimit ? Invariant($"fainter than {target.Mag:0.00}")
        : Invariant($"{target.Mag:0.000} +- {target.MagErr:0.000}");

    static string Place(PlateSolution solution) =>
        Invariant($"{Sexagesimal.Ra(solution.Ra)} {Sexagesimal.Dec(solution.Dec)} ({solution.Ra:0.00000} {solution.Dec:0.00000}) +- {solution.CentreErr:0.##}\"");

    static string Time(FrameMeasurement measured) =>
        double.IsNaN(measured.Exposure.MjdMid) ? "" : JulianDate.FromMjd(measured.Exposure.MjdMid).ToIso(1);

    static string? Named(string name, double jd) => double.IsNaN(jd) ? null : Invariant($"{name} {jd:0.000000}");

    static string? Unit(double value, string unit, string format = "0.###") =>
        double.IsNaN(value) ? null : value.ToString(format, CultureInfo.InvariantCulture) + (unit[0] == '"' ? unit : " " + unit);

    static string Joined(params string?[] parts) => string.Join(", ", parts.Where(part => part is not null));

    static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    static JsonNode? Number(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;
}
