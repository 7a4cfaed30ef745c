using System.Globalization;
using Vigil.Photometry;
using Vigil.Sky;
using Vigil.Sky.Photometry;
using Vigil.Sources;

namespace Vigil.Dialects.Bhtom;

/// <summary>get-plots: the light curves of some targets as Plotly figures.</summary>
static class PlotRoutes
{
    const int MostTargets = 100;

    public static void MapPlots(this RouteGroupBuilder api) =>
        api.MapPost("/targets/get-plots", Plots).WithSummary("Light curves as Plotly figures, one a target; magnitudes in the "
            + "usual systems of the bands over UTC.")
            .Reads("targetNames* string[] Names of targets, at most 100.");

    static async Task<IResult> Plots(Parameters parameters, TargetStore targets, LightCurve curves,
        TimeProvider time, CancellationToken ct)
    {
        if (parameters.Json("targetNames") is null)
            return Refused("Something went wrong: targetNames is required, a list of names.");
        // A name may have a comma in it, so a text is one name.
        string[] names = parameters.Json("targetNames") is { ValueKind: System.Text.Json.JsonValueKind.String } one
            ? [one.GetString()!] : [.. parameters.OptionalTexts("targetNames", MostTargets)!.Distinct()];
        var keys = await targets.KeysAsync(names, ct);
        if (names.Where(n => !keys.ContainsKey(n)).ToList() is { Count: > 0 } unknown)
            return Refused($"Target does not exist in the database : {string.Join(", ", unknown)}");
        var points = new Dictionary<int, List<LightCurvePoint>>();
        await foreach (var point in curves.ReadAsync([.. keys.Values], ct))
        {
            if (point.IsRadio)
                continue;
            if (!points.TryGetValue(point.SourceKey, out var curve))
                points[point.SourceKey] = curve = [];
            curve.Add(point);
        }
        // BHTOM's word for no plot yet.
        return Reply.Json(new
        {
            Plots = names.ToDictionary(n => n, n => points.TryGetValue(keys[n], out var curve)
                ? Figure(n, curve, time.GetUtcNow()) : "None"),
        });
    }

    // The space in the key is BHTOM's.
    static IResult Refused(string message) => Reply.Json(new Dictionary<string, string> { ["Error "] = message }, 400);

    static object Figure(string name, List<LightCurvePoint> curve, DateTimeOffset now) => new
    {
        data = curve.GroupBy(p => (p.Band, IsLimit: p.Mag.Error < 0)).OrderBy(g => g.Key.Band, StringComparer.Ordinal)
            .ThenBy(g => g.Key.IsLimit)
            .Select(g => Trace(g.Key.Band, g.Key.IsLimit, [.. g])),
        layout = new
        {
            title = new { text = name },
            xaxis = new { title = new { text = "Date (UTC)" }, type = "date" },
            yaxis = new { title = new { text = "Magnitude" }, autorange = "reversed" },
            hovermode = "closest",
            showlegend = true,
            shapes = new[]
            {
                new { type = "line", xref = "x", yref = "paper", x0 = Date(now), x1 = Date(now), y0 = 0, y1 = 1,
                    line = new { dash = "dash", width = 1 } },
            },
            annotations =
                new[] { new { text = "NOW", xref = "x", yref = "paper", x = Date(now), y = 1, showarrow = false,
                yanchor = "bottom" } },
        },
    };

    static object Trace(string band, bool isLimit, List<LightCurvePoint> points) => new
    {
        type = "scatter",
        mode = "markers",
        name = BandNames.Bhtom(band) + (isLimit ? " limit" : ""),
        legendgroup = band,
        x = points.Select(p => Date(Mjd.ToTime(p.Mjd))),
        y = points.Select(p => Math.Round(p.Mag.Value, 6)),
        error_y = isLimit ? null : new { type = "data", array = points.Select(p => Math.Round(p.Mag.Error, 6)), visible = true },
        marker = new { color = Bands.Find(band)?.Colour, symbol = isLimit ? "triangle-down-open" : "circle", size = 6 },
        text = points.Select(p => $"{p.Instrument}, MJD {p.Mjd.ToString("F6", CultureInfo.InvariantCulture)}"),
    };

    static string Date(DateTimeOffset date) => date.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);
}
