using System.Buffers.Text;
using System.Text;

namespace Vigil.Sky.Imaging;

/// <summary>What tables write in text in place of numbers.</summary>
static class TextValue
{
    static readonly string[] missing = ["", "null", "nan", "--", "-", ".", "na", "n/a", "none", "\\n", "not_available"];
    static readonly string[] yes = ["true", "t", "yes", "y", "variable"];
    static readonly string[] no = ["false", "f", "no", "n", "constant"];

    /// <summary>What is said of an id that is none.</summary>
    public const string IdRule =
        "an id is a whole number in [0, 2^63). If the column is no number, leave it out: --column id=";

    /// <summary>Whether a text says that there is no value.</summary>
    public static bool IsMissing(ReadOnlySpan<byte> text) => Is(text, missing);

    /// <summary>The number that a text is; NaN where it says that there is none, 1 and 0 for yes and no of a flag.</summary>
    /// <returns>Whether it is any of these.</returns>
    public static bool TryRead(ReadOnlySpan<byte> text, StarQuantity quantity, out double value)
    {
        if (TextNumber.TryParse(text, out value) && double.IsFinite(value))
            return true;
        value = double.NaN;
        if (IsMissing(text))
            return true;
        if (quantity is not (StarQuantity.Variable or StarQuantity.Blended or StarQuantity.Extended))
            return false;
        value = Is(text, yes) ? 1 : 0;
        return value > 0 || Is(text, no);
    }

    /// <summary>Reads a text as the number of a wanted column of a row.</summary>
    /// <returns>Why it cannot be; null where it can.</returns>
    public static string? Read(ReadOnlySpan<byte> text, StarPiece piece, int row, int k, in StarColumn column)
    {
        if (column.Quantity != StarQuantity.Id)
            return TryRead(text, column.Quantity, out piece.Values[k][row]) ? null
                : column.Quantity is StarQuantity.Ra or StarQuantity.Dec ? "positions must be decimal degrees"
                    : "this is no number";
        piece.Ids[row] = 0;
        if (IsMissing(text))
            return null;
        if (!Utf8Parser.TryParse(text, out long id, out var used) || used < text.Length || id < 0)
            return IdRule;
        piece.Ids[row] = id;
        return null;
    }

    static bool Is(ReadOnlySpan<byte> text, string[] words)
    {
        if (text.Length > 16)
            return false;
        foreach (var word in words)
            if (Ascii.EqualsIgnoreCase(text, word))
                return true;
        return false;
    }
}
