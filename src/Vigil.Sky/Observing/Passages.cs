namespace Vigil.Sky.Observing;

/// <summary>When a body next passes an altitude and the meridian.</summary>
/// <param name="Case">Whether it passes the altitude at all.</param>
/// <param name="Rise">The first time at which it climbs past the altitude: MJD, UTC; null where it does not.</param>
/// <param name="Transit">The first time at which it is on the meridian, on the side where it stands highest: MJD, UTC; null where
/// it is not.</param>
/// <param name="Set">The first time at which it sinks past the altitude: MJD, UTC; null where it does not.</param>
public readonly record struct Passages(HorizonCase Case, double? Rise, double? Transit, double? Set);
