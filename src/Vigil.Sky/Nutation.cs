namespace Vigil.Sky;

/// <summary>The nod of the Earth's axis: radians.</summary>
/// <param name="Longitude">Δψ, along the ecliptic of date.</param>
/// <param name="Obliquity">Δε.</param>
readonly record struct Nutation(double Longitude, double Obliquity);
