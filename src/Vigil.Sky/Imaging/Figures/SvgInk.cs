namespace Vigil.Sky.Imaging;

/// <summary>What a mark in a figure stands for; the figure gives it its colour.</summary>
/// <remarks>
/// The colours are those of M. Okabe and K. Ito (2008, Color Universal Design), which colour-blind people tell apart; on paper
/// they are darker.
/// </remarks>
public enum SvgInk
{
    /// <summary>Axes and words.</summary>
    Text,
    /// <summary>Grids, and what should stand back.</summary>
    Faint,
    /// <summary>Stars that are used: blue.</summary>
    Used,
    /// <summary>Stars that are not: grey-red.</summary>
    Rejected,
    /// <summary>What it is about: the target, the chosen band: orange.</summary>
    Target,
    /// <summary>A model, a fit: green.</summary>
    Model,
}
