using System.IO.Compression;
using System.Numerics;

namespace Vigil.Sky.Fits;

/// <summary>An image as the tiles into which it was cut and compressed, one in a row of a table.</summary>
/// <remarks>
/// FITS Standard 4.0, section 10; W. D. Pence, R. Seaman and R. L. White 2009, PASP 121, 414, doi:10.1086/599023.
/// </remarks>
sealed class CompressedTiles
{
    // What floating-point pixels become where they are exactly zero, with SUBTRACTIVE_DITHER_2; section 10.2.
    const int StoredZero = -2147483646;

    // A tile that cannot be quantised, or has no pixels that can, is in one of these columns instead.
    const string Gzipped = "GZIP_COMPRESSED_DATA";
    const string Plain = "UNCOMPRESSED_DATA";

    readonly FitsHeader header;
    readonly FitsTable table;
    readonly long[] tile;
    readonly string method;
    readonly Dither dither;
    readonly long ditherSeed;
    readonly int blockSize = 32;
    readonly int bytesPerPixel = 4;

    enum Dither
    {
        None,
        Subtractive1,
        Subtractive2,
    }

    CompressedTiles(FitsHeader header, FitsTable table, FitsDataUnit data)
    {
        (this.header, this.table, Data) = (header, table, data);
        var bitpix = header.Mandatory("ZBITPIX");
        BitPix = bitpix is 8 or 16 or 32 or 64 or -32 or -64 ? (int)bitpix
            : throw header.Refused("ZBITPIX", $"{bitpix} is none of 8, 16, 32, 64, -32 and -64. The header is corrupt.");
        Axes = FitsImage.ReadAxes(header, "ZNAXIS");
        PixelCount = Product(Axes, "ZNAXIS");
        tile = new long[Axes.Length];
        Int128 tiles = 1;
        for (var i = 0; i < tile.Length; i++)
        {
            var key = $"ZTILE{i + 1}";
            // Without ZTILEn a tile is a row of the image.
            tile[i] = header.Contains(key) ? header.Mandatory(key, 1, long.MaxValue) : i == 0 ? Math.Max(1, Axes[0]) : 1;
            tile[i] = Math.Min(tile[i], Math.Max(1, Axes[i]));
            tiles *= (Axes[i] + tile[i] - 1) / tile[i];
            if (tiles > table.RowCount)
                throw header.Refused("ZNAXIS",
                    $"the image has more tiles than the {table.RowCount} rows of its table. The header is corrupt.");
        }
        data.Affordable(Product(tile, "ZTILE") > long.MaxValue / 8 ? long.MaxValue : 8 * Product(tile, "ZTILE"), "one tile");

        method = header.GetString("ZCMPTYPE");
        for (var i = 1; header.Contains($"ZNAME{i}"); i++)
        {
            switch (header.GetString($"ZNAME{i}"))
            {
                case "BLOCKSIZE":
                    blockSize = (int)header.Mandatory($"ZVAL{i}", 1, 1024);
                    break;
                case "BYTEPIX":
                    bytesPerPixel = (int)header.Mandatory($"ZVAL{i}", 1, 8);
                    break;
            }
        }
        dither = header.GetString("ZQUANTIZ", "NO_DITHER") switch
        {
            "NO_DITHER" or "NONE" => Dither.None,
            "SUBTRACTIVE_DITHER_1" => Dither.Subtractive1,
            "SUBTRACTIVE_DITHER_2" => Dither.Subtractive2,
            var other => throw header.Refused("ZQUANTIZ", $"the quantisation {other} is not known."),
        };
        ditherSeed = dither == Dither.None ? 1 : header.Mandatory("ZDITHER0", 1, DitherSequence.Length);
        if (table.TryFind("NULL_PIXEL_MASK", out _))
            throw header.Refused("ZMASKCMP",
                "a separate mask of missing pixels is not supported. Unpack the file with another tool.");
    }

    public FitsDataUnit Data { get; }

    public int BitPix { get; }

    public long[] Axes { get; }

    public long PixelCount { get; }

    public static CompressedTiles Of(FitsHeader header, FitsTable table, FitsDataUnit data) => new(header, table, data);

    /// <summary>Reads consecutive pixels, tile by tile.</summary>
    /// <exception cref="FitsException">A tile is broken, or its method is not supported.</exception>
    /// <exception cref="OverflowException">A value does not fit the type.</exception>
    public void Read<T>(Span<T> pixels, long first, FitsScaling scaling) where T : unmanaged, INumber<T>
    {
        if (pixels.IsEmpty)
            return;
        var values = new T[(int)Product(tile, "ZTILE")];
        var (start, size) = (new long[Axes.Length], new long[Axes.Length]);
        for (long row = 0; ; row++)
        {
            for (var i = 0; i < Axes.Length; i++)
                size[i] = Math.Min(tile[i], Axes[i] - start[i]);
            // Pixels of a tile lie between its first and its last one.
            var (from, to) = (Place(start, size, last: false), Place(start, size, last: true));
            if (from < first + pixels.Length && to >= first)
            {
                var decoded = values.AsSpan(0, (int)Product(size, "ZTILE"));
                Decode(row, decoded, scaling);
                Scatter<T>(decoded, start, size, pixels, first);
            }
            var axis = 0;
            while (axis < Axes.Length && (start[axis] += tile[axis]) >= Axes[axis])
                start[axis++] = 0;
            if (axis == Axes.Length)
                return;
        }
    }

    long Place(long[] start, long[] size, bool last)
    {
        long place = 0;
        for (var i = Axes.Length - 1; i >= 0; i--)
            place = place * Axes[i] + start[i] + (last ? size[i] - 1 : 0);
        return place;
    }

    // Copies the lines of a tile to where they belong, as far as they were asked for.
    void Scatter<T>(ReadOnlySpan<T> decoded, long[] start, long[] size, Span<T> pixels, long first)
    {
        var line = (int)size[0];
        var at = new long[Axes.Length];
        for (var done = 0; done < decoded.Length; done += line)
        {
            long place = 0;
            for (var i = Axes.Length - 1; i >= 0; i--)
                place = place * Axes[i] + start[i] + at[i];
            var skip = Math.Max(0, first - place);
            var count = Math.Min(line, first + pixels.Length - place) - skip;
            if (count > 0)
                decoded.Slice(done + (int)skip, (int)count).CopyTo(pixels[(int)(place + skip - first)..]);
            for (var i = 1; i < at.Length && ++at[i] == size[i]; i++)
                at[i] = 0;
        }
    }

    void Decode<T>(long row, Span<T> values, FitsScaling scaling) where T : unmanaged, INumber<T>
    {
        var native = FitsImage.TypeOf(BitPix);
        if (table.TryFind("COMPRESSED_DATA", out _) && table.ArrayLength("COMPRESSED_DATA", row) > 0)
        {
            var bytes = table.ReadArrayBytes("COMPRESSED_DATA", row);
            var isQuantised = BitPix < 0 && (table.TryFind("ZSCALE", out _) || header.Contains("ZSCALE"));
            var type = isQuantised ? 'J' : native;
            if (method is "GZIP_1" or "GZIP_2")
            {
                var raw = Inflate(row, bytes, values.Length, ref type, method == "GZIP_2");
                if (!isQuantised)
                {
                    FitsNumbers.Decode(raw, type, scaling, values);
                    return;
                }
                var stored = new int[values.Length];
                FitsNumbers.Decode(raw, type, FitsScaling.None, stored.AsSpan());
                Unquantise(row, stored, values, scaling);
                return;
            }
            if (BitPix < 0 && !isQuantised)
                throw header.Refused("ZSCALE", $"floating-point pixels in {method} need a scale. The header is corrupt.");
            var whole = new int[values.Length];
            Unpack(row, bytes, whole);
            if (isQuantised)
                Unquantise(row, whole, values, scaling);
            else
                FitsNumbers.Convert(whole, scaling, values);
        }
        else if (table.TryFind(Gzipped, out _) && table.ArrayLength(Gzipped, row) > 0)
        {
            var raw = Inflate(row, table.ReadArrayBytes(Gzipped, row), values.Length, ref native, isShuffled: false);
            FitsNumbers.Decode(raw, native, scaling, values);
        }
        else if (table.TryFind(Plain, out var column) && table.ArrayLength(Plain, row) == values.Length &&
            FitsColumn.NumberType(column.ElementType) is { } type and not ('C' or 'M'))
        {
            FitsNumbers.Decode(table.ReadArrayBytes(Plain, row), type, scaling, values);
        }
        else
        {
            throw Broken(row, $"has no data for its {values.Length} pixels");
        }
    }

    void Unpack(long row, byte[] bytes, int[] pixels)
    {
        try
        {
            switch (method)
            {
                case "RICE_1" or "RICE_ONE":
                    Rice.Decode(bytes, bytesPerPixel, blockSize, pixels);
                    break;
                case "PLIO_1":
                    Plio.Decode(bytes, pixels);
                    break;
                default:
                    throw header.Refused("ZCMPTYPE",
                        $"the compression {method} is not supported; RICE_1, GZIP_1, GZIP_2 and PLIO_1 are. " +
                        "Unpack the file with another tool.");
            }
        }
        catch (InvalidDataException e)
        {
            throw Broken(row, e.Message, e);
        }
    }

    // Numbers out of gzip. Shuffled, the first bytes of all numbers come first, then their second ones, and so on. Older writers
    // stored integers of 8 and 16 bits as 32: the length tells.
    byte[] Inflate(long row, byte[] bytes, int count, ref char type, bool isShuffled)
    {
        var most = count * (type is 'B' or 'I' ? 4 : FitsNumbers.Size(type));
        var raw = new byte[most];
        var got = 0;
        try
        {
            using var gzip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
            got = gzip.ReadAtLeast(raw, most, throwOnEndOfStream: false);
            if (got == most && gzip.ReadByte() >= 0)
                got++;
        }
        catch (InvalidDataException e)
        {
            throw Broken(row, "holds broken gzip data", e);
        }
        if (got != count * FitsNumbers.Size(type))
            type = type is 'B' or 'I' && got == 2 * count ? 'I' : type is 'B' or 'I' && got == 4 * count ? 'J'
                : throw Broken(row, $"unpacks to {(got > most ? "too many" : "too few")} bytes for its {count} pixels");
        var planes = isShuffled ? FitsNumbers.Size(type) : 1;
        var ordered = new byte[got];
        for (var plane = 0; plane < planes; plane++)
            for (var i = 0; i < got / planes; i++)
                ordered[i * planes + plane] = raw[plane * (got / planes) + i];
        return ordered;
    }

    // Section 10.2, equation 13 and what follows on dithering.
    void Unquantise<T>(long row, ReadOnlySpan<int> stored, Span<T> values, FitsScaling scaling) where T : unmanaged, INumber<T>
    {
        var (scale, zero) = (OfTile("ZSCALE", row), OfTile("ZZERO", row));
        int? blank = table.TryFind("ZBLANK", out _) ? (int)OfTile("ZBLANK", row)
            : header.Contains("ZBLANK") ? (int)header.Mandatory("ZBLANK", int.MinValue, int.MaxValue) : null;
        var real = new double[stored.Length];
        var random = new DitherSequence(row + ditherSeed - 1);
        for (var i = 0; i < real.Length; i++)
        {
            var offset = dither == Dither.None ? 0 : 0.5 - random.Next();
            real[i] = stored[i] == blank ? double.NaN
                : dither == Dither.Subtractive2 && stored[i] == StoredZero ? 0
                : zero + scale * (stored[i] + offset);
            if (BitPix == -32)
                real[i] = (float)real[i];
        }
        FitsNumbers.Convert(real, scaling, values);
    }

    double OfTile(string name, long row)
    {
        if (!table.TryFind(name, out var column))
            return header.GetDouble(name);
        if (column.ValuesPerRow != 1)
            throw header.Refused(name, $"a tile has one of it, its column {column.ValuesPerRow}.");
        Span<double> value = stackalloc double[1];
        table.Read(name, value, row);
        return value[0];
    }

    FitsException Broken(long row, string what, Exception? inner = null) =>
        new($"tile {row + 1} of the compressed image {what}. Fetch the file again.", header.Hdu, offset: Data.Start,
            inner: inner);

    long Product(long[] axes, string keyword)
    {
        Int128 product = axes.Length == 0 ? 0 : 1;
        foreach (var axis in axes)
            if ((product *= axis) > long.MaxValue)
                throw header.Refused(keyword, "the product of the axes is beyond 64 bits. The header is corrupt.");
        return (long)product;
    }
}
