using System.Numerics;
using System.Runtime.InteropServices;

namespace Vigil.Sky.Fits;

/// <summary>How numbers of the machine are stored in a file.</summary>
/// <remarks>
/// FITS has no signed bytes and no unsigned integers of 16 to 64 bits; they are stored with their highest bit turned and a
/// zero point (standard, table 11).
/// </remarks>
static class FitsStored
{
    /// <summary>The letter of a column of a type.</summary>
    public static char Type<T>() => Type(typeof(T));

    /// <summary>The BITPIX of an image of a type.</summary>
    public static int BitPix<T>() => Type<T>() switch { 'B' => 8, 'I' => 16, 'J' => 32, 'K' => 64, 'E' => -32, _ => -64 };

    /// <summary>The BZERO or TZEROn of a type; 0 for those that FITS has.</summary>
    public static double Zero<T>() =>
        typeof(T) == typeof(sbyte) ? -128 :
        typeof(T) == typeof(ushort) ? 32768 :
        typeof(T) == typeof(uint) ? 2147483648 :
        typeof(T) == typeof(ulong) ? 9223372036854775808 : 0;

    /// <summary>Writes numbers as they are stored.</summary>
    public static void Encode<T>(ReadOnlySpan<T> values, Span<byte> into) where T : unmanaged, INumber<T>
    {
        MemoryMarshal.AsBytes(values).CopyTo(into);
        var stored = MemoryMarshal.Cast<byte, T>(into[..(values.Length * Marshal.SizeOf<T>())]);
        FitsNumbers.Reverse(stored);
        if (Zero<T>() == 0)
            return;
        for (var (i, size) = (0, Marshal.SizeOf<T>()); i < stored.Length; i++)
            into[i * size] ^= 0x80; // the byte of the highest bit comes first
    }

    static char Type(Type type) =>
        type == typeof(byte) || type == typeof(sbyte) ? 'B' :
        type == typeof(short) || type == typeof(ushort) ? 'I' :
        type == typeof(int) || type == typeof(uint) ? 'J' :
        type == typeof(long) || type == typeof(ulong) ? 'K' :
        type == typeof(float) ? 'E' : 'D';
}
