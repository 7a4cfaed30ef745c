using System.Buffers.Binary;

namespace Vigil.Sky.Imaging;

/// <summary>The columns of a .vcat file, and where each one's number of a star is.</summary>
/// <remarks>
/// A star's numbers are together in memory while a catalogue is sorted: column after column, <see cref="RowBytes"/> in all. In
/// the file a block of n stars has n numbers of the first column, then n of the second: they start at n times the offset.
/// </remarks>
sealed class VcatColumns
{
    /// <summary>The most columns: a bit of a word for each.</summary>
    public const int Most = 64;

    /// <summary>The columns of positions are the first, so that their places and offsets are always the same.</summary>
    public const int RaHigh = 0, RaLow = 1, DecHigh = 2, DecLow = 3, OfPosition = 4;
    const int RaLowOffset = 4, DecHighOffset = 5, DecLowOffset = 9;

    readonly VcatColumn[] all;
    readonly CatalogBand[] bands;
    readonly int[] mag = new int[CatalogMagnitudes.Count], magErr = new int[CatalogMagnitudes.Count];

    VcatColumns(VcatColumn[] columns)
    {
        all = columns;
        mag.AsSpan().Fill(-1);
        magErr.AsSpan().Fill(-1);
        for (var k = 0; k < columns.Length; k++)
        {
            var column = columns[k];
            RowBytes += column.Width;
            switch (column.Kind)
            {
                case VcatColumnKind.Id: Id = k; break;
                case VcatColumnKind.PmRa: PmRa = k; break;
                case VcatColumnKind.PmDec: PmDec = k; break;
                case VcatColumnKind.Flags: Flags = k; break;
                case VcatColumnKind.Mag: mag[(int)column.Band] = k; break;
                case VcatColumnKind.MagErr: magErr[(int)column.Band] = k; break;
                default: break; // a position, or of a later writer: its width is known, its meaning not needed
            }
        }
        bands = [.. Enum.GetValues<CatalogBand>().Where(band => mag[(int)band] >= 0)];
    }

    /// <summary>In the order of the file, positions first.</summary>
    public ReadOnlySpan<VcatColumn> All => all;

    /// <summary>Bytes of a star.</summary>
    public int RowBytes { get; }

    /// <summary>The bands that have magnitudes.</summary>
    public ReadOnlySpan<CatalogBand> Bands => bands;

    // Places in the list; -1 where there is no such column.
    public int Id { get; } = -1;
    public int PmRa { get; } = -1;
    public int PmDec { get; } = -1;
    public int Flags { get; } = -1;
    public ReadOnlySpan<int> Mag => mag;
    public ReadOnlySpan<int> MagErr => magErr;

    /// <summary>Every column there may be.</summary>
    public static VcatColumns Every { get; } = Of(_ => true);

    /// <summary>Positions, and of the other columns those wanted.</summary>
    public static VcatColumns Of(Func<VcatColumn, bool> wanted)
    {
        var columns = new List<VcatColumn>();
        foreach (var kind in Enum.GetValues<VcatColumnKind>())
            foreach (var band in kind is VcatColumnKind.Mag or VcatColumnKind.MagErr ? Enum.GetValues<CatalogBand>() : [default])
            {
                var column = new VcatColumn(kind, band, Width(kind)!.Value, columns.Sum(before => before.Width));
                if (kind <= VcatColumnKind.DecLow || wanted(column))
                    columns.Add(column);
            }
        return new([.. columns]);
    }

    /// <summary>The columns that a file lists; null where they make no sense.</summary>
    public static VcatColumns? Read(VcatColumn[] columns)
    {
        if (columns.Length is < OfPosition or > Most)
            return null;
        var offset = 0;
        for (var k = 0; k < columns.Length; k++)
        {
            var column = columns[k];
            if (k < OfPosition && (int)column.Kind != k + 1
                || column.Offset != offset || column.Width is < 1 or > 64
                || Width(column.Kind) is { } width && width != column.Width
                || column.Kind is VcatColumnKind.Mag or VcatColumnKind.MagErr && (int)column.Band >= CatalogMagnitudes.Count)
                return null;
            offset += column.Width;
        }
        return new(columns);
    }

    /// <summary>Bytes of a number; null for a kind that is not known.</summary>
    static int? Width(VcatColumnKind kind) => kind switch
    {
        VcatColumnKind.RaLow or VcatColumnKind.DecLow or VcatColumnKind.Flags => 1,
        VcatColumnKind.MagErr => 2,
        VcatColumnKind.Mag => 3,
        VcatColumnKind.RaHigh or VcatColumnKind.DecHigh or VcatColumnKind.PmRa or VcatColumnKind.PmDec => 4,
        VcatColumnKind.Id => 8,
        _ => null,
    };

    /// <summary>Writes stars one after the other and finds their places on the sky.</summary>
    /// <param name="stars">What to write; columns that are not among these are left out.</param>
    /// <param name="rows">Receives <see cref="RowBytes"/> a star.</param>
    /// <param name="keys">
    /// Receives the HEALPix indices of order 29 of the positions as stored; three places more than stars.
    /// </param>
    /// <returns>Bit k: column k has a number of at least one star.</returns>
    public ulong Pack(StarBatch stars, Span<byte> rows, Span<long> keys)
    {
        var count = stars.Count;
        // What is stored must be where it is found again, hence the rounding first. Of four at a time, no position depends on
        // how many come with it.
        Span<double> ra = stackalloc double[4], dec = stackalloc double[4];
        for (var i = 0; i < count; i += 4)
        {
            for (var k = 0; k < 4; k++)
            {
                var star = Math.Min(i + k, count - 1);
                var (raAngle, decAngle) = (VcatNumbers.Ra(stars.Ra[star]), VcatNumbers.Dec(stars.Dec[star]));
                (ra[k], dec[k]) = (VcatNumbers.Degrees((long)raAngle), VcatNumbers.Degrees(decAngle));
                var row = rows[(star * RowBytes)..];
                BinaryPrimitives.WriteUInt32LittleEndian(row, (uint)(raAngle >> 8));
                row[RaLowOffset] = (byte)raAngle;
                BinaryPrimitives.WriteInt32LittleEndian(row[DecHighOffset..], (int)(decAngle >> 8));
                row[DecLowOffset] = (byte)decAngle;
            }
            Healpix.Ipix(ra, dec, Healpix.MaxOrder, keys.Slice(i, 4));
        }
        var seen = 0b1111ul;
        for (var k = OfPosition; k < all.Length; k++)
        {
            var (kind, band, _, offset) = all[k];
            var any = kind switch
            {
                VcatColumnKind.Id => PackIds(stars.Ids.AsSpan(0, stars.Ids is null ? 0 : count), rows[offset..], count),
                VcatColumnKind.PmRa => PackPm(stars.PmRa, rows[offset..], count),
                VcatColumnKind.PmDec => PackPm(stars.PmDec, rows[offset..], count),
                VcatColumnKind.Flags => PackFlags(stars.Flags, rows[offset..], count),
                VcatColumnKind.Mag => PackMags(stars.Mag[(int)band], rows[offset..], count),
                _ => PackMagErrs(stars.MagErr[(int)band], rows[offset..], count),
            };
            seen |= any ? 1ul << k : 0;
        }
        return seen;
    }

    bool PackIds(ReadOnlySpan<long> ids, Span<byte> rows, int count)
    {
        var any = 0L;
        for (var i = 0; i < count; i++)
        {
            var id = ids.IsEmpty ? 0 : ids[i];
            any |= id;
            BinaryPrimitives.WriteInt64LittleEndian(rows[(i * RowBytes)..], id);
        }
        return any != 0;
    }

    bool PackPm(float[]? pm, Span<byte> rows, int count)
    {
        var any = false;
        for (var i = 0; i < count; i++)
        {
            var value = pm is null ? float.NaN : pm[i];
            any |= !float.IsNaN(value);
            BinaryPrimitives.WriteInt32LittleEndian(rows[(i * RowBytes)..], VcatNumbers.Pm(value));
        }
        return any;
    }

    bool PackFlags(byte[]? flags, Span<byte> rows, int count)
    {
        var any = 0;
        for (var i = 0; i < count; i++)
            any |= rows[i * RowBytes] = flags is null ? (byte)0 : flags[i];
        return any != 0;
    }

    bool PackMags(float[]? mags, Span<byte> rows, int count)
    {
        var any = false;
        for (var i = 0; i < count; i++)
        {
            var value = mags is null ? float.NaN : mags[i];
            any |= !float.IsNaN(value);
            VcatNumbers.WriteMag(rows[(i * RowBytes)..], value);
        }
        return any;
    }

    bool PackMagErrs(float[]? errs, Span<byte> rows, int count)
    {
        var any = false;
        for (var i = 0; i < count; i++)
        {
            var value = errs is null ? float.NaN : errs[i];
            any |= !float.IsNaN(value);
            VcatNumbers.WriteMagErr(rows[(i * RowBytes)..], value);
        }
        return any;
    }

    /// <summary>Reads the star at a place in a block; what the file has no column of stays as it is.</summary>
    /// <param name="block">The columns of the block, one after the other.</param>
    /// <param name="count">How many stars it has.</param>
    /// <param name="star">From 0.</param>
    /// <param name="read">Receives it.</param>
    public void Read(ReadOnlySpan<byte> block, int count, int star, ref CatalogStar read)
    {
        read.Ra = VcatNumbers.Ra(BinaryPrimitives.ReadUInt32LittleEndian(block[(4 * star)..]), block[RaLowOffset * count + star]);
        read.Dec = VcatNumbers.Dec(BinaryPrimitives.ReadInt32LittleEndian(block[(DecHighOffset * count + 4 * star)..]),
            block[DecLowOffset * count + star]);
        if (Id >= 0)
            read.Id = BinaryPrimitives.ReadInt64LittleEndian(Number(block, Id, 8));
        if (PmRa >= 0)
            read.PmRa = VcatNumbers.Pm(BinaryPrimitives.ReadInt32LittleEndian(Number(block, PmRa, 4)));
        if (PmDec >= 0)
            read.PmDec = VcatNumbers.Pm(BinaryPrimitives.ReadInt32LittleEndian(Number(block, PmDec, 4)));
        if (Flags >= 0)
            read.Flags = (CatalogStarFlaws)Number(block, Flags, 1)[0];
        if (bands.Length == 0)
            return;
        var (mags, errs) = (read.Mag, read.MagErr);
        foreach (var band in bands)
        {
            mags[band] = VcatNumbers.ReadMag(Number(block, mag[(int)band], 3));
            if (magErr[(int)band] >= 0)
                errs[band] = VcatNumbers.ReadMagErr(Number(block, magErr[(int)band], 2));
        }
        (read.Mag, read.MagErr) = (mags, errs);

        ReadOnlySpan<byte> Number(ReadOnlySpan<byte> block, int column, int width) =>
            block.Slice(all[column].Offset * count + star * width, width);
    }
}
