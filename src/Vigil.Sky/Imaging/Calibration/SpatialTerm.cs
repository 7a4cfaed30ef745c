namespace Vigil.Sky.Imaging;

/// <summary>How the zero point may change across a frame.</summary>
public enum SpatialTerm
{
    /// <summary>It does not.</summary>
    None,
    /// <summary>A plane: x, y.</summary>
    Linear,
    /// <summary>A paraboloid: x, y, x², xy, y².</summary>
    Quadratic,
}
