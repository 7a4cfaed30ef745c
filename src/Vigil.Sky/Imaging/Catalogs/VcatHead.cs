using System.Buffers.Binary;
using System.Text;

namespace Vigil.Sky.Imaging;

/// <summary>The head of a .vcat file: all that comes before the stars. docs/vcat.md gives its layout.</summary>
sealed record VcatHead
{
    /// <summary>The version that is written, and the only one that is read.</summary>
    public const int Version = 2;

    /// <summary>The finest order of the cells that say where on the sky the stars are: 14' wide.</summary>
    public const int FinestCellOrder = 8;

    /// <summary>The most cells: those of the whole sky, 1.8 degrees wide.</summary>
    public const int MaxCells = 12 << 10;

    /// <summary>Bytes before the columns.</summary>
    public const int FixedBytes = 80;

    const int ColumnBytes = 8, CellBytes = 16, CrcAt = 76, Page = 4096;
    const int MaxBlocks = 1 << 18, LeastPerBlock = 256;

    // As PNG's: a text mode of a transfer, or a file without its eighth bit, breaks it visibly.
    static ReadOnlySpan<byte> Magic => [0x89, (byte)'V', (byte)'C', (byte)'A', (byte)'T', 0x0D, 0x0A, 0x1A];

    public required VcatColumns Columns { get; init; }
    public required long Count { get; init; }
    public required double Epoch { get; init; }
    public required int PerBlock { get; init; }
    public required string Name { get; init; }
    public required string Provenance { get; init; }

    /// <summary>HEALPix index of order 29 of the first star of each block, ascending.</summary>
    public required ulong[] Keys { get; init; }

    /// <summary>CRC-32C of the checksums that each block begins with.</summary>
    public required uint[] Crcs { get; init; }

    /// <summary>The HEALPix order of <see cref="Cells"/>.</summary>
    public int CellOrder { get; init; }

    /// <summary>The cells that have stars, ascending, and the number of the first star of each.</summary>
    public (int Cell, long First)[] Cells { get; init; } = [];

    /// <summary>A star without any number but the epoch.</summary>
    public CatalogStar Template => new()
    {
        Epoch = Epoch,
        PmRa = float.NaN,
        PmDec = float.NaN,
        Mag = CatalogMagnitudes.None,
        MagErr = CatalogMagnitudes.None,
    };

    /// <summary>Where the stars start: whole pages behind the head.</summary>
    public required long DataStart { get; init; }

    public long FileBytes => DataStart + Count * Columns.RowBytes + (long)Keys.Length * TableBytes;

    /// <summary>Bytes of the checksums of its columns that each block begins with.</summary>
    public int TableBytes => sizeof(uint) * Columns.All.Length;

    /// <summary>
    /// A head for so many stars, its keys, checksums and cells to be filled in, with room for as many cells as there can be.
    /// </summary>
    public static VcatHead New(VcatColumns columns, long count, double epoch, string name, string provenance)
    {
        var perBlock = StarsPerBlock(count);
        var blocks = (int)((count + perBlock - 1) / perBlock);
        var head = new VcatHead
        {
            Columns = columns,
            Count = count,
            Epoch = epoch,
            PerBlock = perBlock,
            Name = name,
            Provenance = provenance,
            Keys = new ulong[blocks],
            Crcs = new uint[blocks],
            DataStart = 0,
        };
        return head with { DataStart = (head.Bytes + CellBytes * Math.Min(count, MaxCells) + Page - 1) / Page * Page };
    }

    long Bytes => FixedBytes + (long)ColumnBytes * Columns.All.Length + (sizeof(ulong) + sizeof(uint)) * (long)Keys.Length
        + CellBytes * (long)Cells.Length + Encoding.UTF8.GetByteCount(Name) + Encoding.UTF8.GetByteCount(Provenance);

    /// <summary>How many stars are in one block: a power of two, so many that there are at most 2^18 blocks.</summary>
    public static int StarsPerBlock(long count)
    {
        long perBlock = LeastPerBlock;
        while (perBlock * MaxBlocks < count)
            perBlock *= 2;
        return checked((int)perBlock);
    }

    /// <summary>All bytes before the stars.</summary>
    public byte[] Write()
    {
        var (name, provenance) = (Encoding.UTF8.GetBytes(Name), Encoding.UTF8.GetBytes(Provenance));
        var head = new byte[DataStart];
        Magic.CopyTo(head);
        var at = Magic.Length;
        Put(Version);
        Put((uint)Bytes);
        PutLong(FileBytes);
        PutLong(Count);
        PutLong(BitConverter.DoubleToInt64Bits(Epoch));
        Put((uint)PerBlock);
        Put((uint)Columns.RowBytes);
        Put((uint)Keys.Length);
        Put((uint)Cells.Length);
        Put((uint)Columns.All.Length);
        Put((uint)name.Length);
        Put((uint)provenance.Length);
        Put((uint)DataStart);
        Put((uint)CellOrder);
        at = FixedBytes;
        foreach (var column in Columns.All)
        {
            (head[at], head[at + 1]) = ((byte)column.Kind, (byte)column.Band);
            BinaryPrimitives.WriteUInt16LittleEndian(head.AsSpan(at + 2), (ushort)column.Width);
            BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(at + 4), (uint)column.Offset);
            at += ColumnBytes;
        }
        foreach (var key in Keys)
            PutLong((long)key);
        foreach (var (cell, first) in Cells)
        {
            PutLong(cell);
            PutLong(first);
        }
        foreach (var crc in Crcs)
            Put(crc);
        name.CopyTo(head, at);
        provenance.CopyTo(head, at + name.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(CrcAt), Crc32C.Of(head.AsSpan(0, (int)Bytes)));
        return head;

        void Put(uint value)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(at), value);
            at += sizeof(uint);
        }

        void PutLong(long value)
        {
            BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(at), value);
            at += sizeof(long);
        }
    }

    /// <summary>Reads the head and checks it: lengths, checksum, and that every number makes sense.</summary>
    /// <param name="file">From its first byte on.</param>
    /// <param name="path">What to call it.</param>
    /// <exception cref="FrameException">It is no catalogue, a newer one, cut short or damaged.</exception>
    public static VcatHead Read(FileStream file, string path)
    {
        var start = new byte[FixedBytes];
        var got = RandomAccess.Read(file.SafeFileHandle, start, 0);
        if (got < Magic.Length || !start.AsSpan(0, Magic.Length).SequenceEqual(Magic))
            throw new FrameException($"{path} is no star catalogue of Vigil (.vcat). Make one of it with: " +
                $"vigil catalog import {Path.GetFileName(path)} --into stars.vcat");
        var version = UInt(8);
        if (got >= 12 && version != Version)
            throw new FrameException($"{path} has version {version} of the .vcat format; this program reads version {Version}. " +
                (version > Version ? "Update it, or import the catalogue again." : "Import the catalogue again."));
        if (got < FixedBytes)
            throw Truncated(FixedBytes);
        var (bytes, fileBytes, count) = (UInt(12), Long(16), Long(24));
        if (fileBytes != file.Length)
            throw file.Length < fileBytes ? Truncated(fileBytes)
                : Damaged($"it is {file.Length - fileBytes} bytes longer than its header says");
        if (bytes < FixedBytes || bytes > file.Length || bytes > Array.MaxLength)
            throw Damaged("the length of its header is wrong");
        var head = new byte[bytes];
        if (RandomAccess.Read(file.SafeFileHandle, head, 0) < head.Length) // a regular file gives all there is
            throw Truncated(fileBytes);
        var crc = UInt(CrcAt);
        head.AsSpan(CrcAt, sizeof(uint)).Clear();
        if (Crc32C.Of(head) != crc)
            throw Damaged("the checksum of its header is wrong");

        var (perBlock, rowBytes, blocks, cells, columns) = (UInt(40), UInt(44), UInt(48), UInt(52), UInt(56));
        var (nameBytes, provenanceBytes, dataStart, cellOrder) = (UInt(60), UInt(64), UInt(68), UInt(72));
        var epoch = BitConverter.Int64BitsToDouble(Long(32));
        // Sums of 32-bit numbers in 64 bits do not overflow.
        if (count is < 0 or > 1L << 48 || perBlock is < 1 or > 1 << 26 || rowBytes is < 10 or > 4096 || columns > VcatColumns.Most
            || fileBytes != dataStart + count * rowBytes + sizeof(uint) * (long)columns * blocks
            || blocks != (count + perBlock - 1) / perBlock || cellOrder > FinestCellOrder
            || cells > Healpix.PixelCount((int)cellOrder) || dataStart < bytes || dataStart % Page != 0
            || bytes != FixedBytes + ColumnBytes * (long)columns + 12L * blocks + CellBytes * (long)cells + nameBytes
                + provenanceBytes
            || ((long)perBlock + sizeof(uint)) * rowBytes > Array.MaxLength || !(epoch is > 1000 and < 3000))
            throw Damaged("its header contradicts itself");
        var at = FixedBytes;
        var list = new VcatColumn[columns];
        for (var i = 0; i < list.Length; i++, at += ColumnBytes)
            list[i] = new((VcatColumnKind)head[at], (CatalogBand)head[at + 1],
                BinaryPrimitives.ReadUInt16LittleEndian(head.AsSpan(at + 2)),
                    BinaryPrimitives.ReadInt32LittleEndian(head.AsSpan(at + 4)));
        var keys = new ulong[blocks];
        for (var i = 0; i < keys.Length; i++, at += sizeof(ulong))
            keys[i] = BinaryPrimitives.ReadUInt64LittleEndian(head.AsSpan(at));
        var where = new (int Cell, long First)[cells];
        for (var i = 0; i < where.Length; i++, at += CellBytes)
            where[i] = ((int)Math.Clamp(BinaryPrimitives.ReadInt64LittleEndian(head.AsSpan(at)), -1, int.MaxValue),
                BinaryPrimitives.ReadInt64LittleEndian(head.AsSpan(at + 8)));
        var crcs = new uint[blocks];
        for (var i = 0; i < crcs.Length; i++, at += sizeof(uint))
            crcs[i] = BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(at));
        var sensible = VcatColumns.Read(list) is { } read && read.RowBytes == rowBytes
            && (keys.Length == 0 || keys[^1] < (ulong)Healpix.PixelCount(Healpix.MaxOrder));
        for (var i = 1; i < keys.Length; i++)
            sensible &= keys[i - 1] <= keys[i];
        for (var i = 0; i < where.Length; i++)
            sensible &= where[i].Cell >= 0 && where[i].Cell < Healpix.PixelCount((int)cellOrder) && where[i].First < count
                && (i == 0 ? where[i].First == 0 : where[i - 1].Cell < where[i].Cell && where[i - 1].First < where[i].First);
        if (!sensible || count > 0 && cells == 0)
            throw Damaged("its header contradicts itself");
        return new VcatHead
        {
            Columns = VcatColumns.Read(list)!,
            Count = count,
            Epoch = epoch,
            PerBlock = (int)perBlock,
            DataStart = dataStart,
            Name = Encoding.UTF8.GetString(head, at, (int)nameBytes),
            Provenance = Encoding.UTF8.GetString(head, at + (int)nameBytes, (int)provenanceBytes),
            Keys = keys,
            Crcs = crcs,
            Cells = where,
            CellOrder = (int)cellOrder,
        };

        uint UInt(int offset) => BinaryPrimitives.ReadUInt32LittleEndian(start.AsSpan(offset));
        long Long(int offset) => BinaryPrimitives.ReadInt64LittleEndian(start.AsSpan(offset));
        FrameException Truncated(long wanted) => new($"{path} is truncated: it has {file.Length} of {wanted} bytes. " +
            "Copy it again, or import the catalogue again.");
        FrameException Damaged(string how) => new($"{path} is damaged: {how}. Copy it again, or import the catalogue again.");
    }
}
