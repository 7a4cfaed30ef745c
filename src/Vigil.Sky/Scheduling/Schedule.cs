namespace Vigil.Sky.Scheduling;

/// <summary>Observations in their order.</summary>
public sealed record Schedule
{
    /// <summary>The visits, first to last.</summary>
    public required IReadOnlyList<ScheduledVisit> Visits { get; init; }

    /// <summary>Probability that the visits cover together: what fields share counts once.</summary>
    public required double Probability { get; init; }

    /// <summary>
    /// What no schedule can exceed: the probability of all fields that are ever observable, or that of as many of the best as
    /// the nights have room for without slews, whichever is less.
    /// </summary>
    public required double ProbabilityBound { get; init; }

    /// <summary>Whether no schedule covers more.</summary>
    public required bool IsOptimal { get; init; }

    /// <summary>Seconds of open shutter.</summary>
    public required double ExposureSeconds { get; init; }

    /// <summary>Seconds of readout, filter changes and slews, from the first exposure to the end of the last.</summary>
    public required double OverheadSeconds { get; init; }

    /// <summary>Seconds of waiting for a field to rise or a night to begin, between the first exposure and the last.</summary>
    public required double IdleSeconds { get; init; }
}
