using System.Buffers.Text;
using System.Text.Unicode;

namespace Vigil.Dialects;

/// <summary>
/// JSON lets a text hold what is no Unicode: bytes that are not UTF-8, and one half of a surrogate pair as an escape (\ud800).
/// Neither .NET nor PostgreSQL can make a text of them.
/// </summary>
static class JsonUnicode
{
    /// <summary>Refuses such texts.</summary>
    /// <param name="name">The field, for the message.</param>
    /// <param name="json">A JSON value that has been parsed.</param>
    public static void Require(string name, ReadOnlySpan<byte> json)
    {
        if (!Utf8.IsValid(json))
            throw new BadInput($"{name} has text that is not UTF-8.", name);
        // In JSON a backslash is always the begin of an escape.
        for (var rest = json; rest.IndexOf((byte)'\\') is >= 0 and var at;)
        {
            rest = rest[at..];
            var unit = Escaped(rest);
            if (char.IsLowSurrogate(unit) || (char.IsHighSurrogate(unit) && !char.IsLowSurrogate(Escaped(rest[6..]))))
                throw new BadInput($"{name} has half of a surrogate pair, \\u{(int)unit:x4}, which is no character. Send "
                    + $"text as UTF-8.", name);
            rest = rest[(char.IsHighSurrogate(unit) ? 12 : 2)..];
        }
    }

    /// <summary>The UTF-16 code unit that a text begins with as an escape; 0 for any other text.</summary>
    static char Escaped(ReadOnlySpan<byte> text) =>
        text is [(byte)'\\', (byte)'u', _, _, _, _, ..] && Utf8Parser.TryParse(text[2..6], out ushort unit, out _, 'x')
            ? (char)unit : '\0';
}
