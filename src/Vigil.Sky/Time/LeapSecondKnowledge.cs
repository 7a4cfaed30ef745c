namespace Vigil.Sky.Time;

/// <summary>Whether the table of leap seconds covers a date.</summary>
public enum LeapSecondKnowledge
{
    /// <summary>The table covers the date: TAI - UTC is exact.</summary>
    Announced,

    /// <summary>The table had expired: a leap second may be missing. Get a newer one (<see cref="LeapSeconds.Parse"/>).</summary>
    BeyondTable,

    /// <summary>
    /// Before 1960 there was no UTC: dates are in some Universal Time, up to half a minute off what TT makes of them.
    /// </summary>
    BeforeUtc,
}
