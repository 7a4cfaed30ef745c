namespace Vigil.Sky.Imaging;

/// <summary>The stars of a cell of HEALPix while they are sorted: in the order in which they came, or in quarters.</summary>
/// <param name="first">The lowest key that belongs here.</param>
/// <param name="shift">Keys that agree but for so many bits belong here.</param>
sealed class StarBucket(ulong first, int shift)
{
    public ulong First => first;

    public int Shift => shift;

    /// <summary>Its four quarters, once it was divided; its stars are theirs then.</summary>
    public StarBucket[]? Quarters { get; private set; }

    public long Count { get; set; }

    /// <summary>What went to the scratch file; it came before what is in memory.</summary>
    public List<(long At, long Bytes)> OnDisk { get; } = [];

    /// <summary>What is in memory: pages, of which all but the last are full.</summary>
    public List<ArraySegment<byte>> Pages { get; } = [];

    /// <summary>The array that the last page is of.</summary>
    public byte[] Slab { get; private set; } = [];

    /// <summary>Where the next star goes in the last page, and where there is no more room for one.</summary>
    public int At { get; set; }

    /// <inheritdoc cref="At"/>
    public int End { get; private set; }

    /// <summary>The part of a page that holds stars.</summary>
    public ArraySegment<byte> Used(int page, int full) =>
        Pages[page][..(page + 1 < Pages.Count ? full : At - Pages[page].Offset)];

    /// <summary>Adds a page, of which so many bytes are to be used.</summary>
    public void Add(ArraySegment<byte> page, int used)
    {
        Pages.Add(page);
        (Slab, At, End) = (page.Array!, page.Offset, page.Offset + used);
    }

    /// <summary>Forgets its pages.</summary>
    public void Clear()
    {
        Pages.Clear();
        (Slab, At, End) = ([], 0, 0);
    }

    /// <summary>Divides an empty bucket.</summary>
    public void Divide() => Quarters =
        [.. Enumerable.Range(0, 4).Select(i => new StarBucket(first + ((ulong)i << (shift - 2)), shift - 2))];

    /// <summary>The quarter that a key belongs to.</summary>
    public StarBucket Quarter(ulong key) => Quarters![(int)(key >> (shift - 2)) & 3];
}
