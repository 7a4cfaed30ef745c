using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Vigil.Sky.Imaging;

/// <summary>
/// Finds the brightest stars of each cell of HEALPix in a .vcat file. The magnitudes alone tell which stars come into question;
/// few do, so that the other columns are hardly read.
/// </summary>
/// <param name="blocks">The file.</param>
/// <param name="cone">Stars beyond it are none.</param>
/// <param name="near">Stars of cells whose centre is beyond it are beyond the cone.</param>
/// <param name="order">Of the cells.</param>
/// <param name="count">The most stars from a cell.</param>
/// <param name="found">Receives them, cell by cell, the brightest of each first.</param>
/// <remarks>
/// Its methods are compiled but once, and well: a program asks a few times, and half of the first time would pass with the quick
/// form of the code that the runtime begins with.
/// </remarks>
sealed class BrightestOfCells(
    VcatBlocks blocks, ConeTest cone, ConeTest near, int order, int count, List<CatalogStar> found)
{
    readonly int shift = 2 * (Healpix.MaxOrder - order);
    readonly int[] mags = new int[Math.Min(blocks.Head.PerBlock, blocks.Head.Count)];
    readonly List<(int Mag, int Block, int Star)> best = []; // of the cell
    readonly CatalogStar template = blocks.Head.Template;
    long cell = -1;
    bool isNear; // the cell

    /// <summary>Looks at the stars of a block; blocks must come in ascending order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(scoped in MappedFile.Held held, int block)
    {
        var stars = mags.AsSpan(0, blocks.StarsIn(block));
        var isRead = false;
        // Stars are in the order of cells: of a block within one, no position is needed.
        var (keys, last) = (blocks.Head.Keys, -1L);
        if (block + 1 < keys.Length && keys[block] >> shift == keys[block + 1] >> shift)
            last = (long)(keys[block] >> shift);
        for (var first = 0; first < stars.Length;)
        {
            var (its, end) = (last, stars.Length);
            if (last < 0)
            {
                its = CellOf(held, block, first);
                end = EndOf(held, block, first, its, stars.Length);
            }
            if (its != cell)
            {
                Finish(held);
                cell = its;
                var (ra, dec) = Healpix.Centre(order, its);
                isNear = near.Contains(ra, dec, out _);
            }
            if (isNear)
            {
                if (!isRead)
                    ReadMags(held, block, stars);
                isRead = true;
                Choose(held, block, first, stars[first..end]);
            }
            first = end;
        }
    }

    /// <summary>Hands out the stars of the last cell.</summary>
    public void Finish(scoped in MappedFile.Held held)
    {
        foreach (var (_, block, star) in best)
        {
            var columns = blocks.Columns(held, block);
            CollectionsMarshal.SetCount(found, found.Count + 1);
            ref var read = ref CollectionsMarshal.AsSpan(found)[^1];
            read = template;
            blocks.Head.Columns.Read(columns, blocks.StarsIn(block), star, ref read);
        }
        best.Clear();
    }

    // Of each star that of the first band that it has.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void ReadMags(scoped in MappedFile.Held held, int block, Span<int> stars)
    {
        stars.Fill(VcatNumbers.NoMag);
        Span<int> more = [];
        var isFirst = true;
        foreach (var band in CatalogStar.BandsByUse)
        {
            if (blocks.Head.Columns.Mag[(int)band] is var column && column < 0)
                continue;
            if (isFirst)
            {
                VcatNumbers.ReadStoredMags(blocks.Column(held, block, column), stars);
                isFirst = false;
            }
            else
            {
                if (more.IsEmpty)
                    more = new int[stars.Length];
                VcatNumbers.ReadStoredMags(blocks.Column(held, block, column), more);
                for (var i = 0; i < stars.Length; i++)
                    if (stars[i] == VcatNumbers.NoMag)
                        stars[i] = more[i];
            }
            if (!stars.Contains(VcatNumbers.NoMag))
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void Choose(scoped in MappedFile.Held held, int block, int first, ReadOnlySpan<int> stars)
    {
        var faintest = best.Count < count ? VcatNumbers.NoMag : best[^1].Mag;
        for (var i = 0; i < stars.Length; i++)
        {
            var mag = stars[i];
            if (mag >= faintest)
                continue;
            var (ra, dec) = Position(held, block, first + i);
            if (!cone.Contains(ra, dec, out _))
                continue;
            if (best.Count == count)
                best.RemoveAt(count - 1);
            var at = best.Count;
            while (at > 0 && best[at - 1].Mag > mag)
                at--;
            best.Insert(at, (mag, block, first + i));
            if (best.Count == count)
                faintest = best[^1].Mag;
        }
    }

    // The first star from a place on that is in another cell: in steps that double, then by halves.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    int EndOf(scoped in MappedFile.Held held, int block, int from, long its, int end)
    {
        var step = 1;
        while (from + step < end && CellOf(held, block, from + step) == its)
        {
            from += step;
            step *= 2;
        }
        var beyond = Math.Min(from + step, end);
        while (beyond - from > 1)
        {
            var middle = (from + beyond) >> 1;
            if (CellOf(held, block, middle) == its)
                from = middle;
            else
                beyond = middle;
        }
        return beyond;
    }

    long CellOf(scoped in MappedFile.Held held, int block, int star)
    {
        var (ra, dec) = Position(held, block, star);
        return Healpix.Ipix(ra, dec, order);
    }

    (double Ra, double Dec) Position(scoped in MappedFile.Held held, int block, int star)
    {
        var raHigh = MemoryMarshal.Cast<byte, uint>(blocks.Column(held, block, VcatColumns.RaHigh))[star];
        var decHigh = MemoryMarshal.Cast<byte, int>(blocks.Column(held, block, VcatColumns.DecHigh))[star];
        return (VcatNumbers.Ra(raHigh, blocks.Column(held, block, VcatColumns.RaLow)[star]),
            VcatNumbers.Dec(decHigh, blocks.Column(held, block, VcatColumns.DecLow)[star]));
    }
}
