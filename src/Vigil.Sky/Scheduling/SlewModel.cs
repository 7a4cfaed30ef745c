namespace Vigil.Sky.Scheduling;

/// <summary>How long a telescope on an equatorial mount takes from one field to the next.</summary>
/// <remarks>
/// Both axes move at once; each speeds up, runs at its rate and slows down (a trapezium of speed, or a triangle on short ways).
/// The hour axis takes the shorter way round.
/// </remarks>
public sealed record SlewModel
{
    /// <summary>Rate of each axis: degrees a second, above 0.</summary>
    public required double DegreesPerSecond { get; init; }

    /// <summary>Acceleration of each axis: degrees a second squared, above 0; by default without limit.</summary>
    public double DegreesPerSecondSquared { get; init; } = double.PositiveInfinity;

    /// <summary>Seconds after each slew before an exposure may begin; 0 or more.</summary>
    public double SettleSeconds { get; init; }

    /// <summary>Seconds from one position to another, settling included; 0 where they are the same.</summary>
    /// <param name="ra1">Degrees.</param>
    /// <param name="dec1">Degrees.</param>
    /// <param name="ra2">Degrees.</param>
    /// <param name="dec2">Degrees.</param>
    public double Seconds(double ra1, double dec1, double ra2, double dec2)
    {
        var turn = Math.Abs(Math.IEEERemainder(ra2 - ra1, 360));
        var way = Math.Max(turn, Math.Abs(dec2 - dec1)); // both axes have one rate: the longer way decides
        if (way == 0)
            return 0;
        // degrees spent on speeding up and slowing down
        var ramps = DegreesPerSecond * DegreesPerSecond / DegreesPerSecondSquared;
        return SettleSeconds + (way >= ramps ? way / DegreesPerSecond + DegreesPerSecond / DegreesPerSecondSquared
            : 2 * Math.Sqrt(way / DegreesPerSecondSquared));
    }
}
