using Vigil.Sky.Fits;

namespace Vigil.Bench;

/// <summary>Asks a FITS file for everything that the reader can give of it.</summary>
static class FitsExercise
{
    const int MostRows = 100;

    static readonly FitsLimits limits = new() { HeaderCards = 2_000, Hdus = 100, HduBytes = 1 << 24, InflatedBytes = 1 << 24 };

    /// <summary>Whether the file could be read to its end; false when it ended in a <see cref="FitsException"/>.</summary>
    /// <remarks>Any other exception is a fault of the reader and passes through.</remarks>
    public static bool ReadAll(byte[] file, bool canSeek)
    {
        using var fits = new FitsReader(canSeek ? new MemoryStream(file) : new ForwardOnly(file), limits);
        var isGood = true;
        try
        {
            foreach (var hdu in fits.Hdus)
                isGood &= Try(() => hdu.Verify()) & ReadHdu(hdu);
        }
        catch (FitsException)
        {
            return false;
        }
        return isGood;
    }

    static bool ReadHdu(FitsHdu hdu) => Try(() =>
    {
        foreach (var card in hdu.Header.Where(card => !hdu.Header.Repeated.Contains(card.Keyword)))
            if (card.IsString)
                hdu.Header.GetString(card.Keyword, "");
            else if (card.Value is "T" or "F")
                hdu.Header.GetBoolean(card.Keyword, false);
            else if (card.Value is not null)
                hdu.Header.GetDouble(card.Keyword, 0);
        switch (hdu.Kind)
        {
            case FitsHduKind.Image or FitsHduKind.CompressedImage:
                var image = hdu.Image();
                image.Read<float>();
                if (hdu.Header.Contains("CTYPE1"))
                    ReadWcs(Wcs.From(hdu.Header));
                if (image.BitPix > 0)
                    Try(() => image.Read<long>()); // the highest unsigned ones do not fit
                break;
            case FitsHduKind.BinaryTable or FitsHduKind.AsciiTable:
                ReadTable(hdu.Table());
                break;
        }
        return true;
    });

    static void ReadWcs(Wcs wcs)
    {
        var (ra, dec) = wcs.PixelToSky(1, 1);
        wcs.SkyToPixel(ra, dec);
        wcs.SkyToPixel(123, -45);
    }

    static void ReadTable(FitsTable table)
    {
        // One broken column should not keep the others from being tried; the last one's exception is enough.
        FitsException? broken = null;
        foreach (var column in table.Columns)
        {
            try
            {
                ReadColumn(table, column);
            }
            catch (FitsException e)
            {
                broken = e;
            }
        }
        if (broken is not null)
            throw broken;
    }

    static void ReadColumn(FitsTable table, FitsColumn column)
    {
        var rows = (int)Math.Min(table.RowCount, MostRows);
        switch (column.Type)
        {
            case 'A':
                table.ReadStrings(column.Name);
                break;
            case 'L':
                table.ReadLogicals(column.Name,
                    new bool?[Math.Min(1L << 20, (long)rows * column.Repeat) / Math.Max(1, column.Repeat) * column.Repeat]);
                break;
            case 'X':
                table.ReadBits(column.Name,
                    new bool[Math.Min(1L << 20, (long)rows * column.Repeat) / Math.Max(1, column.Repeat) * column.Repeat]);
                break;
            case 'P' or 'Q':
                for (var row = 0; row < rows; row++)
                    if (column.ElementType is 'A')
                        table.ReadArrayString(column.Name, row);
                    else if (column.ElementType is 'L' or 'X')
                        table.ReadArrayBytes(column.Name, row);
                    else
                        table.ReadArray<double>(column.Name, row);
                break;
            default:
                table.Read<double>(column.Name);
                if (column.Type is 'B' or 'I' or 'J' or 'K')
                    Try(() => table.Read<long>(column.Name)); // the highest unsigned ones do not fit
                break;
        }
    }

    static bool Try<T>(Func<T> read)
    {
        try
        {
            read();
            return true;
        }
        catch (FitsException)
        {
            return false;
        }
    }

    sealed class ForwardOnly(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
