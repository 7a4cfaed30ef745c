using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Vigil.Data;
using Vigil.Photometry;
using Vigil.Sources;

namespace Vigil.Dialects.Bhtom;

/// <summary>Light curves to take away, as text with a column each for what BHTOM's users read; and who took which.</summary>
static class DownloadRoutes
{
    const string PhotometryHeader = "MJD;Magnitude;Error;Facility;Filter;Observer";
    const string RadioHeader = "MJD;mJy;Error;Facility;Filter;Observer";
    // No measurement here is a count, so these light curves are empty: a header alone.
    const string HighEnergyHeader = "MJD;COUNTS;COUNTS_Error;FLUX;FLUX_Error;Facility;Band;Observer";

    public static void MapDownloads(this RouteGroupBuilder api)
    {
        Map(["/targets/download-photometry", "/targets/download-reduced-data"], "P", "photometry", PhotometryHeader,
            "A target's light curve: magnitudes in the usual system of the band; a limit has the error -1.");
        Map(["/targets/download-radio", "/targets/download-radio-data"], "R", "radio", RadioHeader,
            "A target's radio fluxes, mJy; a limit has the error -1.");
        Map(["/targets/download-high-energy"], "H", "highenergy", HighEnergyHeader,
            "A target's counts and fluxes at high energies.");
        foreach (var path in new[] { "/targets/get-downloaded-target-list", "/targets/getDownloadedTargetList" })
            api.MapPost(path, List).WithSummary("Who took which light curve; for administrators.")
                .Reads("target string Part of the target's name.", "user string Part of the user's name.",
                    "created_from date From then on.",
                    "created_to date Until then.", "download_type string P photometry, R radio, H high energy.",
                    "page integer From 1; 200 a page.");

        void Map(string[] paths, string type, string suffix, string header, string summary)
        {
            foreach (var path in paths)
                api.MapPost(path, (Parameters parameters, TargetStore targets, LightCurve curves, VigilDb db, HttpContext context,
                    CancellationToken ct) =>
                        DownloadAsync(parameters, type, suffix, header, targets, curves, db, context, ct))
                    .WithSummary(summary).Reads("name* string Name of the target.");
        }
    }

    static async Task<IResult> DownloadAsync(Parameters parameters, string type, string suffix, string header,
        TargetStore targets, LightCurve curves, VigilDb db, HttpContext context, CancellationToken ct)
    {
        if (parameters.OptionalText("name") is not { Length: > 0 } name)
            return Reply.Json(new { Error = "Something went wrong: name is required." }, 400);
        if (await targets.FindAsync(name, ct) is not var (key, id))
            return Reply.Json(new { Error = $"Target \"{name}\" not found" }, 404);
        var csv = new StringBuilder(header).Append('\n');
        if (type is "P" or "R")
            await foreach (var point in curves.ReadAsync([key], ct))
                if (point.IsRadio == type is "R")
                    AppendTo(csv, point, point.IsRadio ? point.Radio : point.Mag);
        db.Downloads.Add(new Download
        {
            SourceKey = key, UserId = db.Viewer.UserId, DownloadType = type,
            IpAddress = AddressOf(context)
        });
        await db.SaveChangesAsync(ct);
        return Results.File(Encoding.UTF8.GetBytes(csv.ToString()), "text/csv", $"target_{id}_{suffix}.csv");
    }

    static void AppendTo(StringBuilder csv, LightCurvePoint point, (double Value, double Error) measured) =>
        csv.Append(Number(point.Mjd)).Append(';').Append(Number(measured.Value)).Append(';')
            .Append(Number(measured.Error)).Append(';')
            .Append(Quoted(point.Instrument)).Append(';').Append(Quoted(FilterOf(point))).Append(';')
            .Append(Quoted(point.Observer)).Append('\n');

    // V(GaiaSP) and V(Bessell) are one band, but the catalogue that a measurement was calibrated with is worth knowing.
    static string FilterOf(LightCurvePoint point) =>
        point.FilterAsGiven is { } given && BandNames.Find(given) == point.Band ? given : BandNames.Bhtom(point.Band);

    // A whole number keeps its point, so that a reader of one value takes it for what it is.
    static string Number(double value)
    {
        var text = Math.Round(value, 10).ToString("R", CultureInfo.InvariantCulture);
        return text.AsSpan().ContainsAny(".EN") ? text : text + ".0";
    }

    static string Quoted(string text) => text.AsSpan().ContainsAny(";\"\r\n")
        ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;

    /// <summary>The caller's address as the first proxy saw it.</summary>
    static string AddressOf(HttpContext context)
    {
        var forwarded = context.Request.Headers["X-Forwarded-For"].ToString().Split(',')[0].Trim();
        return forwarded.Length is > 0 and <= 45 ? forwarded : context.Connection.RemoteIpAddress?.ToString() ?? "";
    }

    static async Task<IResult> List(Parameters parameters, VigilDb db, CancellationToken ct)
    {
        if (!db.Viewer.SeesAll)
            return Reply.Json("You have no permissions, Admin Only", 404);
        var downloads = db.Downloads.AsNoTracking();
        if (parameters.OptionalText("target") is { Length: > 0 } target)
            downloads = downloads.Where(d => EF.Functions.ILike(d.Source!.Id, Containing(target), "\\"));
        if (parameters.OptionalText("user") is { Length: > 0 } user)
            downloads = downloads.Where(d => EF.Functions.ILike(d.User!.Username, Containing(user), "\\"));
        if (parameters.OptionalDate("created_from") is { } from)
            downloads = downloads.Where(d => d.CreatedAt >= from);
        if (parameters.OptionalDate("created_to") is { } to)
            downloads = downloads.Where(d => d.CreatedAt <= to);
        if (parameters.OptionalText("download_type") is { Length: > 0 } type)
            downloads = downloads.Where(d => d.DownloadType == type);
        var total = await downloads.CountAsync(ct);
        var page = Paging.Given(Paging.Asked(parameters), total);
        var rows = await downloads.OrderByDescending(d => d.CreatedAt).ThenByDescending(d => d.Id)
            .Skip((page - 1) * Paging.Size).Take(Paging.Size)
            .Select(d => new { Download = d, d.User!.Username, d.User.FirstName, d.User.LastName, TargetName = d.Source!.Id })
            .ToListAsync(ct);
        return Reply.Page(rows.Select(r => new
        {
            id = r.Download.Id,
            user = r.Username,
            user_name = $"{r.FirstName} {r.LastName}".Trim(),
            target = r.Download.SourceKey,
            target_name = r.TargetName,
            created = Reply.Microseconds(r.Download.CreatedAt),
            modified = Reply.Microseconds(r.Download.Modified),
            download_type = r.Download.DownloadType,
            ip_address = r.Download.IpAddress,
        }), total, page);
    }

    static string Containing(string text) => $"%{text.Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)}%";
}
