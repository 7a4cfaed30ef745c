namespace Vigil.Sky.Scheduling;

/// <summary>A filter in which every field is exposed once.</summary>
/// <param name="Band">Its name.</param>
/// <param name="ExposureSeconds">Above 0.</param>
public sealed record ScheduleFilter(string Band, double ExposureSeconds);
