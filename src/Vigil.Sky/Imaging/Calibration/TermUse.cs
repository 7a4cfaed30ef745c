namespace Vigil.Sky.Imaging;

/// <summary>Whether a term beyond the zero point is fitted.</summary>
public enum TermUse
{
    /// <summary>Where the stars show it beyond doubt.</summary>
    WhenNeeded,
    /// <summary>Never.</summary>
    Never,
    /// <summary>Always.</summary>
    Always,
}
