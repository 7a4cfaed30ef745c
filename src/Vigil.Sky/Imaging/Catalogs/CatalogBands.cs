namespace Vigil.Sky.Imaging;

/// <summary>What the bands of reference catalogues are called, and the colours in which their stars are compared.</summary>
public static class CatalogBands
{
    static readonly string[] names = ["G", "GBP", "GRP", "u", "g", "r", "i", "z", "U", "B", "V", "R", "I"];

    /// <summary>Gaia's own bands: of the survey GaiaDR3.</summary>
    internal static readonly CatalogBand[] Gaia = [CatalogBand.GaiaG, CatalogBand.GaiaBp, CatalogBand.GaiaRp];

    /// <summary>The five of the SDSS.</summary>
    internal static readonly CatalogBand[] Sdss =
        [CatalogBand.SdssU, CatalogBand.SdssG, CatalogBand.SdssR, CatalogBand.SdssI, CatalogBand.SdssZ];

    /// <summary>The five of Johnson and Cousins.</summary>
    internal static readonly CatalogBand[] Johnson =
        [CatalogBand.JohnsonU, CatalogBand.JohnsonB, CatalogBand.JohnsonV, CatalogBand.CousinsR, CatalogBand.CousinsI];

    /// <summary>The name of a band without its survey: G, GBP, GRP, u, g, r, i, z, U, B, V, R or I.</summary>
    public static string Name(this CatalogBand band) => names[(int)band];

    /// <summary>A band by its name; capitals count, for r and R are two bands.</summary>
    public static bool TryParse(string name, out CatalogBand band)
    {
        var at = Array.IndexOf(names, name);
        band = (CatalogBand)Math.Max(at, 0);
        return at >= 0;
    }

    /// <summary>
    /// The colours by which stars are told apart in a band, the best first; the others serve where the catalogue lacks it.
    /// </summary>
    internal static CatalogColour[] ColoursFor(CatalogBand band) => band switch
    {
        CatalogBand.GaiaG or CatalogBand.GaiaBp or CatalogBand.GaiaRp => [GaiaColour, SdssBlue, JohnsonBlue],
        CatalogBand.SdssU or CatalogBand.SdssG or CatalogBand.SdssR => [SdssBlue, GaiaColour, JohnsonBlue],
        CatalogBand.SdssI or CatalogBand.SdssZ => [SdssRed, SdssBlue, GaiaColour],
        CatalogBand.CousinsR or CatalogBand.CousinsI => [JohnsonRed, JohnsonBlue, GaiaColour],
        _ => [JohnsonBlue, GaiaColour, SdssBlue],
    };

    static CatalogColour GaiaColour => new(CatalogBand.GaiaBp, CatalogBand.GaiaRp);
    static CatalogColour SdssBlue => new(CatalogBand.SdssG, CatalogBand.SdssR);
    static CatalogColour SdssRed => new(CatalogBand.SdssR, CatalogBand.SdssI);
    static CatalogColour JohnsonBlue => new(CatalogBand.JohnsonB, CatalogBand.JohnsonV);
    static CatalogColour JohnsonRed => new(CatalogBand.JohnsonV, CatalogBand.CousinsI);
}
