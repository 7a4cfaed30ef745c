namespace Vigil.Sky.Imaging;

/// <summary>Goes through the blocks that may have stars of some ranges of HEALPix indices, in ascending order.</summary>
/// <param name="keys">The index of the first star of each block, ascending.</param>
/// <param name="ranges">Ascending.</param>
ref struct BlocksOfRanges(ReadOnlySpan<ulong> keys, ReadOnlySpan<IpixRange> ranges)
{
    readonly ReadOnlySpan<ulong> keys = keys;
    readonly ReadOnlySpan<IpixRange> ranges = ranges;
    int range = -1;

    /// <summary>The number of the block.</summary>
    public int Current { get; private set; } = -1;

    public readonly BlocksOfRanges GetEnumerator() => this;

    public bool MoveNext()
    {
        Current++;
        while (range < 0 || Current >= keys.Length || keys[Current] >= (ulong)ranges[range].End)
        {
            if (++range >= ranges.Length)
                return false;
            // Equal keys may be in the block before the first that starts with them; ranges may share a block.
            Current = Math.Max(Current, LowerBound((ulong)ranges[range].First) - 1);
        }
        return true;
    }

    /// <summary>The first block whose first star is not before an index.</summary>
    readonly int LowerBound(ulong key)
    {
        var (low, high) = (0, keys.Length);
        while (low < high)
        {
            var middle = (low + high) >> 1;
            if (keys[middle] < key)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }
}
