namespace Vigil.Sky;

/// <summary>A vector in space on the axes of ICRS, or on those that its name tells; its unit is told where it is given.</summary>
public readonly record struct SpaceVector(double X, double Y, double Z)
{
    /// <summary>Its length, in its own unit.</summary>
    public double Length => Math.Sqrt(X * X + Y * Y + Z * Z);

    /// <summary>Where it points to: ra in [0, 360) and dec in [-90, 90], degrees.</summary>
    public (double Ra, double Dec) ToDegrees() => new UnitVector(X, Y, Z).ToDegrees();

    /// <summary>The scalar product.</summary>
    public double Dot(SpaceVector other) => X * other.X + Y * other.Y + Z * other.Z;

    /// <summary>The sum.</summary>
    public static SpaceVector operator +(SpaceVector a, SpaceVector b) => new(a.X + b.X, a.Y + b.Y, a.Z + b.Z);

    /// <summary>The difference.</summary>
    public static SpaceVector operator -(SpaceVector a, SpaceVector b) => new(a.X - b.X, a.Y - b.Y, a.Z - b.Z);

    /// <summary>A multiple.</summary>
    public static SpaceVector operator *(double factor, SpaceVector a) => new(factor * a.X, factor * a.Y, factor * a.Z);

    /// <summary>A position as a vector of length one.</summary>
    internal static SpaceVector From(double ra, double dec)
    {
        var unit = UnitVector.From(ra, Sphere.CheckedDec(dec));
        return new SpaceVector(unit.X, unit.Y, unit.Z);
    }
}
