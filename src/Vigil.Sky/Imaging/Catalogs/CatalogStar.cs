namespace Vigil.Sky.Imaging;

/// <summary>A star of a reference catalogue.</summary>
public struct CatalogStar
{
    /// <summary>The catalogue's own number, such as Gaia's source_id; 0 where it has none.</summary>
    public long Id { get; set; }
    /// <summary>Right ascension at <see cref="Epoch"/>: degrees in [0, 360), ICRS.</summary>
    public double Ra { get; set; }
    /// <summary>Declination at <see cref="Epoch"/>: degrees in [-90, 90].</summary>
    public double Dec { get; set; }
    /// <summary>When it was there: Julian year.</summary>
    public double Epoch { get; set; }
    /// <summary>Proper motion in right ascension times cos dec: mas/yr; NaN where unknown.</summary>
    public float PmRa { get; set; }
    /// <summary>Proper motion in declination: mas/yr; NaN where unknown.</summary>
    public float PmDec { get; set; }
    /// <summary>Magnitudes as the catalogue publishes them.</summary>
    public CatalogMagnitudes Mag { get; set; }
    /// <summary>Their 1 sigma errors; NaN where the catalogue gives none.</summary>
    public CatalogMagnitudes MagErr { get; set; }
    /// <summary>What is known against it as a reference.</summary>
    public CatalogStarFlaws Flags { get; set; }

    /// <summary>
    /// How bright it is, roughly: the magnitude of the first band that it has, from G, r and V on to bluer and redder ones; NaN
    /// where it has none. It is for telling bright stars from faint ones in catalogues of any bands, and for nothing else.
    /// </summary>
    public readonly float ApproximateMag
    {
        get
        {
            foreach (var band in BandsByUse)
                if (!float.IsNaN(Mag[band]))
                    return Mag[band];
            return float.NaN;
        }
    }

    /// <summary>The bands in the order in which <see cref="ApproximateMag"/> takes them: what an unfiltered detector sees comes
    /// first.</summary>
    internal static ReadOnlySpan<CatalogBand> BandsByUse =>
    [
        CatalogBand.GaiaG, CatalogBand.SdssR, CatalogBand.JohnsonV, CatalogBand.CousinsR, CatalogBand.SdssG, CatalogBand.SdssI,
        CatalogBand.GaiaRp, CatalogBand.GaiaBp, CatalogBand.CousinsI, CatalogBand.JohnsonB, CatalogBand.SdssZ,
        CatalogBand.JohnsonU, CatalogBand.SdssU,
    ];
}
