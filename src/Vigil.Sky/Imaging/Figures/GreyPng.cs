using System.Buffers.Binary;
using System.IO.Compression;

namespace Vigil.Sky.Imaging;

/// <summary>Writes grey pictures as PNG (ISO/IEC 15948): 8 bits a pixel, no interlace.</summary>
static class GreyPng
{
    static readonly uint[] crcTable = MakeCrcTable();

    /// <summary>A PNG file.</summary>
    /// <param name="pixels">0 black to 255 white, the upper row first: shape (height, width).</param>
    /// <param name="width">Pixels in a row.</param>
    public static byte[] Encode(ReadOnlySpan<byte> pixels, int width)
    {
        var height = pixels.Length / width;
        using var png = new MemoryStream();
        png.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);
        Span<byte> size = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(size, width);
        BinaryPrimitives.WriteInt32BigEndian(size[4..], height);
        (size[8], size[9], size[10], size[11], size[12]) = (8, 0, 0, 0, 0); // 8 bits, grey
        Chunk(png, "IHDR"u8, size);
        using (var packed = new MemoryStream())
        {
            using (var zlib = new ZLibStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
                for (var row = 0; row < height; row++)
                {
                    zlib.WriteByte(0); // no filter: what is mostly noise is not foretold by its neighbours
                    zlib.Write(pixels.Slice(row * width, width));
                }
            Chunk(png, "IDAT"u8, packed.GetBuffer().AsSpan(0, (int)packed.Length));
        }
        Chunk(png, "IEND"u8, []);
        return png.ToArray();
    }

    static void Chunk(MemoryStream png, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        png.Write(number);
        png.Write(type);
        png.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~Crc(Crc(uint.MaxValue, type), data));
        png.Write(number);
    }

    static uint Crc(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
            crc = crcTable[(byte)(crc ^ value)] ^ (crc >> 8);
        return crc;
    }

    // Annex D: the polynomial of ISO 3309, bits reversed.
    static uint[] MakeCrcTable()
    {
        var table = new uint[256];
        for (var n = 0u; n < 256; n++)
        {
            table[n] = n;
            for (var bit = 0; bit < 8; bit++)
                table[n] = (table[n] & 1) == 1 ? 0xEDB88320 ^ (table[n] >> 1) : table[n] >> 1;
        }
        return table;
    }
}
