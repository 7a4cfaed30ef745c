using System.Text.Encodings.Web;
using System.Text.Json;

namespace Vigil.Dialects.SkyPortal;

/// <summary>
/// SkyPortal's envelope of success around data that are written straight into the response, for the endpoints that must be
/// fast. The rest uses <see cref="Reply.Success"/>.
/// </summary>
sealed class JsonReply(Action<Utf8JsonWriter> writeData) : IResult
{
    static readonly JsonWriterOptions options =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };
    static readonly JsonEncodedText version = JsonEncodedText.Encode(Reply.Version);

    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.ContentType = "application/json; charset=utf-8";
        // No flush: what is left in the buffer goes out together with the end of the response.
        using (var writer = new Utf8JsonWriter(httpContext.Response.BodyWriter, options))
        {
            writer.WriteStartObject();
            writer.WriteString("status"u8, "success"u8);
            writer.WritePropertyName("data"u8);
            writeData(writer);
            writer.WriteString("version"u8, version);
            writer.WriteEndObject();
        }
        return Task.CompletedTask;
    }
}

/// <summary>Values that JSON has no direct word for, or that may be absent.</summary>
static class JsonWriting
{
    /// <summary>A number, or null where it is absent or not finite.</summary>
    public static void WriteNumber(this Utf8JsonWriter writer, ReadOnlySpan<byte> name, double? value)
    {
        if (value is { } number && double.IsFinite(number))
            writer.WriteNumber(name, number);
        else
            writer.WriteNull(name);
    }

    public static void WriteNumber(this Utf8JsonWriter writer, ReadOnlySpan<byte> name, int? value)
    {
        if (value is { } number)
            writer.WriteNumber(name, number);
        else
            writer.WriteNull(name);
    }

    /// <summary>A date and time in UTC without a zone, or null; microseconds where they are not zero.</summary>
    public static void WriteDate(this Utf8JsonWriter writer, ReadOnlySpan<byte> name, DateTimeOffset? value)
    {
        if (value is not { } date)
        {
            writer.WriteNull(name);
            return;
        }
        Span<byte> text = stackalloc byte[26];
        date.UtcDateTime.TryFormat(text, out var length, Reply.DateFormat(date),
            System.Globalization.CultureInfo.InvariantCulture);
        writer.WriteString(name, text[..length]);
    }

    /// <summary>JSON text from the database as it stands, or null.</summary>
    public static void WriteRaw(this Utf8JsonWriter writer, ReadOnlySpan<byte> name, string? json)
    {
        writer.WritePropertyName(name);
        if (json is null)
            writer.WriteNullValue();
        else
            writer.WriteRawValue(json, skipInputValidation: true);
    }

    public static void WriteTexts(this Utf8JsonWriter writer, ReadOnlySpan<byte> name, IEnumerable<string>? texts)
    {
        if (texts is null)
        {
            writer.WriteNull(name);
            return;
        }
        writer.WriteStartArray(name);
        foreach (var text in texts)
            writer.WriteStringValue(text);
        writer.WriteEndArray();
    }
}
