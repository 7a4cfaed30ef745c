using System.Numerics;
using System.Runtime.InteropServices;

namespace Vigil.Sky.Fits;

/// <summary>An array of numbers with any number of axes.</summary>
/// <remarks>
/// Pixels lie in the order of the file: the first axis (NAXIS1) varies fastest, so pixel (x, y) of an image, counted from 0,
/// is at y * Axes[0] + x.
/// </remarks>
public sealed class FitsImage
{
    const int PieceBytes = 1 << 18;

    readonly FitsHeader header;
    readonly FitsDataUnit data;
    readonly CompressedTiles? tiles;
    readonly FitsScaling scaling;
    readonly char type;

    internal FitsImage(FitsHeader header, FitsDataUnit data)
    {
        (this.header, this.data) = (header, data);
        BitPix = (int)header.Mandatory("BITPIX");
        Axes = ReadAxes(header, "NAXIS");
        PixelCount = Axes.Count == 0 ? 0 : Axes.Aggregate(1L, (product, axis) => product * axis); // FitsHdu knows that it fits
        scaling = ReadScaling(header, BitPix > 0);
        type = TypeOf(BitPix);
    }

    internal FitsImage(FitsHeader header, CompressedTiles tiles)
    {
        (this.header, this.tiles, data) = (header, tiles, tiles.Data);
        (BitPix, Axes, PixelCount, type) = (tiles.BitPix, tiles.Axes, tiles.PixelCount, TypeOf(tiles.BitPix));
        scaling = ReadScaling(header, BitPix > 0);
    }

    /// <summary>Length of each axis, NAXIS1 first; empty where the HDU has no data.</summary>
    public IReadOnlyList<long> Axes { get; }

    /// <summary>The product of the axes; 0 where there are none.</summary>
    public long PixelCount { get; }

    /// <summary>
    /// How pixels are stored: integers of 8 (unsigned), 16, 32 or 64 bits, or -32 and -64 for float and double.
    /// </summary>
    public int BitPix { get; }

    /// <summary>BSCALE: a pixel's value is <see cref="Zero"/> + Scale * what is stored.</summary>
    public double Scale => scaling.Scale;

    /// <summary>BZERO.</summary>
    public double Zero => scaling.Zero;

    /// <summary>BLANK: the stored integer of pixels without a value.</summary>
    public long? Blank => scaling.Null;

    /// <summary>Reads all pixels into a new array.</summary>
    /// <exception cref="FitsException">
    /// As for <see cref="Read{T}(Span{T}, long)"/>, or they are more than the limit allows.
    /// </exception>
    public T[] Read<T>() where T : unmanaged, INumber<T>
    {
        data.Require();
        var size = Marshal.SizeOf<T>();
        if (PixelCount > long.MaxValue / size)
            throw header.Refused("NAXIS", "the image is too large for memory. Read a part.");
        data.Affordable(PixelCount * size, "the image");
        var pixels = GC.AllocateUninitializedArray<T>((int)PixelCount);
        Read(pixels.AsSpan());
        return pixels;
    }

    /// <summary>Reads consecutive pixels.</summary>
    /// <param name="pixels">
    /// Receives values, BSCALE and BZERO applied. Pixels without a value are NaN in floating point; an integer span receives
    /// them as the value that BLANK has by the same rule.
    /// </param>
    /// <param name="first">The place of the first pixel, from 0.</param>
    /// <typeparam name="T">An integer of 8 to 64 bits, float or double.</typeparam>
    /// <exception cref="FitsException">
    /// The file ends before, compressed pixels are broken, or a value does not fit <typeparamref name="T"/>.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The image has not so many pixels.</exception>
    public void Read<T>(Span<T> pixels, long first = 0) where T : unmanaged, INumber<T>
    {
        FitsNumbers.CheckType<T>();
        if (first < 0 || first > PixelCount - pixels.Length)
            throw new ArgumentOutOfRangeException(nameof(first), first,
                $"The image has {PixelCount} pixels; there are not {pixels.Length} from {first} on.");
        try
        {
            if (tiles is not null)
                tiles.Read(pixels, first, scaling);
            else
                ReadPlain(pixels, first);
        }
        catch (OverflowException e)
        {
            throw header.Refused("BITPIX", $"a pixel's value does not fit {typeof(T).Name} ({e.Message}) Read it as double.", e);
        }
    }

    void ReadPlain<T>(Span<T> pixels, long first) where T : unmanaged, INumber<T>
    {
        var size = FitsNumbers.Size(type);
        var isDirect = FitsNumbers.IsNative<T>(type) && scaling is { IsIdentity: true, Null: null };
        var buffer = isDirect ? [] : new byte[(int)Math.Min(PieceBytes, (long)pixels.Length * size)];
        for (int at = 0, most = PieceBytes / size; at < pixels.Length; at += most)
        {
            var piece = pixels.Slice(at, Math.Min(most, pixels.Length - at));
            var bytes = isDirect ? MemoryMarshal.AsBytes(piece) : buffer.AsSpan(0, piece.Length * size);
            data.Read((first + at) * size, bytes);
            if (isDirect)
                FitsNumbers.Reverse(piece);
            else
                FitsNumbers.Decode(bytes, type, scaling, piece);
        }
    }

    internal static long[] ReadAxes(FitsHeader header, string prefix)
    {
        var axes = new long[(int)header.Mandatory(prefix, 0, 999)];
        for (var i = 0; i < axes.Length; i++)
            axes[i] = header.Mandatory($"{prefix}{i + 1}", 0, long.MaxValue);
        return axes;
    }

    internal static char TypeOf(int bitpix) => bitpix switch { 8 => 'B', 16 => 'I', 32 => 'J', 64 => 'K', -32 => 'E', _ => 'D' };

    static FitsScaling ReadScaling(FitsHeader header, bool isWhole) =>
        new(header.GetDouble("BSCALE", 1), header.GetDouble("BZERO", 0),
        isWhole && header.Contains("BLANK") ? header.GetInt64("BLANK") : null);
}
