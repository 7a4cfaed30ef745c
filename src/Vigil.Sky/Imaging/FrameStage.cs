namespace Vigil.Sky.Imaging;

/// <summary>How far the way from a frame to a magnitude was gone.</summary>
public enum FrameStage
{
    /// <summary>The header was read.</summary>
    Read,
    /// <summary>Sources were found.</summary>
    Extracted,
    /// <summary>The place on the sky is known.</summary>
    Solved,
    /// <summary>There is a zero point, and the target's magnitude or limit where one was asked for.</summary>
    Calibrated,
}
