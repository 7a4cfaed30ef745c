namespace Vigil.Sky.Imaging;

/// <summary>How a frame is measured; what is not said is as most observers want it.</summary>
public sealed record FramePhotometryOptions
{
    /// <summary>Right ascension of the target: degrees, ICRS, at the time of the frame; null for the zero point alone.</summary>
    public double? TargetRa { get; init; }

    /// <summary>Its declination: degrees in [-90, 90].</summary>
    public double? TargetDec { get; init; }

    /// <summary>What the observer knows better than the header.</summary>
    public ExposureOptions Exposure { get; init; } = new();

    /// <summary>The bands that may be chosen.</summary>
    public CatalogChoice Band { get; init; } = CatalogChoice.Auto;

    /// <summary>Which flux of a star counts.</summary>
    public FluxKind Flux { get; init; }

    /// <summary>Detection threshold in units of the noise of a pixel, after filtering: positive.</summary>
    public double Threshold { get; init; } = 1.5;

    /// <summary>
    /// Where the frame is, roughly, and its scale; null for what the header says, or else the target's position.
    /// </summary>
    public PlateHints? Hints { get; init; }

    /// <summary>
    /// The target's colour, for the zero point's colour term; null for the reference catalogue's, or else that of the middle star.
    /// </summary>
    public TargetColour? TargetColour { get; init; }

    /// <summary>Whether the zero point may depend on colour and place: where the stars show that it does.</summary>
    public bool Terms { get; init; } = true;

    /// <summary>How many threads work: 1 or more. The result is the same for any number.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Told when a stage has ended, for clocks and progress bars.</summary>
    public Action<FrameStage>? Ended { get; init; }
}
