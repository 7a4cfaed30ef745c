using System.Globalization;
using System.Text.RegularExpressions;

namespace Vigil.Sky.Time;

/// <summary>
/// A Modified Julian Date in two parts, for what one double cannot hold: a double MJD of our time resolves 0.6 µs, this resolves
/// 1e-11 s. The time scale is that of the name it goes by.
/// </summary>
/// <param name="Day">Whole days: MJD at midnight.</param>
/// <param name="Fraction">Of the day, in [0, 1).</param>
public readonly partial record struct JulianDate(double Day, double Fraction) : IComparable<JulianDate>
{
    /// <summary>The date of the sum of two numbers of days, which may be split anywhere.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A part is NaN or infinite.</exception>
    public static JulianDate FromMjd(double mjd, double more = 0)
    {
        if (!double.IsFinite(mjd) || !double.IsFinite(more))
            throw new ArgumentOutOfRangeException(nameof(mjd), double.IsFinite(mjd) ? more : mjd,
                "An MJD must be a finite number of days.");
        var (day1, day2) = (Math.Floor(mjd), Math.Floor(more));
        var fraction = mjd - day1 + (more - day2);
        var carry = Math.Floor(fraction);
        fraction -= carry;
        // The tiniest negative number of days rounds up to the midnight after it.
        return fraction < 1 ? new JulianDate(day1 + day2 + carry, fraction) : new JulianDate(day1 + day2 + carry + 1, 0);
    }

    /// <summary>The date of a JD in one or two parts, as astropy and SOFA give them.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A part is NaN or infinite.</exception>
    public static JulianDate FromJd(double jd, double more = 0)
    {
        var day = double.IsFinite(jd) ? Math.Floor(jd) : jd;
        return FromMjd(day - 2400000, more + (jd - day - 0.5));
    }

    /// <summary>Reads an ISO 8601 date and time of the Gregorian calendar, such as 2026-11-21T01:29:33.25Z.</summary>
    /// <param name="text">A date, or a date, T or a blank, hours and minutes, with seconds and a Z or an offset such as +02:00 if
    /// wished.</param>
    /// <remarks>The second 60 is read as the first one of the next minute, which has the same number.</remarks>
    /// <exception cref="FormatException">The text is none, or a field is out of its range; the message says which.</exception>
    public static JulianDate Parse(string text)
    {
        var read = Iso().Match(text);
        if (!read.Success)
            throw new FormatException($"A time is written like 2026-11-21T01:29:33.25, got '{text}'.");
        var (year, month, day) = (Field("year", 1, 9999), Field("month", 1, 12), Field("day", 1, 31));
        if (day > DateTime.DaysInMonth(year, month))
            throw new FormatException(
                $"day must be in [1, {DateTime.DaysInMonth(year, month)}] in {year}-{month:00}, got '{text}'.");
        var minutes = 60 * Field("hour", 0, 23) + Field("minute", 0, 59);
        if (read.Groups["sign"].Success)
        {
            var offset = 60 * Field("offsetHour", 0, 14) + Field("offsetMinute", 0, 59);
            minutes -= read.Groups["sign"].Value == "-" ? -offset : offset;
        }
        var seconds = Field("second", 0, 60) + (read.Groups["fraction"] is { Success: true } fraction
            ? double.Parse(fraction.Value, CultureInfo.InvariantCulture) : 0);
        return FromMjd((new DateTime(year, month, day) - epoch).Days, (60 * minutes + seconds) / 86400);

        int Field(string name, int from, int to)
        {
            if (!read.Groups[name].Success)
                return from;
            var value = int.Parse(read.Groups[name].ValueSpan, CultureInfo.InvariantCulture);
            return value >= from && value <= to ? value
                : throw new FormatException($"{name} must be in [{from}, {to}], got '{text}'.");
        }
    }

    static readonly DateTime epoch = new(1858, 11, 17);

    [GeneratedRegex(@"^\s*(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)"
        + @"([T ](?<hour>\d\d):(?<minute>\d\d)(:(?<second>\d\d)(?<fraction>\.\d+)?)?"
        + @"\s*(Z|(?<sign>[+-])(?<offsetHour>\d\d):?(?<offsetMinute>\d\d))?)?\s*$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Iso();

    /// <summary>The MJD as one number, with its 0.6 µs.</summary>
    public double Mjd => Day + Fraction;

    /// <summary>The JD as one number; it resolves 40 µs.</summary>
    public double Jd => Day + Sky.Mjd.JdOffset + Fraction;

    /// <summary>Date and time in ISO 8601, such as 2026-11-21T01:29:33.250, rounded.</summary>
    /// <param name="decimals">Of the seconds, in [0, 9].</param>
    /// <exception cref="ArgumentOutOfRangeException">The decimals are outside [0, 9].</exception>
    /// <exception cref="InvalidOperationException">The date is outside the years 1 to 9999.</exception>
    public string ToIso(int decimals = 3)
    {
        if (decimals is < 0 or > 9)
            throw new ArgumentOutOfRangeException(nameof(decimals), decimals,
                "A time is written with 0 to 9 decimals of a second.");
        // Counted in units of the last digit, so that 59.9996 s never becomes 60.
        var scale = (long)Math.Pow(10, decimals);
        var (days, units) = Math.DivRem((long)Math.Round(Fraction * 86400 * scale), 86400 * scale);
        if (!(Day + days >= -678575 && Day + days < 2973483))
            throw new InvalidOperationException($"A date must lie in the years 1 to 9999 to be written, got MJD {Mjd}.");
        var (seconds, fraction) = Math.DivRem(units, scale);
        var text = epoch.AddDays(Day + days).AddSeconds(seconds).ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture);
        return decimals == 0 ? text : $"{text}.{fraction.ToString(CultureInfo.InvariantCulture).PadLeft(decimals, '0')}";
    }

    /// <summary>The date some seconds later.</summary>
    public JulianDate AddSeconds(double seconds) => FromMjd(Day, Fraction + seconds / 86400);

    /// <summary>Days from another date to this one, without the rounding of a large number.</summary>
    public double DaysSince(JulianDate other) => Day - other.Day + (Fraction - other.Fraction);

    /// <summary>Negative where this date is the earlier one, positive where it is the later one.</summary>
    public int CompareTo(JulianDate other) => (Day, Fraction).CompareTo((other.Day, other.Fraction));

    /// <summary>Whether the left date is earlier than the right one.</summary>
    public static bool operator <(JulianDate left, JulianDate right) => left.CompareTo(right) < 0;

    /// <summary>Whether the left date is later than the right one.</summary>
    public static bool operator >(JulianDate left, JulianDate right) => left.CompareTo(right) > 0;

    /// <summary>Whether the left date is not later than the right one.</summary>
    public static bool operator <=(JulianDate left, JulianDate right) => left.CompareTo(right) <= 0;

    /// <summary>Whether the left date is not earlier than the right one.</summary>
    public static bool operator >=(JulianDate left, JulianDate right) => left.CompareTo(right) >= 0;
}
