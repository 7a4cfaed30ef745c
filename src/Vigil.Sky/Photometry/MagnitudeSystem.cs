namespace Vigil.Sky.Photometry;

/// <summary>The magnitude systems, by sncosmo's names, and how they differ from AB.</summary>
public static class MagnitudeSystem
{
    /// <summary>In the order in which they are listed to clients.</summary>
    public static IReadOnlyList<string> Names { get; } = ["jla1", "ab", "vega", "bd17", "csp", "ab-b12"];

    /// <summary>What to add to a magnitude of a system to have it in AB: <c>m_AB = m + offset</c>.</summary>
    /// <param name="system">One of <see cref="Names"/>.</param>
    /// <param name="band">A band; most systems are defined in some bands only, AB in all.</param>
    /// <exception cref="ArgumentException">The system is unknown, or has no zero point in this band.</exception>
    public static double ZeroPointOffset(string system, Band band)
    {
        if (system == "ab")
            return 0;
        if (band.ZeroPoints.TryGetValue(system, out var offset))
            return offset;
        throw new ArgumentException(Names.Contains(system)
            ? $"Magnitude system '{system}' has no zero point in band '{band.Name}'. "
                + $"Use one of: {string.Join(", ", Names.Where(name => name == "ab" || band.ZeroPoints.ContainsKey(name)))}."
            : $"Unknown magnitude system '{system}'. Use one of: {string.Join(", ", Names)}.");
    }
}
