namespace Vigil.Sky.Scheduling;

/// <summary>One field, exposed in every filter.</summary>
/// <param name="Field">Its place in the request.</param>
/// <param name="Id">Its name.</param>
/// <param name="StartMjd">When its first exposure begins: MJD, UTC.</param>
/// <param name="EndMjd">When its last exposure ends.</param>
/// <param name="Probability">What it adds to the visits before.</param>
/// <param name="Exposures">One in each filter, first to last.</param>
public sealed record ScheduledVisit(int Field, string Id, double StartMjd, double EndMjd, double Probability,
    IReadOnlyList<ScheduledExposure> Exposures);
