using System.Runtime.CompilerServices;

namespace Vigil.Sky.Skymaps;

/// <summary>Finds the run of tiles that holds a pixel: a table of coarse pixels leads to the few runs that begin in each.</summary>
sealed class RunIndex
{
    readonly long[] starts; // first pixels of the runs, at the map's order
    readonly byte[]? orders; // of the tiles in a multi-order map
    readonly int[] table; // runs that begin before each coarse pixel, and all at the end
    readonly int shift, order;

    public RunIndex(SkyMap map, int[] firstTile)
    {
        var toOrder = 2 * (Healpix.MaxOrder - map.Order);
        order = map.Order;
        starts = new long[firstTile.Length - 1];
        orders = map.IsFlat ? null : new byte[starts.Length];
        for (var run = 0; run < starts.Length; run++)
        {
            starts[run] = map.RangeOf(firstTile[run]).First >> toOrder;
            if (orders is not null)
                orders[run] = (byte)map.OrderOf(firstTile[run]);
        }
        // Two to eight coarse pixels a run, and no more than a cache may hold.
        var coarse = 0;
        while (coarse < Math.Min(map.Order, 7) && Healpix.PixelCount(coarse) < 2 * starts.Length)
            coarse++;
        shift = 2 * (map.Order - coarse);
        table = new int[Healpix.PixelCount(coarse) + 1];
        foreach (var start in starts)
            table[(int)(start >> shift) + 1]++;
        for (var i = 1; i < table.Length; i++)
            table[i] += table[i - 1];
    }

    /// <summary>The last run that begins at or before a pixel of the map's order; -1 when there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find(long ipix)
    {
        var coarse = (int)(ipix >> shift);
        var (low, count) = (table[coarse], table[coarse + 1] - table[coarse]);
        // Of the runs that begin in the coarse pixel, those up to the pixel; without branches that could be guessed wrong.
        while (count > 0)
        {
            var half = (count + 1) >>> 1;
            var up = starts[low + half - 1] <= ipix;
            low = up ? low + half : low;
            count = up ? count - half : half - 1;
        }
        return low - 1;
    }

    /// <summary>Whether the tile of a run of one tile reaches as far as a pixel.</summary>
    public bool Holds(int run, long ipix) => ipix < starts[run] + (1L << (2 * (order - orders![run])));
}
