using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Vigil.Sky.Imaging;

/// <summary>Writes sorted stars into a .vcat file, block after block, each column by column.</summary>
/// <param name="file">Where they go.</param>
/// <param name="from">The columns of the rows as they come.</param>
/// <param name="head">The head of the file; its keys and checksums are filled in here.</param>
sealed class BlockWriter(SafeFileHandle file, VcatColumns from, VcatHead head)
{
    // Where the rows have the columns of the file.
    readonly int[] sources = [.. head.Columns.All.ToArray().Select(column =>
        from.All.ToArray().First(its => its.Kind == column.Kind && its.Band == column.Band).Offset)];

    byte[] buffer = [];
    int block;
    long written = head.DataStart;

    /// <param name="rows">Whole blocks, but for the last of the file.</param>
    public void Write(ReadOnlySpan<byte> rows)
    {
        var count = rows.Length / from.RowBytes;
        var most = count * head.Columns.RowBytes + (count / head.PerBlock + 1) * head.TableBytes;
        if (buffer.Length < most)
            buffer = new byte[most];
        var bytes = 0;
        for (; count > 0; count -= head.PerBlock, block++)
        {
            var stars = Math.Min(count, head.PerBlock);
            var table = buffer.AsSpan(bytes, head.TableBytes);
            bytes += table.Length;
            var source = rows[^(count * from.RowBytes)..];
            for (var k = 0; k < sources.Length; k++)
            {
                var column = buffer.AsSpan(bytes, head.Columns.All[k].Width * stars);
                Gather(source[sources[k]..], column, head.Columns.All[k].Width);
                BinaryPrimitives.WriteUInt32LittleEndian(table[(sizeof(uint) * k)..], Crc32C.Of(column));
                bytes += column.Length;
            }
            head.Crcs[block] = Crc32C.Of(table);
        }
        RandomAccess.Write(file, buffer.AsSpan(0, bytes), written);
        written += bytes;
    }

    // Takes the numbers of a column out of rows.
    void Gather(ReadOnlySpan<byte> rows, Span<byte> column, int width)
    {
        var at = 0;
        switch (width)
        {
            case 1:
                for (var i = 0; i < column.Length; i++, at += from.RowBytes)
                    column[i] = rows[at];
                break;
            case 4:
                foreach (ref var number in MemoryMarshal.Cast<byte, uint>(column))
                {
                    number = MemoryMarshal.Read<uint>(rows[at..]);
                    at += from.RowBytes;
                }
                break;
            case 8:
                foreach (ref var number in MemoryMarshal.Cast<byte, ulong>(column))
                {
                    number = MemoryMarshal.Read<ulong>(rows[at..]);
                    at += from.RowBytes;
                }
                break;
            default:
                for (var i = 0; i < column.Length; i += width, at += from.RowBytes)
                    rows.Slice(at, width).CopyTo(column[i..]);
                break;
        }
    }
}
