using System.Runtime.InteropServices;

namespace Vigil.Sky.Skymaps;

/// <summary>Sorts by the bits of a key, eleven at a time: stable, and in time in proportion to the number of keys.</summary>
static class RadixSort
{
    const int Bits = 11, Digits = 1 << Bits, Passes = 6;

    /// <summary>The sequence in which the keys ascend: result[0] is the place of the smallest; of equal keys, the first first.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="start">The sequence to begin with, in which equal keys stay; empty for that of the keys.</param>
    public static int[] Ascending(ReadOnlySpan<ulong> keys, ReadOnlySpan<int> start = default)
    {
        var counts = new int[Passes * Digits];
        foreach (var key in keys)
            for (var pass = 0; pass < Passes; pass++)
                counts[pass * Digits + Digit(key, pass)]++;

        var (from, to) = (new (ulong Key, int Place)[keys.Length], new (ulong Key, int Place)[keys.Length]);
        for (var i = 0; i < keys.Length; i++)
        {
            var place = start.IsEmpty ? i : start[i];
            from[i] = (keys[place], place);
        }
        for (var pass = 0; pass < Passes; pass++)
        {
            var count = counts.AsSpan(pass * Digits, Digits);
            if (keys.Length > 0 && count[Digit(keys[0], pass)] == keys.Length)
                continue; // all have the same digit
            var first = 0;
            foreach (ref var place in count)
                (place, first) = (first, first + place);
            foreach (ref readonly var item in from.AsSpan())
                to[count[Digit(item.Key, pass)]++] = item;
            (from, to) = (to, from);
        }
        var sequence = new int[keys.Length];
        for (var i = 0; i < sequence.Length; i++)
            sequence[i] = from[i].Place;
        return sequence;
    }

    /// <summary>The sequence in which non-negative values descend; of equal ones, the first of the start first.</summary>
    public static int[] Descending(ReadOnlySpan<double> values, ReadOnlySpan<int> start = default)
    {
        // The bits of non-negative numbers ascend as they do, but for -0, whose sign is taken off.
        var keys = new ulong[values.Length];
        var bits = MemoryMarshal.Cast<double, ulong>(values);
        for (var i = 0; i < keys.Length; i++)
            keys[i] = ~(bits[i] & long.MaxValue);
        return Ascending(keys, start);
    }

    static int Digit(ulong key, int pass) => (int)(key >> (Bits * pass)) & (Digits - 1);
}
