namespace Vigil.Sky.Imaging;

/// <summary>What is known against a star as a reference.</summary>
[Flags]
public enum CatalogStarFlaws
{
    /// <summary>Nothing.</summary>
    None = 0,
    /// <summary>Its brightness changes.</summary>
    Variable = 1,
    /// <summary>It is not single, or another star is close by.</summary>
    Blended = 2,
    /// <summary>It is a galaxy.</summary>
    Extended = 4,
}
