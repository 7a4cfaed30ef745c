namespace Vigil.Sky.Imaging;

/// <summary>The sources of a frame.</summary>
/// <param name="Background">The sky beneath them.</param>
/// <param name="Detections">In the order of their lowest rows, then of x.</param>
/// <param name="Fwhm">Median full width at half maximum of the good stars, pixels; NaN where there is none.</param>
/// <param name="Saturated">How many detections have saturated pixels.</param>
/// <param name="Cleaned">How many were dropped as bumps in a neighbour's wings.</param>
/// <param name="BadPixels">How many pixels of the frame have no value.</param>
public sealed record Extraction(Background Background, IReadOnlyList<Detection> Detections, double Fwhm, int Saturated,
    int Cleaned, long BadPixels);
