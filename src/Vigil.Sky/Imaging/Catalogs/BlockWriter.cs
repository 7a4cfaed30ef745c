using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Vigil.Sky.Imaging;

/// <summary>Writes sorted stars into a .vcat file, block after block, each column by column.</summary>
/// <param name="file">Where they go.</param>
/// <param name="from">The columns of the records as they come, behind their keys.</param>
/// <param name="head">The head of the file; keys and checksums are filled in here.</param>
sealed class BlockWriter(SafeFileHandle file, VcatColumns from, VcatHead head)
{
    const int BufferBytes = 4 << 20;

    // Where the records have the columns of the file.
    readonly int[] sources = [.. head.Columns.All.ToArray().Select(column => StarBuckets.KeyBytes
        + from.All.ToArray().First(its => its.Kind == column.Kind && its.Band == column.Band).Offset)];

    readonly int recordBytes = StarBuckets.KeyBytes + from.RowBytes;
    readonly byte[] buffer = new byte[Math.Max(BufferBytes, head.PerBlock * head.Columns.RowBytes + head.TableBytes)];
    readonly List<(int Cell, long First)> cells = [];
    int cellOrder = VcatHead.FinestCellOrder;
    long star;
    int start; // of the block in the buffer
    int block, filled;

    /// <summary>How far the file is written.</summary>
    public long Written { get; private set; } = head.DataStart;

    /// <summary>Adds the next stars, in their order.</summary>
    public void Add(ReadOnlySpan<byte> records)
    {
        while (!records.IsEmpty)
        {
            if (filled == 0)
                Begin(records);
            var stars = StarsOfBlock;
            var some = records[..(Math.Min(stars - filled, records.Length / recordBytes) * recordBytes)];
            NoteCells(some);
            for (var k = 0; k < sources.Length; k++)
            {
                var width = head.Columns.All[k].Width;
                Gather(some[sources[k]..], Column(k, stars).Slice(filled * width, some.Length / recordBytes * width), width);
            }
            filled += some.Length / recordBytes;
            records = records[some.Length..];
            if (filled == stars)
                End(stars);
        }
    }

    int StarsOfBlock => (int)Math.Min(head.PerBlock, head.Count - (long)block * head.PerBlock);

    Span<byte> Column(int k, int stars)
    {
        var (_, _, width, offset) = head.Columns.All[k];
        return buffer.AsSpan(start + head.TableBytes + offset * stars, width * stars);
    }

    void Begin(ReadOnlySpan<byte> records)
    {
        if (start + StarsOfBlock * head.Columns.RowBytes + head.TableBytes > buffer.Length)
            Flush();
        head.Keys[block] = Key(records);
    }

    void End(int stars)
    {
        var table = buffer.AsSpan(start, head.TableBytes);
        for (var k = 0; k < sources.Length; k++)
            BinaryPrimitives.WriteUInt32LittleEndian(table[(sizeof(uint) * k)..], Crc32C.Of(Column(k, stars)));
        head.Crcs[block++] = Crc32C.Of(table);
        start += head.TableBytes + stars * head.Columns.RowBytes;
        filled = 0;
    }

    /// <summary>Writes what is still in memory.</summary>
    /// <returns>The head, now complete.</returns>
    public VcatHead Finish()
    {
        Flush();
        return head with { Cells = [.. cells], CellOrder = cellOrder };
    }

    void Flush()
    {
        RandomAccess.Write(file, buffer.AsSpan(0, start), Written);
        Written += start;
        start = 0;
    }

    // Cells come one after the other, as the stars are in their order. Where they become too many, larger ones take their place.
    void NoteCells(ReadOnlySpan<byte> records)
    {
        for (; !records.IsEmpty; records = records[recordBytes..], star++)
        {
            var cell = (int)(Key(records) >> 2 * (Healpix.MaxOrder - cellOrder));
            if (cells.Count > 0 && cell == cells[^1].Cell)
                continue;
            cells.Add((cell, star));
            for (; cells.Count > VcatHead.MaxCells; cellOrder--)
            {
                var kept = 0;
                foreach (var (smaller, first) in cells.ToArray())
                    if (kept == 0 || smaller >> 2 != cells[kept - 1].Cell)
                        cells[kept++] = (smaller >> 2, first);
                cells.RemoveRange(kept, cells.Count - kept);
            }
        }
    }

    static ulong Key(ReadOnlySpan<byte> record) => BinaryPrimitives.ReadUInt64LittleEndian(record);

    // Takes the numbers of a column out of records.
    void Gather(ReadOnlySpan<byte> records, Span<byte> column, int width)
    {
        var at = 0;
        switch (width)
        {
            case 1:
                for (var i = 0; i < column.Length; i++, at += recordBytes)
                    column[i] = records[at];
                break;
            case 4:
                foreach (ref var number in MemoryMarshal.Cast<byte, uint>(column))
                {
                    number = MemoryMarshal.Read<uint>(records[at..]);
                    at += recordBytes;
                }
                break;
            case 8:
                foreach (ref var number in MemoryMarshal.Cast<byte, ulong>(column))
                {
                    number = MemoryMarshal.Read<ulong>(records[at..]);
                    at += recordBytes;
                }
                break;
            default:
                for (var i = 0; i < column.Length; i += width, at += recordBytes)
                    records.Slice(at, width).CopyTo(column[i..]);
                break;
        }
    }
}
