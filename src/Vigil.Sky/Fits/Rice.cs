using System.Numerics;

namespace Vigil.Sky.Fits;

/// <summary>RICE_1: differences of neighbours, each block of them with as many low bits as it needs.</summary>
/// <remarks>
/// FITS Standard 4.0, section 10.4.1; R. F. Rice, P.-S. Yeh and W. H. Miller 1993, JPL Publication 91-3.
/// </remarks>
static class Rice
{
    /// <summary>Unpacks the pixels of a tile; those of one byte are unsigned, those of two and four signed.</summary>
    /// <exception cref="InvalidDataException">The bytes end before the pixels do, or make no sense.</exception>
    public static void Decode(ReadOnlySpan<byte> bytes, int bytesPerPixel, int blockSize, Span<int> pixels)
    {
        // The number of bits that say how many low bits follow, and the number that says that whole pixels follow.
        var (selectorBits, whole) = bytesPerPixel switch
        {
            1 => (3, 6),
            2 => (4, 14),
            4 => (5, 25),
            _ => throw new InvalidDataException($"has BYTEPIX = {bytesPerPixel}, where 1, 2 and 4 are supported"),
        };
        if (pixels.IsEmpty)
            return;
        var bits = new Bits(bytes);
        var width = 8 * bytesPerPixel;
        var last = bits.Take(width);
        for (var start = 0; start < pixels.Length; start += blockSize)
        {
            var block = pixels.Slice(start, Math.Min(blockSize, pixels.Length - start));
            var low = (int)bits.Take(selectorBits) - 1;
            if (low > whole)
                throw new InvalidDataException("holds a Rice code that does not exist");
            for (var i = 0; i < block.Length; i++)
            {
                if (low >= 0)
                {
                    var code = low == whole ? bits.Take(width) : (bits.TakeZeros() << low) | bits.Take(low);
                    // Even codes are steps up, odd ones down: 0, -1, 1, -2, 2 ...
                    last += (code & 1) == 0 ? code >> 1 : ~(code >> 1);
                }
                block[i] = bytesPerPixel switch { 1 => (byte)last, 2 => (short)last, _ => (int)last };
            }
        }
    }

    // The bits of a span, the highest of each byte first.
    ref struct Bits(ReadOnlySpan<byte> bytes)
    {
        readonly ReadOnlySpan<byte> bytes = bytes;
        ulong held; // the bits to come, from the highest on
        int count;
        int next;

        public uint Take(int bits)
        {
            if (bits == 0)
                return 0;
            if (count < bits)
                Fill(bits);
            var value = (uint)(held >> (64 - bits));
            (held, count) = (held << bits, count - bits);
            return value;
        }

        /// <summary>How many zeros come before the next one; takes that, too.</summary>
        public uint TakeZeros()
        {
            uint zeros = 0;
            while (held == 0)
            {
                zeros += (uint)count;
                (held, count) = (0, 0);
                Fill(1);
            }
            var more = BitOperations.LeadingZeroCount(held);
            // Shifts of 64 bits would do nothing.
            (held, count) = (held << more << 1, count - more - 1);
            return zeros + (uint)more;
        }

        void Fill(int least)
        {
            while (count <= 56 && next < bytes.Length)
            {
                held |= (ulong)bytes[next++] << (56 - count);
                count += 8;
            }
            if (count < least)
                throw new InvalidDataException("ends before its pixels do");
        }
    }
}
