using Vigil.Sky.Fits;

namespace Vigil.Sky;

/// <summary>The FITS serialisation of coverages: NUNIQ of MOC 1.1 and 2.0, and RANGE of MOC 2.0.</summary>
public static class MocFits
{
    /// <summary>Reads the coverage in the first binary table of a FITS file.</summary>
    /// <param name="stream">The file, also one packed by gzip; it stays open.</param>
    /// <param name="limits">What an untrusted file may ask for.</param>
    /// <exception cref="FitsException">The file is broken or holds no table.</exception>
    /// <exception cref="MocFormatException">The table is no coverage of space in equatorial coordinates.</exception>
    public static Moc Read(Stream stream, FitsLimits? limits = null)
    {
        using var reader = new FitsReader(stream, limits, leaveOpen: true);
        var hdu = reader.Hdus.FirstOrDefault(hdu => hdu.Kind == FitsHduKind.BinaryTable)
            ?? throw new MocFormatException("The file has no binary table. A coverage is one with a column of integers.");
        var (header, table) = (hdu.Header, hdu.Table());
        if (table.Columns.Count == 0 || table.Columns[0] is not { Type: 'I' or 'J' or 'K', Repeat: 1 })
            throw new MocFormatException("The first column of a coverage holds one integer a row (TFORM1 = '1K' or '1J').");
        var dimension = header.GetString("MOCDIM", "SPACE")!.Trim();
        if (dimension != "SPACE")
            throw new MocFormatException($"MOCDIM is '{dimension}'; only coverages of SPACE can be read.");
        var system = header.GetString("COORDSYS", "C")!.Trim();
        if (system is not ("C" or "ICRS" or ""))
            throw new MocFormatException($"COORDSYS is '{system}'; a coverage is in equatorial coordinates ('C').");
        var order = header.GetInt64("MOCORD_S", header.GetInt64("MOCORDER", -1));
        if (order is < -1 or > Healpix.MaxOrder)
            throw new MocFormatException($"The order of the coverage must be in [0, 29], got {order}.");

        var numbers = table.Read<long>(table.Columns[0].Name);
        var ordering = header.GetString("ORDERING", "NUNIQ")!.Trim();
        try
        {
            return ordering switch
            {
                "NUNIQ" => Moc.FromUniq(numbers, order < 0 ? null : (int)order),
                "RANGE" => FromRanges(numbers, order < 0 ? Healpix.MaxOrder : (int)order),
                _ => throw new MocFormatException($"ORDERING is '{ordering}', not NUNIQ or RANGE."),
            };
        }
        catch (ArgumentException e)
        {
            throw new MocFormatException($"The numbers are no coverage: {e.Message}", e);
        }
    }

    /// <summary>Writes a coverage.</summary>
    /// <param name="moc">The coverage.</param>
    /// <param name="stream">Receives the file; it stays open.</param>
    /// <param name="asRanges">Ranges (MOC 2.0) in place of NUNIQ numbers, which all programs read.</param>
    public static void Write(Moc moc, Stream stream, bool asRanges = false)
    {
        ArgumentNullException.ThrowIfNull(moc);
        var header = new FitsHeader();
        header.Set("MOCVERS", "2.0", "version of the standard");
        header.Set("MOCDIM", "SPACE", "what is covered");
        header.Set("ORDERING", asRanges ? "RANGE" : "NUNIQ", "coding of the coverage");
        header.Set("COORDSYS", "C", "ICRS");
        header.Set("MOCORD_S", moc.Order, "finest order");
        long[] numbers;
        if (asRanges)
        {
            numbers = new long[2 * moc.Ranges.Length];
            for (var i = 0; i < moc.Ranges.Length; i++)
                (numbers[2 * i], numbers[2 * i + 1]) = (moc.Ranges[i].First, moc.Ranges[i].End);
        }
        else
        {
            header.Set("PIXTYPE", "HEALPIX", "HEALPix pixels");
            header.Set("MOCORDER", moc.Order, "finest order");
            numbers = [.. moc.Cells().Select(cell => Healpix.Uniq(cell.Order, cell.Ipix))];
            Array.Sort(numbers);
        }
        new FitsWriter(stream).WriteTable([FitsColumnData.Of(asRanges ? "RANGE" : "UNIQ", numbers)], header);
    }

    static Moc FromRanges(long[] numbers, int order)
    {
        if (numbers.Length % 2 != 0)
            throw new MocFormatException($"Ranges are pairs of numbers, but the table has {numbers.Length} rows.");
        var ranges = new IpixRange[numbers.Length / 2];
        for (var i = 0; i < ranges.Length; i++)
            ranges[i] = new IpixRange(numbers[2 * i], numbers[2 * i + 1]);
        return new Moc(ranges, order);
    }
}
