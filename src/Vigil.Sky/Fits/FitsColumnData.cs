using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;

namespace Vigil.Sky.Fits;

/// <summary>A column to be written: its name, its values, and what the header says of it.</summary>
/// <remarks>The arrays are not copied: leave them alone until they are written.</remarks>
public abstract class FitsColumnData
{
    FitsColumnData(string name, string form, long rows, int width)
    {
        FitsCards.CheckText(name);
        (Name, Form, RowCount, Width) = (name, form, rows, width);
    }

    /// <summary>TTYPEn.</summary>
    public string Name { get; }

    /// <summary>How many rows the values fill.</summary>
    public long RowCount { get; }

    /// <summary>TUNITn.</summary>
    public string? Unit { get; set; }

    /// <summary>TNULLn: the stored integer that stands for no value.</summary>
    public long? Null { get; init; }

    /// <summary>TDIMn, the axis that varies fastest first.</summary>
    public IReadOnlyList<int>? Dimensions { get; set; }

    internal string Form { get; }

    internal int Width { get; }

    /// <summary>TZEROn, by which unsigned integers are stored; 0 for all else.</summary>
    internal virtual double Zero => 0;

    /// <summary>Bytes in the heap.</summary>
    internal virtual long HeapBytes => 0;

    /// <summary>Writes the bytes of a row; <paramref name="heap"/> is where in the heap this column's arrays begin.</summary>
    internal abstract void Encode(long row, Span<byte> into, long heap);

    /// <summary>Gives the heap's bytes of this column piece by piece.</summary>
    internal virtual void EncodeHeap(Action<ReadOnlySpan<byte>> write)
    {
    }

    /// <summary>A column of numbers.</summary>
    /// <param name="name">TTYPEn.</param>
    /// <param name="values">Row after row, <paramref name="perRow"/> each; integers of 8 to 64 bits, float or double.</param>
    /// <param name="perRow">At least 1.</param>
    /// <exception cref="ArgumentException">The values are no whole number of rows, or of another type.</exception>
    public static FitsColumnData Of<T>(string name, ReadOnlyMemory<T> values, int perRow = 1) where T : unmanaged, INumber<T>
    {
        FitsNumbers.CheckType<T>();
        ArgumentOutOfRangeException.ThrowIfLessThan(perRow, 1);
        return values.Length % perRow == 0 ? new NumberColumn<T>(name, values, perRow)
            : throw new ArgumentException($"{values.Length} values are no whole number of rows of {perRow}.", nameof(values));
    }

    /// <inheritdoc cref="Of{T}(string, ReadOnlyMemory{T}, int)"/>
    public static FitsColumnData Of<T>(string name, T[] values, int perRow = 1) where T : unmanaged, INumber<T> =>
        Of(name, (ReadOnlyMemory<T>)values, perRow);

    /// <summary>A column of complex numbers (M).</summary>
    public static FitsColumnData Of(string name, Complex[] values) => new ComplexColumn(name, values);

    /// <summary>A column of logicals (L); null is neither true nor false.</summary>
    public static FitsColumnData Of(string name, bool?[] values) => new LogicalColumn(name, values);

    /// <summary>A column of bits (X).</summary>
    /// <param name="name">TTYPEn.</param>
    /// <param name="values">Row after row, <paramref name="perRow"/> each.</param>
    /// <param name="perRow">At least 1.</param>
    /// <exception cref="ArgumentException">The values are no whole number of rows.</exception>
    public static FitsColumnData Of(string name, bool[] values, int perRow = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(perRow, 1);
        return values.Length % perRow == 0 ? new BitColumn(name, values, perRow)
            : throw new ArgumentException($"{values.Length} bits are no whole number of rows of {perRow}.", nameof(values));
    }

    /// <summary>A column of text (A), as wide as the longest.</summary>
    /// <exception cref="ArgumentException">A text holds more than printable ASCII.</exception>
    public static FitsColumnData Of(string name, string[] values)
    {
        foreach (var value in values)
            FitsCards.CheckText(value);
        return new TextColumn(name, values, values.Length == 0 ? 1 : Math.Max(1, values.Max(text => text.Length)));
    }

    /// <summary>A column of arrays of variable length (Q) of numbers.</summary>
    /// <exception cref="ArgumentException">The numbers are of a type that FITS does not have.</exception>
    public static FitsColumnData Of<T>(string name, T[][] values) where T : unmanaged, INumber<T>
    {
        FitsNumbers.CheckType<T>();
        return new ArrayColumn<T>(name, values);
    }

    sealed class NumberColumn<T>(string name, ReadOnlyMemory<T> values, int perRow)
        : FitsColumnData(name, Text(perRow) + FitsStored.Type<T>(), values.Length / perRow, perRow * Unsafe.SizeOf<T>())
        where T : unmanaged, INumber<T>
    {
        internal override double Zero => FitsStored.Zero<T>();

        internal override void Encode(long row, Span<byte> into, long heap) =>
            FitsStored.Encode(values.Span.Slice((int)row * perRow, perRow), into);
    }

    sealed class ComplexColumn(string name, Complex[] values) : FitsColumnData(name, "1M", values.Length, 16)
    {
        internal override void Encode(long row, Span<byte> into, long heap)
        {
            BinaryPrimitives.WriteDoubleBigEndian(into, values[row].Real);
            BinaryPrimitives.WriteDoubleBigEndian(into[8..], values[row].Imaginary);
        }
    }

    sealed class LogicalColumn(string name, bool?[] values) : FitsColumnData(name, "1L", values.Length, 1)
    {
        internal override void Encode(long row, Span<byte> into, long heap) =>
            into[0] = values[row] switch { true => (byte)'T', false => (byte)'F', null => 0 };
    }

    sealed class BitColumn(string name, bool[] values, int perRow)
        : FitsColumnData(name, Text(perRow) + 'X', values.Length / perRow, (perRow + 7) / 8)
    {
        internal override void Encode(long row, Span<byte> into, long heap)
        {
            into.Clear();
            for (var bit = 0; bit < perRow; bit++)
                if (values[row * perRow + bit])
                    into[bit / 8] |= (byte)(0x80 >> (bit % 8));
        }
    }

    sealed class TextColumn(string name, string[] values, int width)
        : FitsColumnData(name, Text(width) + 'A', values.Length, width)
    {
        internal override void Encode(long row, Span<byte> into, long heap)
        {
            into.Fill((byte)' ');
            Encoding.ASCII.GetBytes(values[row], into);
        }
    }

    sealed class ArrayColumn<T>(string name, T[][] values) : FitsColumnData(
        name, $"1Q{FitsStored.Type<T>()}({Text(values.Length == 0 ? 0 : values.Max(array => array.Length))})", values.Length, 16)
        where T : unmanaged, INumber<T>
    {
        readonly long[] offsets = Offsets(values);

        internal override double Zero => FitsStored.Zero<T>();

        internal override long HeapBytes => offsets[^1];

        internal override void Encode(long row, Span<byte> into, long heap)
        {
            BinaryPrimitives.WriteInt64BigEndian(into, values[row].Length);
            BinaryPrimitives.WriteInt64BigEndian(into[8..], heap + offsets[row]);
        }

        internal override void EncodeHeap(Action<ReadOnlySpan<byte>> write)
        {
            foreach (var array in values)
            {
                var bytes = new byte[array.Length * Unsafe.SizeOf<T>()];
                FitsStored.Encode<T>(array, bytes);
                write(bytes);
            }
        }

        static long[] Offsets(T[][] values)
        {
            var offsets = new long[values.Length + 1];
            for (var i = 0; i < values.Length; i++)
                offsets[i + 1] = offsets[i] + (long)values[i].Length * Unsafe.SizeOf<T>();
            return offsets;
        }
    }

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
