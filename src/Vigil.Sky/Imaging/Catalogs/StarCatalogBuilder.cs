using Vigil.Sky.Fits;

namespace Vigil.Sky.Imaging;

/// <summary>Makes a .vcat file of stars in any order and any number, within fixed memory.</summary>
/// <remarks>
/// Stars are sorted in memory; where they do not fit, sorted runs of them go to a scratch file and are merged in the end. The
/// file depends on the stars and their order alone, neither on the memory nor on the threads. It is written beside its place
/// (.part) and renamed once it is safely on the disk: whoever has the old one open keeps it. One thread at a time.
/// </remarks>
public sealed class StarCatalogBuilder : IDisposable
{
    const int PendingStars = 4096, StagingBytes = 4 << 20;
    const long LeastMemory = 1 << 20;

    readonly string path;
    readonly StarCatalogOptions options;
    readonly VcatColumns columns;
    readonly int capacity;
    readonly uint[] cells = new uint[Healpix.PixelCount(VcatHead.FinestCellOrder)];
    readonly List<(long Offset, int Count)> spilled = [];
    readonly StarBatch pending;
    StarChunk chunk;
    StarChunk? spare;
    Task spilling = Task.CompletedTask;
    FileStream? scratch;
    FileStream? part;
    long scratchBytes;
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
        // Two chunks, of which one fills while the other is sorted.
        capacity = (int)Math.Clamp(
            this.options.MemoryBytes / (StarChunk.BytesPerStar(columns.RowBytes) + columns.RowBytes + SortedRun.KeyBytes),
            1, Array.MaxLength / (columns.RowBytes + SortedRun.KeyBytes));
        chunk = new(columns.RowBytes, capacity);
        pending = NewPending();
    }

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
        Check(star);
        var at = pending.Count++;
        (pending.Ra[at], pending.Dec[at], pending.Ids![at]) = (star.Ra, star.Dec, star.Id);
        (pending.PmRa![at], pending.PmDec![at], pending.Flags![at]) = (star.PmRa, star.PmDec, (byte)star.Flags);
        for (var band = 0; band < CatalogMagnitudes.Count; band++)
            (pending.Mag[band]![at], pending.MagErr[band]![at]) = (star.Mag[band], star.MagErr[band]);
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
                throw new FrameException($"{table.Name} has stars of {piece.Epoch}, the catalogue those of {epoch}: a " +
                    "catalogue has one " +
                    "epoch. Import the table into one of its own.");
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

    static StarBatch NewPending()
    {
        var batch = new StarBatch
        {
            Ra = new double[PendingStars],
            Dec = new double[PendingStars],
            Ids = new long[PendingStars],
            PmRa = new float[PendingStars],
            PmDec = new float[PendingStars],
            Flags = new byte[PendingStars],
        };
        for (var band = 0; band < CatalogMagnitudes.Count; band++)
            (batch.Mag[band], batch.MagErr[band]) = (new float[PendingStars], new float[PendingStars]);
        return batch;
    }

    void Check(in CatalogStar star)
    {
        if (!(star.Ra is >= 0 and < 360) || !(star.Dec is >= -90 and <= 90))
            throw new ArgumentException($"A star is at ({star.Ra}, {star.Dec}): ra must be in [0, 360), dec in [-90, 90] " +
                "degrees.");
        if (star.Id < 0)
            throw new ArgumentException($"A star has the id {star.Id}: ids are 0 or more.");
        if (Math.Abs(star.PmRa) > VcatNumbers.MaxPm || Math.Abs(star.PmDec) > VcatNumbers.MaxPm)
            throw new ArgumentException($"A star moves by ({star.PmRa}, {star.PmDec}) mas/yr; at most {VcatNumbers.MaxPm} can " +
                "be true.");
        if ((int)star.Flags is < 0 or > byte.MaxValue)
            throw new ArgumentException($"A star has the flags {(int)star.Flags}: they are in [0, 255].");
        for (var band = 0; band < CatalogMagnitudes.Count; band++)
            if (star.Mag[band] is < (float)VcatNumbers.MinMag or > (float)VcatNumbers.MaxMag
                || star.MagErr[band] is < 0 or > (float)VcatNumbers.MaxMagErr)
                throw new ArgumentException($"A star has {(CatalogBand)band} = {star.Mag[band]} +- {star.MagErr[band]}: " +
                    "magnitudes are in " +
                    $"[{VcatNumbers.MinMag}, {VcatNumbers.MaxMag}], their errors in [0, {VcatNumbers.MaxMagErr}].");
        SetEpoch(star.Epoch);
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
        foreach (var key in keys)
            cells[key >> (2 * (Healpix.MaxOrder - VcatHead.FinestCellOrder))]++;
        while (!keys.IsEmpty)
        {
            if (chunk.IsFull)
                Spill();
            var added = chunk.Add(rows, keys);
            rows = rows[(added * columns.RowBytes)..];
            keys = keys[added..];
        }
    }

    // Sorts the chunk and writes it to the scratch file while the next one fills.
    void Spill()
    {
        Wait(spilling);
        scratch ??= NewScratch();
        var (full, offset) = (chunk, scratchBytes);
        spilled.Add((offset, full.Count));
        scratchBytes += (long)full.Count * (columns.RowBytes + SortedRun.KeyBytes);
        spilling = Start(() =>
        {
            full.Sort();
            var buffer = new byte[StagingBytes / (columns.RowBytes + SortedRun.KeyBytes) * (columns.RowBytes
                + SortedRun.KeyBytes)];
            for (int bytes; (bytes = full.HandOut(buffer)) > 0; offset += bytes)
                RandomAccess.Write(scratch.SafeFileHandle, buffer.AsSpan(0, bytes), offset);
            full.Clear();
        });
        (chunk, spare) = (spare ?? new(columns.RowBytes, capacity), full);
    }

    Task Start(Action work)
    {
        if (options.Threads > 1)
            return Task.Run(work);
        work();
        return Task.CompletedTask;
    }

    void Wait(Task task) => Guarded(() => task.GetAwaiter().GetResult());

    /// <summary>Turns what the system says of files into words for the user.</summary>
    void Guarded(Action work)
    {
        try
        {
            work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FrameException($"The star catalogue {path} cannot be written: {e.Message}", e);
        }
    }

    FileStream NewScratch()
    {
        FileStream? made = null;
        Guarded(() => made = new(Path.Combine(options.ScratchFolder ?? Path.GetDirectoryName(path)!,
            $"{Path.GetFileName(path)}.{Guid.NewGuid():N}.runs"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None,
                bufferSize: 0,
            FileOptions.DeleteOnClose));
        return made!;
    }

    /// <summary>Sorts the stars and writes the file; nothing can be added after.</summary>
    /// <param name="progress">Told the part of the stars that is written, in [0, 1].</param>
    /// <exception cref="FrameException">The file cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; a file that was there is as it was.</exception>
    public void Write(IProgress<double>? progress = null, CancellationToken ct = default)
    {
        if (pending.Count > 0)
            AddPending();
        written = true;
        Wait(spilling);
        var head = Head();
        Guarded(() =>
        {
            var beside = path + ".part";
            part = new(beside, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
            WriteStars(head, progress, ct);
            RandomAccess.Write(part.SafeFileHandle, head.Write(), 0);
            RandomAccess.FlushToDisk(part.SafeFileHandle);
            part.Dispose();
            File.Move(beside, path, overwrite: true);
            part = null;
        });
    }

    VcatHead Head()
    {
        var perBlock = VcatHead.StarsPerBlock(Count);
        var blocks = (int)((Count + perBlock - 1) / perBlock);
        var order = VcatHead.FinestCellOrder;
        var places = new List<(int, long)>();
        for (; ; order--)
        {
            var first = 0L;
            var last = -1;
            for (var i = 0; i < cells.Length; first += cells[i++])
                if (cells[i] > 0 && i >> (2 * (VcatHead.FinestCellOrder - order)) is var cell && cell != last)
                    places.Add((last = cell, first));
            if (places.Count <= VcatHead.MaxCells)
                break;
            places.Clear();
        }
        var all = columns.All.ToArray();
        return new()
        {
            Columns = VcatColumns.Of(column =>
                Enumerable.Range(0, all.Length).Any(k => (seen >> k & 1) != 0 && all[k].Kind == column.Kind
                    && all[k].Band == column.Band)),
            Count = Count,
            Epoch = double.IsNaN(epoch) ? 2000 : epoch,
            PerBlock = perBlock,
            Name = options.Name ?? Path.GetFileNameWithoutExtension(path),
            Provenance = options.Provenance,
            Keys = new ulong[blocks],
            Crcs = new uint[blocks],
            Cells = [.. places],
            CellOrder = order,
        };
    }

    void WriteStars(VcatHead head, IProgress<double>? progress, CancellationToken ct)
    {
        var writer = new BlockWriter(part!.SafeFileHandle, columns, head);
        var runs = new RunMerge(Runs());
        var stagedBlocks = Math.Max(1, StagingBytes / (head.PerBlock * columns.RowBytes));
        var (staging, other) = (new byte[stagedBlocks * head.PerBlock * columns.RowBytes], Array.Empty<byte>());
        var writing = Task.CompletedTask;
        try
        {
            for (var star = 0L; star < Count;)
            {
                ct.ThrowIfCancellationRequested();
                var bytes = 0;
                for (; bytes < staging.Length && star < Count; star++, bytes += columns.RowBytes)
                {
                    var run = runs.Next();
                    if (star % head.PerBlock == 0)
                        head.Keys[star / head.PerBlock] = run.Key;
                    run.Row.CopyTo(staging.AsSpan(bytes));
                }
                writing.GetAwaiter().GetResult();
                var full = staging;
                writing = Start(() => writer.Write(full.AsSpan(0, bytes)));
                (staging, other) = (other.Length == 0 ? new byte[staging.Length] : other, staging);
                progress?.Report((double)star / Count);
            }
        }
        finally
        {
            writing.GetAwaiter().GetResult(); // it needs the file
        }
    }

    IReadOnlyList<SortedRun> Runs()
    {
        var recordBytes = columns.RowBytes + SortedRun.KeyBytes;
        // What is still in memory stays there; the buffers take a part of what the second chunk has had.
        spare = null;
        var bufferBytes = (int)Math.Clamp(options.MemoryBytes / 4 / (spilled.Count + 1), 1 << 14, 1 << 20);
        var runs = new List<SortedRun>();
        foreach (var (offset, count) in spilled)
        {
            var (at, end) = (offset, offset + (long)count * recordBytes);
            runs.Add(new(runs.Count, recordBytes, bufferBytes, buffer =>
            {
                var bytes = (int)Math.Min(buffer.Length, end - at);
                for (var got = 0; got < bytes;)
                {
                    var more = RandomAccess.Read(scratch!.SafeFileHandle, buffer.Span[got..bytes], at + got);
                    got += more > 0 ? more : throw new IOException("The scratch file was cut short.");
                }
                at += bytes;
                return bytes;
            }));
        }
        if (chunk.Count > 0)
        {
            chunk.Sort();
            runs.Add(new(runs.Count, recordBytes, 1 << 16, buffer => chunk.HandOut(buffer.Span)));
        }
        return runs;
    }

    /// <summary>Removes what was not finished.</summary>
    public void Dispose()
    {
        written = true;
        // Its outcome no longer matters; the file that it writes must not vanish meanwhile.
        spilling.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default).Wait();
        scratch?.Dispose();
        if (part is null)
            return;
        part.Dispose();
        File.Delete(path + ".part");
    }
}
