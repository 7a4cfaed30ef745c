namespace Vigil.Sky.Imaging;

/// <summary>How a frame's stars are calibrated; what is not said is as most observers want it.</summary>
public sealed record CalibrationOptions
{
    /// <summary>The bands that may be chosen; the best of them is.</summary>
    public CatalogChoice Choice { get; init; } = CatalogChoice.Auto;

    /// <summary>How the zero point is found.</summary>
    public ZeroPointMethod Method { get; init; } = ZeroPointMethod.Mixture;

    /// <summary>Pairs of stars farther apart are not looked at: arcsec, positive. 5 in the CPCS.</summary>
    public double SearchRadius { get; init; } = 5;

    /// <summary>
    /// Pairs farther apart than this are not used: arcsec, at most <see cref="SearchRadius"/>. Null for 2 sigma of the pairs'
    /// scatter; with <see cref="ZeroPointMethod.Clipped"/>, for 1.5".
    /// </summary>
    public double? MatchRadius { get; init; }

    /// <summary>Whether the zero point may depend on the stars' colour.</summary>
    public TermUse ColourTerm { get; init; }

    /// <summary>In which colour; null for the one that suits the band.</summary>
    public CatalogColour? Colour { get; init; }

    /// <summary>Whether the zero point may change across the frame.</summary>
    public TermUse SpatialTerm { get; init; }

    /// <summary>How steeply at most: in <see cref="TermUse.Always"/>, just so.</summary>
    public SpatialTerm SpatialForm { get; init; } = Imaging.SpatialTerm.Quadratic;

    /// <summary>Reference magnitudes with this error or a larger one are not used: mag.</summary>
    public double MaxCatalogErr { get; init; } = 0.3;

    /// <summary>Fewer stars give no zero point.</summary>
    public int MinStars { get; init; } = 5;

    /// <summary>A band that scatters so much or more is refused: mag.</summary>
    public double MaxScatter { get; init; } = 1.5;

    /// <summary>A band with this share of outliers or a larger one is refused.</summary>
    public double MaxOutlierFraction { get; init; } = 0.5;

    /// <summary>Detections with one of these flaws do not tell the zero point.</summary>
    public DetectionFlaws Excluded { get; init; } = DetectionFlaws.Saturated | DetectionFlaws.Edge | DetectionFlaws.ApertureCut
        | DetectionFlaws.BadPixels | DetectionFlaws.CosmicRay;

    /// <summary>Reference stars with one of these flaws do not tell it.</summary>
    public CatalogStarFlaws ExcludedReferences { get; init; } = CatalogStarFlaws.Variable | CatalogStarFlaws.Extended;

    /// <summary>What is to be measured; null for the zero point alone.</summary>
    public CalibrationTarget? Target { get; init; }
}
