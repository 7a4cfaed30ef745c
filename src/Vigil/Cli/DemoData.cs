using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Vigil.Cli;

/// <summary>What the demo shows: demo/demo.json and the files of measurements beside it.</summary>
/// <param name="Group">Name of the group that the sources are saved to.</param>
/// <param name="Telescopes">Bodies for POST /api/telescope.</param>
/// <param name="Instruments">Bodies for POST /api/instrument, with the nickname of the telescope in place of its id.</param>
/// <param name="Sources">Bodies for POST /api/sources, but for the groups.</param>
sealed record DemoData(
    string Group, JsonElement[] Telescopes, JsonElement[] Instruments, JsonElement[] Sources, DemoLightCurve[] LightCurves)
{
    static readonly string folder = Path.Combine(AppContext.BaseDirectory, "demo");

    /// <summary>How many calls of the loader report progress.</summary>
    public int Steps => Telescopes.Length + Instruments.Length + Sources.Length + LightCurves.Length;

    public static DemoData Read() =>
        JsonSerializer.Deserialize<DemoData>(File.ReadAllText(Path.Combine(folder, "demo.json")), JsonSerializerOptions.Web)!;

    public static string[] Lines(DemoLightCurve curve) => File.ReadAllLines(Path.Combine(folder, "data", curve.File));
}

/// <summary>A file with a light curve.</summary>
/// <param name="Instrument">Name of the instrument; null where the file has a column that says so.</param>
sealed record DemoLightCurve(string Source, string File, string? Instrument, string Origin)
{
    /// <summary>
    /// Bodies for PUT /api/photometry, one an instrument. Magnitudes stay magnitudes where the file has limits for them;
    /// the API asks for both, so others are sent as the fluxes that they stand for, with zero point 25.
    /// </summary>
    public IEnumerable<(string Instrument, JsonObject Body)> Photometry()
    {
        var lines = DemoData.Lines(this);
        var columns = lines[0].Split(',');
        var rows = lines[1..].Select(line => columns.Zip(line.Split(',')).ToDictionary(c => c.First, c => c.Second)).ToList();
        foreach (var rowsOfOne in rows.GroupBy(row => Instrument ?? row["instrument"]))
        {
            var body = new JsonObject
            {
                ["obj_id"] = Source,
                ["origin"] = Origin,
                ["magsys"] = rowsOfOne.First()["magsys"],
                ["mjd"] = Numbers("mjd"),
                ["filter"] = new JsonArray([.. rowsOfOne.Select(row => JsonValue.Create(row["filter"]))]),
            };
            if (columns.Contains("flux"))
                (body["flux"], body["fluxerr"], body["zp"]) = (Numbers("flux"), Numbers("fluxerr"), double.Parse(rowsOfOne.First()["zp"], CultureInfo.InvariantCulture));
            else if (columns.Contains("limiting_mag"))
                (body["mag"], body["magerr"], body["limiting_mag"]) = (Numbers("mag"), Numbers("magerr"), Numbers("limiting_mag"));
            else
            {
                body["flux"] = Values(row => Flux(row));
                body["fluxerr"] = Values(row => Flux(row) * Number(row["magerr"]) * Math.Log(10) / 2.5);
                body["zp"] = 25;
            }
            yield return (rowsOfOne.Key, body);

            JsonArray Numbers(string column) => Values(row => Number(row[column]));
            JsonArray Values(Func<Dictionary<string, string>, double?> value) => new([.. rowsOfOne.Select(row => JsonValue.Create(value(row)))]);
        }
    }

    static double? Flux(Dictionary<string, string> row) => Math.Pow(10, (25 - Number(row["mag"])!.Value) / 2.5);

    static double? Number(string text) => text.Length == 0 ? null : double.Parse(text, CultureInfo.InvariantCulture);
}
