using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Vigil.Spectra;

/// <summary>
/// A spectrum read from text: columns of numbers between blanks, below header lines "# KEY: value" or, as FITS has them,
/// "# KEY = value / comment".
/// </summary>
/// <param name="Wavelengths">Å.</param>
/// <param name="Fluxes">One per wavelength.</param>
/// <param name="Errors">One per wavelength, where a column was named.</param>
/// <param name="Header">
/// The header: a value by its key, {value, comment} where there is a comment. Null where there is none.
/// </param>
sealed partial record AsciiSpectrum(double[] Wavelengths, double[] Fluxes, double[]? Errors, JsonObject? Header)
{
    /// <summary>Longest text, characters.</summary>
    public const int LongestText = 10_000_000;

    /// <param name="text">The file.</param>
    /// <param name="waveColumn">Column of wavelengths, from 0.</param>
    /// <param name="fluxColumn">Column of fluxes.</param>
    /// <param name="errorColumn">Column of errors, or null.</param>
    /// <exception cref="BadInput">It is not plain ASCII, or a line lacks a column or has no number there.</exception>
    public static AsciiSpectrum Parse(string text, int waveColumn, int fluxColumn, int? errorColumn)
    {
        foreach (var (name, column) in new[] { ("wave_column", waveColumn), ("flux_column", fluxColumn),
            ("fluxerr_column", errorColumn ?? 0) })
            if (column is < 0 or > 100)
                throw new BadInput($"{name} must be in [0, 100], got {column}; columns count from 0.", name);
        if (text.Any(c => !char.IsAscii(c)))
            throw new BadInput("ascii must be plain ASCII text.", "ascii");
        var (waves, fluxes, errors, header) = (new List<double>(), new List<double>(), new List<double>(), new JsonObject());
        var (lineNumber, width) = (0, 0);
        foreach (var line in text.Split('\n').Select(l => l.Trim()))
        {
            lineNumber++;
            if (line.StartsWith('#'))
            {
                if (HeaderLine().Match(line) is { Success: true } card)
                    header[card.Groups["key"].Value] = card.Groups["fits"].Success
                        ? FitsValue(card.Groups["value"].Value) : YamlScalar.Read(card.Groups["value"].Value);
            }
            else if (line.Length > 0)
            {
                var cells = line.Split([' ', '\t', ','], StringSplitOptions.RemoveEmptyEntries);
                if (width != 0 && cells.Length != width)
                    throw new BadInput($"Error parsing spectrum: line {lineNumber} has {cells.Length} columns, the lines before "
                        + $"have {width}.", "ascii");
                width = cells.Length;
                waves.Add(Number(cells, waveColumn, lineNumber));
                fluxes.Add(Number(cells, fluxColumn, lineNumber));
                if (errorColumn is { } column)
                    errors.Add(Number(cells, column, lineNumber));
            }
        }
        return waves.Count == 0 ? throw new BadInput("Error parsing spectrum: ascii has no line of numbers.", "ascii")
            : new([.. waves], [.. fluxes], errorColumn is null ? null : [.. errors], header.Count == 0 ? null : header);
    }

    static double Number(string[] cells, int column, int line) =>
        column >= cells.Length
            ? throw new BadInput($"Error parsing spectrum: line {line} has {cells.Length} columns, column {column} (from 0) "
                + $"is asked for.", "ascii")
        : double.TryParse(cells[column], NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        && double.IsFinite(number) ? number
        : throw new BadInput($"Error parsing spectrum: line {line} has '{cells[column][..Math.Min(40, cells[column].Length)]}' "
            + $"in column {column} where a finite number is expected.", "ascii");

    // FITS standard 4.0, section 4.2: text stands in quotes, a comment follows a slash.
    static JsonNode FitsValue(string text)
    {
        var quoted = FitsText().Match(text);
        var rest = quoted.Success ? text[quoted.Length..] : text;
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        JsonNode value = quoted.Success ? quoted.Groups["text"].Value.Replace("''", "'", StringComparison.Ordinal).TrimEnd()
            : Number((slash < 0 ? rest : rest[..slash]).Trim());
        return slash < 0 ? value : new JsonObject { ["value"] = value, ["comment"] = rest[(slash + 1)..].Trim() };
    }

    static JsonNode Number(string text) =>
        long.TryParse(text, CultureInfo.InvariantCulture, out var integer) ? integer
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        && double.IsFinite(number) ? number
        : text;

    [GeneratedRegex(@"^#\s*(?<key>[\w.-]+)\s*(?:(?<fits>=)|:)\s*(?<value>.*)$", RegexOptions.ExplicitCapture)]
    private static partial Regex HeaderLine();

    [GeneratedRegex(@"^'(?<text>([^']|'')*)'", RegexOptions.ExplicitCapture)]
    private static partial Regex FitsText();
}
