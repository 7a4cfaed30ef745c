using Vigil.Sky.Fits;

namespace Vigil.Sky.Imaging;

/// <summary>Makes a .vcat file of stars in any order and any number, within fixed memory.</summary>
/// <remarks>
/// Stars are dealt out to parts of the sky in memory; where they do not fit, they go to a scratch file. In the end part after
/// part is sorted and written. The file depends on the stars and their order alone, neither on the memory nor on the threads.
/// It is written beside its place (.part) and renamed once it is safely on the disk: whoever has the old one open keeps it. One
/// thread at a time.
/// </remarks>
public sealed class StarCatalogBuilder : IDisposable
{
    const int PendingStars = 4096, FlushedAtOnce = 32 << 20;
    const long LeastMemory = 1 << 20;

    // For each thread and two more: the pieces of tables that are read, the groups that are sorted, and what is written next.
    const long WorkingMemory = 8 << 20;

    readonly string path;
    readonly StarCatalogOptions options;
    readonly VcatColumns columns;
    readonly ScratchFile scratch;
    readonly StarBuckets buckets;
    readonly StarBatch pending = StarBatch.Of(PendingStars);
    FileStream? part;
    ulong seen;
    double epoch = double.NaN;
    bool written;
    byte[] packedRows = [];
    long[] packedKeys = [];

    /// <param name="path">The file to make; one that is there is replaced once the new one is whole.</param>
    /// <param name="options">What it is called, and what may be used to make it.</param>
    /// <exception cref="ArgumentException">An option is outside its range.</exception>
    public StarCatalogBuilder(string path, StarCatalogOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        (this.path, this.options) = (Path.GetFullPath(path), options ?? new());
        ArgumentOutOfRangeException.ThrowIfLessThan(this.options.MemoryBytes, LeastMemory, nameof(options.MemoryBytes));
        ArgumentOutOfRangeException.ThrowIfLessThan(this.options.Threads, 1, nameof(options.Threads));
        columns = VcatColumns.Of(column => column.Kind switch
        {
            VcatColumnKind.PmRa or VcatColumnKind.PmDec => this.options.ProperMotions,
            VcatColumnKind.Mag or VcatColumnKind.MagErr => this.options.Bands.Contains(column.Band),
            _ => true,
        });
        scratch = new(Path.Combine(this.options.ScratchFolder ?? Path.GetDirectoryName(this.path)!,
            $"{Path.GetFileName(path)}.{Guid.NewGuid():N}.stars"));
        var memory = this.options.MemoryBytes;
        buckets = new(columns.RowBytes + StarBuckets.KeyBytes,
            Math.Max(memory - WorkingMemory * (this.options.Threads + 2), memory / 2), Groups, scratch);
        Provenance = this.options.Provenance;
    }

    /// <summary>Where the stars come from, in words; it may be changed until the catalogue is written.</summary>
    public string Provenance { get; set; }

    /// <summary>How many stars were added.</summary>
    public long Count { get; private set; }

    /// <summary>Adds a star.</summary>
    /// <exception cref="ArgumentException">
    /// A number is outside its range: positions and proper motions as <see cref="CatalogStar"/> says, magnitudes in [-30, 40],
    /// their errors in [0, 6.5], an id of 0 or more, one epoch for all.
    /// </exception>
    /// <exception cref="FrameException">The scratch folder cannot be written.</exception>
    public void Add(in CatalogStar star)
    {
        StarBatch.Check(star);
        SetEpoch(star.Epoch);
        pending.Add(star);
        Count++;
        if (pending.Count == PendingStars)
            AddPending();
    }

    /// <summary>Adds stars.</summary>
    /// <exception cref="ArgumentException">As for one.</exception>
    /// <exception cref="FrameException">The scratch folder cannot be written.</exception>
    public void Add(params ReadOnlySpan<CatalogStar> stars)
    {
        foreach (ref readonly var star in stars)
            Add(star);
    }

    /// <summary>Adds the stars of a table, with as many threads as the options allow.</summary>
    /// <param name="table">It is read to its end.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="FrameException">
    /// A row cannot be used, the table is broken, its epoch differs from that of stars added before, or the scratch folder cannot
    /// be written.
    /// </exception>
    /// <exception cref="FitsException">The FITS file is broken.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void Add(StarTable table, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        if (pending.Count > 0)
            AddPending();
        foreach (var piece in table.Pieces(options.Threads, Pack, ct))
        {
            if (piece.Stars.Count == 0)
                continue;
            if (!double.IsNaN(epoch) && Math.Abs(piece.Epoch - epoch) >= StarPiece.EpochTolerance)
                throw new FrameException($"{table.Name} has stars of {piece.Epoch}, the catalogue those of {epoch}: " +
                    "a catalogue has one epoch. Import the table into one of its own.");
            epoch = double.IsNaN(epoch) ? piece.Epoch : epoch;
            Append(piece.Rows.AsSpan(0, piece.Stars.Count * columns.RowBytes), piece.Keys.AsSpan(0, piece.Stars.Count),
                piece.Seen);
            Count += piece.Stars.Count;
        }
    }

    void Pack(StarPiece piece)
    {
        var count = piece.Stars.Count;
        if (piece.Keys.Length < count + 3)
            (piece.Rows, piece.Keys) = (new byte[(count + count / 4) * columns.RowBytes], new long[count + count / 4 + 3]);
        piece.Seen = columns.Pack(piece.Stars, piece.Rows, piece.Keys);
    }

    void SetEpoch(double of)
    {
        if (double.IsNaN(epoch))
            epoch = of is > 1000 and < 3000 ? of
                : throw new ArgumentException($"A star has the epoch {of}, which is no Julian year such as 2016.0.");
        else if (of != epoch)
            throw new ArgumentException($"A star has the epoch {of}, those before {epoch}: a catalogue has one epoch.");
    }

    void AddPending()
    {
        Append(pending);
        pending.Count = 0;
    }

    void Append(StarBatch stars)
    {
        if (packedKeys.Length < stars.Count + 3)
            (packedRows, packedKeys) = (new byte[stars.Count * columns.RowBytes], new long[stars.Count + 3]);
        var rows = packedRows.AsSpan(0, stars.Count * columns.RowBytes);
        var columnsSeen = columns.Pack(stars, rows, packedKeys);
        Append(rows, packedKeys.AsSpan(0, stars.Count), columnsSeen);
    }

    void Append(ReadOnlySpan<byte> rows, ReadOnlySpan<long> keys, ulong columnsSeen)
    {
        ObjectDisposedException.ThrowIf(written, this);
        seen |= columnsSeen;
        try
        {
            buckets.Add(keys, rows);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(e);
        }
    }

    FrameException Unwritable(Exception e) => new($"The star catalogue {path} cannot be written: {e.Message}", e);

    /// <summary>Sorts the stars and writes the file; nothing can be added after.</summary>
    /// <param name="progress">Told the part of the stars that is written, in [0, 1].</param>
    /// <exception cref="FrameException">The file cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; a file that was there is as it was.</exception>
    public void Write(IProgress<double>? progress = null, CancellationToken ct = default)
    {
        if (pending.Count > 0)
            AddPending();
        written = true;
        try
        {
            var beside = path + ".part";
            part = new(beside, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
            var head = WriteStars(Head(), progress, ct);
            RandomAccess.Write(part.SafeFileHandle, head.Write(), 0);
            RandomAccess.FlushToDisk(part.SafeFileHandle);
            part.Dispose();
            File.Move(beside, path, overwrite: true);
            part = null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(e);
        }
    }

    VcatHead Head()
    {
        var all = columns.All.ToArray();
        var used = VcatColumns.Of(column => all.Index().Any(its =>
            (seen >> its.Index & 1) != 0 && its.Item.Kind == column.Kind && its.Item.Band == column.Band));
        return VcatHead.New(used, Count, double.IsNaN(epoch) ? 2000 : epoch,
            options.Name ?? Path.GetFileNameWithoutExtension(path), Provenance);
    }

    // Groups are sorted on other threads while those before them are written here.
    VcatHead WriteStars(VcatHead head, IProgress<double>? progress, CancellationToken ct)
    {
        var file = part!.SafeFileHandle;
        var writer = new BlockWriter(file, columns, head);
        var sorting = new Queue<Task<SortedStars>>();
        var flushing = Task.CompletedTask;
        var (stars, flushed) = (0L, 0L);
        try
        {
            using var groups = buckets.Groups().GetEnumerator();
            for (var more = true; ;)
            {
                ct.ThrowIfCancellationRequested();
                while (more && sorting.Count < Groups && (more = groups.MoveNext()))
                {
                    var group = groups.Current;
                    sorting.Enqueue(options.Threads > 1 ? Task.Run(() => buckets.Sort(group), CancellationToken.None)
                        : Task.FromResult(buckets.Sort(group)));
                }
                if (sorting.Count == 0)
                    break;
                var sorted = sorting.Peek().GetAwaiter().GetResult();
                sorting.Dequeue();
                writer.Add(sorted.Records);
                stars += sorted.Count;
                buckets.GiveBack(sorted);
                // The disk works meanwhile, so that little is left for the end.
                if (options.Threads > 1 && writer.Written - flushed >= FlushedAtOnce && flushing.IsCompleted)
                {
                    flushing.GetAwaiter().GetResult();
                    flushed = writer.Written;
                    flushing = Task.Run(() => RandomAccess.FlushToDisk(file), CancellationToken.None);
                }
                progress?.Report((double)stars / Count);
            }
            return writer.Finish();
        }
        finally
        {
            foreach (var task in sorting)
                ((IAsyncResult)task).AsyncWaitHandle.WaitOne(); // it needs the files; its outcome is moot
            flushing.GetAwaiter().GetResult();
        }
    }

    /// <summary>How many groups of stars are in memory at once besides what is not sorted yet.</summary>
    int Groups => options.Threads > 1 ? options.Threads + 1 : 1;

    /// <summary>Removes what was not finished.</summary>
    public void Dispose()
    {
        written = true;
        scratch.Dispose();
        if (part is null)
            return;
        part.Dispose();
        File.Delete(path + ".part");
    }
}
