using System.Runtime.InteropServices;
using Vigil.Sky.Skymaps;

namespace Vigil.Sky.Imaging;

/// <summary>Some stars that are sorted in memory.</summary>
/// <param name="recordBytes">Of a star, with its key before it.</param>
sealed class SortedStars(int recordBytes)
{
    byte[] from = [], to = [];
    ulong[] keys = [];

    /// <summary>How many stars.</summary>
    public int Count { get; private set; }

    /// <summary>Makes room for so many stars.</summary>
    public void Reserve(int stars)
    {
        Count = stars;
        if (keys.Length >= stars)
            return;
        var room = (int)Math.Min(stars + stars / 4L, Array.MaxLength / recordBytes);
        (from, to) = (new byte[room * recordBytes], new byte[room * recordBytes]);
        keys = new ulong[room];
    }

    /// <summary>Where the stars are put before they are sorted.</summary>
    public Span<byte> Unsorted => from.AsSpan(0, Count * recordBytes);

    /// <summary>The stars in ascending order of their keys; equal ones as they were put.</summary>
    public ReadOnlySpan<byte> Records => to.AsSpan(0, Count * recordBytes);

    public void Sort()
    {
        var least = ulong.MaxValue;
        for (var i = 0; i < Count; i++)
            least = Math.Min(least, keys[i] = MemoryMarshal.Read<ulong>(from.AsSpan(i * recordBytes)));
        // Counted from the least: in a small part of the sky all keys begin alike.
        foreach (ref var key in keys.AsSpan(0, Count))
            key -= least;
        var room = to.AsSpan();
        foreach (var place in RadixSort.Ascending(keys.AsSpan(0, Count)))
        {
            from.AsSpan(place * recordBytes, recordBytes).CopyTo(room);
            room = room[recordBytes..];
        }
    }
}
