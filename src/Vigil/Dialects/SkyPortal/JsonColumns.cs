using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Vigil.Photometry;

namespace Vigil.Dialects.SkyPortal;

/// <summary>
/// Reads a JSON object whose fields are columns: each one value for all rows, or a list of one value a row. It is read as it
/// arrives, straight into columns, and refused as soon as it is too long.
/// </summary>
/// <param name="columns">The fields that may come.</param>
/// <param name="rowLimit">Most items of a list.</param>
sealed class JsonColumns(IEnumerable<JsonColumn> columns, int rowLimit)
{
    /// <summary>Longest single value, bytes.</summary>
    const int ValueLimit = 1_000_000;

    readonly Dictionary<string, JsonColumn> byName = columns.ToDictionary(c => c.Name);
    JsonReaderState state = new(new JsonReaderOptions { MaxDepth = 64 });
    JsonColumn? column;
    bool begun;

    /// <summary>Reads a body to its end. An empty body has no fields.</summary>
    /// <exception cref="BadInput">It is not such an object, has other fields, or more rows than are allowed.</exception>
    public async Task ReadAsync(PipeReader body, CancellationToken ct)
    {
        for (var ended = false; !ended;)
        {
            var read = await body.ReadAsync(ct);
            ended = read.IsCompleted;
            var rest = read.Buffer.End;
            try
            {
                if (!ended || !read.Buffer.IsEmpty || begun)
                    rest = Read(read.Buffer, ended);
                if (read.Buffer.Slice(rest).Length > ValueLimit)
                    throw new BadInput($"{column?.Name ?? "The body"} has a value longer than {ValueLimit} bytes.", column?.Name);
            }
            finally
            {
                body.AdvanceTo(rest, read.Buffer.End);
            }
        }
    }

    /// <summary>Reads what has arrived so far and tells up to where; the rest is an unfinished value.</summary>
    SequencePosition Read(ReadOnlySequence<byte> arrived, bool isAll)
    {
        var reader = new Utf8JsonReader(arrived, isAll, state);
        try
        {
            while (true)
            {
                var before = reader;
                if (!reader.Read())
                    break;
                if (Take(ref reader, arrived))
                    continue;
                // The value goes on in what is still to come: begin with it again then.
                reader = before;
                break;
            }
        }
        catch (JsonException e)
        {
            var next = arrived.Slice(reader.BytesConsumed).FirstSpan.TrimStart(" \t\r\n,:["u8);
            throw new BadInput(next is [(byte)'N' or (byte)'I', ..] or [(byte)'-', (byte)'I', ..]
                ? $"JSON parse error - NaN and Infinity are not numbers of JSON ({column?.Name}). Where nothing was "
                + $"measured, write null."
                : $"JSON parse error - {e.Message.Split(" LineNumber")[0]} (line {e.LineNumber + 1}, byte "
                + $"{e.BytePositionInLine + 1}).",
                column?.Name);
        }
        catch (InvalidOperationException)
        {
            // What a text cannot be made of: bytes that are not UTF-8, half of a surrogate pair.
            throw new BadInput($"{column?.Name ?? "The name of a field"} has text that is not Unicode. Send text as UTF-8.",
                column?.Name);
        }
        state = reader.CurrentState;
        return reader.Position;
    }

    /// <summary>Takes one token, or one whole nested value; false where that has not arrived yet.</summary>
    bool Take(ref Utf8JsonReader reader, ReadOnlySequence<byte> arrived)
    {
        if (!begun)
        {
            begun = reader.TokenType == JsonTokenType.StartObject ? true
                : throw new BadInput("The body must be a JSON object: please ensure posted data is of type application/json.");
            return true;
        }
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName:
                var name = reader.GetString()!;
                column = byName.GetValueOrDefault(name)
                    ?? throw new BadInput($"Invalid input format: {name}: Unknown field.", name);
                if (column.IsGiven)
                    throw new BadInput($"Invalid input format: {name} is given twice.", name);
                return true;
            case JsonTokenType.StartArray when !column!.IsGiven:
                column.Begin(isList: true);
                return true;
            case JsonTokenType.EndArray or JsonTokenType.EndObject:
                return true;
        }
        var begin = reader.TokenStartIndex;
        if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray && !reader.TrySkip())
            return false;
        if (!column!.IsGiven)
            column.Begin(isList: false);
        if (column.Count == rowLimit)
            throw new BadInput($"{column.Name} has more than {rowLimit} values; at most {rowLimit} rows in one call.",
                column.Name);
        column.Add(ref reader, arrived.Slice(begin, reader.BytesConsumed - begin));
        return true;
    }
}

/// <summary>The values of one field, as they were given.</summary>
abstract class JsonColumn(string name)
{
    public string Name => name;

    /// <summary>Whether the field was there, even as null.</summary>
    public bool IsGiven { get; private set; }
    public bool IsList { get; private set; }
    public abstract int Count { get; }

    /// <summary>Whether it was there with more than null.</summary>
    public bool HasValues => IsGiven && (IsList || !IsNull(0));

    public void Begin(bool isList) => (IsGiven, IsList) = (true, isList);

    /// <summary>Takes the value that the reader stands on; <paramref name="text"/> is its JSON.</summary>
    public abstract void Add(ref Utf8JsonReader reader, ReadOnlySequence<byte> text);

    public abstract bool IsNull(int row);

    /// <summary>"Row 3: " where the field is a list.</summary>
    public string Row(int row) => IsList ? $"Row {row + 1}: " : "";

    protected BadInput Wrong(string wanted, ReadOnlySequence<byte> text)
    {
        var given = Encoding.UTF8.GetString(text.Slice(0, Math.Min(text.Length, 100)));
        return new BadInput($"{Row(Count)}{Name} must be {wanted}, got {given}.", Name);
    }
}

/// <summary>A column of one kind of value; a null is that kind's word for it.</summary>
abstract class JsonColumn<T>(string name) : JsonColumn(name)
{
    readonly List<T> values = [];

    public override int Count => values.Count;

    public Column<T> Column => IsList ? new(values.ToArray()) : new(values[0]);

    public IReadOnlyList<T> Values => values;

    protected void Add(T value) => values.Add(value);
}

/// <summary>Finite numbers, also as text; NaN is null.</summary>
sealed class NumberColumn(string name) : JsonColumn<double>(name)
{
    public override bool IsNull(int row) => double.IsNaN(Values[row]);

    public override void Add(ref Utf8JsonReader reader, ReadOnlySequence<byte> text)
    {
        if (reader.TokenType == JsonTokenType.Null)
            Add(double.NaN);
        else if ((reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var number)
            || reader.TokenType == JsonTokenType.String
            && double.TryParse(reader.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out number))
            && double.IsFinite(number))
            Add(number);
        else
            throw Wrong("a finite number", text);
    }
}

/// <summary>Integers, also as text.</summary>
/// <param name="word">A word that may stand instead of them, such as "all".</param>
sealed class IntegerColumn(string name, string? word = null) : JsonColumn<int?>(name)
{
    public bool IsWord { get; private set; }

    public override bool IsNull(int row) => Values[row] is null;

    public override void Add(ref Utf8JsonReader reader, ReadOnlySequence<byte> text)
    {
        if (reader.TokenType == JsonTokenType.Null)
            Add(null as int?);
        else if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var number)
            || reader.TokenType == JsonTokenType.String
            && int.TryParse(reader.GetString(), CultureInfo.InvariantCulture, out number))
            Add(number);
        else if (word is not null && !IsList && reader.TokenType == JsonTokenType.String && reader.ValueTextEquals(word))
        {
            IsWord = true;
            Add(0);
        }
        else
            throw Wrong(word is null ? "an integer" : $"a list of integers or \"{word}\"", text);
    }
}

/// <summary>Short texts; equal ones that follow each other are one string.</summary>
sealed class TextColumn(string name) : JsonColumn<string?>(name)
{
    string? last;

    public override bool IsNull(int row) => Values[row] is null;

    public override void Add(ref Utf8JsonReader reader, ReadOnlySequence<byte> text)
    {
        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.Null))
            throw Wrong("text", text);
        if (reader.TokenType == JsonTokenType.Null || last is null || !reader.ValueTextEquals(last))
            last = reader.GetString();
        if (last?.Length > Fields.TextLimit || last?.Contains('\0', StringComparison.Ordinal) == true)
            throw Wrong($"text of at most {Fields.TextLimit} characters, none of them zero", text);
        Add(last);
    }
}

/// <summary>JSON as it stands.</summary>
sealed class AnyColumn(string name) : JsonColumn<string?>(name)
{
    public override bool IsNull(int row) => Values[row] is null;

    public override void Add(ref Utf8JsonReader reader, ReadOnlySequence<byte> text)
    {
        if (reader.TokenType != JsonTokenType.Null)
            JsonUnicode.Require(Name, text.IsSingleSegment ? text.FirstSpan : text.ToArray());
        var json = reader.TokenType == JsonTokenType.Null ? null : Encoding.UTF8.GetString(text);
        // PostgreSQL's jsonb cannot hold a zero character.
        Add(json?.Contains("\\u0000", StringComparison.Ordinal) == true
            ? throw Wrong("JSON without zero characters", text) : json);
    }
}
