namespace Vigil.Sky;

/// <summary>Modified Julian Dates, UTC: days since 1858-11-17T00:00, every day of 86400 s.</summary>
/// <remarks>A leap second shares its number with the second after it. A double resolves about a microsecond.</remarks>
public static class Mjd
{
    /// <summary>JD - MJD.</summary>
    public const double JdOffset = 2400000.5;

    static readonly DateTime Epoch = new(1858, 11, 17, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>The MJD of a time, in UTC; to about a microsecond.</summary>
    public static double From(DateTimeOffset time) => (time.UtcTicks - Epoch.Ticks) / (double)TimeSpan.TicksPerDay;

    /// <summary>The time, in UTC, to the nearest microsecond.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The date is NaN, or outside the years 1 to 9999.</exception>
    public static DateTimeOffset ToTime(double mjd)
    {
        // Ranges of DateTime: 0001-01-01 is MJD -678575 and 9999-12-31 is MJD 2973483.
        if (!(mjd >= -678575 && mjd < 2973483))
            throw new ArgumentOutOfRangeException(nameof(mjd), mjd, "An MJD must lie in the years 1 to 9999.");
        var day = Math.Floor(mjd);
        var microseconds = (long)Math.Round((mjd - day) * 86_400_000_000);
        return new DateTimeOffset(Epoch.AddDays(day).AddTicks(microseconds * TimeSpan.TicksPerMicrosecond));
    }

    /// <summary>The MJD of a Julian Date.</summary>
    public static double FromJd(double jd) => jd - JdOffset;

    /// <summary>The Julian Date of an MJD; a double has its digits to 40 µs.</summary>
    public static double ToJd(double mjd) => mjd + JdOffset;

    /// <summary>Whether a number given as an MJD is surely a JD: as an MJD it would lie after the year 7000.</summary>
    public static bool LooksLikeJd(double value) => value is >= 2_000_000 and < 3_000_000;
}
