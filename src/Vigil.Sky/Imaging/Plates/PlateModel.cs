namespace Vigil.Sky.Imaging;

/// <summary>What a fit may change.</summary>
enum PlateModel
{
    /// <summary>The position alone; the rest as the frame's own coordinates have it.</summary>
    Shift,
    /// <summary>Position, rotation and scale.</summary>
    Similarity,
    /// <summary>Aspect ratio and skew, too.</summary>
    Linear,
    /// <summary>Distortions of second order.</summary>
    Sip2,
    /// <summary>Of third order.</summary>
    Sip3,
    /// <summary>Of fourth order.</summary>
    Sip4,
}
