namespace Vigil.Sky;

/// <summary>A pair of positions that are close to each other.</summary>
/// <param name="Query">Index of the one among the positions that were asked for.</param>
/// <param name="Point">Index of the other among the positions of the <see cref="PositionIndex"/>.</param>
/// <param name="Separation">Degrees.</param>
public readonly record struct PositionMatch(int Query, int Point, double Separation);
