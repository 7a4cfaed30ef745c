using System.Buffers;
using System.Globalization;
using System.Text;

namespace Vigil.Sky.Fits;

/// <summary>Cards as the 80 bytes of a file: FITS Standard 4.0, section 4, with CONTINUE and HIERARCH.</summary>
static class FitsCards
{
    public const int Size = 80;
    public const int CommentaryWidth = 72;

    // The first column after the value indicator "= ", from 0.
    const int ValueColumn = 10;

    static readonly SearchValues<char> KeywordCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");

    static readonly SearchValues<char> HierarchCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_ .");

    /// <summary>Reads one card; bytes beyond ASCII are taken as Latin-1, as old observatories' comments need.</summary>
    public static FitsCard Parse(ReadOnlySpan<byte> card, int hdu, long offset)
    {
        foreach (var letter in card[..8])
            if (letter is < 0x20 or > 0x7E)
                throw new FitsException($"a keyword holds the byte 0x{letter:X2}. The header is corrupt, or its END is lost.",
                    hdu, offset: offset);
        var text = Encoding.Latin1.GetString(card);
        var keyword = text[..8].TrimEnd().ToUpperInvariant();
        if (keyword is "COMMENT" or "HISTORY" or "" or "CONTINUE")
            return new FitsCard(keyword, null, false, text[8..].TrimEnd());
        if (keyword == "HIERARCH" && text.IndexOf('=', 8) is > 8 and var equals)
            return Value(text[8..equals].Trim().ToUpperInvariant(), text[(equals + 1)..]);
        return text[8] == '=' && text[9] == ' '
            ? Value(keyword, text[ValueColumn..])
            : new FitsCard(keyword, null, false, text[8..].Trim());
    }

    /// <summary>The string and comment of a CONTINUE card; false when it holds no string.</summary>
    public static bool TryContinuation(string text, out string value, out string comment)
    {
        var trimmed = text.AsSpan().TrimStart();
        (value, comment) = ("", "");
        if (trimmed is not ['\'', ..] || !TryQuoted(trimmed, out value, out var rest))
            return false;
        comment = CommentAfter(rest);
        return true;
    }

    /// <summary>A finite number as FITS writes it: with E or D before the exponent.</summary>
    public static bool TryNumber(ReadOnlySpan<char> text, out double number)
    {
        Span<char> plain = stackalloc char[Size];
        number = 0;
        if (text.Length > plain.Length)
            return false;
        for (var i = 0; i < text.Length; i++)
            plain[i] = text[i] is 'D' or 'd' ? 'E' : text[i];
        return double.TryParse(plain[..text.Length], NumberStyles.Float & ~NumberStyles.AllowTrailingWhite,
            CultureInfo.InvariantCulture, out number) && double.IsFinite(number);
    }

    /// <summary>A keyword in upper case that may be written, as itself or after HIERARCH.</summary>
    public static string CheckedKeyword(string keyword)
    {
        var upper = keyword.ToUpperInvariant();
        var isPlain = upper.Length is > 0 and <= 8 && !upper.AsSpan().ContainsAnyExcept(KeywordCharacters);
        var isHierarch = upper.Length is > 0 and <= 50 && upper == upper.Trim() &&
            !upper.AsSpan().ContainsAnyExcept(HierarchCharacters);
        return (isPlain || isHierarch) && upper is not ("COMMENT" or "HISTORY" or "CONTINUE" or "HIERARCH" or "END") ? upper
            : throw new ArgumentException($"'{keyword}' cannot be a keyword with a value. Use letters, digits, '-' and '_'.",
                nameof(keyword));
    }

    /// <summary>Text that a header may hold: printable ASCII.</summary>
    public static string CheckText(string text)
    {
        foreach (var letter in text)
            if (letter is < ' ' or > '~')
                throw new ArgumentException($"A header holds printable ASCII only; the text has U+{(int)letter:X4}.",
                    nameof(text));
        return text;
    }

    /// <summary>Appends the bytes of a card, with as many CONTINUE cards as its string needs.</summary>
    public static void Write(FitsCard card, List<byte[]> into)
    {
        if (card.IsCommentary)
        {
            Line(card.Keyword.PadRight(8) + card.Comment);
            return;
        }
        var isPlain = card.Keyword.Length <= 8 && !card.Keyword.AsSpan().ContainsAnyExcept(KeywordCharacters);
        var start = isPlain ? card.Keyword.PadRight(8) + "= " : $"HIERARCH {card.Keyword} = ";
        if (card.IsString)
        {
            WriteString(start, card);
            return;
        }
        var value = card.Value ?? "";
        WithComment(start + (isPlain ? value.PadLeft(20) : value), card.Comment);

        void WriteString(string start, FitsCard card)
        {
            var rest = card.Value!.Replace("'", "''", StringComparison.Ordinal);
            while (start.Length + rest.Length + 2 > Size)
            {
                var fits = Size - start.Length - 3; // two quotes and the mark '&'
                // A doubled quote stays on one card.
                var quotes = 0;
                while (quotes < fits && rest[fits - 1 - quotes] == '\'')
                    quotes++;
                fits -= quotes & 1;
                Line($"{start}'{rest[..fits]}&'");
                (start, rest) = ("CONTINUE  ", rest[fits..]);
            }
            WithComment($"{start}'{rest.PadRight(8)[..Math.Max(rest.Length, Math.Min(8, Size - start.Length - 2))]}'",
                card.Comment);
        }

        // A comment that does not fit is cut: the standard lets a card's comment be anything.
        void WithComment(string text, string comment) =>
            Line(comment.Length == 0 || text.Length > Size - 4 ? text : Cut($"{text.PadRight(30)} / {comment}"));

        string Cut(string text) => text.Length > Size ? text[..Size] : text;

        void Line(string text) => into.Add(Encoding.ASCII.GetBytes(text.PadRight(Size)));
    }

    static FitsCard Value(string keyword, string text)
    {
        var trimmed = text.AsSpan().TrimStart(' ');
        // A string without its closing quote stays bare text, which nobody who asks for a string will get.
        if (trimmed is ['\'', ..] && TryQuoted(trimmed, out var value, out var rest))
            return new FitsCard(keyword, value, true, CommentAfter(rest));
        var slash = trimmed.IndexOf('/');
        var bare = (slash < 0 ? trimmed : trimmed[..slash]).Trim(' ');
        return new FitsCard(keyword, bare.IsEmpty ? null : bare.ToString(), false,
            slash < 0 ? "" : CommentAfter(trimmed[slash..]));
    }

    // Text that begins with a quote: its content, quotes undoubled and trailing spaces gone, and what follows it.
    static bool TryQuoted(ReadOnlySpan<char> text, out string value, out ReadOnlySpan<char> rest)
    {
        var content = new StringBuilder();
        for (var i = 1; i < text.Length; i++)
        {
            if (text[i] == '\'')
            {
                if (i + 1 == text.Length || text[i + 1] != '\'')
                {
                    value = content.ToString().TrimEnd(' ');
                    rest = text[(i + 1)..];
                    return true;
                }
                i++;
            }
            content.Append(text[i]);
        }
        value = "";
        rest = [];
        return false;
    }

    static string CommentAfter(ReadOnlySpan<char> rest)
    {
        rest = rest.Trim(' ');
        return (rest is ['/', ..] ? rest[1..] : rest).Trim(' ').ToString();
    }
}
