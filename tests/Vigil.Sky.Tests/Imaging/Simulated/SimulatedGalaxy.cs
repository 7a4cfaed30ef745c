namespace Vigil.Sky.Tests.Imaging;

/// <summary>A galaxy of a <see cref="SimulatedFrame"/>: J. L. Sersic's profile exp(-b (r / Radius)^(1/Index)).</summary>
/// <param name="X">Centre, FITS pixels.</param>
/// <param name="Y">Centre, FITS pixels.</param>
/// <param name="Flux">All its light within ten radii: ADU.</param>
/// <param name="Radius">Half of its light is within it: pixels, along the major axis.</param>
/// <param name="Index">1 for an exponential disc, 4 for an elliptical.</param>
/// <param name="AxisRatio">Minor over major axis, in (0, 1].</param>
/// <param name="Theta">Of the major axis, from x towards y: degrees.</param>
readonly record struct SimulatedGalaxy(double X, double Y, double Flux, double Radius, double Index = 1, double AxisRatio = 1,
    double Theta = 0);
