namespace Vigil.Sky.Imaging;

/// <summary>Pages of memory of one size, no more than a bound; those that are given back are used again.</summary>
/// <param name="pageBytes">Of a page.</param>
/// <param name="most">How many there may be.</param>
/// <remarks>Any number of threads may take and give back.</remarks>
sealed class PagePool(int pageBytes, int most)
{
    // Larger arrays than a page, so that the collector has few of them.
    const int PagesOfSlab = 16;

    readonly Stack<ArraySegment<byte>> free = [];
    int made;

    public int PageBytes => pageBytes;

    /// <summary>How many there may be.</summary>
    public int Most => most;

    /// <summary>How many may still be taken.</summary>
    public int Available
    {
        get
        {
            lock (free)
                return free.Count + most - made;
        }
    }

    /// <summary>Takes a page; false where there is none left.</summary>
    public bool TryTake(out ArraySegment<byte> page)
    {
        lock (free)
        {
            if (free.Count == 0 && made < most)
            {
                var pages = Math.Min(PagesOfSlab, most - made);
                var slab = GC.AllocateUninitializedArray<byte>(pages * pageBytes);
                for (var i = pages; i-- > 0;)
                    free.Push(new(slab, i * pageBytes, pageBytes));
                made += pages;
            }
            return free.TryPop(out page);
        }
    }

    public void GiveBack(ArraySegment<byte> page)
    {
        lock (free)
            free.Push(page);
    }
}
