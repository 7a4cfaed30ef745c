namespace Vigil.Sky;

/// <summary>A ring: what lies in a cone and beyond a smaller one around the same axis.</summary>
public sealed class SkyAnnulus : ISkyRegion
{
    readonly double inner; // radians

    /// <summary>A ring from the cone that bounds it outside.</summary>
    /// <param name="outer">The outer cone.</param>
    /// <param name="innerRadius">Degrees, in (0, outer radius).</param>
    /// <exception cref="ArgumentOutOfRangeException">The inner radius is not less than the outer one.</exception>
    public SkyAnnulus(Cone outer, double innerRadius)
    {
        if (!(innerRadius > 0 && innerRadius < outer.Radius))
            throw new ArgumentOutOfRangeException(nameof(innerRadius), innerRadius,
                "The inner radius of a ring must be in (0, outer radius).");
        (Outer, InnerRadius, inner) = (outer, innerRadius, double.DegreesToRadians(innerRadius));
    }

    /// <summary>The cone that bounds the ring outside.</summary>
    public Cone Outer { get; }

    /// <summary>Degrees.</summary>
    public double InnerRadius { get; }

    /// <inheritdoc/>
    public bool Contains(UnitVector direction) => Outer.Contains(direction) && Outer.Distance(direction) >= inner;

    /// <inheritdoc/>
    public double BorderDistance(UnitVector direction) =>
        Math.Min(Outer.BorderDistance(direction), Math.Abs(Outer.Distance(direction) - inner));
}
