namespace Vigil.Sky.Imaging;

/// <summary>What may be wrong with a detection; the first eight are the FLAGS of SExtractor.</summary>
[Flags]
public enum DetectionFlaws
{
    /// <summary>Nothing.</summary>
    None = 0,
    /// <summary>Neighbours or bad pixels take more than a tenth of the area of its AUTO aperture.</summary>
    Crowded = 1,
    /// <summary>It was separated from a neighbour that touches it.</summary>
    Blended = 2,
    /// <summary>At least one of its pixels is at saturation.</summary>
    Saturated = 4,
    /// <summary>It touches the edge of the frame.</summary>
    Edge = 8,
    /// <summary>Its aperture is cut by the edge or by pixels without a value.</summary>
    ApertureCut = 16,
    /// <summary>Its isophote is cut by pixels without a value.</summary>
    BadPixels = 32,
    /// <summary>It looks like the trace of a cosmic ray.</summary>
    CosmicRay = 256,
}
