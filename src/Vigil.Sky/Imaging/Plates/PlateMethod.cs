namespace Vigil.Sky.Imaging;

/// <summary>How a frame's place on the sky was found.</summary>
public enum PlateMethod
{
    /// <summary>It was not.</summary>
    None,
    /// <summary>The frame's own coordinates hold: no corner moves by more than a pixel.</summary>
    Verified,
    /// <summary>The frame's own coordinates led to it after a small shift, turn or change of scale.</summary>
    Refined,
    /// <summary>The frame's own coordinates were wrong: found by star patterns in the sky around them.</summary>
    Repaired,
    /// <summary>By star patterns around the position that was given.</summary>
    Hint,
    /// <summary>By star patterns all over the catalogue.</summary>
    Blind,
}
