using System.Buffers;
using System.Runtime.CompilerServices;

namespace Vigil.Sky.Skymaps;

/// <summary>
/// Finds the run of tiles that holds a pixel. A table of coarse pixels tells into how many cells each of them is divided, as
/// finely as its runs begin; a cell tells the last run that begins in or before it. So most pixels are found without a search.
/// </summary>
sealed class RunIndex
{
    /// <summary>A run of tiles of one density, as the search for a credible level needs it.</summary>
    /// <param name="First">Its first pixel, at the map's order.</param>
    /// <param name="Before">The probability of all denser runs.</param>
    /// <param name="Step">The probability of each of its tiles.</param>
    public readonly record struct Run(long First, double Before, double Step);

    /// <summary>What stands before all runs: a level of 1.</summary>
    public static Run BeforeAll { get; } = new(-1, 1, 0);

    // A coarse pixel: where its cells begin in `lastRun`, and by how many orders they are finer.
    readonly record struct Coarse(int Cells, int Depth);

    // So many cells at most for each run.
    const int CellsOfRun = 16;

    readonly Run[] runs;
    readonly Coarse[] table;
    readonly int[] lastRun;
    readonly int shift;

    /// <param name="runs"><see cref="BeforeAll"/> and then the runs in ascending order.</param>
    /// <param name="order">Of the map.</param>
    public RunIndex(Run[] runs, int order)
    {
        this.runs = runs;
        var coarse = 0;
        while (coarse < order && Healpix.PixelCount(coarse) < runs.Length / 2)
            coarse++;
        shift = 2 * (order - coarse);
        table = new Coarse[Healpix.PixelCount(coarse)];
        var cells = ArrayPool<int>.Shared.Rent(table.Length + CellsOfRun * runs.Length);
        var (next, used) = (1, 0);
        for (var pixel = 0; pixel < table.Length; pixel++)
        {
            // The runs that begin here, and the finest begin among them.
            var (first, finest) = (next, (long)pixel << shift);
            for (; next < runs.Length && runs[next].First >> shift == pixel; next++)
                finest |= runs[next].First;
            var depth = 0;
            while (2 * depth < shift && (finest & ((1L << (shift - 2 * depth)) - 1)) != 0
                && 4L << (2 * depth) <= CellsOfRun * (next - first))
                depth++;
            table[pixel] = new Coarse(used, depth);
            var run = first - 1;
            for (var cell = 1L; cell <= 1L << (2 * depth); cell++)
            {
                var end = ((long)pixel << shift) + (cell << (shift - 2 * depth));
                while (run + 1 < next && runs[run + 1].First < end)
                    run++;
                cells[used++] = run;
            }
        }
        lastRun = cells[..used];
        ArrayPool<int>.Shared.Return(cells);
    }

    /// <summary>
    /// The last run that begins at or before a pixel of the map's order; the one before all when there is none.
    /// </summary>
    public ref readonly Run Find(long ipix) => ref Find(ipix, CellOf(ipix));

    /// <summary>
    /// The cell that a pixel is in. Asked for many pixels before their runs are, it lets the processor wait for memory once for
    /// all of them.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int CellOf(long ipix)
    {
        var (first, depth) = table[(int)(ipix >> shift)];
        return first + (int)((ipix & ((1L << shift) - 1)) >> (shift - 2 * depth));
    }

    /// <summary>As the other, where the pixel's cell is known.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref readonly Run Find(long ipix, int cell)
    {
        ref readonly var run = ref runs[lastRun[cell]];
        if (run.First > ipix) // several runs begin in the cell
            run = ref Search(cell, ipix);
        return ref run;
    }

    ref readonly Run Search(int cell, long ipix)
    {
        var (low, high) = (cell == 0 ? 0 : lastRun[cell - 1], lastRun[cell]);
        while (low < high)
        {
            var middle = (low + high + 1) >>> 1;
            if (runs[middle].First <= ipix)
                low = middle;
            else
                high = middle - 1;
        }
        return ref runs[low];
    }
}
