using System.Runtime.CompilerServices;

namespace Vigil.Sky;

/// <summary>Pixels against an intersection of caps.</summary>
readonly struct CapTest(CapIntersection caps) : IPixelTest
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (uint Outside, uint Inside) Relate(in PixelQuad quad, int order) => caps.Relate(quad, order);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Centres(in PixelQuad quad) => caps.Centres(quad);
}
