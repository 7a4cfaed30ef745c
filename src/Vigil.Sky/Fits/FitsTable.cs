using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;

namespace Vigil.Sky.Fits;

/// <summary>A binary or ASCII table, read column by column.</summary>
/// <remarks>
/// A column is fetched in pieces of some hundred rows. Where it fills the whole row and its numbers are those of the span, as
/// the one column of a HEALPix map, it goes from the stream straight into the span.
/// </remarks>
public sealed class FitsTable
{
    const int PieceBytes = 1 << 18;

    readonly FitsHeader header;
    readonly FitsDataUnit data;
    readonly FitsColumn[] columns;
    readonly long rowWidth;
    readonly long heapStart;
    readonly bool isAscii;

    FitsTable(FitsHeader header, FitsDataUnit data, bool isAscii)
    {
        (this.header, this.data, this.isAscii) = (header, data, isAscii);
        if (header.Mandatory("BITPIX") != 8 || header.Mandatory("NAXIS") != 2)
            throw header.Refused("NAXIS", "a table needs BITPIX = 8 and NAXIS = 2.");
        if (header.GetInt64("GCOUNT", 1) != 1)
            throw header.Refused("GCOUNT", "a table needs GCOUNT = 1.");
        (rowWidth, RowCount) = (header.Mandatory("NAXIS1", 0, int.MaxValue), header.Mandatory("NAXIS2", 0, long.MaxValue));
        var tableBytes = rowWidth * RowCount; // FitsHdu knows that it fits
        heapStart = header.GetInt64("THEAP", tableBytes);
        if (heapStart < tableBytes || heapStart > data.Length && !isAscii && heapStart != tableBytes)
            throw header.Refused("THEAP",
                $"the heap cannot begin at {heapStart}: the rows end at {tableBytes}, the data at {data.Length}.");
        columns = new FitsColumn[(int)header.Mandatory("TFIELDS", 0, 999)];
        long offset = 0;
        for (var i = 0; i < columns.Length; i++)
        {
            columns[i] = isAscii ? FitsColumn.Ascii(header, i + 1, rowWidth) : FitsColumn.Binary(header, i + 1, offset);
            offset += columns[i].Width;
        }
        if (!isAscii && offset > rowWidth)
            throw header.Refused("NAXIS1",
                $"the columns of a row take {offset} bytes, the row has {rowWidth}. The header is corrupt.");
    }

    internal static FitsTable Binary(FitsHeader header, FitsDataUnit data) => new(header, data, isAscii: false);

    internal static FitsTable Ascii(FitsHeader header, FitsDataUnit data) => new(header, data, isAscii: true);

    /// <summary>NAXIS2.</summary>
    public long RowCount { get; }

    /// <summary>The columns, in the order of the header.</summary>
    public IReadOnlyList<FitsColumn> Columns => columns;

    /// <summary>The column of a name; the case of its letters matters only where two names differ by nothing else.</summary>
    /// <exception cref="FitsException">There is none; the message lists those there are.</exception>
    public FitsColumn this[string name] => TryFind(name, out var column) ? column : throw new FitsException(
        $"the table has no column {name}, only {string.Join(", ", columns.Select(c => c.Name))}.", header.Hdu, "TTYPEn");

    /// <summary>The column of a name, if there is one.</summary>
    public bool TryFind(string name, [NotNullWhen(true)] out FitsColumn? column)
    {
        column = Array.Find(columns, c => c.Name == name)
            ?? Array.Find(columns, c => c.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        return column is not null;
    }

    /// <summary>
    /// Reads all values of a column of numbers into a new array: row after row, <see cref="FitsColumn.ValuesPerRow"/> each.
    /// </summary>
    /// <exception cref="FitsException">
    /// As for <see cref="Read{T}(string, Span{T}, long)"/>, or they are more than the limit allows.
    /// </exception>
    public T[] Read<T>(string column) where T : unmanaged, INumber<T>
    {
        data.Require();
        var found = this[column];
        var values = New<T>(RowCount, found.ValuesPerRow, found);
        Read(column, values.AsSpan());
        return values;
    }

    /// <summary>Bytes in a row.</summary>
    internal int RowBytes => (int)rowWidth;

    /// <summary>Reads consecutive rows as they are stored, for who wants several columns in one pass.</summary>
    /// <exception cref="FitsException">The file ends before.</exception>
    internal void ReadRows(long firstRow, Span<byte> rows)
    {
        data.Require();
        data.Read(firstRow * rowWidth, rows);
    }

    /// <summary>Whether so many doubles may be asked for: the file has the rows, and the limit allows them.</summary>
    /// <exception cref="FitsException">It may not.</exception>
    internal int AffordableDoubles(long count)
    {
        data.Require();
        return data.Affordable((long)Int128.Min((Int128)count * sizeof(double), long.MaxValue), "the values") / sizeof(double);
    }

    /// <summary>Reads consecutive rows of a column of numbers (B I J K E D C M; I F E D of ASCII tables).</summary>
    /// <param name="column">Its name.</param>
    /// <param name="values">
    /// Receives the values, TSCALn and TZEROn applied, <see cref="FitsColumn.ValuesPerRow"/> a row; its length says how many
    /// rows. A missing value is NaN in floating point; an integer span of a binary table receives it as the value that TNULLn
    /// has by the same rule, and one of an ASCII table refuses it.
    /// </param>
    /// <param name="firstRow">From 0.</param>
    /// <typeparam name="T">An integer of 8 to 64 bits, float or double.</typeparam>
    /// <exception cref="FitsException">
    /// No such column, no column of numbers, the file ends before, or a value does not fit <typeparamref name="T"/>.
    /// </exception>
    /// <exception cref="ArgumentException">The span holds no whole number of rows.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many rows.</exception>
    public void Read<T>(string column, Span<T> values, long firstRow = 0) where T : unmanaged, INumber<T>
    {
        FitsNumbers.CheckType<T>();
        var found = this[column];
        var rows = Rows(found, values.Length, found.ValuesPerRow, firstRow);
        if (rows == 0)
            return;
        data.Require();
        try
        {
            if (isAscii)
                ReadAscii(found, values, firstRow);
            else
                ReadBinary(found, values, firstRow, rows);
        }
        catch (OverflowException e)
        {
            throw DoesNotFit<T>(found, e);
        }
    }

    /// <summary>Reads all texts of a column, without trailing spaces, and each up to its first NUL.</summary>
    /// <returns>
    /// One text a row. Where TDIMn divides the row's characters into shorter texts, as many a row as it says. Of a column of
    /// an ASCII table, whatever its type, the text as it stands there, trimmed.
    /// </returns>
    /// <exception cref="FitsException">It is no column of text, or the file ends before.</exception>
    public string[] ReadStrings(string column)
    {
        var found = this[column];
        if (!isAscii && found.Type != 'A')
            throw WrongType(found, "text (A)");
        data.Require();
        var width = found.Dimensions.Count > 1 ? found.Dimensions[0] : (int)found.Width;
        var perRow = found.Dimensions.Count > 1 ? found.Dimensions.Skip(1).Aggregate(1, (product, axis) => product * axis) : 1;
        data.Affordable((long)Int128.Min((Int128)RowCount * perRow * 8, long.MaxValue), "the texts");
        var texts = new string[RowCount * perRow];
        var at = 0;
        ForPieces(found, 0, (int)RowCount, (bytes, rows) =>
        {
            for (var row = 0; row < rows; row++)
                for (var i = 0; i < perRow; i++)
                    texts[at++] = Text(bytes.Slice((int)(row * found.Width) + i * width, width));
        });
        return isAscii ? [.. texts.Select(text => text.TrimStart())] : texts;
    }

    /// <summary>Reads consecutive rows of a column of logicals (L); null where a row says neither true nor false.</summary>
    /// <param name="column">Its name.</param>
    /// <param name="values">Receives <see cref="FitsColumn.Repeat"/> values a row.</param>
    /// <param name="firstRow">From 0.</param>
    /// <exception cref="FitsException">It is no column of logicals, or the file ends before.</exception>
    public void ReadLogicals(string column, Span<bool?> values, long firstRow = 0)
    {
        var found = OfType(column, 'L', "logical (L)");
        var rows = Rows(found, values.Length, found.Repeat, firstRow);
        data.Require();
        var bytes = new byte[values.Length];
        Gather(found, bytes, firstRow, rows);
        for (var i = 0; i < bytes.Length; i++)
            values[i] = bytes[i] switch { (byte)'T' => true, (byte)'F' => false, _ => null };
    }

    /// <summary>Reads consecutive rows of a column of bits (X), the first bit of a row first.</summary>
    /// <param name="column">Its name.</param>
    /// <param name="values">Receives <see cref="FitsColumn.Repeat"/> bits a row.</param>
    /// <param name="firstRow">From 0.</param>
    /// <exception cref="FitsException">It is no column of bits, or the file ends before.</exception>
    public void ReadBits(string column, Span<bool> values, long firstRow = 0)
    {
        var found = OfType(column, 'X', "bits (X)");
        var rows = Rows(found, values.Length, found.Repeat, firstRow);
        data.Require();
        var bytes = new byte[rows * found.Width];
        Gather(found, bytes, firstRow, rows);
        for (var i = 0; i < values.Length; i++)
        {
            var (row, bit) = Math.DivRem(i, found.Repeat);
            values[i] = (bytes[row * found.Width + bit / 8] & (0x80 >> (bit % 8))) != 0;
        }
    }

    /// <summary>How many elements the array of a row has, in a column of variable length (P, Q).</summary>
    /// <exception cref="FitsException">It is no such column, or its pointer is broken.</exception>
    public long ArrayLength(string column, long row) => Pointer(VariableLength(column), row).Count;

    /// <summary>Reads the array of one row of a column of variable length (P, Q) of numbers.</summary>
    /// <returns>As many values as the row has; the parts of complex ones alternate.</returns>
    /// <exception cref="FitsException">
    /// It is no such column, its pointer leads out of the heap, or a value does not fit.
    /// </exception>
    public T[] ReadArray<T>(string column, long row) where T : unmanaged, INumber<T>
    {
        FitsNumbers.CheckType<T>();
        var found = VariableLength(column);
        if (FitsColumn.NumberType(found.ElementType) is not { } type)
            throw WrongType(found, "arrays of numbers");
        var bytes = HeapBytes(found, row);
        var values = New<T>(bytes.Length / FitsNumbers.Size(type), 1, found);
        try
        {
            FitsNumbers.Decode(bytes, type, found.Scaling, values.AsSpan());
        }
        catch (OverflowException e)
        {
            throw DoesNotFit<T>(found, e);
        }
        return values;
    }

    /// <summary>Reads the bytes of one row of a column of variable length (P, Q), of whatever type, as they are stored.</summary>
    /// <exception cref="FitsException">It is no such column, or its pointer leads out of the heap.</exception>
    public byte[] ReadArrayBytes(string column, long row) => HeapBytes(VariableLength(column), row);

    /// <summary>Reads the text of one row of a column of variable length of text (PA, QA).</summary>
    /// <exception cref="FitsException">It is no such column, or its pointer leads out of the heap.</exception>
    public string ReadArrayString(string column, long row)
    {
        var found = VariableLength(column);
        return found.ElementType == 'A' ? Text(HeapBytes(found, row)) : throw WrongType(found, "text of variable length (PA)");
    }

    void ReadBinary<T>(FitsColumn column, Span<T> values, long firstRow, int rows) where T : unmanaged, INumber<T>
    {
        if (column.Type is 'P' or 'Q' || FitsColumn.NumberType(column.Type) is not { } type)
            throw WrongType(column, "numbers (B I J K E D C M)");
        var scaling = column.Scaling;
        var isDirect = column.Width == rowWidth && FitsNumbers.IsNative<T>(type) && scaling is { IsIdentity: true, Null: null };
        if (isDirect)
        {
            var most = PieceBytes / FitsNumbers.Size(type);
            var size = FitsNumbers.Size(type);
            for (var at = 0; at < values.Length; at += most)
            {
                var piece = values.Slice(at, Math.Min(most, values.Length - at));
                data.Read(firstRow * rowWidth + (long)at * size, MemoryMarshal.AsBytes(piece));
                FitsNumbers.Reverse(piece);
            }
            return;
        }
        var perRow = column.ValuesPerRow;
        var rowsAtOnce = RowsAtOnce();
        var buffer = new byte[Math.Min(rowsAtOnce, rows) * rowWidth];
        var gathered = new byte[Math.Min(rowsAtOnce, rows) * column.Width];
        for (var row = 0; row < rows; row += rowsAtOnce)
        {
            var count = Math.Min(rowsAtOnce, rows - row);
            GatherPiece(column, buffer, gathered, firstRow + row, count);
            FitsNumbers.Decode(gathered.AsSpan(0, (int)(count * column.Width)), type, scaling,
                values.Slice(row * perRow, count * perRow));
        }
    }

    void ReadAscii<T>(FitsColumn column, Span<T> values, long firstRow) where T : unmanaged, INumber<T>
    {
        if (column.Type == 'A')
            throw WrongType(column, "numbers (I F E D)");
        var bytes = new byte[values.Length * column.Width];
        Gather(column, bytes, firstRow, values.Length);
        Span<double> number = stackalloc double[1];
        for (var i = 0; i < values.Length; i++)
        {
            var text = Encoding.Latin1.GetString(bytes.AsSpan((int)(i * column.Width), (int)column.Width)).Trim(' ', '\0');
            if (text == column.NullText)
            {
                if (typeof(T) != typeof(float) && typeof(T) != typeof(double))
                    throw Unreadable("has no value, which an integer cannot say. Read it as double.");
                values[i] = T.CreateTruncating(double.NaN);
            }
            else if (column.Type == 'I' && column.Scaling.IsWhole &&
                long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
            {
                FitsNumbers.Convert([whole], column.Scaling, values.Slice(i, 1));
            }
            else if (TryReal(text, column, out number[0]))
            {
                FitsNumbers.Convert(number, column.Scaling, values.Slice(i, 1));
            }
            else
            {
                throw Unreadable($"holds '{text}', which is no number.");
            }

            FitsException Unreadable(string what) =>
                header.Refused($"TFORM{column.Index + 1}", $"row {firstRow + i} of {column.Name} {what}");
        }
    }

    // Section 7.2.5: blanks are zero, and a field Fw.d without a decimal point has it before its last d digits.
    bool TryReal(string text, FitsColumn column, out double number)
    {
        number = 0;
        if (text.Length == 0)
            return true;
        if (!FitsCards.TryNumber(text, out number))
            return false;
        var form = header.GetString($"TFORM{column.Index + 1}");
        var point = form.IndexOf('.', StringComparison.Ordinal);
        if (column.Type != 'I' && point >= 0 && !text.Contains('.', StringComparison.Ordinal) &&
            int.TryParse(form.AsSpan(point + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var digits))
            number /= Math.Pow(10, digits);
        return true;
    }

    (long Count, long Offset) Pointer(FitsColumn column, long row)
    {
        if (row < 0 || row >= RowCount)
            throw new ArgumentOutOfRangeException(nameof(row), row, $"The table has rows 0 to {RowCount - 1}.");
        if (column.Repeat == 0)
            return (0, 0);
        Span<byte> pointer = stackalloc byte[16];
        pointer = pointer[..(int)column.Width];
        data.Read(row * rowWidth + column.Offset, pointer);
        var (count, offset) = column.Type == 'P'
            ? (BinaryPrimitives.ReadInt32BigEndian(pointer), BinaryPrimitives.ReadInt32BigEndian(pointer[4..]))
            : (BinaryPrimitives.ReadInt64BigEndian(pointer), BinaryPrimitives.ReadInt64BigEndian(pointer[8..]));
        var heap = data.Length - heapStart;
        return count >= 0 && count <= heap * 8 && offset >= 0 && FitsColumn.Bytes(column.ElementType, count) is var bytes &&
            (bytes == 0 || offset <= heap - bytes) ? (count, offset)
            : throw new FitsException(
                $"row {row} of {column.Name} points to {count} elements from byte {offset} of the heap on, which " +
                $"has {heap} bytes. The table is corrupt.", header.Hdu, $"TFORM{column.Index + 1}",
                data.Start + row * rowWidth + column.Offset);
    }

    byte[] HeapBytes(FitsColumn column, long row)
    {
        var (count, offset) = Pointer(column, row);
        data.Require();
        var bytes = new byte[data.Affordable(FitsColumn.Bytes(column.ElementType, count), "the array of one row")];
        if (bytes.Length > 0)
            data.Read(heapStart + offset, bytes);
        return bytes;
    }

    FitsColumn VariableLength(string name) =>
        this[name] is { Type: 'P' or 'Q' } column ? column : throw WrongType(this[name], "arrays of variable length (P, Q)");

    FitsColumn OfType(string name, char type, string wanted) =>
        this[name] is var column && column.Type == type && !isAscii ? column : throw WrongType(column, wanted);

    FitsException WrongType(FitsColumn column, string wanted) => header.Refused($"TFORM{column.Index + 1}",
        $"the column {column.Name} is of type {column.Type}" +
        $"{(column.ElementType == column.Type ? "" : column.ElementType)}, not {wanted}.");

    FitsException DoesNotFit<T>(FitsColumn column, OverflowException e) => header.Refused($"TFORM{column.Index + 1}",
        $"a value of {column.Name} does not fit {typeof(T).Name} ({e.Message}) Read it as double.", e);

    T[] New<T>(long rows, int perRow, FitsColumn column)
    {
        var size = Marshal.SizeOf<T>();
        if (rows > long.MaxValue / ((long)Math.Max(perRow, 1) * size))
            throw header.Refused("NAXIS2", "the column is too large for memory. Read a part.");
        data.Affordable(rows * perRow * size, $"the column {column.Name}");
        return GC.AllocateUninitializedArray<T>((int)(rows * perRow));
    }

    int Rows(FitsColumn column, int length, int perRow, long firstRow)
    {
        var rows = perRow == 0 ? 0 : Math.DivRem(length, perRow).Quotient;
        if (rows * perRow != length)
            throw new ArgumentException($"A row of {column.Name} has {perRow} values; {length} are no whole number of rows.",
                nameof(length));
        return firstRow >= 0 && firstRow <= RowCount - rows ? rows
            : throw new ArgumentOutOfRangeException(nameof(firstRow), firstRow,
            $"The table has {RowCount} rows; there are not {rows} from {firstRow} on.");
    }

    int RowsAtOnce() => (int)Math.Max(1, PieceBytes / Math.Max(rowWidth, 1));

    void Gather(FitsColumn column, Span<byte> into, long firstRow, int rows)
    {
        var rowsAtOnce = RowsAtOnce();
        var buffer = new byte[Math.Min(rowsAtOnce, rows) * rowWidth];
        for (var row = 0; row < rows; row += rowsAtOnce)
            GatherPiece(column, buffer, into[(int)(row * column.Width)..], firstRow + row, Math.Min(rowsAtOnce, rows - row));
    }

    void ForPieces(FitsColumn column, long firstRow, int rows, Action<ReadOnlySpan<byte>, int> use)
    {
        var rowsAtOnce = RowsAtOnce();
        var buffer = new byte[Math.Min(rowsAtOnce, rows) * rowWidth];
        var gathered = new byte[Math.Min(rowsAtOnce, rows) * column.Width];
        for (var row = 0; row < rows; row += rowsAtOnce)
        {
            var count = Math.Min(rowsAtOnce, rows - row);
            GatherPiece(column, buffer, gathered, firstRow + row, count);
            use(gathered, count);
        }
    }

    // Reads rows into the buffer and copies the column's bytes together.
    void GatherPiece(FitsColumn column, byte[] buffer, Span<byte> into, long firstRow, int rows)
    {
        var (stride, width) = ((int)rowWidth, (int)column.Width);
        var bytes = buffer.AsSpan(0, rows * stride);
        data.Read(firstRow * rowWidth, bytes);
        var from = bytes[(int)column.Offset..];
        if (width == 8)
        {
            var longs = MemoryMarshal.Cast<byte, long>(into);
            for (var i = 0; i < rows; i++)
                longs[i] = MemoryMarshal.Read<long>(from[(i * stride)..]);
        }
        else if (width == 4)
        {
            var ints = MemoryMarshal.Cast<byte, int>(into);
            for (var i = 0; i < rows; i++)
                ints[i] = MemoryMarshal.Read<int>(from[(i * stride)..]);
        }
        else
        {
            for (var i = 0; i < rows; i++)
                from.Slice(i * stride, width).CopyTo(into[(i * width)..]);
        }
    }

    static string Text(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf((byte)0);
        return Encoding.Latin1.GetString(end < 0 ? bytes : bytes[..end]).TrimEnd(' ');
    }
}
