using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Vigil.Sky.Imaging;

/// <summary>Reference stars in a .vcat file on disk; docs/vcat.md gives its layout.</summary>
/// <remarks>
/// The stars are in the order of HEALPix's NESTED indices, in blocks of a few hundred, and the file is mapped into memory:
/// opening reads only the index of the blocks, and a cone only the blocks that it meets. Each column of a block is compared
/// with its checksum when it is first read. Any number of threads may ask at once. The file may be replaced by a new one while
/// it is open, but must not be cut short in place.
/// </remarks>
public sealed class StarCatalog : IStarCatalog, IDisposable
{
    // Large cones have many blocks, so that a closer cover spares some.
    const int MaxRanges = 32, MaxRangesOfLarge = 256;

    readonly VcatHead head;
    readonly VcatBlocks blocks;
    readonly MappedFile file;
    readonly int finestOrder;
    readonly CatalogStar template;
    readonly CatalogBand[] bands;
    readonly Lazy<Moc> coverage;

    StarCatalog(string path, VcatHead head, MappedFile file)
    {
        (this.head, this.file, blocks, template) = (head, file, new(path, head, file), head.Template);
        bands = [.. head.Columns.Bands];
        coverage = new(() => new([.. head.Cells.Select(cell => Healpix.Range(head.CellOrder, cell.Cell))], head.CellOrder));
        // A cover finer than a quarter of the mean block spares no block.
        var quarter = head.Cells.Length * Healpix.PixelArea(head.CellOrder) / Math.Max(head.Keys.Length, 1) / 4;
        while (finestOrder < Healpix.MaxOrder && Healpix.PixelArea(finestOrder) > quarter)
            finestOrder++;
    }

    /// <summary>Opens a catalogue.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FrameException">
    /// There is no such file, it is no .vcat, of another version, truncated or damaged; the message says which and what to do.
    /// </exception>
    public static StarCatalog Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete,
                bufferSize: 0);
            if (!stream.CanSeek)
                throw new FrameException(
                    $"The star catalogue {path} is no regular file, which cannot be mapped. Copy it to one.");
            var head = VcatHead.Read(stream, path);
            return new(path, head, new MappedFile(stream));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FrameException($"The star catalogue {path} cannot be opened: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public string Name => head.Name;

    /// <summary>Where the stars come from, in words.</summary>
    public string Provenance => head.Provenance;

    /// <inheritdoc/>
    public IReadOnlyList<CatalogBand> Bands => bands;

    /// <summary>How many stars there are.</summary>
    public long Count => head.Count;

    /// <summary>When the stars are where it says: Julian year.</summary>
    public double Epoch => head.Epoch;

    /// <summary>Whether stars have numbers of their catalogue.</summary>
    public bool HasIds => head.Columns.Id >= 0;

    /// <summary>Whether stars have proper motions.</summary>
    public bool HasProperMotions => head.Columns.PmRa >= 0;

    /// <summary>Bytes that a star takes in the file.</summary>
    public int BytesPerStar => head.Columns.RowBytes;

    /// <summary>Bytes of the file.</summary>
    public long FileBytes => file.Length;

    /// <inheritdoc/>
    /// <remarks>
    /// In ascending order of HEALPix's NESTED indices. Microseconds where the stars are few; allocates only where the list grows.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    /// <exception cref="ObjectDisposedException">The catalogue is closed.</exception>
    public void Cone(double ra, double dec, double radius, List<CatalogStar> found)
    {
        ArgumentNullException.ThrowIfNull(found);
        var search = new ConeSearch(ra, dec, radius);
        Span<IpixRange> ranges = stackalloc IpixRange[MaxRanges];
        using var held = blocks.Hold();
        foreach (var block in Blocks(ra, dec, radius, ranges))
            Scan(held, block, search, found);
    }

    BlocksOfRanges Blocks(double ra, double dec, double radius, Span<IpixRange> ranges) =>
        new(head.Keys, ranges[..Healpix.ConeRanges(ra, dec, radius, ranges, finestOrder)]);

    // Compiled but once, and well: most programs ask for a few cones only.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void Scan(scoped in MappedFile.Held held, int block, in ConeSearch search, List<CatalogStar> found)
    {
        var raHigh = MemoryMarshal.Cast<byte, uint>(blocks.Column(held, block, VcatColumns.RaHigh));
        var decHigh = MemoryMarshal.Cast<byte, int>(blocks.Column(held, block, VcatColumns.DecHigh))[..raHigh.Length];
        var (west, width, south, height) = (search.West, search.Width, search.South, search.Height);
        ReadOnlySpan<byte> all = [], raLow = [], decLow = [];
        for (var i = 0; i < raHigh.Length; i++)
        {
            if ((uint)(decHigh[i] - south) > height || raHigh[i] - west > width)
                continue;
            if (all.IsEmpty)
            {
                all = blocks.Columns(held, block);
                raLow = blocks.Column(held, block, VcatColumns.RaLow);
                decLow = blocks.Column(held, block, VcatColumns.DecLow);
            }
            if (!search.Cone.Contains(VcatNumbers.Ra(raHigh[i], raLow[i]), VcatNumbers.Dec(decHigh[i], decLow[i]), out _))
                continue;
            CollectionsMarshal.SetCount(found, found.Count + 1);
            ref var star = ref CollectionsMarshal.AsSpan(found)[^1];
            star = template;
            head.Columns.Read(all, raHigh.Length, i, ref star);
        }
    }

    /// <inheritdoc/>
    /// <remarks>In cells of 14' where they are few, of up to 1.8 degrees where they are many.</remarks>
    public Moc Coverage => coverage.Value;

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    /// <exception cref="ObjectDisposedException">The catalogue is closed.</exception>
    /// <remarks>No star beyond the rim. Some nanoseconds a star: of most, only the magnitude is looked at.</remarks>
    public void Brightest(double ra, double dec, double radius, int order, int count, List<CatalogStar> found)
    {
        ArgumentNullException.ThrowIfNull(found);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        Healpix.PixelCount(order); // refuses an order that is none
        Span<IpixRange> ranges = stackalloc IpixRange[MaxRangesOfLarge];
        using var held = blocks.Hold();
        var reach = double.RadiansToDegrees(Healpix.PixelRadii[order]) * (1 + 1e-9);
        var brightest = new BrightestOfCells(blocks, new(ra, dec, radius), new(ra, dec, Math.Min(radius + reach, 180)), order,
            count, found);
        foreach (var block in Blocks(ra, dec, radius, ranges))
            brightest.Add(held, block);
        brightest.Finish(held);
    }

    /// <summary>Reads the whole file and compares every checksum.</summary>
    /// <param name="progress">Told the part that is done, in [0, 1].</param>
    /// <exception cref="FrameException">A part of the file is damaged; the message says which.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void Verify(IProgress<double>? progress = null, CancellationToken ct = default)
    {
        using var held = blocks.Hold();
        for (var block = 0; block < blocks.Count; block++)
        {
            ct.ThrowIfCancellationRequested();
            blocks.VerifyAgain(held, block);
            progress?.Report((block + 1.0) / blocks.Count);
        }
    }

    /// <summary>Closes the file, once nobody reads it any more.</summary>
    public void Dispose() => blocks.Dispose();
}
