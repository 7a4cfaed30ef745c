using System.Globalization;
using System.Text;
using System.Text.Json;
using Vigil.Sky.Photometry;

namespace Vigil.Web;

/// <summary>The light curve of a source page as data: what its plot draws, and a table to take away.</summary>
static class LightCurveData
{
    /// <summary>GET /source/{id}/photometry.json: one series for each band of each instrument, as columns.</summary>
    public static async Task<IResult> JsonAsync(string id, LightCurveStore store, CancellationToken ct)
    {
        if (await store.KeyAsync(id, ct) is not { } key)
            return Results.NotFound();
        // From short wavelengths to long, as one reads a spectrum.
        var series = new SortedDictionary<(double, string, string), Series>();
        await foreach (var point in store.Points(key).WithCancellation(ct))
        {
            var place = (Bands.Find(point.Band)?.Wavelength ?? 0, point.Band, point.Instrument);
            if (!series.TryGetValue(place, out var one))
                series[place] = one = new(point.Band, point.Instrument, point.Telescope);
            one.Add(point);
        }
        return Results.Json(
            new { source = id, fluxUnit = "uJy", magnitudes = "AB", series = series.Values }, JsonSerializerOptions.Web);
    }

    /// <summary>GET /source/{id}/photometry.csv</summary>
    public static async Task<IResult> CsvAsync(string id, LightCurveStore store, CancellationToken ct)
    {
        if (await store.KeyAsync(id, ct) is not { } key)
            return Results.NotFound();
        return Results.Stream(async body =>
        {
            await using var writer = new StreamWriter(body, new UTF8Encoding(false));
            await writer.WriteLineAsync("mjd,utc,band,telescope,instrument,mag_ab,mag_err,limiting_mag_ab,flux_ujy,flux_err_ujy,"
                + "origin,observer");
            await foreach (var p in store.Points(key).WithCancellation(ct))
                await writer.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                    $"{p.Mjd},{p.Time:yyyy-MM-dd'T'HH:mm:ss.fff}Z,{Cell(p.Band)},{Cell(p.Telescope)},{Cell(p.Instrument)},"
                    + $"{p.Mag:0.######},{p.MagErr:0.######},{p.Limit:0.####},{p.Flux},{p.FluxErr},"
                    + $"{Cell(p.Origin)},{Cell(p.Observer)}"));
        }, "text/csv; charset=utf-8", $"{FileName(id)}.csv");
    }

    internal static string Cell(string? text) => text is null ? ""
        : text.AsSpan().IndexOfAny("\",\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"")}\"";

    internal static string FileName(string id) =>
        string.Concat(id.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '+' ? c : '_'));

    sealed class Series(string band, string instrument, string telescope)
    {
        public string Band => band;
        public string Instrument => instrument;
        public string Telescope => telescope;
        public List<double> Mjd { get; } = [];
        public List<double?> Mag { get; } = [];
        public List<double?> MagErr { get; } = [];
        public List<double?> Limit { get; } = [];
        public List<double?> Flux { get; } = [];
        public List<double> FluxErr { get; } = [];

        public void Add(CurvePoint point)
        {
            Mjd.Add(point.Mjd);
            Mag.Add(point.Mag);
            MagErr.Add(point.MagErr);
            Limit.Add(point.Limit);
            Flux.Add(point.Flux);
            FluxErr.Add(point.FluxErr);
        }
    }
}
