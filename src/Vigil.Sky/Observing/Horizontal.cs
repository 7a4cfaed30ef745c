namespace Vigil.Sky.Observing;

/// <summary>A direction above or below an observer's horizon.</summary>
/// <param name="Altitude">Degrees, in [-90, 90].</param>
/// <param name="Azimuth">From north through east: degrees, in [0, 360).</param>
public readonly record struct Horizontal(double Altitude, double Azimuth);
