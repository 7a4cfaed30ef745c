namespace Vigil.Sky.Observing;

/// <summary>What a body does about an altitude in a span of time.</summary>
public enum HorizonCase
{
    /// <summary>It passes the altitude at least once.</summary>
    Passes,

    /// <summary>It stays above all the time: it never sets.</summary>
    NeverSets,

    /// <summary>It stays below all the time: it never rises.</summary>
    NeverRises,
}
