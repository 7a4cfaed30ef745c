using System.Buffers.Binary;

namespace Vigil.Sky.Imaging;

/// <summary>Stars in ascending order of their keys, one after the other: eight bytes of key, then the star's numbers.</summary>
/// <param name="number">Of equal keys, those of the lower number come first.</param>
/// <param name="recordBytes">Of a star with its key.</param>
/// <param name="bufferBytes">How many are fetched at once.</param>
/// <param name="fill">Writes as many records as there are left and fit; returns the bytes.</param>
sealed class SortedRun(int number, int recordBytes, int bufferBytes, Func<Memory<byte>, int> fill)
{
    public const int KeyBytes = sizeof(ulong);

    readonly byte[] buffer = new byte[Math.Max(bufferBytes / recordBytes, 1) * recordBytes];
    int at, end;

    public int Number => number;

    /// <summary>The key of the star.</summary>
    public ulong Key { get; private set; }

    /// <summary>Its numbers.</summary>
    public ReadOnlySpan<byte> Row => buffer.AsSpan(at + KeyBytes, recordBytes - KeyBytes);

    /// <summary>Goes to the next star; the first call to the first.</summary>
    /// <returns>Whether there is one.</returns>
    public bool Next()
    {
        at += recordBytes;
        if (at >= end)
        {
            (at, end) = (0, fill(buffer));
            if (end == 0)
                return false;
        }
        Key = BinaryPrimitives.ReadUInt64LittleEndian(buffer.AsSpan(at));
        return true;
    }

    /// <summary>Whether this one's star comes before another's.</summary>
    public bool Before(SortedRun other) => Key < other.Key || Key == other.Key && Number < other.Number;
}
