using System.Buffers;
using System.Globalization;
using System.Text;

namespace Vigil.Sky.Imaging;

/// <summary>
/// A catalogue as text, row by row: columns named by SExtractor's lines <c># n NAME ...</c>, by one line of names, or not at
/// all where there are ccdphot's seven.
/// </summary>
sealed class CatalogText : IDisposable
{
    const int LongestLine = 1 << 16;
    const int MostColumns = 4096;

    static readonly SearchValues<char> blanks = SearchValues.Create(" \t\r");
    static readonly SearchValues<char> notText = SearchValues.Create([.. Enumerable.Range(0, 32)
        .Where(code => code is not ('\t' or '\n' or '\r' or '\f')).Select(code => (char)code), '\x7F']);
    static readonly string[] ccdphot =
        ["NUMBER", "ALPHA_J2000", "DELTA_J2000", "XWIN_IMAGE", "YWIN_IMAGE", "MAG_AUTO", "MAGERR_AUTO"];

    readonly StreamReader reader;
    readonly Dictionary<string, int> places = new(StringComparer.OrdinalIgnoreCase);
    readonly char[] buffer = new char[LongestLine];
    readonly double[] values;
    int start, end, filled; // of the present line, and of the buffer
    bool isAtEnd;
    int lineNumber;
    int lineLength;
    bool hasRow; // a row was read while looking for names
    readonly int needed; // values of a row

    /// <summary>Reads the names of the columns.</summary>
    /// <exception cref="FrameException">This is no text, or no catalogue.</exception>
    public CatalogText(Stream stream)
    {
        reader = new StreamReader(stream, Encoding.Latin1, detectEncodingFromByteOrderMarks: false, 1 << 16, leaveOpen: true);
        var bare = Array.Empty<string>(); // names without a number
        while (TryLine(out var line))
        {
            var trimmed = line.Trim(" \t\r");
            if (trimmed.IsEmpty)
                continue;
            var isComment = trimmed[0] == '#';
            var words = Words(trimmed.TrimStart('#'));
            if (isComment && words.Length >= 2 && int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture,
                out var number) && number is >= 1 and <= MostColumns)
            {
                places.TryAdd(words[1], number - 1);
                needed = Math.Max(needed, number);
            }
            else if (words.Contains("ALPHA_J2000", StringComparer.OrdinalIgnoreCase) || !isComment && places.Count == 0 &&
                bare.Length == 0 && words.Length > 0 && Array.TrueForAll(words, IsName))
            {
                bare = words;
            }
            else if (!isComment)
            {
                hasRow = true;
                if (places.Count == 0 && bare.Length == 0 && words.Length == ccdphot.Length)
                    bare = ccdphot;
                break;
            }
        }
        for (var i = 0; i < bare.Length && i < MostColumns && needed == 0; i++)
            places.TryAdd(bare[i], i);
        if (needed == 0)
            needed = Math.Min(bare.Length, MostColumns);
        values = new double[needed];
    }

    /// <summary>The names of the columns in their order.</summary>
    public IReadOnlyCollection<string> Columns => [.. places.OrderBy(place => place.Value).Select(place => place.Key)];

    /// <summary>Whether there is a column of a name.</summary>
    public bool Has(string name) => places.ContainsKey(name);

    /// <summary>Where a column stands, from 0; -1 where there is none.</summary>
    public int IndexOf(string name) => places.GetValueOrDefault(name, -1);

    /// <summary>A value of the present row; NaN where the file has none, or for the column -1.</summary>
    public double this[int column] => column < 0 ? double.NaN : values[column];

    /// <summary>Goes to the next row; false at the end.</summary>
    /// <exception cref="FrameException">A row is too short, or holds a word where a number should be.</exception>
    public bool Next()
    {
        while (hasRow || TryLine(out _))
        {
            hasRow = false;
            var rest = Line.Trim(" \t\r");
            if (rest.IsEmpty || rest[0] == '#')
                continue;
            var count = 0;
            while (!rest.IsEmpty && count < values.Length)
            {
                var length = rest.IndexOfAny(blanks);
                var word = length < 0 ? rest : rest[..length];
                values[count++] = Number(word);
                rest = length < 0 ? [] : rest[length..].TrimStart(" \t\r");
            }
            return count == values.Length ? true : throw new FrameException(
                $"Line {lineNumber} of the catalogue has {count} values, its header names {values.Length} columns. " +
                "The file was cut off, or is of another format. Fetch it again.");
        }
        return false;
    }

    /// <inheritdoc/>
    public void Dispose() => reader.Dispose();

    double Number(ReadOnlySpan<char> word)
    {
        if (double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            return number;
        // What C's printf, IRAF, pandas and SQL write where there is no number.
        if (word.TrimStart("+-") is var bare && (bare.Equals("nan", StringComparison.OrdinalIgnoreCase) ||
            bare.Equals("inf", StringComparison.OrdinalIgnoreCase) || bare.Equals("INDEF", StringComparison.Ordinal) ||
            bare.Equals("null", StringComparison.OrdinalIgnoreCase) || !bare.ContainsAnyExcept('*')))
            return double.NaN;
        throw new FrameException($"Line {lineNumber} of the catalogue holds '{Shown(word)}' where a number should be. " +
            "Write one row a star, numbers separated by spaces.");
    }

    bool TryLine(out ReadOnlySpan<char> line)
    {
        start = end;
        for (var searched = start; ;)
        {
            var found = buffer.AsSpan(searched, filled - searched).IndexOf('\n');
            if (found >= 0 || isAtEnd)
            {
                lineLength = (found >= 0 ? searched + found : filled) - start;
                end = start + lineLength + (found >= 0 ? 1 : 0);
                lineNumber++;
                line = Line;
                return line.ContainsAny(notText) ? throw NoText() : end > start;
            }
            // Make room and read on.
            buffer.AsSpan(start, filled - start).CopyTo(buffer);
            (searched, filled, start) = (filled - start, filled - start, 0);
            if (filled == buffer.Length)
                throw buffer.AsSpan().ContainsAny(notText) ? NoText() : new FrameException(
                    $"Line {lineNumber + 1} of the catalogue is longer than {LongestLine} characters. Write one row a line.");
            var got = reader.Read(buffer.AsSpan(filled));
            (filled, isAtEnd) = (filled + got, got == 0);
        }
    }

    ReadOnlySpan<char> Line => buffer.AsSpan(start, lineLength);

    static FrameException NoText() => new(
        "This is neither text nor FITS. Give a SExtractor catalogue (ASCII_HEAD or FITS) or a FITS table.");

    static string[] Words(ReadOnlySpan<char> line)
    {
        var words = new List<string>();
        foreach (var range in line.SplitAny(blanks))
            if (!line[range].IsEmpty && words.Count <= MostColumns)
                words.Add(line[range].ToString());
        return [.. words];
    }

    static bool IsName(string word) => char.IsAsciiLetter(word[0]);

    static string Shown(ReadOnlySpan<char> word) => new(word[..Math.Min(word.Length, 40)]);
}
