using System.Globalization;
using System.Text;
using System.Text.Json;
using Vigil.Photometry;
using Vigil.Sky.Photometry;

namespace Vigil.Dialects.Bhtom;

/// <summary>
/// BHTOM's file of calibrated photometry: a header with time (MJD, UTC), filter, magnitude and error, perhaps observer, in any
/// order; commas, semicolons, tabs or blanks between. A negative error makes the magnitude a limit. In radio bands there is mJy
/// instead of magnitude. What download-photometry and download-radio give can be read again.
/// </summary>
static class PhotometryCsv
{
    /// <summary>The significance of a limit, of which the file says nothing.</summary>
    const double LimitSigma = 3;

    static readonly Dictionary<string, string> columnByName = new(StringComparer.OrdinalIgnoreCase)
    {
        ["time"] = "time", ["mjd"] = "time", ["filter"] = "filter", ["magnitude"] = "magnitude", ["mag"] = "magnitude",
        ["error"] = "error", ["magerr"] = "error", ["observer"] = "observer", ["mjy"] = "mjy", ["flux"] = "mjy",
    };

    /// <summary>The measurements of a file.</summary>
    /// <param name="observer">Who is credited where the file names nobody; or null.</param>
    /// <exception cref="BadInput">A column is missing, or a row cannot be read: the message names it.</exception>
    public static PhotometryBatch Read(string text, string target, int instrumentId, string? observer)
    {
        var lines = text.TrimStart('\uFEFF').Split('\n').Select(l => l.Trim()).Where(l => l.Length > 0 && l[0] != '#').ToList();
        var separator = lines is [var first, ..] ? ";,\t".FirstOrDefault(first.Contains, ' ') : ',';
        var header = lines is [] ? [] : Cells(lines[0], separator).Select(c => columnByName.GetValueOrDefault(c, c)).ToList();
        foreach (var needed in new[] { "time", "filter", "error" })
            if (!header.Contains(needed))
                throw new BadInput($"The file has no column {needed}. Its first line must name the columns: "
                    + $"time,filter,magnitude,error.", "files");
        if (header.Contains("magnitude") == header.Contains("mjy"))
            throw new BadInput("The file must have one of the columns magnitude and mJy.", "files");
        if (lines.Count == 1)
            throw new BadInput("The file has no measurement, only a header.", "files");
        if (lines.Count - 1 > PhotometryBatch.RowLimit)
            throw new BadInput($"{lines.Count - 1} rows are too many for one file: at most {PhotometryBatch.RowLimit}.", "files");
        var rows = lines.Skip(1).Select((line, row) => Row(Cells(line, separator), header, row + 1)).ToList();
        return new PhotometryBatch
        {
            Count = rows.Count,
            SourceId = target,
            InstrumentId = instrumentId,
            Mjd = Each(r => r.Mjd),
            Band = Each(r => r.Band),
            Magsys = Each(r => UsualSystem.Of(r.Band)),
            Flux = Each(r => r.Flux),
            FluxErr = Each(r => r.FluxErr),
            LimitingMag = Each(r => r.Limit),
            LimitingMagNsigma = Each(r => double.IsNaN(r.Limit) ? double.NaN : LimitSigma),
            Observer = Each(r => r.Observer ?? observer),
            Altdata = Each(r => r.Filter == BandNames.Bhtom(r.Band) ? null : JsonSerializer.Serialize(new { filter = r.Filter })),
        };

        Column<T> Each<T>(Func<Measurement, T> value) => rows.Select(value).ToArray();
    }

    /// <param name="Filter">As the file has it.</param>
    /// <param name="Flux">µJy; NaN of a limit.</param>
    /// <param name="FluxErr">µJy.</param>
    /// <param name="Limit">In the usual system of the band; NaN of a detection.</param>
    readonly record struct Measurement(double Mjd, string Band, string Filter, double Flux, double FluxErr,
        double Limit, string? Observer);

    static Measurement Row(List<string> cells, List<string> header, int row)
    {
        if (cells.Count != header.Count)
            throw new BadInput($"Row {row} has {cells.Count} values, the header {header.Count} columns.", "files");
        var filter = Cell("filter")!;
        var band = BandNames.Find(filter)
            ?? throw new BadInput($"Row {row}: filter = '{Fields.Shown(filter)}' is not known. Write it as GaiaSP/V "
                + $"or V(GaiaSP).", "files");
        var isRadio = header.Contains("mjy");
        if (Bands.Find(band)!.IsRadio != isRadio)
            throw new BadInput($"Row {row}: {filter} is {(isRadio ? "no" : "a")} radio band; radio bands have a column mJy, "
                + $"others magnitude.", "files");
        var (value, error) = (Number(isRadio ? "mjy" : "magnitude"), Number("error"));
        if (error == 0)
            throw new BadInput($"Row {row}: error must be above zero, or -1 for a limit, got 0.", "files");
        if (isRadio && error < 0 && value <= 0)
            throw new BadInput(string.Create(CultureInfo.InvariantCulture,
                $"Row {row}: a limit must be above zero mJy, got {value}."), "files");
        // A limit as an AB magnitude, a detection as a flux.
        var ab = isRadio ? AbMagnitude.FromFlux(value * LightCurvePoint.MilliJansky) : value - UsualSystem.Offset(band);
        var observer = Cell("observer") is { Length: > 0 } name ? name : null;
        return error < 0 ? new(Number("time"), band, filter, double.NaN, AbMagnitude.FluxErrOfLimit(ab, LimitSigma), isRadio
            ? ab : value, observer)
            : isRadio ? new(Number("time"), band, filter, value * LightCurvePoint.MilliJansky,
                error * LightCurvePoint.MilliJansky, double.NaN, observer)
            : new(Number("time"), band, filter, AbMagnitude.ToFlux(ab), AbMagnitude.ToFluxErr(ab, error), double.NaN, observer);

        string? Cell(string column) => header.IndexOf(column) is >= 0 and var i ? cells[i] : null;

        double Number(string column) =>
            double.TryParse(Cell(column), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                && double.IsFinite(number)
                ? number : throw new BadInput($"Row {row}: {column} = '{Fields.Shown(Cell(column)!)}' is not a number.", "files");
    }

    /// <summary>The values of a line; one in quotes may have the separator in it, and a quote twice.</summary>
    static List<string> Cells(string line, char separator)
    {
        var cells = new List<string>();
        var (cell, quoted) = (new StringBuilder(), false);
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '"' && quoted && i + 1 < line.Length && line[i + 1] == '"')
                cell.Append(line[i++]);
            else if (line[i] == '"')
                quoted = !quoted;
            else if (line[i] != separator || quoted)
                cell.Append(line[i]);
            // Several blanks are one separator.
            else if (separator != ' ' || cell.Length > 0)
            {
                cells.Add(cell.ToString().Trim());
                cell.Clear();
            }
        }
        cells.Add(cell.ToString().Trim());
        return cells;
    }
}
