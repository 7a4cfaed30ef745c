namespace Vigil.Sky.Fits;

/// <summary>A header and the data that follow it; the data are read when they are asked for.</summary>
public sealed class FitsHdu
{
    readonly FitsDataUnit data;
    readonly uint headerSum;

    FitsHdu(FitsHeader header, FitsHduKind kind, FitsDataUnit data, uint headerSum)
    {
        (Header, Kind, this.data, this.headerSum) = (header, kind, data, headerSum);
        Name = header.Find("EXTNAME") is { IsString: true, Value: { } name } ? name : "";
    }

    /// <summary>Its place in the file, the primary HDU being 0.</summary>
    public int Number => Header.Hdu;

    /// <summary>What it holds.</summary>
    public FitsHduKind Kind { get; }

    /// <summary>Its EXTNAME; empty where it has none.</summary>
    public string Name { get; }

    /// <summary>Its cards.</summary>
    public FitsHeader Header { get; }

    /// <summary>Bytes of its data in the file, without padding.</summary>
    public long DataBytes => data.Length;

    internal long End => data.Start + data.PaddedLength;

    /// <summary>Its pixels, decompressed where they are stored in compressed tiles.</summary>
    /// <exception cref="FitsException">It is no image, or its header is wrong.</exception>
    public FitsImage Image() => Kind switch
    {
        FitsHduKind.Image => new FitsImage(Header, data),
        FitsHduKind.CompressedImage => new FitsImage(Header, CompressedTiles.Of(Header, FitsTable.Binary(Header, data), data)),
        _ => throw new FitsException($"it is no image but {Described}. Ask for its table, or for another HDU.", Number),
    };

    /// <summary>Its rows and columns; those of a compressed image are its tiles.</summary>
    /// <exception cref="FitsException">It is no table, or its header is wrong.</exception>
    public FitsTable Table() => Kind switch
    {
        FitsHduKind.BinaryTable or FitsHduKind.CompressedImage => FitsTable.Binary(Header, data),
        FitsHduKind.AsciiTable => FitsTable.Ascii(Header, data),
        _ => throw new FitsException($"it is no table but {Described}. Ask for its image, or for another HDU.", Number),
    };

    /// <summary>Adds up the bytes of header and data and compares with DATASUM and CHECKSUM.</summary>
    /// <exception cref="FitsException">The file ends before the data do.</exception>
    /// <exception cref="InvalidOperationException">The stream only goes forward, and the HDU has been passed.</exception>
    public FitsChecksum Verify()
    {
        var (dataSum, hasChecksum) = (FitsChecksums.DataSum(Header), Header.Contains("CHECKSUM"));
        if (dataSum is null && !hasChecksum)
            return FitsChecksum.Absent;
        var sum = 0u;
        var piece = new byte[16 * FitsReader.Block];
        for (long at = 0; at < data.PaddedLength; at += piece.Length)
        {
            var bytes = piece.AsSpan(0, (int)Math.Min(piece.Length, data.PaddedLength - at));
            data.ReadBlocks(at, bytes);
            sum = FitsChecksums.Add(sum, bytes);
        }
        var isGood = (dataSum is null || dataSum == sum) &&
            (!hasChecksum || FitsChecksums.Add(sum, headerSum) is 0 or uint.MaxValue); // both are zero in ones' complement
        return isGood ? FitsChecksum.Good : FitsChecksum.Bad;
    }

    internal void CheckPresent() => data.CheckPresent();

    /// <summary>An HDU whose header has been read and whose data begin at an offset.</summary>
    internal static FitsHdu Make(FitsHeader header, FitsSource source, FitsLimits limits, long start, long dataStart,
        uint headerSum)
    {
        var kind = KindOf(header, start);
        var bytes = DataSize(header);
        if (bytes > long.MaxValue - FitsReader.Block - dataStart)
            throw header.Refused("NAXIS", "the data are too large for any file. The header is corrupt.");
        return new FitsHdu(header, kind, new FitsDataUnit(source, limits, header.Hdu, dataStart, bytes), headerSum);
    }

    string Described => Kind switch
    {
        FitsHduKind.Image => "an image",
        FitsHduKind.Other => "of a kind that is not read",
        _ => "a table",
    };

    static FitsHduKind KindOf(FitsHeader header, long start)
    {
        if (header.Hdu == 0)
        {
            if (!header.GetBoolean("SIMPLE", false))
                throw new FitsException("SIMPLE is not T: the file says that it does not follow the standard.", 0, "SIMPLE",
                    start);
            return IsRandomGroups(header) ? FitsHduKind.Other : FitsHduKind.Image;
        }
        return header.GetString("XTENSION") switch
        {
            "IMAGE" => FitsHduKind.Image,
            "TABLE" => FitsHduKind.AsciiTable,
            "BINTABLE" or "A3DTABLE" =>
                header.GetBoolean("ZIMAGE", false) ? FitsHduKind.CompressedImage : FitsHduKind.BinaryTable,
            _ => FitsHduKind.Other,
        };
    }

    static bool IsRandomGroups(FitsHeader header) =>
        header.GetInt64("NAXIS", 0) > 0 && header.GetInt64("NAXIS1", 1) == 0 && header.GetBoolean("GROUPS", false);

    // Equations 1, 2 and 4 of the standard.
    static long DataSize(FitsHeader header)
    {
        var bitpix = header.Mandatory("BITPIX");
        if (bitpix is not (8 or 16 or 32 or 64 or -32 or -64))
            throw header.Refused("BITPIX", $"{bitpix} is none of 8, 16, 32, 64, -32 and -64. The header is corrupt.");
        var naxis = header.Mandatory("NAXIS", 0, 999);
        if (naxis == 0)
            return 0;
        var isGroups = header.Hdu == 0 && IsRandomGroups(header);
        var hasParameters = header.Hdu > 0 || isGroups; // a plain primary HDU has no PCOUNT and GCOUNT, or 0 and 1
        long elements = 1;
        for (var axis = isGroups ? 2 : 1; axis <= naxis; axis++)
            elements = Times(elements, header.Mandatory($"NAXIS{axis}", 0, long.MaxValue));
        if (hasParameters)
        {
            var parameters = header.Contains("PCOUNT") ? header.Mandatory("PCOUNT", 0, long.MaxValue - elements) : 0;
            var groups = header.Contains("GCOUNT") ? header.Mandatory("GCOUNT", 1, long.MaxValue) : 1;
            elements = Times(elements + parameters, groups);
        }
        return Times(elements, Math.Abs(bitpix) / 8);

        long Times(long a, long b) => (Int128)a * b <= long.MaxValue ? a * b
            : throw header.Refused("NAXIS", "the product of the axes is beyond 64 bits. The header is corrupt.");
    }
}
