using System.Buffers.Binary;
using Vigil.Sky.Skymaps;

namespace Vigil.Sky.Imaging;

/// <summary>Stars in memory that are sorted together.</summary>
/// <param name="rowBytes">Of a star's numbers.</param>
/// <param name="capacity">The most stars.</param>
sealed class StarChunk(int rowBytes, int capacity)
{
    byte[] rows = [];
    ulong[] keys = [];
    int[] sequence = [];
    ulong least;
    int handedOut;

    public int Count { get; private set; }

    public bool IsFull => Count == capacity;

    /// <summary>Adds as many stars as there is room for; returns how many.</summary>
    public int Add(ReadOnlySpan<byte> newRows, ReadOnlySpan<long> newKeys)
    {
        var added = Math.Min(newKeys.Length, capacity - Count);
        if (Count + added > keys.Length)
        {
            var room = (int)Math.Min(capacity, Math.Max(2L * keys.Length, Count + added));
            Array.Resize(ref keys, room);
            Array.Resize(ref rows, room * rowBytes);
        }
        newRows[..(added * rowBytes)].CopyTo(rows.AsSpan(Count * rowBytes));
        var to = keys.AsSpan(Count, added);
        for (var i = 0; i < to.Length; i++)
            to[i] = (ulong)newKeys[i];
        Count += added;
        return added;
    }

    /// <summary>Finds the order of the stars; equal keys stay in the order in which they came.</summary>
    public void Sort()
    {
        var used = keys.AsSpan(0, Count);
        // Of a small field all keys begin alike: what differs is sorted.
        least = ulong.MaxValue;
        foreach (var key in used)
            least = Math.Min(least, key);
        foreach (ref var key in used)
            key -= least;
        sequence = RadixSort.Ascending(used);
        handedOut = 0;
    }

    /// <summary>Writes the next stars in order, each after its key, as many as fit; returns the bytes.</summary>
    public int HandOut(Span<byte> records)
    {
        var recordBytes = SortedRun.KeyBytes + rowBytes;
        var count = Math.Min(records.Length / recordBytes, Count - handedOut);
        for (var i = 0; i < count; i++)
        {
            var star = sequence[handedOut + i];
            var record = records.Slice(i * recordBytes, recordBytes);
            BinaryPrimitives.WriteUInt64LittleEndian(record, keys[star] + least);
            rows.AsSpan(star * rowBytes, rowBytes).CopyTo(record[SortedRun.KeyBytes..]);
        }
        handedOut += count;
        return count * recordBytes;
    }

    /// <summary>Forgets the stars and keeps the room.</summary>
    public void Clear() => (Count, sequence) = (0, []);
}
