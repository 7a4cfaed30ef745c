namespace Vigil.Sky.Observing;

/// <summary>How the Moon is lit, as seen from the centre of the Earth.</summary>
/// <param name="Elongation">Longitude of the Moon less that of the Sun: degrees in [0, 360); 0 new, 90 first quarter, 180 full,
/// 270 last quarter.</param>
/// <param name="PhaseAngle">At the Moon, between Sun and Earth: degrees in [0, 180]; 0 full.</param>
/// <param name="Illumination">Lit part of the disk, in [0, 1].</param>
public readonly record struct MoonPhase(double Elongation, double PhaseAngle, double Illumination);
