namespace Vigil.Sky;

/// <summary>What stands between hours or degrees, minutes and seconds.</summary>
public enum SexagesimalStyle
{
    /// <summary>12:34:56.7</summary>
    Colons,

    /// <summary>12 34 56.7</summary>
    Blanks,

    /// <summary>12h34m56.7s or -01d02m03.4s</summary>
    Letters,
}
