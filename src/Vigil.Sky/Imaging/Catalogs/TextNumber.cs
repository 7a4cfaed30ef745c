using System.Buffers.Binary;
using System.Buffers.Text;
using System.Runtime.CompilerServices;

namespace Vigil.Sky.Imaging;

/// <summary>Decimal numbers in text of a byte a character, correctly rounded.</summary>
static class TextNumber
{
    // 10^22 is the largest power of ten that a double has exactly.
    static readonly double[] powers =
    [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
        1e21, 1e22,
    ];

    /// <summary>Reads a plain number (digits with or without a point) from the start of a text.</summary>
    /// <returns>How many characters it has; 0 where it is not plain, which does not mean that it is no number.</returns>
    /// <remarks>
    /// Digits as an integer below 2^53, divided by a power of ten up to 10^22: both are exact, hence the quotient is correctly
    /// rounded (W. D. Clinger 1990, Proc. PLDI, 92, doi:10.1145/93542.93557).
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Plain(ReadOnlySpan<byte> text, out double value)
    {
        value = 0;
        var at = 0;
        var negative = text.Length > 0 && text[0] == '-';
        if (negative)
            at = 1;
        var digits = 0ul;
        var start = at;
        while (at < text.Length && (uint)(text[at] - '0') <= 9)
            digits = 10 * digits + (uint)(text[at++] - '0');
        var (count, decimals) = (at - start, 0);
        if (at < text.Length && text[at] == '.')
        {
            start = ++at;
            if (text.Length - at >= 8 && EightDigits(BinaryPrimitives.ReadUInt64LittleEndian(text[at..]), out var eight))
            {
                digits = 100_000_000 * digits + eight;
                at += 8;
            }
            while (at < text.Length && (uint)(text[at] - '0') <= 9)
                digits = 10 * digits + (uint)(text[at++] - '0');
            decimals = at - start;
        }
        // 19 digits fit 64 bits, so that the sum has not gone round.
        if (count + decimals is 0 or > 19 || digits >= 1ul << 53 || at < text.Length && (text[at] | 0x20) == 'e')
            return 0;
        value = digits / powers[decimals];
        if (negative)
            value = -value;
        return at;
    }

    /// <summary>Reads a whole number of up to 18 digits, without a sign, from the start of a text.</summary>
    /// <returns>How many characters it has; 0 where it is none or longer.</returns>
    public static int Whole(ReadOnlySpan<byte> text, out long value)
    {
        value = 0;
        var at = 0;
        while (at < text.Length && (uint)(text[at] - '0') <= 9)
            value = 10 * value + (text[at++] - '0');
        return at <= 18 ? at : 0;
    }

    // Eight digits in the bytes of a word, the first one lowest: sums of two, of four, of eight.
    static bool EightDigits(ulong word, out uint value)
    {
        value = 0;
        if (((word & 0xF0F0F0F0F0F0F0F0) | ((word + 0x0606060606060606) & 0xF0F0F0F0F0F0F0F0) >> 4) != 0x3333333333333333)
            return false;
        word -= 0x3030303030303030;
        word = word * 10 + (word >> 8);
        value = (uint)(((word & 0x000000FF000000FF) * 0x000F424000000064
            + ((word >> 16) & 0x000000FF000000FF) * 0x0000271000000001) >> 32);
        return true;
    }

    /// <summary>Reads a whole text as a number.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out double value)
    {
        if (Plain(text, out value) == text.Length && text.Length > 0)
            return true;
        if (text.Length > 1 && text[0] == '+' && text[1] is not ((byte)'+' or (byte)'-'))
            text = text[1..];
        return Utf8Parser.TryParse(text, out value, out int used) && used == text.Length && text.Length > 0;
    }
}
