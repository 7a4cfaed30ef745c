using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Vigil.Sky.Skymaps;

/// <summary>Sorts numbers by their bits, in time nearly in proportion to how many there are; stable.</summary>
/// <remarks>
/// The highest bits in use, 32 or of few keys 22, are sorted digit by digit from the lowest; of those keys that these leave
/// undecided, the rest.
/// </remarks>
static class RadixSort
{
    const int Bits = 11, Digits = 1 << Bits;

    /// <summary>The sequence in which the keys ascend: result[0] is the place of the smallest.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="start">The sequence to begin with, in which equal keys stay; empty for that of the keys.</param>
    public static int[] Ascending(ReadOnlySpan<ulong> keys, ReadOnlySpan<int> start = default)
    {
        var used = 0ul;
        foreach (var key in keys)
            used |= key;
        var shift = used == 0 ? 0 : BitOperations.LeadingZeroCount(used);

        var rented = ArrayPool<(uint Key, int Place)>.Shared.Rent(2 * keys.Length);
        // Two digits tell nearly all of few keys apart.
        var (passes, bits) = keys.Length <= 1 << 16 ? (2, 2 * Bits) : (3, 32);
        Span<int> counts = stackalloc int[passes * Digits];
        counts.Clear();
        var from = rented.AsSpan(0, keys.Length);
        var to = rented.AsSpan(keys.Length, keys.Length);
        for (var i = 0; i < keys.Length; i++)
        {
            var place = start.IsEmpty ? i : start[i];
            var key = (uint)(keys[place] << shift >> (64 - bits));
            from[i] = (key, place);
            for (var pass = 0; pass < passes; pass++)
                counts[pass * Digits + ((int)(key >> (pass * Bits)) & (Digits - 1))]++;
        }
        for (var pass = 0; pass < passes; pass++)
        {
            var count = counts.Slice(pass * Digits, Digits);
            var first = 0;
            foreach (ref var place in count)
                (place, first) = (first, first + place);
            foreach (ref readonly var item in from)
                to[count[(int)(item.Key >> (pass * Bits)) & (Digits - 1)]++] = item;
            var sorted = to;
            to = from;
            from = sorted;
        }
        var sequence = new int[keys.Length];
        for (var i = 0; i < sequence.Length; i++)
            sequence[i] = from[i].Place;
        for (var i = 0; i < sequence.Length;)
        {
            var (first, inOrder) = (i, true);
            for (i++; i < sequence.Length && from[i].Key == from[first].Key; i++)
                inOrder &= keys[sequence[i - 1]] <= keys[sequence[i]];
            if (!inOrder)
                SortRest(sequence.AsSpan(first, i - first), keys, shift + bits);
        }
        ArrayPool<(uint, int)>.Shared.Return(rented);
        return sequence;
    }

    /// <summary>The sequence in which non-negative values descend; of equal ones, the first of the start first.</summary>
    public static int[] Descending(ReadOnlySpan<double> values, ReadOnlySpan<int> start = default)
    {
        // The bits of non-negative numbers ascend as they do, but for -0, whose sign is taken off.
        var rented = ArrayPool<ulong>.Shared.Rent(values.Length);
        var keys = rented.AsSpan(0, values.Length);
        var bits = MemoryMarshal.Cast<double, ulong>(values);
        var largest = 0ul;
        foreach (var value in bits)
            largest = Math.Max(largest, value & long.MaxValue);
        for (var i = 0; i < keys.Length; i++)
            keys[i] = largest - (bits[i] & long.MaxValue);
        var sequence = Ascending(keys, start);
        ArrayPool<ulong>.Shared.Return(rented);
        return sequence;
    }

    // Sorts places whose keys agree in their highest bits.
    static void SortRest(Span<int> places, ReadOnlySpan<ulong> keys, int highest)
    {
        const int few = 1000; // so many are compared sooner than counted
        if (places.Length <= 8)
        {
            for (var i = 1; i < places.Length; i++)
                for (var k = i; k > 0 && keys[places[k]] < keys[places[k - 1]]; k--)
                    (places[k], places[k - 1]) = (places[k - 1], places[k]);
            return;
        }
        var rented = ArrayPool<ulong>.Shared.Rent(places.Length);
        var copied = ArrayPool<int>.Shared.Rent(places.Length);
        var rest = rented.AsSpan(0, places.Length);
        var old = copied.AsSpan(0, places.Length);
        places.CopyTo(old);
        for (var i = 0; i < rest.Length; i++)
            rest[i] = keys[places[i]] << highest;
        if (places.Length > few)
        {
            var sequence = Ascending(rest);
            for (var i = 0; i < places.Length; i++)
                places[i] = old[sequence[i]];
        }
        else
        {
            for (var i = 0; i < places.Length; i++)
                places[i] = i;
            rest.Sort(places);
            for (var i = 0; i < rest.Length;)
            {
                var first = i;
                for (i++; i < rest.Length && rest[i] == rest[first]; i++)
                {
                }
                places[first..i].Sort(); // equal ones in their sequence: the library's sort is not stable
            }
            foreach (ref var place in places)
                place = old[place];
        }
        ArrayPool<ulong>.Shared.Return(rented);
        ArrayPool<int>.Shared.Return(copied);
    }
}
