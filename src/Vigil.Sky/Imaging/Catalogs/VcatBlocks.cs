using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Vigil.Sky.Imaging;

/// <summary>The blocks of stars in a .vcat file. Each column of each is verified before it is first looked at.</summary>
/// <remarks>Any number of threads may ask at once.</remarks>
sealed class VcatBlocks : IDisposable
{
    readonly string path;
    readonly MappedFile file;
    readonly ulong[] verified; // of each block a bit for each column
    readonly long dataStart, blockBytes, starCount;
    readonly int perBlock, rowBytes, tableBytes;
    readonly (int Width, int Offset)[] columns;

    /// <param name="path">What to call the file.</param>
    /// <param name="head">The file's head, which was checked.</param>
    /// <param name="file">Closed with this.</param>
    public VcatBlocks(string path, VcatHead head, MappedFile file)
    {
        (this.path, Head, this.file) = (path, head, file);
        verified = new ulong[head.Keys.Length];
        (dataStart, tableBytes, starCount) = (head.DataStart, head.TableBytes, head.Count);
        (perBlock, rowBytes) = (head.PerBlock, head.Columns.RowBytes);
        blockBytes = (long)perBlock * rowBytes + tableBytes;
        columns = Array.ConvertAll(head.Columns.All.ToArray(), column => (column.Width, column.Offset));
    }

    public VcatHead Head { get; }

    /// <summary>How many blocks there are.</summary>
    public int Count => verified.Length;

    /// <summary>How many stars a block has.</summary>
    public int StarsIn(int block) => (int)Math.Min(perBlock, starCount - (long)block * perBlock);

    /// <summary>Keeps the file open until what is returned is disposed.</summary>
    /// <exception cref="ObjectDisposedException">It is closed.</exception>
    public MappedFile.Held Hold() => file.Hold();

    /// <summary>The numbers of a column of a block.</summary>
    /// <exception cref="FrameException">They are damaged.</exception>
    public ReadOnlySpan<byte> Column(scoped in MappedFile.Held held, int block, int column)
    {
        Verify(held, block, 1ul << column);
        return Bytes(held, block, column);
    }

    /// <summary>All columns of a block, one after the other.</summary>
    /// <exception cref="FrameException">One is damaged.</exception>
    public ReadOnlySpan<byte> Columns(scoped in MappedFile.Held held, int block)
    {
        Verify(held, block, ulong.MaxValue >> (64 - columns.Length));
        return held.Bytes(Start(block) + tableBytes, StarsIn(block) * rowBytes);
    }

    /// <summary>Reads a block from the disk and compares all its checksums, whether it was verified before or not.</summary>
    /// <exception cref="FrameException">It is damaged.</exception>
    public void VerifyAgain(scoped in MappedFile.Held held, int block)
    {
        Volatile.Write(ref verified[block], 0);
        Columns(held, block);
    }

    ReadOnlySpan<byte> Bytes(scoped in MappedFile.Held held, int block, int column)
    {
        var (width, offset) = columns[column];
        var count = StarsIn(block);
        return held.Bytes(Start(block) + tableBytes + (long)offset * count, width * count);
    }

    long Start(int block) => dataStart + block * blockBytes;

    void Verify(scoped in MappedFile.Held held, int block, ulong wanted)
    {
        var missing = wanted & ~Volatile.Read(ref verified[block]);
        if (missing != 0)
            Compare(held, block, missing);
    }

    void Compare(scoped in MappedFile.Held held, int block, ulong missing)
    {
        var table = held.Bytes(Start(block), tableBytes);
        if (Crc32C.Of(table) != Head.Crcs[block])
            throw Damaged($"the checksum of block {block} is wrong");
        for (var rest = missing; rest != 0; rest &= rest - 1)
        {
            var column = BitOperations.TrailingZeroCount(rest);
            var bytes = Bytes(held, block, column);
            if (Crc32C.Of(bytes) != BinaryPrimitives.ReadUInt32LittleEndian(table[(sizeof(uint) * column)..]))
                throw Damaged($"the checksum of column {column} of block {block} is wrong");
            if (column == VcatColumns.DecHigh && BeyondPole(bytes))
                throw Damaged($"a declination in block {block} is beyond the pole");
        }
        Interlocked.Or(ref verified[block], missing);
    }

    // A pole, ±90 degrees, is ±2^30 in the upper bits.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static bool BeyondPole(ReadOnlySpan<byte> decHigh)
    {
        foreach (var high in MemoryMarshal.Cast<byte, int>(decHigh))
            if (high is < -(1 << 30) or > 1 << 30)
                return true;
        return false;
    }

    FrameException Damaged(string how) => new($"{path} is damaged: {how}. Copy it again, or import the catalogue again.");

    public void Dispose() => file.Dispose();
}
