namespace Vigil.Sky.Scheduling;

/// <summary>What there is to choose from, and at what cost.</summary>
public sealed record ScheduleRequest
{
    /// <summary>Probability of each pixel of a sky map: in [0, 1], 1 together at most.</summary>
    public required IReadOnlyList<double> PixelProbability { get; init; }

    /// <summary>The fields; they may overlap, and what two of them share counts once.</summary>
    public required IReadOnlyList<ScheduleField> Fields { get; init; }

    /// <summary>
    /// The filters in which each field is exposed, one after the other, before the telescope moves on; every other visit takes
    /// them in the reverse order, so that no filter is changed between fields.
    /// </summary>
    public required IReadOnlyList<ScheduleFilter> Filters { get; init; }

    /// <summary>
    /// When the telescope may work: in order, without overlap. A visit does not go from one night into another.
    /// </summary>
    public required IReadOnlyList<TimeWindow> Nights { get; init; }

    /// <summary>How the telescope moves.</summary>
    public required SlewModel Slew { get; init; }

    /// <summary>Seconds after each exposure; the telescope slews meanwhile. 0 or more.</summary>
    public double ReadoutSeconds { get; init; }

    /// <summary>Seconds to change the filter, after the readout. 0 or more.</summary>
    public double FilterChangeSeconds { get; init; }
}
