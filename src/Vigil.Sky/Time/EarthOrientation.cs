namespace Vigil.Sky.Time;

/// <summary>How the Earth stands at a date: what only observation tells, and the IERS publishes.</summary>
/// <param name="Ut1MinusUtc">Seconds, in [-0.9, 0.9] since 1972.</param>
/// <param name="PolarX">Polar motion towards longitude 0: arcsec, some 0.3 at most.</param>
/// <param name="PolarY">Polar motion towards longitude -90 degrees: arcsec, some 0.6 at most.</param>
/// <remarks>
/// All zero where nothing is known: positions on the sky of the observer are then wrong by at most 13.5" in hour angle
/// (|UT1 - UTC| stays below 0.9 s) and 0.7" by polar motion.
/// </remarks>
public readonly record struct EarthOrientation(double Ut1MinusUtc, double PolarX = 0, double PolarY = 0);
