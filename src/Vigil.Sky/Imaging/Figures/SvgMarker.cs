namespace Vigil.Sky.Imaging;

/// <summary>The shape of a point in a figure; shapes tell points apart where colours do not.</summary>
public enum SvgMarker
{
    /// <summary>A filled circle.</summary>
    Dot,
    /// <summary>An empty circle.</summary>
    Ring,
    /// <summary>A diagonal cross.</summary>
    Cross,
    /// <summary>An upright cross with a gap in the middle, as chart makers mark a target.</summary>
    Reticle,
}
