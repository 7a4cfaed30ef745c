namespace Vigil.Sky.Imaging;

/// <summary>The magnitude of a target in the reference catalogue's band, or the limit that it is fainter than.</summary>
public sealed record TargetMagnitude
{
    /// <summary>
    /// Whether nothing was seen, and <see cref="Mag"/> is the magnitude that a source must be fainter than. Such limits have no
    /// error; services that know no limits write -1 for it.
    /// </summary>
    public required bool IsLimit { get; init; }

    /// <summary>The magnitude, in the band and system of the calibration.</summary>
    public required double Mag { get; init; }

    /// <summary>The error of the measurement in the frame: mag; NaN of a limit.</summary>
    public double StatisticalErr { get; init; } = double.NaN;

    /// <summary>The error of the zero point, with its terms, at the target's place and colour: mag.</summary>
    public required double ZeroPointErr { get; init; }

    /// <summary>What the unknown colour makes: mag.</summary>
    public double ColourErr { get; init; }

    /// <summary>
    /// How much reference stars of the target's magnitude scatter about the calibration beyond their errors: mag. As much of it
    /// as stems from the frame applies to the target, too.
    /// </summary>
    public required double Scatter { get; init; }

    /// <summary>The root of the sum of squares of the three errors above, without the scatter: mag; NaN of a limit.</summary>
    public double MagErr => Math.Sqrt(StatisticalErr * StatisticalErr + ZeroPointErr * ZeroPointErr + ColourErr * ColourErr);

    /// <summary>The same with the scatter, as if all of it stemmed from the frame: mag.</summary>
    public double MagErrWithScatter => Math.Sqrt(MagErr * MagErr + Scatter * Scatter);

    /// <summary>The instrumental magnitude.</summary>
    public required double InstrumentalMag { get; init; }

    /// <summary>Which of the given stars it is; -1 where none is or where the caller has measured it.</summary>
    public int Star { get; init; } = -1;

    /// <summary>
    /// How far the star is from where the target should be, the frame's own offset taken off: arcsec; NaN of a limit.
    /// </summary>
    public double Separation { get; init; } = double.NaN;

    /// <summary>The colour that was assumed; NaN where none was needed.</summary>
    public double Colour { get; init; } = double.NaN;

    /// <summary>Where it is from.</summary>
    public ColourSource ColourSource { get; init; }

    /// <summary>What may be wrong with the detection.</summary>
    public DetectionFlaws Flags { get; init; }
}
