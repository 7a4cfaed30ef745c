using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Vigil.Sky.Imaging;

namespace Vigil.Cli;

/// <summary>What vigil frame calibrate tells and writes.</summary>
sealed class CalibrateReport(FileInfo file)
{
    readonly List<string> written = [];

    public string? Csv { get; init; }

    public string? Plot { get; init; }

    public bool Force { get; init; }

    /// <summary>Whether it was told when the frame was taken.</summary>
    public bool IsDated { get; init; }

    /// <summary>Refuses what could not be written, before the work begins.</summary>
    public void Check()
    {
        foreach (var path in (string?[])[Csv, Plot, Residuals])
            if (path is not null)
                OutputFile.Check(path, [file], Force);
        if (Plot is null)
            return;
        if (IsPng)
            OutputFile.RequireRsvg();
        else if (!string.Equals(Path.GetExtension(Plot), ".svg", StringComparison.OrdinalIgnoreCase))
            throw new StartupError($"--plot {Plot}: pictures are .svg or .png.");
    }

    /// <summary>Writes the files and the report.</summary>
    public void Write(InstrumentalCatalog stars, CalibrationResult result, bool json, TextWriter output)
    {
        if (Plot is not null)
        {
            Draw(Plot, CalibrationPlots.Magnitudes(result, file.Name));
            Draw(Residuals!, CalibrationPlots.Residuals(result, file.Name));
        }
        if (Csv is not null && result.Best is { } best)
        {
            OutputFile.Write(Csv, stream => stream.Write(Encoding.UTF8.GetBytes(Table(stars, result, best))));
            written.Add(Csv);
        }
        if (json)
            output.WriteLine(Json(stars, result).ToJsonString());
        else
            Tell(stars, result, output);
    }

    IEnumerable<string> Notes(CalibrationResult result) => result.Notes.Select(note => note.Message).Prepend(IsDated ? null
        : "For want of a date (--date), stars are where they were in 2016.").OfType<string>();

    string? Residuals => Plot is null ? null : Path.ChangeExtension(Plot, $".residuals{Path.GetExtension(Plot)}");

    bool IsPng => string.Equals(Path.GetExtension(Plot), ".png", StringComparison.OrdinalIgnoreCase);

    void Draw(string path, SvgFigure figure)
    {
        if (IsPng)
            OutputFile.WritePng(path, figure.ToString());
        else
            OutputFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(figure.ToString())));
        written.Add(path);
    }

    void Tell(InstrumentalCatalog stars, CalibrationResult result, TextWriter output)
    {
        output.WriteLine(file.Name);
        Say("Stars", $"{stars.RowCount} rows, {stars.Stars.Count} with a position, {stars.MagColumn} and its error"
            + (result.RowsFlagged > 0 ? $", {result.RowsFlagged} of them flagged" : ""));
        if (result.Matched > 0)
            Say("Matched", Invariant($"{result.Matched} within {result.MatchRadius:0.00}\""));
        if (result.Best is { } best)
        {
            var band = best.Band.Name();
            Say("Zero point", Invariant($"{best.ZeroPoint:0.000} +- {best.ZeroPointErr:0.000} in {band}, of {best.Used} stars"));
            Say("", Scatter(best, result));
            if (best.Colour is { } colour)
                Say("", Invariant($"colour term {best.ColourSlope:0.000} +- {best.ColourSlopeErr:0.000} ({colour})"));
            if (best.Spatial != SpatialTerm.None)
                Say("", $"changes across the frame ({best.Spatial.ToString().ToLowerInvariant()})");
            if (result.Target is { IsLimit: true } limit)
                Say("Target", Invariant($"{band} = fainter than {limit.Mag:0.00}"));
            else if (result.Target is { } target)
            {
                Say("Target", Invariant($"{band} = {target.Mag:0.000} +- {target.MagErr:0.000}"));
                var more = target.ColourErr > 0 ? Invariant($", colour {target.ColourErr:0.000}") : "";
                Say("", Invariant($"errors: measurement {target.StatisticalErr:0.000}, zero point {target.ZeroPointErr:0.000}{more}; ")
                    + Invariant($"such stars scatter by {target.Scatter:0.000}"));
            }
        }
        foreach (var note in Notes(result))
            Say("Note", note);
        foreach (var path in written)
            Say("Written", path);
        if (result.Problem is { } problem)
            Say("PROBLEM", problem.Message);

        void Say(string what, string words) => output.WriteLine($"  {what,-11} {words}");
    }

    /// <summary>How stars scatter about a calibration beyond their errors, in words.</summary>
    public static string Scatter(BandFit best, CalibrationResult result)
    {
        if (!best.ScatterChanges)
            return Invariant($"scatter {best.Scatter:0.000}");
        var mags = result.Stars(best).Where(star => star.Used).Select(star => star.ReferenceMag).Order().ToArray();
        var (bright, middle, faint) = (mags[0], mags[mags.Length / 2], mags[^1]);
        return Invariant($"scatter {best.ScatterAt(bright):0.000} at {best.Band.Name()} = {bright:0.0}, ")
            + Invariant($"{best.ScatterAt(middle):0.000} at {middle:0.0}, {best.ScatterAt(faint):0.000} at {faint:0.0}");
    }

    // Magnitudes of stars without a known colour are those of a star of the middle colour.
    static string Table(InstrumentalCatalog stars, CalibrationResult result, BandFit best)
    {
        var matched = result.Stars(best).ToDictionary(star => star.Star);
        var text = new StringBuilder("ra,dec,x,y,magnitude,error,instrumental,flags,reference,used\n");
        for (var i = 0; i < stars.Stars.Count; i++)
        {
            var star = stars.Stars[i];
            var known = matched.GetValueOrDefault(i);
            var mag = known is null ? star.Mag + best.ZeroPointAt(star.X, star.Y) : known.ReferenceMag + known.Residual;
            text.Append(CultureInfo.InvariantCulture, $"{star.Ra:0.0000000},{star.Dec:0.0000000},{Number(star.X, "0.##")},");
            text.Append(CultureInfo.InvariantCulture, $"{Number(star.Y, "0.##")},{Number(mag, "0.0000")},");
            text.Append(CultureInfo.InvariantCulture, $"{double.Hypot(star.MagErr, best.ZeroPointErr):0.0000},{star.Mag:0.0000},");
            text.Append(CultureInfo.InvariantCulture, $"{(int)star.Flags},{Number(known?.ReferenceMag ?? double.NaN, "0.0000")},");
            text.Append(known is null ? "\n" : known.Used ? "1\n" : "0\n");
        }
        return text.ToString();

        static string Number(double value, string format) =>
            double.IsFinite(value) ? value.ToString(format, CultureInfo.InvariantCulture) : "";
    }

    JsonObject Json(InstrumentalCatalog stars, CalibrationResult result)
    {
        var json = new JsonObject
        {
            ["file"] = file.FullName, ["problem"] = result.Problem?.Message, ["rows"] = stars.RowCount, ["stars"] = stars.Stars.Count,
            ["magColumn"] = stars.MagColumn, ["flagged"] = result.RowsFlagged, ["matched"] = result.Matched,
            ["matchRadius"] = Number(result.MatchRadius),
        };
        if (result.Best is { } best)
            json["calibration"] = new JsonObject
            {
                ["band"] = best.Band.Name(), ["zeroPoint"] = Number(best.ZeroPoint), ["zeroPointErr"] = Number(best.ZeroPointErr),
                ["scatter"] = Number(best.Scatter), ["outlierFraction"] = Number(best.OutlierFraction), ["used"] = best.Used,
                ["colour"] = best.Colour?.ToString(), ["colourSlope"] = Number(best.ColourSlope),
                ["spatial"] = best.Spatial.ToString().ToLowerInvariant(),
            };
        if (result.Target is { } target)
            json["target"] = new JsonObject
            {
                ["isLimit"] = target.IsLimit, ["mag"] = Number(target.Mag), ["magErr"] = target.IsLimit ? -1 : Number(target.MagErr),
                ["statisticalErr"] = Number(target.StatisticalErr), ["zeroPointErr"] = Number(target.ZeroPointErr),
                ["colourErr"] = Number(target.ColourErr), ["scatter"] = Number(target.Scatter),
                ["instrumentalMag"] = Number(target.InstrumentalMag), ["separation"] = Number(target.Separation),
                ["flags"] = (int)target.Flags,
            };
        json["notes"] = new JsonArray([.. Notes(result).Select(note => (JsonNode)note)]);
        json["written"] = new JsonArray([.. written.Select(path => (JsonNode)path)]);
        return json;

        static JsonNode? Number(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;
    }

    static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
