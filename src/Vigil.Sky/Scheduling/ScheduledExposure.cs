namespace Vigil.Sky.Scheduling;

/// <summary>One exposure.</summary>
/// <param name="Band">Its filter.</param>
/// <param name="StartMjd">When it begins: MJD, UTC.</param>
/// <param name="Seconds">How long it is.</param>
public sealed record ScheduledExposure(string Band, double StartMjd, double Seconds);
