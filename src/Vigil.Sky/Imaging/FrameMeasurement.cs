namespace Vigil.Sky.Imaging;

/// <summary>What a frame told: all that was reached, and why no more.</summary>
public sealed class FrameMeasurement
{
    internal FrameMeasurement(Frame frame, Exposure exposure) => (Frame, Exposure) = (frame, exposure);

    /// <summary>The frame; pixels of bad columns and rows have no value.</summary>
    public Frame Frame { get; internal set; }

    /// <summary>What its header says.</summary>
    public Exposure Exposure { get; }

    /// <summary>The last stage that succeeded.</summary>
    public FrameStage Reached { get; internal set; }

    /// <summary>Why it went no further, a sentence for the observer; null where all went well.</summary>
    public string? Problem { get; internal set; }

    /// <summary>What to know about the result, in sentences: assumptions, flaws, doubts.</summary>
    public IReadOnlyList<string> Notes => Said;

    /// <summary>The sources of the frame; null where it was not extracted.</summary>
    public Extraction? Extraction { get; internal set; }

    /// <summary>How the frame shows a star; null where it was not needed or its stars do not tell.</summary>
    public PsfModel? Psf { get; internal set; }

    /// <summary>Where the frame is; null where it was not looked for.</summary>
    public PlateSolution? Solution { get; internal set; }

    /// <summary>Which flux was used; never <see cref="FluxKind.Best"/>.</summary>
    public FluxKind Flux { get; internal set; }

    /// <summary>Diameter of the aperture: pixels; NaN where another flux was used.</summary>
    public double ApertureDiameter { get; internal set; } = double.NaN;

    /// <summary>
    /// The detections as stars of the sky, in their order: magnitude -2.5 log10 of the flux in the whole exposure. Empty where
    /// the frame was not solved.
    /// </summary>
    public IReadOnlyList<InstrumentalStar> Stars { get; internal set; } = [];

    /// <summary>Zero point and target; null where the frame was not solved.</summary>
    public CalibrationResult? Calibration { get; internal set; }

    /// <summary>The target's place in the frame; null where none was asked for or the frame was not solved.</summary>
    public FrameTarget? Target { get; internal set; }

    /// <summary>FWHM of the stars: arcsec; NaN where it is not known.</summary>
    public double Seeing { get; internal set; } = double.NaN;

    /// <summary>
    /// A star at the target, or in the middle of the frame, of this magnitude would be measured with an error of a fifth of its
    /// flux (5 sigma); NaN where there is no zero point.
    /// </summary>
    public double LimitingMag { get; internal set; } = double.NaN;

    /// <summary>Airmass of the target, or of the frame's middle; NaN where it is not known.</summary>
    public double Airmass { get; internal set; } = double.NaN;

    /// <summary>
    /// BJD in TDB of the middle of the exposure, for the target or the frame's middle: a Julian Date; NaN if not known.
    /// </summary>
    public double BjdTdb { get; internal set; } = double.NaN;

    /// <summary>HJD in UTC of the same: a Julian Date.</summary>
    public double HjdUtc { get; internal set; } = double.NaN;

    internal List<string> Said { get; } = [];
}
