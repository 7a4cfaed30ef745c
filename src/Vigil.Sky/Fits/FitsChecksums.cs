using System.Buffers.Binary;
using System.Globalization;

namespace Vigil.Sky.Fits;

/// <summary>Ones' complement sums of blocks: FITS Standard 4.0, section 4.4.2.7 and appendix J.</summary>
static class FitsChecksums
{
    /// <summary>The sum so far and that of more bytes; zeros complete the last word of four bytes.</summary>
    public static uint Add(uint sum, ReadOnlySpan<byte> bytes)
    {
        // Carries gather in the upper half and come round at the end; 2^32 words would be needed to overflow.
        ulong total = sum;
        var whole = bytes.Length & ~3;
        for (var i = 0; i < whole; i += 4)
            total += BinaryPrimitives.ReadUInt32BigEndian(bytes[i..]);
        for (var i = whole; i < bytes.Length; i++)
            total += (ulong)bytes[i] << (8 * (whole + 3 - i));
        return Fold(total);
    }

    /// <summary>The sum of two sums.</summary>
    public static uint Add(uint first, uint second) => Fold((ulong)first + second);

    /// <summary>Sixteen letters and digits that, written as CHECKSUM where sixteen zeros stood, bring the sum to zero.</summary>
    public static string Encode(uint sum)
    {
        var complement = ~sum;
        Span<char> text = stackalloc char[16];
        for (var i = 0; i < 4; i++)
        {
            // Four characters share the sum of a byte; two neighbours move in opposite ways until none is punctuation.
            var value = (int)(complement >> (24 - 8 * i)) & 0xFF;
            Span<int> part = [value / 4 + value % 4 + '0', value / 4 + '0', value / 4 + '0', value / 4 + '0'];
            for (var moved = true; moved;)
            {
                moved = false;
                for (var pair = 0; pair < 4; pair += 2)
                    if (IsPunctuation(part[pair]) || IsPunctuation(part[pair + 1]))
                    {
                        part[pair]++;
                        part[pair + 1]--;
                        moved = true;
                    }
            }
            for (var j = 0; j < 4; j++)
                text[(4 * j + i + 1) % 16] = (char)part[j]; // the value of a card begins in an odd column: one byte to the right
        }
        return new string(text);
    }

    /// <summary>The DATASUM of a header; null where there is none that can be read.</summary>
    public static uint? DataSum(FitsHeader header) =>
        header.Find("DATASUM") is { Value: { } text } &&
        uint.TryParse(text, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture,
            out var sum)
            ? sum : null;

    static bool IsPunctuation(int letter) => letter is (> '9' and < 'A') or (> 'Z' and < 'a');

    static uint Fold(ulong total)
    {
        while (total >> 32 != 0)
            total = (total & 0xFFFFFFFF) + (total >> 32);
        return (uint)total;
    }
}
