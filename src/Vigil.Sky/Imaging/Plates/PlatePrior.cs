namespace Vigil.Sky.Imaging;

/// <summary>How the frame may lie before its stars are looked at: each range is taken as equally likely all over.</summary>
/// <param name="Area">In which the frame's centre may be: square degrees.</param>
/// <param name="Turn">Range of its rotation: radians.</param>
/// <param name="LogScale">Range of the natural logarithm of its pixel scale.</param>
/// <param name="Parities">1 where it is known whether the frame is mirrored, otherwise 2.</param>
readonly record struct PlatePrior(double Area, double Turn, double LogScale, int Parities);
