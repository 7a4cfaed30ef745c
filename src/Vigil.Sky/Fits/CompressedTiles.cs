using System.Numerics;

namespace Vigil.Sky.Fits;

sealed class CompressedTiles
{
    public FitsDataUnit Data => throw new NotImplementedException();
    public int BitPix => 0;
    public long[] Axes => [];
    public long PixelCount => 0;
    public static CompressedTiles Of(FitsHeader header, FitsTable table, FitsDataUnit data) => throw new NotImplementedException();
    public void Read<T>(Span<T> pixels, long first, FitsScaling scaling) where T : unmanaged, INumber<T> => throw new NotImplementedException();
}
