namespace Vigil.Sky;

/// <summary>The opening angle of a cone, with what many tests of it need.</summary>
readonly struct ConeRadius
{
    /// <param name="radius">Degrees, in [0, 180].</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is outside its range.</exception>
    public ConeRadius(double radius)
    {
        if (!(radius is >= 0 and <= 180))
            throw new ArgumentOutOfRangeException(nameof(radius), radius,
                "A radius must be in [0, 180] degrees. If it is in arcsec, divide by 3600.");
        Degrees = radius;
        Sine = Math.Sin(double.DegreesToRadians(radius));
        var sinHalf = Math.Sin(double.DegreesToRadians(radius) / 2);
        // The addend, 4e-14 degrees, lets coincident positions be found with a radius of zero at the poles, too.
        Haversine = sinHalf * sinHalf + 1e-31;
    }

    public double Degrees { get; }

    public double Sine { get; }

    /// <summary>sin² of half the angle.</summary>
    public double Haversine { get; }
}
