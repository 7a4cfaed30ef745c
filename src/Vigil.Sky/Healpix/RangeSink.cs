using System.Numerics;
using System.Runtime.InteropServices;

namespace Vigil.Sky;

/// <summary>Joins the pixels of a cover to ranges.</summary>
struct RangeSink(int maxRanges) : IPixelSink
{
    readonly List<IpixRange> ranges = [];

    public readonly IpixRange[] ToArray() => [.. ranges];

    public readonly void Add(int order, long first, uint mask)
    {
        var shift = 2 * (Healpix.MaxOrder - order);
        while (mask != 0)
        {
            var from = BitOperations.TrailingZeroCount(mask);
            var count = BitOperations.TrailingZeroCount(~(mask >> from));
            Add((first + from) << shift, (first + from + count) << shift);
            mask &= ~(((1u << count) - 1) << from);
        }
    }

    readonly void Add(long first, long end)
    {
        var sofar = CollectionsMarshal.AsSpan(ranges);
        if (sofar.Length > 0 && sofar[^1].End == first)
            sofar[^1] = sofar[^1] with { End = end };
        else if (sofar.Length < maxRanges)
            ranges.Add(new IpixRange(first, end));
        else
            throw new ArgumentException(
                $"The region has more than {maxRanges} ranges of pixels at this order. Choose a coarser order.");
    }
}
