namespace Vigil.Sky;

/// <summary>Pixels against any region, by its distance from their centres.</summary>
readonly struct RegionTest(ISkyRegion region) : IPixelTest
{
    public (uint Outside, uint Inside) Relate(in PixelQuad quad, int order)
    {
        const double rounding = 1e-13; // radians; generous, and 1/10000 of the finest pixel
        var reach = Healpix.PixelRadii[order] + rounding;
        var (outside, inside) = (0u, 0u);
        for (var k = 0; k < 4; k++)
            if (region.BorderDistance(quad[k]) > reach)
            {
                var contains = region.Contains(quad[k]);
                inside |= contains ? 1u << k : 0;
                outside |= contains ? 0 : 1u << k;
            }
        return (outside, inside);
    }

    public uint Centres(in PixelQuad quad)
    {
        var centres = 0u;
        for (var k = 0; k < 4; k++)
            centres |= region.Contains(quad[k]) ? 1u << k : 0;
        return centres;
    }
}
