using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace Vigil.Dialects;

/// <summary>
/// What a caller gave, by name, read generously: a number may come as text, a list as "a,b" or repeated, a boolean in any
/// usual spelling. Null and absent are the same unless <see cref="Has"/> is asked. What cannot be read is
/// <see cref="BadInput"/> that names the field, the value and the remedy.
/// </summary>
abstract class Fields(IReadOnlyDictionary<string, JsonElement> values)
{
    /// <summary>Longest text that is taken where the caller of <see cref="Text"/> names no other limit.</summary>
    public const int TextLimit = 1000;

    /// <summary>Names given, in the order given.</summary>
    public IEnumerable<string> Names => values.Keys;

    /// <summary>Whether the field was given, even as null.</summary>
    public bool Has(string name) => values.ContainsKey(name);

    /// <summary>Whether the field was given as null, to remove a value.</summary>
    public bool IsNull(string name) => Has(name) && Json(name) is null;

    /// <summary>The value as given, or null where it is absent or null.</summary>
    public JsonElement? Json(string name) =>
        values.TryGetValue(name, out var value) && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined)
            ? value : null;

    /// <summary>The value as JSON text for a jsonb column, or null.</summary>
    public string? JsonText(string name, int limit = 1_000_000)
    {
        if (Json(name) is not { } value)
            return null;
        // PostgreSQL's jsonb cannot hold a zero character.
        var text = value.GetRawText();
        return text.Length > limit ? throw new BadInput($"{name} is too long: {text.Length} characters; at most {limit}.", name)
            : text.Contains("\\u0000", StringComparison.Ordinal) ? throw new BadInput($"{name} contains a zero character.", name)
            : text;
    }

    public string Text(string name, int limit = TextLimit) => OptionalText(name, limit) ?? throw Missing(name);

    public string? OptionalText(string name, int limit = TextLimit)
    {
        if (Json(name) is not { } value)
            return null;
        var text = value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Number => value.GetRawText(),
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            _ => throw new BadInput($"{name} must be text, got {Shown(value)}.", name),
        };
        return Storable(name, text, limit);
    }

    // PostgreSQL's texts cannot hold a zero character.
    static string Storable(string name, string text, int limit) =>
        text.Length > limit ? throw new BadInput($"{name} is too long: {text.Length} characters; at most {limit}.", name)
        : text.Contains('\0', StringComparison.Ordinal) ? throw new BadInput($"{name} contains a zero character.", name)
        : text;

    public int Int(string name) => OptionalInt(name) ?? throw Missing(name);

    public int? OptionalInt(string name) => Json(name) is { } value ? AsInt(name, value) : null;

    public long? OptionalLong(string name) => Json(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number
        : value.ValueKind == JsonValueKind.String && long.TryParse(value.GetString(), CultureInfo.InvariantCulture, out number)
        ? number
        : value.ValueKind == JsonValueKind.String && value.GetString()!.Length == 0 ? null
        : throw new BadInput($"{name} must be an integer, got {Shown(value)}.", name);

    /// <summary>A finite number.</summary>
    public double Number(string name) => OptionalNumber(name) ?? throw Missing(name);

    /// <summary>A finite number, or null.</summary>
    public double? OptionalNumber(string name) => Json(name) is { } value ? AsNumber(name, value) : null;

    /// <summary>True for true, yes, y, t, on and 1 in any case; false for their opposites.</summary>
    public bool? OptionalBool(string name)
    {
        if (Json(name) is not { } value)
            return null;
        var text = value.ValueKind switch
        {
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            JsonValueKind.Number => value.GetRawText(),
            JsonValueKind.String => value.GetString()!.Trim().ToLowerInvariant(),
            _ => "?",
        };
        return text switch
        {
            "true" or "yes" or "y" or "t" or "on" or "1" => true,
            "false" or "no" or "n" or "f" or "off" or "0" or "" or "none" => false,
            _ => throw new BadInput($"{name} must be true or false, got {Shown(value)}.", name),
        };
    }

    public bool Bool(string name, bool otherwise = false) => OptionalBool(name) ?? otherwise;

    /// <summary>A list of integers: a JSON array, one number, or "1,2,3". Null where absent.</summary>
    public int[]? OptionalInts(string name, int limit = 10_000) =>
        OptionalItems(name, limit) is { } items ? [.. items.Select(i => AsInt(name, i))] : null;

    public int[] Ints(string name, int limit = 10_000) => OptionalInts(name, limit) ?? throw Missing(name);

    /// <summary>A list of texts: a JSON array, one text, or "a,b,c". Null where absent.</summary>
    public string[]? OptionalTexts(string name, int limit = 10_000) => OptionalItems(name, limit) is { } items
        ? [.. items.Select(i => i.ValueKind == JsonValueKind.String ? Storable(name, i.GetString()!, TextLimit)
            : i.ValueKind is JsonValueKind.Number ? i.GetRawText()
            : throw new BadInput($"{name} must be a list of texts, got {Shown(i)} in it.", name))]
        : null;

    /// <summary>A list of finite numbers. Null where absent.</summary>
    public double[]? OptionalNumbers(string name, int limit = 1_000_000) =>
        OptionalItems(name, limit) is { } items ? [.. items.Select(i => AsNumber(name, i))] : null;

    /// <summary>A list of booleans. Null where absent.</summary>
    public bool[]? OptionalBools(string name, int limit = 10_000) => OptionalItems(name, limit) is { } items
        ? [.. items.Select(i => i.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.String => i.GetString()!.Trim().ToLowerInvariant() is "true" or "1" or "yes",
            _ => throw new BadInput($"{name} must be a list of true and false, got {Shown(i)} in it.", name),
        })]
        : null;

    /// <summary>An ISO 8601 date and time; without a zone it is UTC.</summary>
    public DateTimeOffset? OptionalDate(string name) => OptionalText(name) is not { Length: > 0 } text ? null
        // Shorter texts lack a year, and the current one would be guessed.
        : text.Length >= 8 && DateTimeOffset.TryParse(WithTwoDigitHour(text), CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal | DateTimeStyles.AllowWhiteSpaces, out var date)
            ? date
            : throw new BadInput($"{name} must be a date such as 2026-01-31T12:00:00, got '{Shown(text)}'.", name);

    // BHTOM's scripts send 2023-01-01T0:00:01Z.
    static string WithTwoDigitHour(string text) => text is [_, _, _, _, '-', _, _, '-', _, _, 'T' or ' ', _, ':', ..]
        ? text.Insert(11, "0") : text;

    public DateTimeOffset Date(string name) => OptionalDate(name) ?? throw Missing(name);

    /// <summary>The error for a required field that is absent, null or empty.</summary>
    public static BadInput Missing(string name) => new($"{name} is required. Missing data for required field {name}.", name);

    /// <summary>A value as it may stand in an error message.</summary>
    public static string Shown(JsonElement value) => Shown(value.ValueKind == JsonValueKind.String
        ? $"'{value.GetString()}'" : value.GetRawText());

    /// <summary>A text as it may stand in an error message.</summary>
    public static string Shown(string text) => text.Length <= 80 ? text : text[..77] + "...";

    JsonElement[]? OptionalItems(string name, int limit)
    {
        if (Json(name) is not { } value)
            return null;
        JsonElement[] items = value.ValueKind switch
        {
            JsonValueKind.Array => [.. value.EnumerateArray()],
            JsonValueKind.String =>
                [.. value.GetString()!.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(s => JsonSerializer.SerializeToElement(s))],
            _ => [value],
        };
        return items.Length <= limit ? items
            : throw new BadInput($"{name} has {items.Length} items; at most {limit}.", name);
    }

    static int AsInt(string name, JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number
        : value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var real) && real == Math.Floor(real)
        && Math.Abs(real) < int.MaxValue
            ? (int)real
        : value.ValueKind == JsonValueKind.String && int.TryParse(value.GetString(), CultureInfo.InvariantCulture, out number)
        ? number
        : throw new BadInput($"{name} must be an integer, got {Shown(value)}.", name);

    static double AsNumber(string name, JsonElement value)
    {
        var read = value.ValueKind switch
        {
            JsonValueKind.Number => value.TryGetDouble(out var number) ? number : double.NaN,
            JsonValueKind.String => double.TryParse(value.GetString(), NumberStyles.Float,
                CultureInfo.InvariantCulture, out var number)
                ? number : throw new BadInput($"{name} must be a number, got {Shown(value)}. Not a valid number.", name),
            _ => throw new BadInput($"{name} must be a number, got {Shown(value)}. Not a valid number.", name),
        };
        return double.IsFinite(read) ? read : throw new BadInput($"{name} must be a finite number, got {Shown(value)}.", name);
    }
}

/// <summary>The parameters of the query string. A repeated one is a list.</summary>
sealed class Query(IReadOnlyDictionary<string, JsonElement> values) : Fields(values)
{
    public static ValueTask<Query> BindAsync(HttpContext context)
    {
        var values = new Dictionary<string, JsonElement>();
        foreach (var (name, value) in context.Request.Query)
            values[name] = FormValues.ToJson(value);
        return new(new Query(values));
    }
}

/// <summary>
/// The fields of the request's body: a JSON object, a form, or a multipart form with files. No body: no fields.
/// </summary>
sealed class Body(IReadOnlyDictionary<string, JsonElement> values, IFormFileCollection? files = null) : Fields(values)
{
    /// <summary>Deepest nesting of JSON that is read.</summary>
    const int MaxDepth = 64;

    public IReadOnlyList<IFormFile> Files => files ?? (IReadOnlyList<IFormFile>)[];

    public static async ValueTask<Body> BindAsync(HttpContext context)
    {
        var request = context.Request;
        if (request.HasFormContentType)
        {
            try
            {
                var form = await request.ReadFormAsync(context.RequestAborted);
                return new Body(form.ToDictionary(f => f.Key, f => FormValues.ToJson(f.Value)), form.Files);
            }
            catch (InvalidDataException e)
            {
                throw new BadInput($"The form cannot be read: {e.Message}");
            }
        }
        var dialect = context.GetEndpoint()?.Metadata.GetMetadata<Dialect>();
        try
        {
            if (dialect?.FormsCalledJson == true && await IsFormAsync(request.BodyReader, context.RequestAborted))
                return new Body((await new FormPipeReader(request.BodyReader).ReadFormAsync(context.RequestAborted))
                    .ToDictionary(f => f.Key, f => FormValues.ToJson(f.Value)));
            using var json = await JsonDocument.ParseAsync(request.Body,
                new() { MaxDepth = MaxDepth, AllowTrailingCommas = dialect?.TrailingCommas ?? false }, context.RequestAborted);
            if (json.RootElement.ValueKind == JsonValueKind.Null)
                return new Body(new Dictionary<string, JsonElement>());
            if (json.RootElement.ValueKind != JsonValueKind.Object)
                throw new BadInput(
                    $"The body must be a JSON object, got {json.RootElement.ValueKind.ToString().ToLowerInvariant()}: "
                    + "please ensure posted data is of type application/json.");
            var values = new Dictionary<string, JsonElement>();
            foreach (var property in json.RootElement.Clone().EnumerateObject())
            {
                JsonUnicode.Require("The name of a field", JsonMarshal.GetRawUtf8PropertyName(property));
                JsonUnicode.Require(property.Name, JsonMarshal.GetRawUtf8Value(property.Value));
                values[property.Name] = property.Value;
            }
            return new Body(values);
        }
        catch (InvalidDataException e)
        {
            throw new BadInput($"The form cannot be read: {e.Message}");
        }
        catch (JsonException e)
        {
            // An empty body is no fields. Its length may be unknown, so the parser's word is what tells.
            if (request.ContentLength is null or 0 && e is { LineNumber: 0, BytePositionInLine: 0 })
                return new Body(new Dictionary<string, JsonElement>());
            throw new BadInput($"JSON parse error - {e.Message.Split(" LineNumber")[0]} "
                + $"(line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}).");
        }
    }

    /// <summary>Whether a body begins as "name=value" does; nothing of it is consumed.</summary>
    static async ValueTask<bool> IsFormAsync(PipeReader body, CancellationToken ct)
    {
        var begun = (await body.ReadAsync(ct)).Buffer;
        var isForm = begun.FirstSpan is [var first, ..] && (char.IsAsciiLetter((char)first) || first == '_')
            && begun.PositionOf((byte)'=') is not null;
        body.AdvanceTo(begun.Start);
        return isForm;
    }
}

static class FormValues
{
    /// <summary>One value is a text, several a list.</summary>
    public static JsonElement ToJson(StringValues values) => values.Count == 1
        ? JsonSerializer.SerializeToElement(values[0]) : JsonSerializer.SerializeToElement(values.ToArray());
}
