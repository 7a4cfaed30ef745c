using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Vigil.Dialects.Bhtom;

/// <summary>BHTOM's answers: bare JSON, and errors in the shapes that its clients read.</summary>
static class Reply
{
    static readonly JsonSerializerOptions json = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.Strict,
    };

    /// <summary>Names are written as they stand, so anonymous objects use BHTOM's snake_case.</summary>
    public static IResult Json(object data, int status = 200) => new WholeJson(data, json, status);

    public static IResult Detail(string detail, int status) => Json(new { detail }, status);

    /// <summary>A page of a list.</summary>
    /// <param name="total">Rows on all pages.</param>
    public static IResult Page<T>(IEnumerable<T> data, long total, int page) =>
        Json(new { count = total, num_pages = Paging.Pages(total), current_page = page, data });

    /// <summary>ISO 8601 in UTC to the millisecond, as in lists; without a fraction where it is zero.</summary>
    public static string? Milliseconds(DateTimeOffset? date) => Date(date, "fff");

    /// <summary>ISO 8601 in UTC to the microsecond, as in single records; without a fraction where it is zero.</summary>
    public static string? Microseconds(DateTimeOffset? date) => Date(date, "ffffff");

    static string? Date(DateTimeOffset? date, string fraction) => date?.ToUniversalTime().ToString(
        date.Value.Ticks % TimeSpan.TicksPerSecond == 0 ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : $"yyyy-MM-dd'T'HH:mm:ss.{fraction}'Z'",
        CultureInfo.InvariantCulture);
}

/// <summary>BHTOM's rule of pages: what is no number means the first page, a number of no page the last one.</summary>
static class Paging
{
    /// <summary>Rows a page.</summary>
    public const int Size = Sources.TargetStore.PageSize;

    /// <summary>How many pages that many rows fill; an empty list has one.</summary>
    public static int Pages(long total) => (int)Math.Max(1, (total + Size - 1) / Size);

    /// <summary>The page asked for, or 1.</summary>
    public static int Asked(Fields fields) =>
        int.TryParse(fields.Json("page")?.ToString(), CultureInfo.InvariantCulture, out var page) ? page : 1;

    /// <summary>The page that is given for the one asked for.</summary>
    public static int Given(int asked, long total) => asked >= 1 && asked <= Pages(total) ? asked : Pages(total);
}
