namespace Vigil.Sky.Scheduling;

/// <summary>A pointing that may be observed.</summary>
/// <param name="Id">Its name, which no other field has.</param>
/// <param name="Ra">Where the telescope points: degrees, in [0, 360).</param>
/// <param name="Dec">Degrees, in [-90, 90].</param>
/// <param name="Pixels">The pixels of the map that it covers: indices into the request's probabilities, none twice.</param>
/// <param name="Windows">When its altitude, airmass and distance from the Moon allow it: in order, without overlap.</param>
public sealed record ScheduleField(string Id, double Ra, double Dec, IReadOnlyList<int> Pixels,
    IReadOnlyList<TimeWindow> Windows);
