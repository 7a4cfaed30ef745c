namespace Vigil.Sky.Imaging;

/// <summary>How faint a star a frame would show at a place.</summary>
public sealed record FluxLimit
{
    /// <summary>
    /// A star at the place has so much flux where it is as many times above its noise as was asked for: units of the frame,
    /// of the kind that <see cref="ForcedPhotometry.Measure"/> gives. NaN where it cannot be said; <see cref="Reason"/> says why.
    /// </summary>
    public double Flux { get; init; } = double.NaN;

    /// <summary>That flux as an instrumental magnitude, -2.5 log10: add the zero point of such fluxes.</summary>
    public double Mag => -2.5 * Math.Log10(Flux);

    /// <summary>The error that the flux of an absent star has there.</summary>
    public double Noise { get; init; } = double.NaN;

    /// <summary>
    /// By which the errors of empty places nearby had to be multiplied to agree with the scatter of what is measured there:
    /// near 1 where they do agree, more where neighbouring pixels are correlated or many stars are too faint to be detected.
    /// </summary>
    public double Correction { get; init; } = 1;

    /// <summary>How many empty places were measured.</summary>
    public int Places { get; init; }

    /// <summary>Why there is no limit, for the observer; empty where there is one.</summary>
    public string Reason { get; init; } = "";
}
