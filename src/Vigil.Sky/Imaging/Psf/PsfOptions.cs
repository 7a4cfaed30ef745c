namespace Vigil.Sky.Imaging;

/// <summary>What is known of the detector, and how a point-spread function is made and fitted.</summary>
public sealed record PsfOptions
{
    /// <summary>Electrons in a unit of the frame, for the photon noise of sources; 0 where unknown: none is added.</summary>
    public double Gain { get; init; }

    /// <summary>A pixel of this value or more, background included, is saturated and is not used.</summary>
    public double Saturation { get; init; } = double.PositiveInfinity;

    /// <summary>Fewest stars that make a model: 1 or more.</summary>
    public int MinStars { get; init; } = 3;

    /// <summary>Most stars that make a model, the best ones: at least <see cref="MinStars"/>.</summary>
    public int MaxStars { get; init; } = 60;

    /// <summary>Least signal over noise of a star that makes a model: positive.</summary>
    public double MinSnr { get; init; } = 20;

    /// <summary>Whether the shape may change linearly over the frame, where the stars show that it does.</summary>
    public bool MayVary { get; init; } = true;

    /// <summary>How many threads work: 1 or more. The result is the same for any number.</summary>
    public int Threads { get; init; } = 1;

    internal void Check()
    {
        if (!(Gain >= 0 && double.IsFinite(Gain)))
            throw new ArgumentOutOfRangeException(nameof(Gain), Gain, "The gain must be 0 (unknown) or more.");
        if (double.IsNaN(Saturation))
            throw new ArgumentOutOfRangeException(nameof(Saturation), Saturation, "Saturation must be a number, or infinity.");
        ArgumentOutOfRangeException.ThrowIfLessThan(MinStars, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxStars, MinStars);
        if (!(MinSnr > 0))
            throw new ArgumentOutOfRangeException(nameof(MinSnr), MinSnr, "MinSnr must be positive; 20 is usual.");
        ArgumentOutOfRangeException.ThrowIfLessThan(Threads, 1);
    }
}
