using System.Globalization;
using System.Text.Json;

namespace Vigil.Telescopes;

/// <summary>Makes an instrument's grid of fields from what a caller gave: columns ID, RA and Dec, as lists or as CSV.</summary>
static class InstrumentFields
{
    /// <summary>More than any survey has.</summary>
    public const int Most = 100_000;

    /// <exception cref="BadInput">A column is missing, or their lengths differ, or a position is not on the sky.</exception>
    public static List<InstrumentField> From(JsonElement data, JsonElement? references, FieldOfView view, string instrument)
    {
        var columns = data.ValueKind switch
        {
            JsonValueKind.Object => data.EnumerateObject().ToDictionary(c => c.Name.ToLowerInvariant(), c => Numbers(c)),
            JsonValueKind.String => FromCsv(data.GetString()!),
            _ => throw new BadInput("field_data must be lists under ID, RA and Dec, or CSV text with such a header.",
                "field_data"),
        };
        if (!columns.TryGetValue("ra", out var ra) || !columns.TryGetValue("dec", out var dec))
            throw new BadInput("field_data needs the columns RA and Dec, and usually ID.", "field_data");
        var id = columns.TryGetValue("id", out var given) ? given : [.. Enumerable.Range(1, ra.Count).Select(i => (double)i)];
        if (ra.Count != dec.Count || ra.Count != id.Count)
            throw new BadInput($"field_data must have columns of one length, got ID {id.Count}, RA {ra.Count} and Dec "
                + $"{dec.Count}.", "field_data");
        if (ra.Count > Most)
            throw new BadInput($"field_data has {ra.Count} fields; at most {Most}.", "field_data");
        var reference = References(references);
        var fields = new List<InstrumentField>(ra.Count);
        for (var i = 0; i < ra.Count; i++)
        {
            if (ra[i] is not (>= 0 and <= 360) || dec[i] is not (>= -90 and <= 90))
                throw new BadInput(string.Create(CultureInfo.InvariantCulture,
                    $"field_data row {i + 1}: RA {ra[i]} and Dec {dec[i]} must be in [0, 360] and [-90, 90] degrees."),
                    "field_data");
            if (id[i] is not (>= 0 and <= int.MaxValue) || id[i] != Math.Floor(id[i]))
                throw new BadInput(string.Create(CultureInfo.InvariantCulture,
                    $"field_data row {i + 1}: ID must be an integer of 0 or more, got {id[i]}."), "field_data");
            var fieldId = (int)id[i];
            var known = reference.GetValueOrDefault(fieldId);
            fields.Add(new InstrumentField
            {
                FieldId = fieldId, Ra = ra[i], Dec = dec[i],
                Contour = view.ContourAt(ra[i], dec[i], fieldId, instrument).ToJsonString(),
                ContourSummary = view.SummaryAt(ra[i], dec[i], fieldId, instrument).ToJsonString(),
                ReferenceFilters = known?.Select(r => r.Band).ToList(),
                ReferenceFilterMags = known?.Select(r => r.LimitingMag).ToList(),
            });
        }
        if (fields.GroupBy(f => f.FieldId).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new BadInput($"field_data has the field ID {twice.Key} twice.", "field_data");
        return fields;
    }

    static List<double> Numbers(JsonProperty column) => column.Value.ValueKind != JsonValueKind.Array
        ? throw new BadInput($"field_data.{column.Name} must be a list.", "field_data")
        : [.. column.Value.EnumerateArray().Select(v => v.ValueKind == JsonValueKind.Number ? v.GetDouble() : double.NaN)];

    static Dictionary<string, List<double>> FromCsv(string text)
    {
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (lines.Length == 0)
            throw new BadInput("field_data is empty.", "field_data");
        var names = lines[0].Split(',', StringSplitOptions.TrimEntries).Select(n => n.ToLowerInvariant()).ToArray();
        var columns = names.Distinct().ToDictionary(n => n, _ => new List<double>());
        foreach (var line in lines[1..])
        {
            var cells = line.Split(',', StringSplitOptions.TrimEntries);
            for (var i = 0; i < Math.Min(names.Length, cells.Length); i++)
                columns[names[i]].Add(double.TryParse(cells[i], NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                    ? number : double.NaN);
        }
        return columns;
    }

    // {field: [...], filter: [...], limmag: [...]}: which fields have reference images, in which bands, how deep.
    static Dictionary<int, List<(string Band, double LimitingMag)>> References(JsonElement? given)
    {
        if (given is not { } references)
            return [];
        try
        {
            var field = references.GetProperty("field").EnumerateArray().Select(v => v.GetInt32()).ToArray();
            var filter = references.GetProperty("filter").EnumerateArray().Select(v => v.GetString()!).ToArray();
            var limmag = references.TryGetProperty("limmag", out var mags)
                ? mags.EnumerateArray().Select(v => v.GetDouble()).ToArray() : new double[field.Length];
            return Enumerable.Range(0, field.Length).GroupBy(i => field[i])
                .ToDictionary(g => g.Key, g => g.Select(i => (filter[i], limmag[i])).ToList());
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or FormatException
            or IndexOutOfRangeException)
        {
            throw new BadInput("references must be lists of one length under field, filter and, if known, limmag.", "references");
        }
    }
}
