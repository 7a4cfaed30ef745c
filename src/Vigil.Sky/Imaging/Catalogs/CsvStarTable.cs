using System.Buffers;
using System.Text;

namespace Vigil.Sky.Imaging;

/// <summary>
/// Stars in text: names of columns, then a star a line, separated by commas, semicolons, tabs, bars or blanks; lines that start
/// with # are comments, of which ECSV's say the units.
/// </summary>
sealed class CsvStarTable : StarTable
{
    const int PieceBytes = 1 << 20;

    static readonly SearchValues<byte> ofDashes = SearchValues.Create("- \t\r;|,"u8);

    readonly Stream stream;
    readonly byte separator;
    readonly int fields;
    readonly int[] columnOf; // of a field: its place among the wanted columns, or -1
    readonly int lastWanted;
    readonly int idColumn;   // its place among the wanted columns, or -1
    readonly long firstLine;
    readonly bool isEcsv;
    byte[] buffer = new byte[PieceBytes];
    int start, end;
    bool atEnd;

    public CsvStarTable(Stream stream, string name, StarTableOptions options) : base(name, options)
    {
        this.stream = stream;
        var units = new Dictionary<string, string>();
        var delimiter = (byte)0;
        string? named = null;
        ReadOnlySpan<byte> line;
        for (; ; )
        {
            if (!TryLine(out line))
                throw new FrameException($"{name} has no line with the names of its columns.");
            firstLine++;
            if (firstLine == 1 && line is [0xEF, 0xBB, 0xBF, ..])
                line = line[3..];
            if (line.Length > 0 && line[0] == '#')
                ReadComment(Encoding.UTF8.GetString(line), units, ref named, ref delimiter, ref isEcsv);
            else if (line.IndexOfAnyExcept(" \t\r"u8) >= 0)
                break;
        }
        separator = delimiter != 0 ? delimiter : Separator(line);
        var names = Split(line).ToArray();
        // VizieR's text: a line of units and one of dashes follow.
        var back = start;
        if (TryLine(out var unitLine) && Split(unitLine) is var unitTexts && TryLine(out var dashes)
            && dashes.Length > 0 && dashes.IndexOfAnyExcept(ofDashes) < 0)
        {
            for (var i = 0; i < Math.Min(names.Length, unitTexts.Count); i++)
                units.TryAdd(names[i], unitTexts[i]);
            firstLine += 2;
        }
        else
        {
            start = back;
        }
        firstLine++;
        fields = names.Length;
        SetColumns([.. names.Select(column => (column, units.GetValueOrDefault(column, "")))]);
        columnOf = new int[fields];
        columnOf.AsSpan().Fill(-1);
        for (var k = Columns.Count; k-- > 0;)
            columnOf[Columns[k].Index] = k;
        idColumn = Columns.ToList().FindIndex(column => column.Quantity == StarQuantity.Id);
        lastWanted = Array.FindLastIndex(columnOf, k => k >= 0);
    }

    public override string Format => isEcsv ? "ECSV" : "CSV";

    private protected override string RowWord => "line";

    private protected override long FirstLine => firstLine;

    // ECSV (T. Robitaille et al. 2021, APE 6): "# - {name: ra, unit: deg, ...}" on one line or on several.
    static void ReadComment(string line, Dictionary<string, string> units, ref string? named, ref byte delimiter, ref bool isEcsv)
    {
        isEcsv |= line.StartsWith("# %ECSV", StringComparison.Ordinal);
        if (Value("delimiter: ") is [var mark])
            delimiter = (byte)mark;
        named = Value("name: ") ?? named;
        if (named is not null && Value(" unit: ") is { } unit)
            units.TryAdd(named, unit);

        string? Value(string key)
        {
            var at = line.IndexOf(key, StringComparison.Ordinal);
            if (at < 0)
                return null;
            var text = line[(at + key.Length)..].Trim();
            if (text is ['\'' or '"', ..] && text.IndexOf(text[0], 1) is > 0 and var quote)
                return text[1..quote];
            return text.Split(", ")[0].TrimEnd('}').Trim();
        }
    }

    static byte Separator(ReadOnlySpan<byte> line)
    {
        foreach (var mark in "\t;,|"u8)
            if (line.Contains(mark))
                return mark;
        return (byte)' ';
    }

    List<string> Split(ReadOnlySpan<byte> line)
    {
        var texts = new List<string>();
        for (var at = SkipBlanks(line, 0); at < line.Length || at == line.Length && texts.Count > 0 && separator != ' ';)
        {
            var length = FieldLength(line[at..], out _);
            texts.Add(Encoding.UTF8.GetString(Bare(line.Slice(at, length))));
            at = length + at == line.Length ? line.Length + 1 : SkipBlanks(line, at + length + 1);
        }
        return texts;
    }

    // The next line without its end; it stays in the buffer.
    bool TryLine(out ReadOnlySpan<byte> line)
    {
        for (; ; )
        {
            var length = buffer.AsSpan(start, end - start).IndexOf((byte)'\n');
            if (length >= 0 || atEnd && start < end)
            {
                var whole = length >= 0 ? length : end - start;
                line = buffer.AsSpan(start, whole).TrimEnd((byte)'\r');
                start += whole + (length >= 0 ? 1 : 0);
                return true;
            }
            if (atEnd)
            {
                line = default;
                return false;
            }
            Fill();
        }
    }

    // Reads on behind what is in the buffer.
    void Fill()
    {
        if (end == buffer.Length)
        {
            if (start > 0)
                buffer.AsSpan(start, end - start).CopyTo(buffer);
            else if (buffer.Length >= 16 * PieceBytes)
                throw new FrameException(
                    $"{Name} has a line of more than {buffer.Length} characters; a table of stars has none.");
            else
                Array.Resize(ref buffer, 2 * buffer.Length);
            (start, end) = (0, end - start);
        }
        while (end < buffer.Length && !atEnd)
        {
            var got = stream.Read(buffer, end, buffer.Length - end);
            end += got;
            atEnd = got == 0;
        }
    }

    private protected override Action? Next(StarPiece piece)
    {
        int last;
        while ((last = buffer.AsSpan(start, end - start).LastIndexOf((byte)'\n')) < 0 && !atEnd)
            Fill();
        var length = last >= 0 ? last + 1 : end - start;
        if (length == 0)
            return null;
        // The piece takes the buffer; what is behind its last line goes to the other one.
        var next = piece.Bytes.Length >= buffer.Length ? piece.Bytes : new byte[buffer.Length];
        var rest = end - start - length;
        buffer.AsSpan(start + length, rest).CopyTo(next);
        (piece.Bytes, piece.Start, piece.Length) = (buffer, start, length);
        (buffer, start, end) = (next, 0, rest);
        if (!atEnd)
            Fill();
        return () => Parse(piece);
    }

    void Parse(StarPiece piece)
    {
        var text = piece.Bytes.AsSpan(piece.Start, piece.Length);
        for (var at = 0; at < text.Length; piece.Lines++)
        {
            if (text[at] is (byte)'#' or (byte)'\n' or (byte)'\r')
            {
                var skipped = text[at..].IndexOf((byte)'\n');
                if (text[at] == '#' || skipped <= 1)
                {
                    at = skipped < 0 ? text.Length : at + skipped + 1;
                    continue;
                }
            }
            var row = piece.Count;
            if (row == piece.LineOf.Length)
                piece.Reserve(row + 1024);
            piece.LineOf[row] = piece.Lines;
            at += ParseLine(text[at..], piece, row);
            piece.Count++;
        }
    }

    /// <returns>The characters of the line, with its end.</returns>
    int ParseLine(ReadOnlySpan<byte> text, StarPiece piece, int row)
    {
        var at = SkipBlanks(text, 0);
        var field = 0;
        var hasQuotes = false;
        for (; ; field++)
        {
            var column = field < fields ? columnOf[field] : -1;
            if (field > lastWanted)
            {
                // Nothing more is wanted: only count.
                var rest = text[at..];
                var lineEnd = rest.IndexOf((byte)'\n');
                rest = lineEnd < 0 ? rest : rest[..lineEnd];
                if (separator != ' ' && rest.IndexOf((byte)'"') < 0)
                {
                    field += rest.Count(separator);
                    at += rest.Length;
                    break;
                }
            }
            int length;
            if (column >= 0 && column != idColumn && TextNumber.Plain(text[at..], out var value) is > 0 and var used
                && Ends(text, at + used))
            {
                piece.Values[column][row] = value;
                length = used;
            }
            else if (column >= 0 && column == idColumn && TextNumber.Whole(text[at..], out var id) is > 0 and var digits
                && Ends(text, at + digits))
            {
                piece.Ids[row] = id;
                length = digits;
            }
            else
            {
                length = FieldLength(text[at..], out var quoted);
                hasQuotes |= quoted;
                if (column >= 0)
                    ReadField(text.Slice(at, length), piece, row, column);
            }
            at += length;
            if (separator == ' ')
                at = SkipBlanks(text, at);
            else if (at < text.Length && text[at] == separator)
            {
                at++;
                continue;
            }
            if (at >= text.Length || text[at] == '\n' || text[at] == '\r' && (at + 1 == text.Length || text[at + 1] == '\n'))
                break;
        }
        if (at < text.Length && text[at] == '\r')
            at++;
        field++;
        if (field != fields)
        {
            for (var k = 0; k < columnOf.Length; k++)
                if (columnOf[k] >= 0)
                    SetMissing(piece, row, columnOf[k]);
            piece.Refuse(row, "the line", $"{field} fields", hasQuotes
                ? $"the line of names has {fields}; a text in quotes must end on its line" : $"the line of names has {fields}");
        }
        return Math.Min(at + 1, text.Length);
    }

    bool Ends(ReadOnlySpan<byte> text, int at) => at >= text.Length || text[at] == separator
        || text[at] is (byte)'\n' or (byte)'\r';

    int SkipBlanks(ReadOnlySpan<byte> text, int at)
    {
        if (separator == ' ')
            while (at < text.Length && text[at] == ' ')
                at++;
        return at;
    }

    // Up to the separator or the end of the line; separators within quotes do not count.
    int FieldLength(ReadOnlySpan<byte> text, out bool quoted)
    {
        quoted = text.Length > 0 && text[0] == '"';
        var from = 0;
        if (quoted)
        {
            for (from = 1; from < text.Length && text[from] != '\n'; from++)
                if (text[from] == '"')
                {
                    if (from + 1 == text.Length || text[from + 1] != '"')
                        break;
                    from++; // two stand for one
                }
        }
        var length = text[from..].IndexOfAny(separator, (byte)'\n');
        length = length < 0 ? text.Length : from + length;
        return length > 0 && (length == text.Length || text[length] == '\n') && text[length - 1] == '\r' ? length - 1 : length;
    }

    static ReadOnlySpan<byte> Bare(ReadOnlySpan<byte> field)
    {
        field = field.Trim(" \t"u8);
        return field.Length >= 2 && field[0] == '"' && field[^1] == '"' ? field[1..^1].Trim(" \t"u8) : field;
    }

    static void SetMissing(StarPiece piece, int row, int column)
    {
        if (piece.Values[column].Length > row)
            piece.Values[column][row] = double.NaN;
        else
            piece.Ids[row] = 0;
    }

    void ReadField(ReadOnlySpan<byte> field, StarPiece piece, int row, int column)
    {
        field = Bare(field);
        if (TextValue.Read(field, piece, row, column, Columns[column]) is { } why)
            piece.Refuse(row, Columns[column].Name, Encoding.UTF8.GetString(field), why);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            stream.Dispose();
    }
}
