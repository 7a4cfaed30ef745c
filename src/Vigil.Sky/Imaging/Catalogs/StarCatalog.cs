using System.Runtime.InteropServices;

namespace Vigil.Sky.Imaging;

/// <summary>Reference stars in a .vcat file on disk; docs/vcat.md gives its layout.</summary>
/// <remarks>
/// The stars are in the order of HEALPix's NESTED indices, in blocks of a few hundred, and the file is mapped into memory:
/// opening reads only the index of the blocks, and a cone only the blocks that it meets. Each block's checksum is compared when
/// it is first read. Any number of threads may ask at once. The file may be replaced by a new one while it is open, but must not
/// be cut short in place.
/// </remarks>
public sealed class StarCatalog : IStarCatalog, IDisposable
{
    const int MaxRanges = 32;

    readonly string path;
    readonly VcatHead head;
    readonly MappedFile file;
    readonly long dataStart;
    readonly uint[] verified; // a bit for each block
    readonly CatalogBand[] bands;
    readonly Lazy<Moc> coverage;

    StarCatalog(string path, VcatHead head, MappedFile file)
    {
        (this.path, this.head, this.file, dataStart) = (path, head, file, head.DataStart);
        verified = new uint[(head.Keys.Length + 31) / 32];
        bands = [.. head.Columns.Bands];
        coverage = new(() => new([.. head.Cells.Select(cell => Healpix.Range(head.CellOrder, cell.Cell))], head.CellOrder));
    }

    /// <summary>Opens a catalogue.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FrameException">
    /// There is no such file, it is no .vcat, of a newer version, truncated or damaged; the message says which and what to do.
    /// </exception>
    public static StarCatalog Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete,
                bufferSize: 0);
            if (!stream.CanSeek)
                throw new FrameException($"The star catalogue {path} is no regular file, which cannot be mapped. Copy it to one.");
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
    /// <remarks>In ascending order of HEALPix's NESTED indices. Microseconds where the stars are few; allocates only where the
    /// list grows.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    /// <exception cref="ObjectDisposedException">The catalogue is closed.</exception>
    public void Cone(double ra, double dec, double radius, List<CatalogStar> found)
    {
        ArgumentNullException.ThrowIfNull(found);
        var sink = new All(found);
        ForEach(ra, dec, radius, ref sink);
    }

    interface ISink
    {
        void Add(in CatalogStar star);
    }

    readonly struct All(List<CatalogStar> found) : ISink
    {
        public void Add(in CatalogStar star) => found.Add(star);
    }

    void ForEach<TSink>(double ra, double dec, double radius, ref TSink sink) where TSink : struct, ISink
    {
        var search = new Search(new ConeTest(ra, dec, radius), Sphere.NormalizeRa(ra), dec, radius);
        Span<IpixRange> ranges = stackalloc IpixRange[MaxRanges];
        ranges = ranges[..Healpix.ConeRanges(ra, dec, radius, ranges)];
        using var held = file.Hold();
        var next = 0; // ranges may share a block
        foreach (var range in ranges)
        {
            // Equal keys may be in the block before the first that starts with them.
            next = Math.Max(next, LowerBound((ulong)range.First) - 1);
            for (var end = LowerBound((ulong)range.End); next < end; next++)
                Scan(Block(held, next), StarsIn(next), search, ref sink);
        }
    }

    /// <summary>The first block whose first star is not before a HEALPix index.</summary>
    int LowerBound(ulong key)
    {
        var (low, high) = (0, head.Keys.Length);
        while (low < high)
        {
            var middle = (low + high) >> 1;
            if (head.Keys[middle] < key)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    int StarsIn(int block) => (int)Math.Min(head.PerBlock, head.Count - (long)block * head.PerBlock);

    /// <summary>The bytes of a block, verified.</summary>
    ReadOnlySpan<byte> Block(in MappedFile.Held held, int block)
    {
        var bytes = held.Bytes(dataStart + (long)block * head.PerBlock * head.Columns.RowBytes,
            StarsIn(block) * head.Columns.RowBytes);
        ref var bits = ref verified[block >> 5];
        if ((Volatile.Read(ref bits) >> block & 1) == 0)
        {
            VerifyBlock(bytes, block);
            Interlocked.Or(ref bits, 1u << block);
        }
        return bytes;
    }

    void VerifyBlock(ReadOnlySpan<byte> bytes, int block)
    {
        if (Crc32C.Of(bytes) != head.Crcs[block])
            throw new FrameException($"{path} is damaged: the checksum of block {block} is wrong. " +
                "Copy it again, or import the catalogue again.");
        // A pole, ±90 degrees, is ±2^30 in the upper bits.
        foreach (var high in MemoryMarshal.Cast<byte, int>(bytes.Slice(head.Columns.DecHigh * StarsIn(block),
            4 * StarsIn(block))))
            if (high is < -(1 << 30) or > 1 << 30)
                throw new FrameException($"{path} is damaged: a declination in block {block} is beyond the pole. Import it " +
                    "again.");
    }

    /// <summary>A cone, and the box around it in the upper 32 bits of the angles.</summary>
    readonly struct Search
    {
        public readonly ConeTest Cone;
        public readonly uint West, Width;
        public readonly int South, North;

        public Search(ConeTest cone, double ra, double dec, double radius)
        {
            Cone = cone;
            const double rounding = 1e-6; // degrees: more than the lower bits hold, 0.3 mas
            var (south, north) = (dec - radius - rounding, dec + radius + rounding);
            (South, North) = (High(Math.Max(south, -90)), High(Math.Min(north, 90)));
            (West, Width) = (0, uint.MaxValue);
            if (south <= -90 || north >= 90)
                return; // all around a pole
            var half = double.RadiansToDegrees(Math.Asin(Math.Min(
                Math.Sin(double.DegreesToRadians(radius)) / Math.Cos(double.DegreesToRadians(dec)), 1)));
            half += rounding / Math.Cos(double.DegreesToRadians(dec));
            if (half >= 179)
                return;
            West = unchecked((uint)High(ra - half));
            Width = (uint)High(2 * half) + 2;
        }

        // Floor, modulo 360 degrees.
        static int High(double degrees) => unchecked((int)(long)Math.Floor(degrees * ((1L << 32) / 360.0)));
    }

    void Scan<TSink>(ReadOnlySpan<byte> block, int count, in Search search, ref TSink sink) where TSink : struct, ISink
    {
        var columns = head.Columns;
        var raHigh = MemoryMarshal.Cast<byte, uint>(block.Slice(columns.RaHigh * count, 4 * count));
        var decHigh = MemoryMarshal.Cast<byte, int>(block.Slice(columns.DecHigh * count, 4 * count))[..raHigh.Length];
        var raLow = block.Slice(columns.RaLow * count, count)[..raHigh.Length];
        var decLow = block.Slice(columns.DecLow * count, count)[..raHigh.Length];
        var (west, width, south, height) = (search.West, search.Width, search.South, (uint)(search.North - search.South));
        var star = new CatalogStar { Epoch = head.Epoch };
        for (var i = 0; i < raHigh.Length; i++)
        {
            if ((uint)(decHigh[i] - south) > height || raHigh[i] - west > width)
                continue;
            if (search.Cone.Contains(VcatNumbers.Ra(raHigh[i], raLow[i]), VcatNumbers.Dec(decHigh[i], decLow[i]), out _))
            {
                columns.Read(block, count, i, ref star);
                sink.Add(star);
            }
        }
    }

    /// <inheritdoc/>
    /// <remarks>In cells of 14' where they are few, of up to 1.8 degrees where they are many.</remarks>
    public Moc Coverage => coverage.Value;

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    /// <exception cref="ObjectDisposedException">The catalogue is closed.</exception>
    /// <remarks>No star beyond the rim. Keeps only the stars of one cell in memory besides those found.</remarks>
    public void Brightest(double ra, double dec, double radius, int order, int count, List<CatalogStar> found)
    {
        ArgumentNullException.ThrowIfNull(found);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        Healpix.PixelCount(order); // refuses an order that is none
        var sink = new BrightestOfCells(found, order, count);
        ForEach(ra, dec, radius, ref sink);
    }

    /// <summary>Keeps the brightest stars of each cell; cells come one after the other, as the stars are in their
    /// order.</summary>
    struct BrightestOfCells(List<CatalogStar> found, int order, int count) : ISink
    {
        long cell = -1;
        int first; // found of the cell

        public void Add(in CatalogStar star)
        {
            var mag = star.ApproximateMag;
            if (float.IsNaN(mag))
                return;
            var its = Healpix.Ipix(star.Ra, star.Dec, order);
            if (its != cell)
                (cell, first) = (its, found.Count);
            var at = found.Count;
            while (at > first && found[at - 1].ApproximateMag > mag)
                at--;
            if (at - first < count)
                found.Insert(at, star);
            if (found.Count - first > count)
                found.RemoveAt(found.Count - 1);
        }
    }

    /// <summary>Reads the whole file and compares every checksum.</summary>
    /// <param name="progress">Told the part that is done, in [0, 1].</param>
    /// <exception cref="FrameException">A part of the file is damaged; the message says which.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void Verify(IProgress<double>? progress = null, CancellationToken ct = default)
    {
        using var held = file.Hold();
        for (var block = 0; block < head.Keys.Length; block++)
        {
            ct.ThrowIfCancellationRequested();
            var bytes = held.Bytes(dataStart + (long)block * head.PerBlock * head.Columns.RowBytes,
                StarsIn(block) * head.Columns.RowBytes);
            VerifyBlock(bytes, block);
            progress?.Report((block + 1.0) / head.Keys.Length);
        }
    }

    /// <summary>Closes the file, once nobody reads it any more.</summary>
    public void Dispose() => file.Dispose();
}
