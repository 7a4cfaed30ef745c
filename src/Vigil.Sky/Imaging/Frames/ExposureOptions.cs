using Vigil.Sky.Observing;

namespace Vigil.Sky.Imaging;

/// <summary>What an observer knows better than the header, and what its keywords are called.</summary>
public sealed record ExposureOptions
{
    /// <summary>Keyword of the time: date and time, MJD or JD. Null: the usual ones are tried.</summary>
    public string? DateKeyword { get; init; }

    /// <summary>Which moment of the exposure that time is; null: the start, unless keyword or comment say otherwise.</summary>
    public ExposureMoment? DateIs { get; init; }

    /// <summary>Hours by which the clock of the header was ahead of UTC, such as -7 for Mountain Standard Time.</summary>
    public double? ClockAheadHours { get; init; }

    /// <summary>Keyword of the exposure time.</summary>
    public string? ExposureKeyword { get; init; }

    /// <summary>Keyword of the filter.</summary>
    public string? FilterKeyword { get; init; }

    /// <summary>Exposure time: s, 0 or more.</summary>
    public double? ExposureSeconds { get; init; }

    /// <summary>Name of the filter.</summary>
    public string? Filter { get; init; }

    /// <summary>Electrons per ADU: above 0.</summary>
    public double? Gain { get; init; }

    /// <summary>Electrons: 0 or more.</summary>
    public double? ReadNoise { get; init; }

    /// <summary>A pixel with so many ADU is saturated: above 0.</summary>
    public double? Saturation { get; init; }

    /// <summary>Where the telescope stands.</summary>
    public Site? Site { get; init; }

    /// <summary>Arcsec, roughly: above 0.</summary>
    public double? PixelScale { get; init; }
}
