namespace Vigil.Sky.Imaging;

/// <summary>
/// A band of a reference catalogue. Magnitudes are in the system that the catalogue publishes: Gaia's own and Johnson-Cousins
/// on Vega, u g r i z on AB. Those of Pan-STARRS are converted when they are imported.
/// </summary>
public enum CatalogBand
{
    /// <summary>Gaia G.</summary>
    GaiaG,
    /// <summary>Gaia BP.</summary>
    GaiaBp,
    /// <summary>Gaia RP.</summary>
    GaiaRp,
    /// <summary>SDSS u.</summary>
    SdssU,
    /// <summary>SDSS g.</summary>
    SdssG,
    /// <summary>SDSS r.</summary>
    SdssR,
    /// <summary>SDSS i.</summary>
    SdssI,
    /// <summary>SDSS z.</summary>
    SdssZ,
    /// <summary>Johnson U.</summary>
    JohnsonU,
    /// <summary>Johnson B.</summary>
    JohnsonB,
    /// <summary>Johnson V.</summary>
    JohnsonV,
    /// <summary>Cousins R.</summary>
    CousinsR,
    /// <summary>Cousins I.</summary>
    CousinsI,
}
