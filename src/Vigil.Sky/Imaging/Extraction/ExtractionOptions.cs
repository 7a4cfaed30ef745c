namespace Vigil.Sky.Imaging;

/// <summary>How <see cref="Extractor"/> finds and measures sources. The defaults are those of SExtractor.</summary>
public sealed record ExtractionOptions
{
    /// <summary>
    /// A pixel of the filtered frame belongs to a source where it exceeds the background by so many times the noise of an
    /// unfiltered pixel. Positive.
    /// </summary>
    public double Threshold { get; init; } = 1.5;

    /// <summary>Fewest connected pixels above the threshold that make a source: 1 or more.</summary>
    public int MinArea { get; init; } = 5;

    /// <summary>Whether the threshold follows the noise of each place instead of the frame's median noise.</summary>
    public bool LocalNoise { get; init; }

    /// <summary>
    /// FWHM in pixels of the Gaussian that the frame is convolved with to detect; best near that of the stars. 0 for none;
    /// null for the 3 x 3 pyramid 1 2 1, 2 4 2, 1 2 1. At most 30.
    /// </summary>
    public double? KernelFwhm { get; init; }

    /// <summary>Thresholds, evenly spaced in magnitudes up to the peak, at which a source is tried for parts: 1 to 255.</summary>
    public int DeblendThresholds { get; init; } = 32;

    /// <summary>
    /// A part with less than this share of the flux of all that meets where it ends is not separated: in [0, 1]; 1 never
    /// separates.
    /// </summary>
    public double DeblendContrast { get; init; } = 0.005;

    /// <summary>Whether to drop what would not have been detected without the wings of a brighter neighbour.</summary>
    public bool Clean { get; init; } = true;

    /// <summary>Diameters of circular apertures: pixels, each above 0; any number of them.</summary>
    public IReadOnlyList<double> ApertureDiameters { get; init; } = [10];

    /// <summary>The AUTO aperture reaches so many times Kron's radius: positive.</summary>
    public double KronFactor { get; init; } = 2.5;

    /// <summary>The AUTO aperture reaches at least so far, in units of A and B: 0 or more.</summary>
    public double MinKronRadius { get; init; } = 3.5;

    /// <summary>Electrons in a unit of the frame, for the photon noise of sources; 0 where unknown: none is added.</summary>
    public double Gain { get; init; }

    /// <summary>
    /// Read noise, electrons. The noise is measured in the frame, which has the read noise in it; this only keeps it from
    /// being taken too low where pixels are clipped or rounded. Needs a gain. 0 where unknown.
    /// </summary>
    public double ReadNoise { get; init; }

    /// <summary>A pixel of this value or more, background included, is saturated.</summary>
    public double Saturation { get; init; } = double.PositiveInfinity;

    /// <summary>Side of a cell of the background's mesh: pixels, 4 or more. Several times as large as the sources.</summary>
    public int BackgroundCell { get; init; } = 64;

    /// <summary>Cells on a side of the median filter of that mesh: odd; 1 for none.</summary>
    public int BackgroundFilter { get; init; } = 3;

    /// <summary>More sources than this are an error: a frame of noise, or a threshold that is too low.</summary>
    public int MaxDetections { get; init; } = 1_000_000;

    /// <summary>How many threads work: 1 or more. The result is the same for any number.</summary>
    public int Threads { get; init; } = 1;

    internal void Check()
    {
        Positive(Threshold, nameof(Threshold), "1.5 is usual");
        ArgumentOutOfRangeException.ThrowIfLessThan(MinArea, 1);
        if (KernelFwhm is not (null or (>= 0 and <= 30)))
            throw new ArgumentOutOfRangeException(nameof(KernelFwhm), KernelFwhm, "The kernel's FWHM must be in [0, 30] pixels.");
        ArgumentOutOfRangeException.ThrowIfLessThan(DeblendThresholds, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(DeblendThresholds, 255);
        if (DeblendContrast is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(DeblendContrast), DeblendContrast,
                "The contrast must be in [0, 1]; 0.005 is usual.");
        ArgumentNullException.ThrowIfNull(ApertureDiameters);
        foreach (var diameter in ApertureDiameters)
            Positive(diameter, nameof(ApertureDiameters), "a diameter is in pixels");
        Positive(KronFactor, nameof(KronFactor), "2.5 is usual");
        NotNegative(MinKronRadius, nameof(MinKronRadius));
        NotNegative(Gain, nameof(Gain));
        NotNegative(ReadNoise, nameof(ReadNoise));
        if (double.IsNaN(Saturation))
            throw new ArgumentOutOfRangeException(nameof(Saturation), Saturation,
                "Saturation must be a number; infinity for none.");
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxDetections, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Threads, 1);
    }

    static void Positive(double value, string name, string hint)
    {
        if (!(value > 0 && double.IsFinite(value)))
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be positive; {hint}.");
    }

    static void NotNegative(double value, string name)
    {
        if (!(value >= 0 && double.IsFinite(value)))
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be 0 or more.");
    }
}
