using System.Globalization;

namespace Vigil.Sky;

/// <summary>All positions within an angle of one position.</summary>
/// <param name="Ra">Right ascension of the axis: degrees, ICRS, in [0, 360).</param>
/// <param name="Dec">Its declination: degrees, in [-90, 90].</param>
/// <param name="Radius">Degrees, in (0, 180]; the rim belongs to the cone.</param>
public readonly record struct Cone(double Ra, double Dec, double Radius) : ISkyRegion
{
    /// <summary>A cone from numbers that somebody typed.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range; the message says what to do.</exception>
    public static Cone FromDegrees(double ra, double dec, double radius)
    {
        if (!(ra >= 0 && ra < 360))
            throw Refused(nameof(ra), ra, "in [0, 360) degrees",
                double.IsFinite(ra) ? $"The same direction is {Text(Sphere.NormalizeRa(ra))}." : "Give a number.");
        if (!(dec >= -90 && dec <= 90))
            throw Refused(nameof(dec), dec, "in [-90, 90] degrees",
                double.IsFinite(dec) ? "Check that ra and dec are not exchanged." : "Give a number.");
        if (!(radius > 0 && radius <= 180))
            throw Refused(nameof(radius), radius, "in (0, 180] degrees",
                radius > 180 ? "If it is in arcsec, divide by 3600." : "Give a positive number.");
        return new Cone(ra, dec, radius);
    }

    /// <summary>Whether a position lies in the cone; ra may be any finite value, dec in [-90, 90], degrees.</summary>
    public bool Contains(double ra, double dec) => Sphere.Separation(Ra, Dec, ra, dec) <= Radius;

    /// <inheritdoc/>
    public bool Contains(UnitVector direction) => Distance(direction) <= double.DegreesToRadians(Radius);

    /// <inheritdoc/>
    public double BorderDistance(UnitVector direction) => Math.Abs(Distance(direction) - double.DegreesToRadians(Radius));

    /// <summary>
    /// Few ranges of order-29 HEALPix NESTED indices that hold the whole cone and a little more: ask the database for
    /// these, then keep what the cone <see cref="Contains(double, double)"/>.
    /// </summary>
    /// <param name="maxRanges">The most ranges to return.</param>
    public IpixRange[] Ranges(int maxRanges = 16) => Healpix.ConeRanges(Ra, Dec, Radius, maxRanges);

    // From the axis, radians. Of the two chords to the axis and to its antipode, the shorter one has the digits.
    internal double Distance(UnitVector direction)
    {
        var axis = UnitVector.From(Ra, Dec);
        var (near, far) = (axis.ChordSquared(direction), axis.ChordSquared(new(-direction.X, -direction.Y, -direction.Z)));
        return near <= far ? 2 * Math.Asin(Math.Sqrt(near) / 2) : Math.PI - 2 * Math.Asin(Math.Sqrt(far) / 2);
    }

    static ArgumentOutOfRangeException Refused(string field, double value, string range, string remedy) =>
        new(field, $"{field} must be {range}, got {Text(value)}. {remedy}");

    static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
