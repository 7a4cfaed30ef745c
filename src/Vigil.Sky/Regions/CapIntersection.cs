using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Vigil.Sky;

/// <summary>
/// What several caps of the sphere have in common: convex polygons, zones, narrow boxes, cones and rings are of this kind, and
/// for them a pixel is judged by a few products.
/// </summary>
/// <remarks>
/// As the masks of A. J. S. Hamilton and M. Tegmark 2004, MNRAS 349, 115, doi:10.1111/j.1365-2966.2004.07490.x.
/// </remarks>
sealed class CapIntersection
{
    /// <summary>The directions within an angle of an axis.</summary>
    /// <param name="Radius">Radians, in [0, π]; π/2 is a half of the sphere.</param>
    public readonly record struct Cap(UnitVector Axis, double Radius)
    {
        public readonly double CosRadius = Radius == Math.PI / 2 ? 0 : Math.Cos(Radius), SinRadius = Math.Sin(Radius);
    }

    // Of the pixels' circles; and what the products below may be wrong by.
    const double Rounding = 1e-15;
    static readonly double[] cosPixel = [.. Healpix.PixelRadii.Select(Math.Cos)];
    static readonly double[] sinPixel = [.. Healpix.PixelRadii.Select(Math.Sin)];

    readonly Cap[] caps;

    public CapIntersection(params Cap[] caps) => this.caps = caps;

    /// <summary>
    /// The caps whose intersection is a region, where it is such a one and wide enough for the digits of a cosine.
    /// </summary>
    public static CapIntersection? Of(ISkyRegion region) => region switch
    {
        Cone { Radius: >= 0.01 } cone => // below 40 arcsec, 1e-16 in a cosine would be 1e-12 radians
            new CapIntersection(new Cap(UnitVector.From(cone.Ra, cone.Dec), double.DegreesToRadians(cone.Radius))),
        SkyPolygon polygon => polygon.Caps,
        RaDecBox box => box.Caps,
        _ => null,
    };

    /// <summary>
    /// For four pixels of an order, by the circles around them: which cannot touch the intersection, and which lie inside it;
    /// bit k is pixel k.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (uint Outside, uint Inside) Relate(in PixelQuad quad, int order)
    {
        var (cos, sin, radius) = (cosPixel[order], sinPixel[order], Healpix.PixelRadii[order]);
        var (outside, inside) = (Vector256<double>.Zero, Vector256<double>.AllBitsSet);
        foreach (ref readonly var cap in caps.AsSpan())
        {
            var along = quad.Dot(cap.Axis);
            var (farthest, nearest) = (cap.CosRadius * cos - cap.SinRadius * sin, cap.CosRadius * cos + cap.SinRadius * sin);
            if (cap.Radius + radius < Math.PI)
                outside |= Vector256.LessThan(along, Vector256.Create(farthest - Rounding));
            inside &= cap.Radius > radius
                ? Vector256.GreaterThan(along, Vector256.Create(nearest + Rounding))
                : Vector256<double>.Zero;
        }
        return (outside.ExtractMostSignificantBits(), inside.ExtractMostSignificantBits());
    }

    /// <summary>Which of four centres are in the intersection; bit k is pixel k.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Centres(in PixelQuad quad)
    {
        var inside = Vector256<double>.AllBitsSet;
        foreach (ref readonly var cap in caps.AsSpan())
            inside &= Vector256.GreaterThanOrEqual(quad.Dot(cap.Axis), Vector256.Create(cap.CosRadius));
        return inside.ExtractMostSignificantBits();
    }

    /// <summary>Whether a direction is in the intersection.</summary>
    public bool Contains(UnitVector direction)
    {
        foreach (ref readonly var cap in caps.AsSpan())
            if (!(direction.X * cap.Axis.X + direction.Y * cap.Axis.Y + direction.Z * cap.Axis.Z >= cap.CosRadius))
                return false;
        return true;
    }
}
