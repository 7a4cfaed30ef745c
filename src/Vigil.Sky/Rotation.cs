namespace Vigil.Sky;

/// <summary>A rotation of axes: its rows are the new axes in terms of the old.</summary>
readonly record struct Rotation(SpaceVector X, SpaceVector Y, SpaceVector Z)
{
    /// <summary>The axes turned about the first of them by an angle in radians, positive from y to z.</summary>
    public static Rotation AboutX(double angle)
    {
        var (sin, cos) = Math.SinCos(angle);
        return new(new(1, 0, 0), new(0, cos, sin), new(0, -sin, cos));
    }

    /// <summary>The axes turned about the second of them by an angle in radians, positive from z to x.</summary>
    public static Rotation AboutY(double angle)
    {
        var (sin, cos) = Math.SinCos(angle);
        return new(new(cos, 0, -sin), new(0, 1, 0), new(sin, 0, cos));
    }

    /// <summary>The axes turned about the third of them by an angle in radians, positive from x to y.</summary>
    public static Rotation AboutZ(double angle)
    {
        var (sin, cos) = Math.SinCos(angle);
        return new(new(cos, sin, 0), new(-sin, cos, 0), new(0, 0, 1));
    }

    /// <summary>The rotation back.</summary>
    public Rotation Transposed => new(new(X.X, Y.X, Z.X), new(X.Y, Y.Y, Z.Y), new(X.Z, Y.Z, Z.Z));

    /// <summary>A vector on the new axes.</summary>
    public SpaceVector Apply(SpaceVector v) => new(X.Dot(v), Y.Dot(v), Z.Dot(v));

    /// <summary>A position on the new axes.</summary>
    public (double Ra, double Dec) Apply(double ra, double dec) => Apply(SpaceVector.From(ra, dec)).ToDegrees();

    /// <summary>First the rotation on the right, then the one on the left.</summary>
    public static Rotation operator *(Rotation then, Rotation first)
    {
        var back = first.Transposed;
        return new(back.Apply(then.X), back.Apply(then.Y), back.Apply(then.Z));
    }
}
