namespace Vigil.Sky;

/// <summary>
/// A direction as a vector of length one: x towards (ra, dec) = (0, 0), y towards (90, 0), z towards the north pole.
/// </summary>
public readonly record struct UnitVector(double X, double Y, double Z)
{
    /// <summary>The direction of a position.</summary>
    /// <param name="ra">Degrees, any finite value.</param>
    /// <param name="dec">Degrees, in [-90, 90].</param>
    public static UnitVector From(double ra, double dec)
    {
        var (sinRa, cosRa) = Math.SinCos(double.DegreesToRadians(ra));
        var (sinDec, cosDec) = Math.SinCos(double.DegreesToRadians(dec));
        return new UnitVector(cosDec * cosRa, cosDec * sinRa, sinDec);
    }

    /// <summary>The position of this direction: ra in [0, 360) and dec in [-90, 90], degrees.</summary>
    public (double Ra, double Dec) ToDegrees()
    {
        var ra = double.RadiansToDegrees(Math.Atan2(Y, X));
        var dec = double.RadiansToDegrees(Math.Atan2(Z, double.Hypot(X, Y)));
        return (Sphere.NormalizeRa(ra), dec);
    }

    /// <summary>
    /// Square of the straight-line distance to another direction: 4 sin²(separation / 2), in [0, 4]. It grows with the
    /// separation and, unlike the cosine, stays precise for the smallest angles.
    /// </summary>
    public double ChordSquared(UnitVector other)
    {
        var (dx, dy, dz) = (X - other.X, Y - other.Y, Z - other.Z);
        return dx * dx + dy * dy + dz * dz;
    }
}
