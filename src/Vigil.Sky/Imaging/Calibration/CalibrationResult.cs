namespace Vigil.Sky.Imaging;

/// <summary>What reference stars tell about a frame: its zero point and the target's magnitude, or why there is none.</summary>
public sealed class CalibrationResult
{
    readonly Func<BandFit, IReadOnlyList<CalibrationStar>> starsOf;
    readonly Func<IReadOnlyList<BandFit>> fitBands;
    IReadOnlyList<BandFit>? bands;

    internal CalibrationResult(Func<BandFit, IReadOnlyList<CalibrationStar>> starsOf, Func<IReadOnlyList<BandFit>> fitBands) =>
        (this.starsOf, this.fitBands) = (starsOf, fitBands);

    /// <summary>The zero point in the chosen band, with its terms; null where none passes.</summary>
    public BandFit? Best { get; internal set; }

    /// <summary>The target's magnitude or limit; null where there is no zero point, no target or no limit.</summary>
    public TargetMagnitude? Target { get; internal set; }

    /// <summary>Why there is no zero point: a sentence for the observer. Null where there is one.</summary>
    public CalibrationNote? Problem { get; internal set; }

    /// <summary>What else there is to say, the weightiest first.</summary>
    public IReadOnlyList<CalibrationNote> Notes { get; internal set; } = [];

    /// <summary>
    /// Zero points without terms in all bands of the choice that the catalogue has, in the order of the choice. Those of bands
    /// that were out of the question are fitted when they are first asked for.
    /// </summary>
    public IReadOnlyList<BandFit> Bands => bands ??= fitBands();

    /// <summary>Stars given.</summary>
    public int Rows { get; internal set; }

    /// <summary>Of these, left out for lack of a number: not finite, magnitude above 50, error above 1 or negative.</summary>
    public int RowsDropped { get; internal set; }

    /// <summary>Of these, left out for a flaw.</summary>
    public int RowsFlagged { get; internal set; }

    /// <summary>Pairs of a star and a reference star that were used.</summary>
    public int Matched { get; internal set; }

    /// <summary>Pairs farther apart than this were not used: arcsec.</summary>
    public double MatchRadius { get; internal set; } = double.NaN;

    /// <summary>Scatter of the pairs' distances, both directions together: arcsec; NaN for fewer than 20 pairs.</summary>
    public double MatchScatter { get; internal set; } = double.NaN;

    /// <summary>Frame less catalogue, in right ascension times cos dec: arcsec; 0 of too few pairs to tell.</summary>
    public double OffsetRa { get; internal set; }

    /// <summary>Frame less catalogue in declination: arcsec.</summary>
    public double OffsetDec { get; internal set; }

    /// <summary>
    /// Slope of the residuals against magnitude among the stars used that have 10 sigma: mag a mag; NaN where there is none.
    /// </summary>
    public double MagnitudeSlope { get; internal set; } = double.NaN;

    /// <summary>Its 1 sigma error.</summary>
    public double MagnitudeSlopeErr { get; internal set; } = double.NaN;

    /// <summary>The stars of a band beside their reference stars, in the order of declination.</summary>
    /// <param name="fit">One of <see cref="Bands"/>, or <see cref="Best"/>.</param>
    public IReadOnlyList<CalibrationStar> Stars(BandFit fit) => starsOf(fit);
}
