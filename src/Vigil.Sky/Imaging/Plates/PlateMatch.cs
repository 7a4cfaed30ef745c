namespace Vigil.Sky.Imaging;

/// <summary>A detection and the catalogue's star that it is.</summary>
/// <param name="Detection">Index of the detection in the list that was solved.</param>
/// <param name="Star">The star as the catalogue gives it, at the catalogue's epoch.</param>
/// <param name="Residual">From the star, at the epoch of the frame, to the detection: arcsec.</param>
public readonly record struct PlateMatch(int Detection, CatalogStar Star, double Residual);
