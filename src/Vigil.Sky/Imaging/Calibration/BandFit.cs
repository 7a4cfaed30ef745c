namespace Vigil.Sky.Imaging;

/// <summary>The zero point of a frame in one band.</summary>
public sealed record BandFit
{
    /// <summary>The band.</summary>
    public required CatalogBand Band { get; init; }

    /// <summary>
    /// Reference less instrumental magnitude: of a star of colour <see cref="ColourPivot"/> in the middle of the frame, where
    /// there are such terms. (The CPCS calls the negative of it the zero point.)
    /// </summary>
    public double ZeroPoint { get; init; } = double.NaN;

    /// <summary>Its 1 sigma error: mag.</summary>
    public double ZeroPointErr { get; init; } = double.NaN;

    /// <summary>
    /// Scatter of the good stars beyond their errors: mag. With <see cref="ZeroPointMethod.Clipped"/>, errors included.
    /// </summary>
    public double Scatter { get; init; } = double.NaN;

    /// <summary>
    /// Whether the stars show strongly that the scatter changes with magnitude. <see cref="Scatter"/> is then that of stars of
    /// the mean magnitude, and <see cref="ScatterAt"/> tells that of others.
    /// </summary>
    public bool ScatterChanges => Model?.Curve is not null;

    /// <summary>The scatter of stars of a magnitude in the band: mag. Beyond the stars used it is as at their ends.</summary>
    /// <param name="mag">In the catalogue's system.</param>
    public double ScatterAt(double mag) => Model is null ? double.NaN : Math.Sqrt(Model.VarianceAt(mag));

    /// <summary>The share of outliers, in [0, 1].</summary>
    public double OutlierFraction { get; init; } = double.NaN;

    /// <summary>Stars with a reference magnitude in the band.</summary>
    public int Count { get; init; }

    /// <summary>Those that count: more likely good than outliers, or not clipped.</summary>
    public int Used { get; init; }

    /// <summary>By which the band is chosen, the smaller the better: scatter over the root of <see cref="Used"/>.</summary>
    public double Merit => Used > 0 ? Scatter / Math.Sqrt(Used) : double.NaN;

    /// <summary>Why the band may not be used; null where it may.</summary>
    public CalibrationNote? Problem { get; init; }

    /// <summary>The colour in which there is a term; null where there is none.</summary>
    public CatalogColour? Colour { get; init; }

    /// <summary>Change of the zero point a magnitude of colour.</summary>
    public double ColourSlope { get; init; }

    /// <summary>Its 1 sigma error.</summary>
    public double ColourSlopeErr { get; init; }

    /// <summary>The colour to which <see cref="ZeroPoint"/> applies: the median of the stars.</summary>
    public double ColourPivot { get; init; } = double.NaN;

    /// <summary>How the zero point changes across the frame.</summary>
    public SpatialTerm Spatial { get; init; }

    /// <summary>
    /// Mag a unit of x, y, x², xy, y² where x = (X - centre) / half the extent of the stars, and likewise y: as many as
    /// <see cref="Spatial"/> has.
    /// </summary>
    public IReadOnlyList<double> SpatialCoefficients { get; init; } = [];

    /// <summary>The zero point at a place, of a star of colour <see cref="ColourPivot"/>: mag.</summary>
    /// <param name="x">FITS pixels; not looked at where the zero point does not change across the frame.</param>
    /// <param name="y">Likewise.</param>
    public double ZeroPointAt(double x, double y) => Model?.ZeroPoint(ColourPivot, x, y) ?? double.NaN;

    internal FitModel? Model { get; init; }
}
