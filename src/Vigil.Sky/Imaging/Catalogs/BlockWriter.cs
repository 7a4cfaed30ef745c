using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Vigil.Sky.Imaging;

/// <summary>Writes sorted stars into a .vcat file, block after block, each column by column.</summary>
/// <param name="file">Where they go.</param>
/// <param name="from">The columns of the rows as they come.</param>
/// <param name="head">The head of the file; its keys and checksums are filled in here.</param>
sealed class BlockWriter(SafeFileHandle file, VcatColumns from, VcatHead head)
{
    byte[] buffer = [];
    int block;

    /// <param name="rows">Whole blocks, but for the last of the file.</param>
    public void Write(ReadOnlySpan<byte> rows)
    {
        if (buffer.Length < rows.Length)
            buffer = new byte[rows.Length];
        var rowBytes = head.Columns.RowBytes;
        var bytes = 0;
        for (var count = rows.Length / from.RowBytes; count > 0; count -= head.PerBlock, block++)
        {
            var stars = Math.Min(count, head.PerBlock);
            var to = buffer.AsSpan(bytes, stars * rowBytes);
            Transpose(rows[^(count * from.RowBytes)..], to, stars);
            head.Crcs[block] = Crc32C.Of(to);
            bytes += to.Length;
        }
        RandomAccess.Write(file, buffer.AsSpan(0, bytes), written);
        written += bytes;
    }

    long written = head.DataStart;

    void Transpose(ReadOnlySpan<byte> rows, Span<byte> to, int stars)
    {
        foreach (var column in head.Columns.All)
        {
            var source = rows[from.All.First(c => c.Kind == column.Kind && c.Band == column.Band).Offset..];
            var target = to.Slice(column.Offset * stars, column.Width * stars);
            var at = 0;
            switch (column.Width)
            {
                case 1:
                    for (var i = 0; i < target.Length; i++, at += from.RowBytes)
                        target[i] = source[at];
                    break;
                case 4:
                    foreach (ref var number in MemoryMarshal.Cast<byte, uint>(target))
                    {
                        number = MemoryMarshal.Read<uint>(source[at..]);
                        at += from.RowBytes;
                    }
                    break;
                case 8:
                    foreach (ref var number in MemoryMarshal.Cast<byte, ulong>(target))
                    {
                        number = MemoryMarshal.Read<ulong>(source[at..]);
                        at += from.RowBytes;
                    }
                    break;
                default:
                    for (var i = 0; i < target.Length; i += column.Width, at += from.RowBytes)
                        source.Slice(at, column.Width).CopyTo(target[i..]);
                    break;
            }
        }
    }
}
