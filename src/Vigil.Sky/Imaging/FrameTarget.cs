namespace Vigil.Sky.Imaging;

/// <summary>The place in a frame at which a target should be.</summary>
/// <param name="Ra">Degrees, ICRS.</param>
/// <param name="Dec">Degrees.</param>
/// <param name="X">FITS pixels; NaN where the frame's coordinates do not reach it.</param>
/// <param name="Y">Likewise.</param>
/// <param name="IsInside">Whether that is in the frame.</param>
/// <param name="Flags">What is wrong with the place, whether or not something was seen there.</param>
public readonly record struct FrameTarget(double Ra, double Dec, double X, double Y, bool IsInside, DetectionFlaws Flags);
