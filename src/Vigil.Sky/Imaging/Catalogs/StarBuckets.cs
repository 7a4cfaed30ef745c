using System.Buffers.Binary;
using System.Collections.Concurrent;

namespace Vigil.Sky.Imaging;

/// <summary>Sorts stars by their keys within fixed memory: deals them out to cells of HEALPix, then sorts cell by cell.</summary>
/// <remarks>
/// A star is a record: eight bytes of key, then its numbers. Buckets that fill are divided in four. When there is no memory
/// left, all go to the scratch file; a bucket of which something is there stays whole, and is dealt out again in the end if it
/// does not fit. Stars of equal keys stay in the order in which they came.
/// </remarks>
sealed class StarBuckets
{
    /// <summary>Bytes of the key that a record begins with.</summary>
    public const int KeyBytes = sizeof(ulong);

    const int StarsOfBucket = 1 << 15, StarsOfGroup = 1 << 14, FewestPages = 8, BytesReadAtOnce = 1 << 17;

    readonly int recordBytes, usedOfPage, starsOfBucket, bytesOfGroup, mostLeaves;
    readonly PagePool pool;
    readonly ScratchFile scratch;
    readonly StarBucket[] roots;
    readonly ulong first;
    readonly int rootShift;
    readonly ConcurrentBag<SortedStars> used = [];
    int leaves;

    /// <param name="recordBytes">Of a star, with its key.</param>
    /// <param name="memoryBytes">For the stars; at least 64 KiB.</param>
    /// <param name="groups">How many groups may be sorted at once.</param>
    /// <param name="scratch">Where they go that do not fit.</param>
    public StarBuckets(int recordBytes, long memoryBytes, int groups, ScratchFile scratch)
        : this(recordBytes, Pool(memoryBytes), scratch, (int)Math.Clamp(memoryBytes / 4 / groups, 1 << 12, 1 << 30),
            0, 2 * Healpix.MaxOrder, 12)
    {
    }

    // Of a part of the sky: so many cells, from the first key on.
    StarBuckets(int recordBytes, PagePool pool, ScratchFile scratch, int bytesOfGroup, ulong first, int shift, int cells)
    {
        (this.recordBytes, this.pool, this.scratch, this.bytesOfGroup) = (recordBytes, pool, scratch, bytesOfGroup);
        this.first = first;
        usedOfPage = pool.PageBytes / recordBytes * recordBytes;
        starsOfBucket = Math.Min(bytesOfGroup / recordBytes, StarsOfBucket);
        mostLeaves = pool.Most / 4;
        while (shift > 0 && 4 * cells <= pool.Most / 8)
            (shift, cells) = (shift - 2, 4 * cells);
        (rootShift, leaves) = (shift, cells);
        roots = new StarBucket[cells];
        for (var i = 0; i < cells; i++)
            roots[i] = new(first + ((ulong)i << shift), shift);
    }

    // Small pages where there is little memory: every bucket has one that is partly empty.
    static PagePool Pool(long memoryBytes)
    {
        var pageBytes = (int)Math.Clamp(memoryBytes / 4096, 1 << 12, 1 << 16);
        return new(pageBytes, (int)Math.Clamp(memoryBytes / pageBytes, FewestPages, 1 << 20));
    }

    /// <summary>Adds stars in any order.</summary>
    /// <param name="keys">Their keys.</param>
    /// <param name="rows">Their numbers.</param>
    public void Add(ReadOnlySpan<long> keys, ReadOnlySpan<byte> rows)
    {
        var rowBytes = recordBytes - KeyBytes;
        for (var i = 0; i < keys.Length; i++)
        {
            var record = Room((ulong)keys[i]);
            BinaryPrimitives.WriteInt64LittleEndian(record, keys[i]);
            rows.Slice(i * rowBytes, rowBytes).CopyTo(record[KeyBytes..]);
        }
    }

    void Add(ReadOnlySpan<byte> records)
    {
        for (; !records.IsEmpty; records = records[recordBytes..])
            records[..recordBytes].CopyTo(Room(BinaryPrimitives.ReadUInt64LittleEndian(records)));
    }

    // Room for a star.
    Span<byte> Room(ulong key)
    {
        var bucket = roots[(int)((key - first) >> rootShift)];
        while (bucket.Quarters is not null)
            bucket = bucket.Quarter(key);
        return RoomIn(bucket, key);
    }

    Span<byte> RoomIn(StarBucket bucket, ulong key)
    {
        if (bucket.At == bucket.End)
        {
            if (bucket.Count >= starsOfBucket && bucket.Shift > 0 && bucket.OnDisk.Count == 0 && leaves < mostLeaves
                && pool.Available > 4)
            {
                Divide(bucket);
                return RoomIn(bucket.Quarter(key), key);
            }
            AddPage(bucket);
        }
        var room = bucket.Slab.AsSpan(bucket.At, recordBytes);
        bucket.At += recordBytes;
        bucket.Count++;
        return room;
    }

    void AddPage(StarBucket bucket)
    {
        if (!pool.TryTake(out var page))
        {
            Spill();
            if (!pool.TryTake(out page))
                throw new InvalidOperationException("All pages are in use by groups that are being sorted.");
        }
        bucket.Add(page, usedOfPage);
    }

    // Its pages are given back as they empty, so that the quarters need no more than one each besides.
    void Divide(StarBucket bucket)
    {
        bucket.Divide();
        leaves += 3;
        for (var i = 0; i < bucket.Pages.Count; i++)
        {
            for (ReadOnlySpan<byte> records = bucket.Used(i, usedOfPage); !records.IsEmpty; records = records[recordBytes..])
            {
                var key = BinaryPrimitives.ReadUInt64LittleEndian(records);
                records[..recordBytes].CopyTo(RoomIn(bucket.Quarter(key), key));
            }
            pool.GiveBack(bucket.Pages[i]);
        }
        bucket.Clear();
        bucket.Count = 0;
    }

    void Spill()
    {
        foreach (var bucket in Leaves(roots))
        {
            if (bucket.Pages.Count == 0)
                continue;
            var bytes = new ReadOnlyMemory<byte>[bucket.Pages.Count];
            for (var i = 0; i < bytes.Length; i++)
                bytes[i] = bucket.Used(i, usedOfPage);
            bucket.OnDisk.Add((scratch.Append(bytes), bytes.Sum(some => (long)some.Length)));
            foreach (var page in bucket.Pages)
                pool.GiveBack(page);
            bucket.Clear();
        }
    }

    static IEnumerable<StarBucket> Leaves(StarBucket[] buckets)
    {
        foreach (var bucket in buckets)
            if (bucket.Quarters is null)
                yield return bucket;
            else
                foreach (var leaf in Leaves(bucket.Quarters))
                    yield return leaf;
    }

    /// <summary>
    /// All stars in groups, each of which is to be sorted by <see cref="Sort"/>, on any thread; the groups are in order.
    /// </summary>
    public IEnumerable<IReadOnlyList<StarBucket>> Groups()
    {
        if (Leaves(roots).Any(IsTooLarge))
            Spill(); // makes room to deal them out again
        var group = new List<StarBucket>();
        var stars = 0L;
        foreach (var bucket in Leaves(roots))
        {
            if (bucket.Count == 0)
                continue;
            if (stars > 0 && (stars + bucket.Count > StarsOfGroup || (stars + bucket.Count) * recordBytes > bytesOfGroup))
            {
                yield return group;
                (group, stars) = ([], 0);
            }
            if (IsTooLarge(bucket))
            {
                foreach (var part in DealtAgain(bucket).Groups())
                    yield return part;
                continue;
            }
            group.Add(bucket);
            stars += bucket.Count;
        }
        if (stars > 0)
            yield return group;
    }

    // Of a bucket that cannot be divided the stars are sorted at once, however many they are.
    bool IsTooLarge(StarBucket bucket) => bucket.Shift > 0 && bucket.Count * recordBytes > bytesOfGroup;

    StarBuckets DealtAgain(StarBucket bucket)
    {
        var parts = new StarBuckets(recordBytes, pool, scratch, bytesOfGroup, bucket.First, bucket.Shift - 2, 4);
        var buffer = new byte[Math.Max(BytesReadAtOnce / recordBytes, 1) * recordBytes];
        foreach (var (at, bytes) in bucket.OnDisk)
            for (var done = 0L; done < bytes; done += buffer.Length)
            {
                var some = buffer.AsSpan(0, (int)Math.Min(buffer.Length, bytes - done));
                scratch.Read(at + done, some);
                parts.Add(some);
            }
        return parts;
    }

    /// <summary>Sorts a group and gives back the memory of its pages. The result is to be given back, too.</summary>
    /// <exception cref="IOException">The scratch file cannot be read.</exception>
    /// <exception cref="FrameException">There are too many stars at one place.</exception>
    public SortedStars Sort(IReadOnlyList<StarBucket> group)
    {
        var count = group.Sum(bucket => bucket.Count);
        if (count * recordBytes > Array.MaxLength)
            throw new FrameException($"{count} stars are at one place, within 0.4 mas; so many cannot be kept.");
        if (!used.TryTake(out var sorted))
            sorted = new(recordBytes);
        sorted.Reserve((int)count);
        var room = sorted.Unsorted;
        foreach (var bucket in group)
        {
            foreach (var (at, bytes) in bucket.OnDisk)
            {
                scratch.Read(at, room[..(int)bytes]);
                room = room[(int)bytes..];
            }
            for (var i = 0; i < bucket.Pages.Count; i++)
            {
                var bytes = bucket.Used(i, usedOfPage);
                bytes.AsSpan().CopyTo(room);
                room = room[bytes.Count..];
                pool.GiveBack(bucket.Pages[i]);
            }
        }
        sorted.Sort();
        return sorted;
    }

    /// <summary>Gives back what <see cref="Sort"/> returned; it will hold others.</summary>
    public void GiveBack(SortedStars stars) => used.Add(stars);
}
