namespace Vigil.Sky.Scheduling;

/// <summary>How hard to look for the best schedule.</summary>
public sealed record ScheduleOptions
{
    /// <summary>How many visits beyond the next one are weighed before it is chosen: 0 to 4.</summary>
    public int LookAhead { get; init; } = 2;

    /// <summary>How many candidates are followed at each of these: 1 to 100.</summary>
    public int Breadth { get; init; } = 6;

    /// <summary>Up to so many fields the best schedule of all is found: 0 to 16. Time and memory double with each.</summary>
    public int ExactFields { get; init; } = 12;

    /// <summary>
    /// How often a piece of the schedule is given up and filled anew, and kept where that is better: 0 or more.
    /// </summary>
    public int Rounds { get; init; } = 100;
}
