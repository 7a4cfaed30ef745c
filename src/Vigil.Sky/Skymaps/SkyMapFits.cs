using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Vigil.Sky.Fits;

namespace Vigil.Sky.Skymaps;

/// <summary>
/// Sky maps in FITS files: the multi-order maps of LIGO, Virgo and KAGRA (ORDERING = NUNIQ, columns UNIQ and PROBDENSITY) and
/// flat HEALPix maps, RING or NESTED, of the whole sky or with a column of pixels, one or many values a row.
/// </summary>
public static class SkyMapFits
{
    static readonly string[] probabilityNames = ["PROB", "PROBABILITY", "PROBDENSITY", "T", "TEMPERATURE", "SIGNAL"];
    static readonly string[] pixelNames = ["PIXEL", "PIX", "HPXINDEX"];
    static readonly string[] equatorialNames = ["", "C", "CELESTIAL", "EQU", "EQUATORIAL", "ICRS", "RADEC", "J2000", "FK5"];

    /// <summary>Reads the first HEALPix table of a FITS file.</summary>
    /// <param name="stream">The file, also one packed by gzip; it stays open.</param>
    /// <param name="normalise">Whether any positive total of probability is made 1; see <see cref="SkyMap"/>.</param>
    /// <param name="limits">What an untrusted file may ask for.</param>
    /// <exception cref="FitsException">
    /// The file is broken, holds no HEALPix map in equatorial coordinates, or its header contradicts itself; the message names
    /// the keyword.
    /// </exception>
    /// <exception cref="SkyMapException">The map is no probability over the sky.</exception>
    public static SkyMap Read(Stream stream, bool normalise = false, FitsLimits? limits = null)
    {
        using var reader = new FitsReader(stream, limits, leaveOpen: true);
        foreach (var hdu in reader.Hdus)
            if (hdu.Kind == FitsHduKind.BinaryTable && IsHealpix(hdu))
                return Read(hdu, normalise);
        throw new FitsException("the file has no HEALPix table: none with PIXTYPE = 'HEALPIX', ORDERING or a column UNIQ.", 0,
            "PIXTYPE");
    }

    /// <summary>Writes a map: with a table of tiles as LIGO, Virgo and KAGRA do, or, a flat one, as one value a pixel.</summary>
    /// <param name="map">The map.</param>
    /// <param name="stream">Receives the file; it stays open.</param>
    /// <param name="header">More cards for the table, such as OBJECT and MJD-OBS.</param>
    public static void Write(SkyMap map, Stream stream, FitsHeader? header = null)
    {
        header ??= new FitsHeader();
        header.Set("PIXTYPE", "HEALPIX", "HEALPix pixels");
        header.Set("COORDSYS", "C", "equatorial");
        header.Set("ORDERING", map.IsFlat ? "NESTED" : "NUNIQ", "how pixels are numbered");
        header.Set("INDXSCHM", map.IsFlat ? "IMPLICIT" : "EXPLICIT");
        var columns = new List<FitsColumnData>();
        if (map.IsFlat)
        {
            header.Set("NSIDE", 1L << map.Order);
            header.Set("FIRSTPIX", 0);
            header.Set("LASTPIX", map.Count - 1);
            var probability = new double[map.Count];
            for (var i = 0; i < probability.Length; i++)
                probability[i] = map.Probability(i);
            columns.Add(Column("PROB", probability, "pix-1"));
        }
        else
        {
            header.Set("MOCORDER", map.Order, "of the finest tile");
            var uniq = new long[map.Count];
            for (var i = 0; i < uniq.Length; i++)
            {
                var (order, ipix) = map.Tile(i);
                uniq[i] = Healpix.Uniq(order, ipix);
            }
            columns.Add(FitsColumnData.Of("UNIQ", uniq));
            columns.Add(Column("PROBDENSITY", map.ProbDensity.ToArray(), "sr-1"));
        }
        if (map.Distance is { } distance)
            columns.AddRange([Column("DISTMU", distance.Mu, "Mpc"), Column("DISTSIGMA", distance.Sigma, "Mpc"),
                Column("DISTNORM", distance.Norm, "Mpc-2")]);
        new FitsWriter(stream).WriteTable(columns, header);
    }

    static SkyMap Read(FitsHdu hdu, bool normalise)
    {
        var (header, table) = (hdu.Header, hdu.Table());
        var system = header.GetString("COORDSYS", "")!.Trim().ToUpperInvariant();
        if (!equatorialNames.Contains(system))
            throw Refused(hdu, "COORDSYS", $"is '{system}'; only equatorial maps ('C') can be read.");
        var ordering = header.GetString("ORDERING", null)?.Trim().ToUpperInvariant();
        if (ordering is null && table.TryFind("UNIQ", out _))
            ordering = "NUNIQ";
        return ordering switch
        {
            "NUNIQ" => ReadTiles(table, normalise),
            "NESTED" or "NEST" or "RING" => ReadPixels(hdu, table, ordering == "RING", normalise),
            null => throw Refused(hdu, "ORDERING", "is missing, without which pixels have no place: NESTED, RING or NUNIQ."),
            _ => throw Refused(hdu, "ORDERING", $"is '{ordering}', not NESTED, RING or NUNIQ."),
        };
    }

    static SkyMap ReadTiles(FitsTable table, bool normalise)
    {
        var isDensity = table.TryFind("PROBDENSITY", out _);
        string[] names = ["UNIQ", isDensity ? "PROBDENSITY" : "PROB", .. DistanceNames(table)];
        var count = table.AffordableDoubles(table.RowCount);
        var rented = ArrayPool<double>.Shared.Rent(names.Length * count);
        try
        {
            ReadColumns(table, names, rented.AsSpan(0, names.Length * count));
            ReadOnlySpan<long> uniq = MemoryMarshal.Cast<double, long>(rented.AsSpan(0, count));
            foreach (var tile in uniq)
                if (tile is < 4 or >= 16L << (2 * Healpix.MaxOrder))
                    throw new SkyMapException($"{tile} in column UNIQ is no pixel: UNIQ numbers are in [4, 16 * 4^29).");
            var density = rented.AsSpan(count, count);
            if (!isDensity)
                for (var i = 0; i < density.Length; i++)
                    density[i] /= SkyMap.TileArea(Healpix.FromUniq(uniq[i]).Order);
            return SkyMap.FromTiles(uniq, density, rented.AsSpan(2 * count, (names.Length - 2) * count), normalise);
        }
        finally
        {
            ArrayPool<double>.Shared.Return(rented);
        }
    }

    // Columns of numbers, one after the other, the first as the bits of integers. Where all of a row is in words of eight bytes,
    // as usual, they are taken from the rows in one pass.
    static void ReadColumns(FitsTable table, string[] names, Span<double> values)
    {
        const int word = sizeof(double), pieceBytes = 1 << 15;
        var count = (int)table.RowCount;
        var columns = Array.ConvertAll(names, name => table[name]);
        var rowBytes = table.RowBytes;
        if (columns[0].Type != 'K' || Array.Exists(columns[1..], c => c.Type != 'D') || rowBytes > pieceBytes
            || rowBytes % word != 0
            || !Array.TrueForAll(columns, c => c is { Repeat: 1, Scale: 1, Zero: 0, Null: null } && c.Offset % word == 0))
        {
            table.Read("UNIQ", MemoryMarshal.Cast<double, long>(values[..count]));
            for (var i = 1; i < names.Length; i++)
                table.Read(names[i], values.Slice(i * count, count));
            return;
        }
        var (rowsAtOnce, step) = (pieceBytes / rowBytes, rowBytes / word);
        var rented = ArrayPool<long>.Shared.Rent(pieceBytes / word);
        for (var from = 0; from < count; from += rowsAtOnce)
        {
            var part = Math.Min(rowsAtOnce, count - from);
            var words = rented.AsSpan(0, part * step);
            table.ReadRows(from, MemoryMarshal.AsBytes(words));
            for (var i = 0; i < names.Length; i++)
            {
                var into = values.Slice(i * count + from, part);
                var at = (int)columns[i].Offset / word;
                for (var row = 0; row < into.Length; row++, at += step)
                    into[row] = BitConverter.Int64BitsToDouble(BinaryPrimitives.ReverseEndianness(words[at]));
            }
        }
        ArrayPool<long>.Shared.Return(rented);
    }

    static SkyMap ReadPixels(FitsHdu hdu, FitsTable table, bool isRing, bool normalise)
    {
        var column = probabilityNames.Select(name => table.TryFind(name, out var found) ? found : null)
            .FirstOrDefault(c => c is not null)
            ?? (table.Columns.Count == 1 ? table.Columns[0] : throw Refused(hdu, "TTYPE1",
                $"and the others name no probability ({string.Join(", ", probabilityNames)}) but " +
                $"{string.Join(", ", table.Columns.Select(c => c.Name))}."));
        var isDensity = column.Name.Equals("PROBDENSITY", StringComparison.OrdinalIgnoreCase);
        var count = table.RowCount * column.ValuesPerRow;
        var nside = hdu.Header.GetInt64("NSIDE", 0);
        var pixels = Array.Find(pixelNames, name => table.TryFind(name, out _));
        var isExplicit = hdu.Header.GetString("INDXSCHM", pixels is null ? "IMPLICIT" : "EXPLICIT")!.Trim() == "EXPLICIT";
        if (nside != 0 && (nside < 0 || nside > 1L << Healpix.MaxOrder || !long.IsPow2(nside)))
            throw Refused(hdu, "NSIDE", $"is {nside}, which is no power of two up to 2^29.");
        if (isExplicit)
            return ReadSomePixels(hdu, table, column.Name, pixels, nside, isRing, isDensity, normalise);
        if (nside != 0 && count != 12 * nside * nside || count != 12L << (2 * (int)(Math.Log2(Math.Max(count, 12) / 12.0) / 2)))
            throw Refused(hdu, "NSIDE", $"is {nside}, but the table has {count} pixels; a whole sky has 12 NSIDE².");

        var values = GC.AllocateUninitializedArray<double>(table.AffordableDoubles(count));
        if (!isRing)
            return SkyMap.Flat(values, Distances(table), normalise, Fill, isDensity);
        table.Read<double>(column.Name, values);
        var nested = GC.AllocateUninitializedArray<double>(values.Length);
        Healpix.RingToNested<double>(values, nested);
        var distance = Distances(table);
        if (distance is not null)
            distance = new DistanceLayers(Nested(distance.Mu), Nested(distance.Sigma), Nested(distance.Norm));
        return SkyMap.Flat(nested, distance, normalise, (_, _) => { }, isDensity);

        void Fill(int from, Memory<double> part)
        {
            var perRow = column.ValuesPerRow;
            if (from % perRow == 0 && part.Length % perRow == 0)
                table.Read(column.Name, part.Span, from / perRow);
            else if (from == 0)
                table.Read<double>(column.Name, values); // rows longer than a part: all at once
        }
    }

    static SkyMap ReadSomePixels(
        FitsHdu hdu, FitsTable table, string column, string? pixels, long nside, bool isRing, bool isDensity,
        bool normalise)
    {
        if (pixels is null)
            throw Refused(hdu, "INDXSCHM", $"is EXPLICIT, but there is no column of pixels ({string.Join(", ", pixelNames)}).");
        if (nside == 0)
            throw Refused(hdu, "NSIDE", "is missing, without which the numbers of pixels have no meaning.");
        var order = (int)long.Log2(nside);
        var (ipix, density) = (table.Read<long>(pixels), table.Read<double>(column));
        if (ipix.Length != density.Length)
            throw Refused(hdu, "TFORM1", $"the columns {pixels} and {column} have {ipix.Length} and {density.Length} values.");
        for (var i = 0; i < ipix.Length; i++)
        {
            if (ipix[i] < 0 || ipix[i] >= Healpix.PixelCount(order))
                throw new SkyMapException(
                    $"{ipix[i]} in column {pixels} is no pixel: those of NSIDE {nside} are in [0, {Healpix.PixelCount(order)}).");
            ipix[i] = Healpix.Uniq(order, isRing ? Healpix.RingToNested(order, ipix[i]) : ipix[i]);
            density[i] /= isDensity ? 1 : SkyMap.TileArea(order);
        }
        return SkyMap.FromTiles(ipix, density, Distances(table), normalise);
    }

    static DistanceLayers? Distances(FitsTable table) => DistanceNames(table) is [var mu, var sigma, var norm]
        ? new DistanceLayers(table.Read<double>(mu), table.Read<double>(sigma), table.Read<double>(norm)) : null;

    static string[] DistanceNames(FitsTable table)
    {
        string[] names = ["DISTMU", "DISTSIGMA", "DISTNORM"];
        return names.Count(name => table.TryFind(name, out _)) switch
        {
            0 => [],
            3 => names,
            _ => throw new SkyMapException(
                "Of the columns DISTMU, DISTSIGMA and DISTNORM some are missing: a map has all or none."),
        };
    }

    static double[] Nested(double[] ring)
    {
        var nested = new double[ring.Length];
        Healpix.RingToNested<double>(ring, nested);
        return nested;
    }

    static bool IsHealpix(FitsHdu hdu) =>
        hdu.Header.GetString("PIXTYPE", "")!.Trim().Equals("HEALPIX", StringComparison.OrdinalIgnoreCase)
        || hdu.Header.Contains("ORDERING") || hdu.Table().TryFind("UNIQ", out _);

    static FitsColumnData Column(string name, double[] values, string unit)
    {
        var column = FitsColumnData.Of(name, values);
        column.Unit = unit;
        return column;
    }

    static FitsException Refused(FitsHdu hdu, string keyword, string problem) => new($"{keyword} {problem}", hdu.Number, keyword);
}
