using System.Buffers.Binary;
using System.Numerics;
using Vigil.Sky.Skymaps;

namespace Vigil.Sky.Imaging;

/// <summary>Stars in memory that are sorted together.</summary>
/// <param name="rowBytes">Of a star's numbers.</param>
/// <param name="capacity">The most stars.</param>
/// <remarks>
/// They are first dealt out to some hundred parts of the sky, each small enough for the processor's cache: sorting all at once
/// would wait for the memory at every star.
/// </remarks>
sealed class StarChunk(int rowBytes, int capacity)
{
    const int MaxPartBits = 9, StarsOfPart = 4096;

    byte[] rows = [], otherRows = [];
    ulong[] keys = [], otherKeys = [];
    int[] sequence = [];
    ulong least;
    int handedOut;

    public int Count { get; private set; }

    public bool IsFull => Count == capacity;

    /// <summary>The most memory that a star takes while it is sorted.</summary>
    public static int BytesPerStar(int rowBytes) => 2 * (rowBytes + SortedRun.KeyBytes) + 3 * SortedRun.KeyBytes;

    /// <summary>Adds as many stars as there is room for; returns how many.</summary>
    public int Add(ReadOnlySpan<byte> newRows, ReadOnlySpan<long> newKeys)
    {
        var added = Math.Min(newKeys.Length, capacity - Count);
        if (Count + added > keys.Length)
        {
            // Four times as much, so that little is left behind for the collector.
            var room = (int)Math.Min(capacity, Math.Max(4L * keys.Length, Count + added));
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
        handedOut = 0;
        least = ulong.MaxValue;
        var most = 0ul;
        foreach (var key in keys.AsSpan(0, Count))
            (least, most) = (Math.Min(least, key), Math.Max(most, key));
        if (sequence.Length < Count)
            sequence = new int[Count];
        if (Count == 0)
            return;
        // Of a small field all keys begin alike: what differs is used.
        var bits = 64 - BitOperations.LeadingZeroCount(most - least);
        var partBits = Math.Min(Math.Clamp(BitOperations.Log2((uint)Count / StarsOfPart + 1), 0, MaxPartBits), bits);
        var ends = Deal(bits - partBits, 1 << partBits);
        var first = 0;
        foreach (var end in ends)
        {
            var part = RadixSort.Ascending(keys.AsSpan(first, end - first));
            for (var i = 0; i < part.Length; i++)
                sequence[first + i] = first + part[i];
            first = end;
        }
    }

    // Puts the stars part by part, in their order; returns where each part ends. Keys are counted from the least.
    int[] Deal(int shift, int parts)
    {
        if (otherKeys.Length < Count)
            (otherKeys, otherRows) = (new ulong[keys.Length], new byte[rows.Length]);
        var places = new int[parts];
        foreach (ref var key in keys.AsSpan(0, Count))
        {
            key -= least;
            places[(int)(key >> shift)]++;
        }
        var first = 0;
        foreach (ref var place in places.AsSpan())
            (place, first) = (first, first + place);
        for (var i = 0; i < Count; i++)
        {
            var at = places[(int)(keys[i] >> shift)]++;
            otherKeys[at] = keys[i];
            rows.AsSpan(i * rowBytes, rowBytes).CopyTo(otherRows.AsSpan(at * rowBytes));
        }
        (keys, otherKeys, rows, otherRows) = (otherKeys, keys, otherRows, rows);
        return places;
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
    public void Clear() => Count = 0;
}
