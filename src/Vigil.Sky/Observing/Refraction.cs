namespace Vigil.Sky.Observing;

/// <summary>How much the air lifts what is seen through it: degrees to add to a true altitude.</summary>
/// <remarks>
/// For yellow light. Within 0.1' above 15 degrees; down to the horizon within some 0.2' in air of the sea and 1' in that of a
/// mountain. At the horizon weather changes it by several arcminutes. Not for pointing to arcseconds.
/// </remarks>
public static class Refraction
{
    /// <summary>The refraction of a true altitude.</summary>
    /// <param name="altitude">True altitude: degrees, in [-1.9, 90]; below -1.9 the value of -1.9 is given, for what cannot be
    /// seen.</param>
    /// <param name="pressure">Of the air at the observer (not reduced to the sea): hPa; some 1010 at the sea, 740 at 2600
    /// m.</param>
    /// <param name="temperature">Of the air: degrees Celsius.</param>
    /// <returns>Degrees, to add. NaN of NaN.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The pressure is negative or the temperature not above -100.</exception>
    /// <remarks>Þ. Sæmundsson 1986, Sky &amp; Telescope 72, 70; made to vanish in the zenith.</remarks>
    public static double FromTrue(double altitude, double pressure = 1010, double temperature = 10)
    {
        var h = Math.Max(altitude, -1.9);
        return Air(pressure, temperature) * 1.02 / 60 * (Cotangent(h + 10.3 / (h + 5.11)) + 0.0019279);
    }

    /// <summary>
    /// N apparent altitudes from N true ones: the refraction is added. Allocates nothing, and may write over its input.
    /// </summary>
    /// <param name="altitude">True altitudes: degrees, shape (N).</param>
    /// <param name="apparent">Receives apparent altitudes: degrees, shape (N).</param>
    /// <inheritdoc cref="FromTrue"/>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    public static void Refract(ReadOnlySpan<double> altitude, Span<double> apparent, double pressure = 1010,
        double temperature = 10)
    {
        if (altitude.Length != apparent.Length)
            throw new ArgumentException(
                $"altitude and apparent must have one length, got {altitude.Length} and {apparent.Length}.");
        for (var i = 0; i < altitude.Length; i++)
            apparent[i] = altitude[i] + FromTrue(altitude[i], pressure, temperature);
    }

    /// <summary>The refraction of an apparent altitude.</summary>
    /// <param name="altitude">Apparent altitude: degrees, in [-1, 90]; below -1 the value of -1 is given.</param>
    /// <inheritdoc cref="FromTrue"/>
    /// <returns>Degrees, to subtract. NaN of NaN.</returns>
    /// <remarks>G. G. Bennett 1982, Journal of Navigation 35, 255; made to vanish in the zenith.</remarks>
    public static double FromApparent(double altitude, double pressure = 1010, double temperature = 10)
    {
        var h = Math.Max(altitude, -1);
        return Air(pressure, temperature) / 60 * (Cotangent(h + 7.31 / (h + 4.4)) + 0.0013515);
    }

    // J. Meeus, Astronomical Algorithms, 2nd ed., chapter 16.
    static double Air(double pressure, double temperature) => pressure switch
    {
        >= 0 when temperature > -100 => pressure / 1010 * (283 / (273 + temperature)),
        >= 0 => throw new ArgumentOutOfRangeException(nameof(temperature), temperature,
            "The temperature must be above -100 degrees Celsius."),
        _ => throw new ArgumentOutOfRangeException(nameof(pressure), pressure, "The pressure must be at least 0 hPa."),
    };

    static double Cotangent(double degrees) => 1 / Math.Tan(double.DegreesToRadians(degrees));
}
