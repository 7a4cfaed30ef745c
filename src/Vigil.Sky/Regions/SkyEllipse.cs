using System.Globalization;

namespace Vigil.Sky;

/// <summary>
/// An ellipse around a position: the angular distance ρ and the position angle θ of its points fulfil
/// (ρ cos(θ - angle) / semiMajor)² + (ρ sin(θ - angle) / semiMinor)² ≤ 1.
/// </summary>
public sealed class SkyEllipse : ISkyRegion
{
    readonly UnitVector centre, north, east; // a right-handed frame; north and east are tangents
    readonly double major, minor, sinAngle, cosAngle; // radians

    /// <summary>An ellipse from its axes.</summary>
    /// <param name="ra">Right ascension of the centre: degrees, any finite value.</param>
    /// <param name="dec">Its declination: degrees in [-90, 90].</param>
    /// <param name="semiMajor">Degrees, in (0, 90].</param>
    /// <param name="semiMinor">Degrees, in (0, semiMajor].</param>
    /// <param name="angle">Position angle of the major axis, north through east: degrees, any finite value.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public SkyEllipse(double ra, double dec, double semiMajor, double semiMinor, double angle)
    {
        if (!(semiMajor is > 0 and <= 90))
            throw new ArgumentOutOfRangeException(nameof(semiMajor), semiMajor, "A semi-major axis must be in (0, 90] degrees.");
        if (!(semiMinor > 0 && semiMinor <= semiMajor))
            throw new ArgumentOutOfRangeException(nameof(semiMinor), semiMinor, string.Create(CultureInfo.InvariantCulture,
                $"A semi-minor axis must be in (0, semiMajor = {semiMajor}] degrees; or exchange the axes and turn by 90."));
        if (!double.IsFinite(angle))
            throw new ArgumentOutOfRangeException(nameof(angle), angle, "A position angle must be a finite number of degrees.");
        (Ra, Dec, SemiMajor, SemiMinor, Angle) = (Sphere.NormalizeRa(ra), Sphere.CheckedDec(dec), semiMajor, semiMinor, angle);
        centre = UnitVector.From(Ra, Dec);
        north = UnitVector.From(Ra, 90 + Dec) with { Z = Math.Cos(double.DegreesToRadians(Dec)) };
        east = UnitVector.From(Ra + 90, 0);
        (major, minor) = (double.DegreesToRadians(semiMajor), double.DegreesToRadians(semiMinor));
        (sinAngle, cosAngle) = Math.SinCos(double.DegreesToRadians(angle));
    }

    /// <summary>Right ascension of the centre: degrees in [0, 360).</summary>
    public double Ra { get; }

    /// <summary>Declination of the centre: degrees.</summary>
    public double Dec { get; }

    /// <summary>Degrees.</summary>
    public double SemiMajor { get; }

    /// <summary>Degrees.</summary>
    public double SemiMinor { get; }

    /// <summary>Position angle of the major axis, north through east: degrees.</summary>
    public double Angle { get; }

    /// <inheritdoc/>
    public bool Contains(UnitVector direction)
    {
        var (_, along, across) = Place(direction);
        return double.Hypot(along / major, across / minor) <= 1;
    }

    /// <inheritdoc/>
    /// <remarks>
    /// In the plane of (ρ, θ) the ellipse is convex and F = hypot(along / major, across / minor) too, so that a point outside is
    /// at least (F - 1) / |grad F| from it, and one inside (1 - F) minor. Lengths on the sphere are at most ρ / sin ρ shorter
    /// than in the plane, and a disc around the centre of at most 90 degrees is convex there.
    /// </remarks>
    public double BorderDistance(UnitVector direction)
    {
        var (distance, along, across) = Place(direction);
        var beyond = distance - major;
        var disc = Math.Max(distance, major);
        if (disc > Math.PI / 2 + 1e-9)
            return Math.Max(0, beyond);
        var shrink = Math.Sin(disc) / disc;
        var level = double.Hypot(along / major, across / minor);
        if (level <= 1)
            return (1 - level) * minor * shrink;
        var slope = double.Hypot(along / (major * major), across / (minor * minor)) / level;
        return Math.Max(beyond, (level - 1) / slope * shrink);
    }

    /// <summary>How far out a direction is: 0 at the centre, 1 on the ellipse, growing linearly outwards.</summary>
    internal double Level(UnitVector direction)
    {
        var (_, along, across) = Place(direction);
        return double.Hypot(along / major, across / minor);
    }

    // Distance from the centre, and its parts along the major and the minor axis: radians.
    (double Distance, double Along, double Across) Place(UnitVector direction)
    {
        var (toNorth, toEast) = (Dot(direction, north), Dot(direction, east));
        var sin = double.Hypot(toNorth, toEast);
        var distance = Math.Atan2(sin, Dot(direction, centre));
        var stretch = sin == 0 ? 0 : distance / sin;
        return (distance, (toNorth * cosAngle + toEast * sinAngle) * stretch, (toEast * cosAngle - toNorth * sinAngle) * stretch);
    }

    static double Dot(UnitVector a, UnitVector b) => a.X * b.X + a.Y * b.Y + a.Z * b.Z;
}
