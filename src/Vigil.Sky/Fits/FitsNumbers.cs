using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Vigil.Sky.Fits;

/// <summary>Big-endian numbers of a file as numbers of the machine.</summary>
static class FitsNumbers
{
    /// <summary>
    /// Bytes of a number of a type: the letter of a column (B I J K E D), which also stands for an image's BITPIX.
    /// </summary>
    public static int Size(char type) => type switch { 'B' => 1, 'I' => 2, 'J' or 'E' => 4, _ => 8 };

    /// <summary>Turns stored numbers into values.</summary>
    /// <param name="bytes">The stored numbers; they are turned into the machine's byte order in place.</param>
    /// <param name="type">Their type: B I J K E D.</param>
    /// <param name="scaling">What to do with them.</param>
    /// <param name="values">Receives as many values.</param>
    /// <exception cref="OverflowException">A value does not fit the type, or is not whole where the type is.</exception>
    public static void Decode<T>(Span<byte> bytes, char type, in FitsScaling scaling, Span<T> values)
        where T : unmanaged, INumber<T>
    {
        switch (type)
        {
            case 'B':
                Convert<byte, T>(bytes, scaling, values);
                break;
            case 'I':
                var shorts = MemoryMarshal.Cast<byte, short>(bytes);
                BinaryPrimitives.ReverseEndianness(shorts, shorts);
                Convert<short, T>(shorts, scaling, values);
                break;
            case 'J':
                var ints = MemoryMarshal.Cast<byte, int>(bytes);
                BinaryPrimitives.ReverseEndianness(ints, ints);
                Convert<int, T>(ints, scaling, values);
                break;
            case 'K':
                var longs = MemoryMarshal.Cast<byte, long>(bytes);
                BinaryPrimitives.ReverseEndianness(longs, longs);
                Convert<long, T>(longs, scaling, values);
                break;
            case 'E':
                ints = MemoryMarshal.Cast<byte, int>(bytes);
                BinaryPrimitives.ReverseEndianness(ints, ints);
                Convert<float, T>(MemoryMarshal.Cast<byte, float>(bytes), scaling, values);
                break;
            default:
                longs = MemoryMarshal.Cast<byte, long>(bytes);
                BinaryPrimitives.ReverseEndianness(longs, longs);
                Convert<double, T>(MemoryMarshal.Cast<byte, double>(bytes), scaling, values);
                break;
        }
    }

    /// <summary>Whether a type's bytes are T's own, so that they can be read straight into a span of T.</summary>
    public static bool IsNative<T>(char type) => type switch
    {
        'B' => typeof(T) == typeof(byte),
        'I' => typeof(T) == typeof(short),
        'J' => typeof(T) == typeof(int),
        'K' => typeof(T) == typeof(long),
        'E' => typeof(T) == typeof(float),
        'D' => typeof(T) == typeof(double),
        _ => false,
    };

    /// <summary>Turns the byte order of each number of a span.</summary>
    public static void Reverse<T>(Span<T> values) where T : unmanaged
    {
        switch (Unsafe.SizeOf<T>())
        {
            case 2:
                var shorts = MemoryMarshal.Cast<T, short>(values);
                BinaryPrimitives.ReverseEndianness(shorts, shorts);
                break;
            case 4:
                var ints = MemoryMarshal.Cast<T, int>(values);
                BinaryPrimitives.ReverseEndianness(ints, ints);
                break;
            case 8:
                var longs = MemoryMarshal.Cast<T, long>(values);
                BinaryPrimitives.ReverseEndianness(longs, longs);
                break;
        }
    }

    /// <summary>Refuses a type of number that FITS does not know.</summary>
    public static void CheckType<T>()
    {
        if (typeof(T) != typeof(byte) && typeof(T) != typeof(sbyte) && typeof(T) != typeof(short) &&
            typeof(T) != typeof(ushort) &&
            typeof(T) != typeof(int) && typeof(T) != typeof(uint) && typeof(T) != typeof(long) && typeof(T) != typeof(ulong) &&
            typeof(T) != typeof(float) && typeof(T) != typeof(double))
            throw new ArgumentException($"FITS has no {typeof(T).Name}. Use an integer of 8 to 64 bits, float or double.");
    }

    /// <summary>Turns numbers of the machine into values.</summary>
    /// <exception cref="OverflowException">A value does not fit the type, or is not whole where the type is.</exception>
    public static void Convert<TStored, T>(ReadOnlySpan<TStored> stored, in FitsScaling scaling, Span<T> values)
        where TStored : unmanaged, INumber<TStored> where T : unmanaged, INumber<T>
    {
        var hasNull = scaling.Null is not null && !IsReal<TStored>();
        if (typeof(TStored) == typeof(T) && scaling.IsIdentity && !(hasNull && IsReal<T>()))
            MemoryMarshal.Cast<TStored, T>(stored).CopyTo(values);
        else if (IsReal<T>())
            ToReal(stored, scaling, values, hasNull);
        else
            ToWhole(stored, scaling, values);
    }

    static void ToReal<TStored, T>(ReadOnlySpan<TStored> stored, in FitsScaling scaling, Span<T> values, bool hasNull)
        where TStored : unmanaged, INumber<TStored> where T : unmanaged, INumber<T>
    {
        if (typeof(TStored) == typeof(short) && typeof(T) == typeof(float) && scaling.IsWhole
            && Math.Abs(scaling.Zero) <= 1 << 23)
            ToFloat(MemoryMarshal.Cast<TStored, short>(stored), (int)scaling.Zero, MemoryMarshal.Cast<T, float>(values));
        else if (scaling.IsIdentity)
            for (var i = 0; i < stored.Length; i++)
                values[i] = T.CreateTruncating(stored[i]);
        else
        {
            var (scale, zero) = (scaling.Scale, scaling.Zero);
            for (var i = 0; i < stored.Length; i++)
                values[i] = T.CreateTruncating(zero + scale * double.CreateTruncating(stored[i]));
        }
        if (!hasNull || !TryStored(scaling.Null!.Value, out TStored absent))
            return;
        for (var i = 0; i < stored.Length; i++)
            if (stored[i] == absent)
                values[i] = T.CreateTruncating(double.NaN);
    }

    // What cameras write. The sum is a whole number that a float holds exactly.
    static void ToFloat(ReadOnlySpan<short> stored, int zero, Span<float> values)
    {
        var from = MemoryMarshal.Cast<short, Vector<short>>(stored);
        var into = MemoryMarshal.Cast<float, Vector<float>>(values);
        for (var i = 0; i < from.Length; i++)
        {
            Vector.Widen(from[i], out var lower, out var upper);
            into[2 * i] = Vector.ConvertToSingle(lower + new Vector<int>(zero));
            into[2 * i + 1] = Vector.ConvertToSingle(upper + new Vector<int>(zero));
        }
        for (var i = from.Length * Vector<short>.Count; i < stored.Length; i++)
            values[i] = stored[i] + zero;
    }

    static void ToWhole<TStored, T>(ReadOnlySpan<TStored> stored, in FitsScaling scaling, Span<T> values)
        where TStored : unmanaged, INumber<TStored> where T : unmanaged, INumber<T>
    {
        if (!IsReal<TStored>() && scaling.IsWhole)
        {
            var zero = (Int128)scaling.Zero;
            if (zero == 0)
                for (var i = 0; i < stored.Length; i++)
                    values[i] = T.CreateChecked(stored[i]);
            else if (Unsafe.SizeOf<TStored>() < 8 && Int128.Abs(zero) <= int.MaxValue + 1L)
                for (var (i, shift) = (0, (long)zero); i < stored.Length; i++)
                    values[i] = T.CreateChecked(shift + long.CreateTruncating(stored[i]));
            else
                for (var i = 0; i < stored.Length; i++)
                    values[i] = T.CreateChecked(zero + Int128.CreateTruncating(stored[i]));
            return;
        }
        for (var i = 0; i < stored.Length; i++)
        {
            var value = scaling.Zero + scaling.Scale * double.CreateTruncating(stored[i]);
            values[i] = value == Math.Floor(value) ? T.CreateChecked(value)
                : throw new OverflowException(string.Create(CultureInfo.InvariantCulture, $"{value} is not a whole number."));
        }
    }

    static bool IsReal<T>() => typeof(T) == typeof(double) || typeof(T) == typeof(float);

    // A null that the stored type cannot hold never occurs.
    static bool TryStored<TStored>(long value, out TStored stored) where TStored : unmanaged, INumber<TStored>
    {
        stored = TStored.CreateTruncating(value);
        return long.CreateTruncating(stored) == value;
    }
}
