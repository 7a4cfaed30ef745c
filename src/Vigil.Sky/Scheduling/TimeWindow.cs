namespace Vigil.Sky.Scheduling;

/// <summary>A span of time in which something may be observed.</summary>
/// <param name="Start">MJD, UTC.</param>
/// <param name="End">MJD, UTC; after the start.</param>
public readonly record struct TimeWindow(double Start, double End);
