namespace Vigil.Sky.Imaging;

/// <summary>What a frame has at a given place, whether or not something was detected there.</summary>
public sealed record ForcedFlux
{
    /// <summary>
    /// Flux in units of the frame, which may be negative: of the whole star with a point-spread function, within the aperture
    /// otherwise. NaN where it cannot be measured; <see cref="Reason"/> says why.
    /// </summary>
    public double Flux { get; init; } = double.NaN;

    /// <summary>Its 1 sigma error.</summary>
    public double FluxErr { get; init; } = double.NaN;

    /// <summary>Level of the sky around the place, units of the frame.</summary>
    public double Background { get; init; } = double.NaN;

    /// <summary>Reduced chi square of the fit; NaN with an aperture.</summary>
    public double Chi2 { get; init; } = double.NaN;

    /// <summary>How many neighbours were fitted along with it.</summary>
    public int Neighbours { get; init; }

    /// <summary>
    /// Whether the place lies on light that changes around it, as on a galaxy: then that light was fitted along with the star,
    /// and <see cref="FluxErr"/> covers how well.
    /// </summary>
    public bool IsOnHost { get; init; }

    /// <summary>What may be wrong with it.</summary>
    public DetectionFlaws Flags { get; init; }

    /// <summary>Why there is no flux, for the observer; empty where there is one.</summary>
    public string Reason { get; init; } = "";
}
