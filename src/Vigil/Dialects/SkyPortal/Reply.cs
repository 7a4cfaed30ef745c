using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Vigil.Operation;

namespace Vigil.Dialects.SkyPortal;

/// <summary>SkyPortal's envelope around every answer.</summary>
static class Reply
{
    /// <summary>
    /// The version that clients are told: that of the API which we speak, then what answers them, in PEP 440's words for a
    /// local version: 0.9.dev0+git20260131.0a1b2c3.vigil0.1.0, where the date and the hash are those of Vigil's last commit.
    /// </summary>
    public static readonly string Version = "0.9.dev0+"
        + (Build.Commits is [var last, ..] ? $"git{last.At.UtcDateTime:yyyyMMdd}.{last.Hash}." : "") + $"vigil{Build.Version}";

    /// <summary>
    /// How values are written: snake_case names, dates without a zone, whole numbers of doubles as 1.0, NaN and infinities as
    /// null.
    /// </summary>
    public static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = new Names(),
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new DateWithoutZone(), new FiniteNumber() },
    };

    /// <summary>
    /// Success with data; without, <c>{}</c>. Anonymous objects and records become snake_case, dictionaries stay as they are.
    /// </summary>
    public static IResult Success(object? data = null) =>
        new WholeJson(new Envelope("success", data ?? new { }, Version), Json, 200);

    public static IResult Error(string message, int status = 400) =>
        new WholeJson(new { status = "error", message, data = new { }, version = Version }, Json, status);

    /// <summary>
    /// Our members become snake_case; a name that starts in lower case is SkyPortal's own and stays: totalMatches.
    /// </summary>
    sealed class Names : JsonNamingPolicy
    {
        public override string ConvertName(string name) => char.IsLower(name[0]) ? name : SnakeCaseLower.ConvertName(name);
    }

    sealed record Envelope(string Status, object Data, string Version);

    sealed class DateWithoutZone : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("Replies are written, not read.");

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteStringValue(Date(value));
    }

    /// <summary>ISO 8601 in UTC without a zone, microseconds where they are not zero.</summary>
    public static string Date(DateTimeOffset value) =>
        value.UtcDateTime.ToString(DateFormat(value), CultureInfo.InvariantCulture);

    /// <summary>The format in which <see cref="Date"/> writes a date.</summary>
    public static string DateFormat(DateTimeOffset value) =>
        value.UtcTicks % TimeSpan.TicksPerSecond / 10 == 0 ? "yyyy-MM-dd'T'HH:mm:ss" : "yyyy-MM-dd'T'HH:mm:ss.ffffff";

    sealed class FiniteNumber : JsonConverter<double>
    {
        public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("Replies are written, not read.");

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
        {
            // Most clients are written in Python, where 4000.0 is a float and 4000 is not.
            if (value == Math.Floor(value) && Math.Abs(value) < 1e15)
                WriteWhole(writer, value);
            else if (double.IsFinite(value))
                writer.WriteNumberValue(value);
            else
                writer.WriteNullValue();
        }
    }

    static void WriteWhole(Utf8JsonWriter writer, double value)
    {
        Span<byte> text = stackalloc byte[24];
        value.TryFormat(text, out var length, "F1", CultureInfo.InvariantCulture);
        writer.WriteRawValue(text[..length], skipInputValidation: true);
    }

    /// <summary>JSON text of the database as it stands, for use inside a reply.</summary>
    public static JsonElement? Raw(string? json) =>
        json is null ? null : JsonSerializer.Deserialize<JsonElement>(json);
}
