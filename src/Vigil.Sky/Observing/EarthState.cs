namespace Vigil.Sky.Observing;

/// <summary>Where the centre of the Earth is and how it moves, on the axes of ICRS.</summary>
/// <param name="Position">From the barycentre of the solar system: au.</param>
/// <param name="Velocity">Of that position: au a day.</param>
/// <param name="FromSun">From the centre of the Sun: au.</param>
public readonly record struct EarthState(SpaceVector Position, SpaceVector Velocity, SpaceVector FromSun);
