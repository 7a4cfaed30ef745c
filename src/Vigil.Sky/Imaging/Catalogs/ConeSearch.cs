namespace Vigil.Sky.Imaging;

/// <summary>A cone, and the box around it in the upper 32 bits of the angles of a .vcat file.</summary>
readonly struct ConeSearch
{
    /// <summary>Whether a position is within.</summary>
    public readonly ConeTest Cone;

    /// <summary>The box: right ascensions from its west on as far as its width goes, around the circle.</summary>
    public readonly uint West, Width;

    /// <summary>The box: declinations from its south on as far as its height goes.</summary>
    public readonly int South;

    /// <inheritdoc cref="South"/>
    public readonly uint Height;

    /// <param name="ra">Degrees, any finite value.</param>
    /// <param name="dec">Degrees in [-90, 90].</param>
    /// <param name="radius">Degrees in [0, 180].</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public ConeSearch(double ra, double dec, double radius)
    {
        Cone = new(ra, dec, radius);
        const double rounding = 1e-6; // degrees: more than the lower bits hold, 0.3 mas
        var (south, north) = (dec - radius - rounding, dec + radius + rounding);
        South = High(Math.Max(south, -90));
        Height = (uint)(High(Math.Min(north, 90)) - South);
        (West, Width) = (0, uint.MaxValue);
        if (south <= -90 || north >= 90)
            return; // all around a pole
        var half = double.RadiansToDegrees(Math.Asin(Math.Min(
            Math.Sin(double.DegreesToRadians(radius)) / Math.Cos(double.DegreesToRadians(dec)), 1)));
        half += rounding / Math.Cos(double.DegreesToRadians(dec));
        if (half >= 179)
            return;
        West = unchecked((uint)High(Sphere.NormalizeRa(ra) - half));
        Width = (uint)High(2 * half) + 2;
    }

    // Floor, modulo 360 degrees.
    static int High(double degrees) => unchecked((int)(long)Math.Floor(degrees * ((1L << 32) / 360.0)));
}
