using System.Buffers.Binary;

namespace Vigil.Sky.Fits;

/// <summary>PLIO_1: runs of equal pixels, as IRAF's pixel masks have them; pixels are whole numbers from 0 to 2^24.</summary>
/// <remarks>FITS Standard 4.0, section 10.4.3 and its table of instructions.</remarks>
static class Plio
{
    const int LongHeader = 7;

    /// <summary>Unpacks the pixels of a tile from its big-endian 16-bit words.</summary>
    /// <exception cref="InvalidDataException">The words end before they should, or make no sense.</exception>
    public static void Decode(ReadOnlySpan<byte> bytes, Span<int> pixels)
    {
        // Either the third word is the number of words, or the header is longer and has it in two.
        var (first, count) = (3, Word(bytes, 2));
        if (count <= 0)
            (first, count) = (Math.Max(Word(bytes, 1), LongHeader), Word(bytes, 3) + (Word(bytes, 4) << 15));
        pixels.Clear();
        var (at, high) = (0, 1);
        for (var word = first; word < count && at < pixels.Length; word++)
        {
            var (instruction, data) = (Word(bytes, word) >> 12, Word(bytes, word) & 0xFFF);
            switch (instruction)
            {
                case 0: // ZN: zeros
                    at += data;
                    break;
                case 4: // HN: so many high values
                    pixels[at..Math.Min(at + data, pixels.Length)].Fill(high);
                    at += data;
                    break;
                case 5: // PN: zeros, but the last is a high value
                    at += data;
                    if (data > 0 && at <= pixels.Length)
                        pixels[at - 1] = high;
                    break;
                case 1: // SH: sets the high value by two words
                    high = (Word(bytes, ++word) << 12) + data;
                    break;
                case 2: // IH: increments it
                    high += data;
                    break;
                case 3: // DH: decrements it
                    high -= data;
                    break;
                case 6: // IS: increments it and puts one pixel
                    pixels[at++] = high += data;
                    break;
                case 7: // DS: decrements it and puts one pixel
                    pixels[at++] = high -= data;
                    break;
                default:
                    throw new InvalidDataException($"holds the PLIO instruction {instruction}, which does not exist");
            }
        }
    }

    static int Word(ReadOnlySpan<byte> bytes, int index) => 2 * index + 2 <= bytes.Length
        ? BinaryPrimitives.ReadInt16BigEndian(bytes[(2 * index)..])
        : throw new InvalidDataException("ends before its pixels do");
}
