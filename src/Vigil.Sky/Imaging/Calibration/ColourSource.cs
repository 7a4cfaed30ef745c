namespace Vigil.Sky.Imaging;

/// <summary>Where the colour of a target was taken from.</summary>
public enum ColourSource
{
    /// <summary>None was needed: there is no colour term.</summary>
    NotNeeded,
    /// <summary>The caller gave it.</summary>
    Given,
    /// <summary>The reference catalogue has a star there.</summary>
    Catalogue,
    /// <summary>It is not known; the median of the reference stars was assumed, and their scatter as its error.</summary>
    Assumed,
}
