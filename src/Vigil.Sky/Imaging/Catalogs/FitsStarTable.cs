using System.Buffers;
using System.Text;
using Vigil.Sky.Fits;

namespace Vigil.Sky.Imaging;

/// <summary>Stars in a FITS table: the first one that has positions, which of FITS_LDAC is its LDAC_OBJECTS.</summary>
sealed class FitsStarTable : StarTable
{
    const int PieceRows = 8192;

    readonly FitsReader reader;
    readonly FitsTable table;
    readonly bool isAscii;
    long next;

    public FitsStarTable(Stream stream, string name, StarTableOptions options) : base(name, options)
    {
        reader = new FitsReader(stream);
        FrameException? refused = null;
        foreach (var hdu in reader.Hdus)
        {
            if (hdu.Kind is not (FitsHduKind.BinaryTable or FitsHduKind.AsciiTable) || hdu.Name == "LDAC_IMHEAD")
                continue;
            (table, isAscii) = (hdu.Table(), hdu.Kind == FitsHduKind.AsciiTable);
            try
            {
                SetColumns([.. table.Columns.Select(column => (column.Name, column.Unit))]);
                return;
            }
            catch (FrameException e)
            {
                refused ??= e; // another table of the file may do
            }
        }
        throw refused ?? new FrameException(
            $"{name} has no table, only images. A table of stars is a FITS table, a CSV or a VOTable.");
    }

    public override string Format => "FITS table";

    private protected override Action? Next(StarPiece piece)
    {
        var count = (int)Math.Min(PieceRows, table.RowCount - next);
        if (count == 0)
            return null;
        piece.Reserve(count);
        (piece.Count, piece.Lines) = (count, count);
        for (var i = 0; i < count; i++)
            piece.LineOf[i] = i;
        piece.Length = count * table.RowBytes;
        if (piece.Bytes.Length < piece.Length)
            piece.Bytes = new byte[piece.Length];
        table.ReadRows(next, piece.Bytes.AsSpan(0, piece.Length));
        next += count;
        return () =>
        {
            for (var k = 0; k < Columns.Count; k++)
                ReadColumn(piece, k, piece.Bytes.AsSpan(0, piece.Length), count);
        };
    }

    void ReadColumn(StarPiece piece, int k, ReadOnlySpan<byte> rows, int count)
    {
        var column = table.Columns[Columns[k].Index];
        var isId = Columns[k].Quantity == StarQuantity.Id;
        var width = (int)column.Width;
        var ids = isId ? piece.Ids.AsSpan(0, count) : [];
        if (column.Repeat != 1 && column.Type != 'A' || column.Type is 'X' or 'C' or 'M' or 'P' or 'Q')
            throw new FrameException(
                $"{Name}: the column {column.Name} has no one number a row (TFORM {column.Repeat}{column.Type}). " +
                "Name another with --column.");
        var rented = ArrayPool<byte>.Shared.Rent(count * width);
        var bytes = rented.AsSpan(0, count * width);
        for (var i = 0; i < count; i++)
            rows.Slice(i * table.RowBytes + (int)column.Offset, width).CopyTo(bytes[(i * width)..]);
        if (isAscii || column.Type is 'A' or 'L')
        {
            for (var i = 0; i < count; i++)
                ReadText(bytes.Slice(i * width, width).Trim(" \0"u8), column, piece, i, k);
        }
        else if (isId)
        {
            if (column.Type is 'E' or 'D')
                throw new FrameException(
                    $"{Name}: the ids of column {column.Name} are floating point, which loses their digits. " +
                    "Leave them out: --column id=");
            try
            {
                FitsNumbers.Decode(bytes, column.Type, column.Scaling, ids);
            }
            catch (OverflowException e)
            {
                throw new FrameException($"{Name}: an id of column {column.Name} does not fit 64 bits: {TextValue.IdRule}", e);
            }
            for (var i = 0; i < count; i++)
                if (ids[i] < 0 && ids[i] != column.Null)
                    piece.Refuse(i, column.Name, $"{ids[i]}", TextValue.IdRule);
                else if (ids[i] == column.Null)
                    ids[i] = 0;
        }
        else
        {
            FitsNumbers.Decode(bytes, column.Type, column.Scaling, piece.Values[k].AsSpan(0, count));
        }
        ArrayPool<byte>.Shared.Return(rented);
    }

    void ReadText(ReadOnlySpan<byte> text, FitsColumn column, StarPiece piece, int row, int k)
    {
        if (column.NullText is { } none && Ascii.Equals(text, none))
            text = [];
        if (TextValue.Read(text, piece, row, k, Columns[k]) is { } why)
            piece.Refuse(row, column.Name, Encoding.Latin1.GetString(text), why);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            reader.Dispose();
    }
}
