using System.Globalization;
using System.Text.RegularExpressions;
using Vigil.Sky.Fits;
using Vigil.Sky.Time;

namespace Vigil.Sky.Imaging;

/// <summary>The time of an exposure in a header, whichever of the many ways it is written in.</summary>
sealed partial class ExposureTime(FitsHeader header, ExposureOptions options, List<string> assumptions, List<string> problems)
{
    const ExposureMoment Start = ExposureMoment.Start, Middle = ExposureMoment.Middle, End = ExposureMoment.End;

    // The order is that of trust: what says which moment it means, then DATE-OBS with what completes it, then the rest.
    static readonly (string Keyword, ExposureMoment Moment)[] dates =
    [
        ("DATE-AVG", Middle), ("DATE-MID", Middle), ("DATE-BEG", Start),
        ("DATE-OBS", Start), ("DATE_OBS", Start), ("DATEOBS", Start),
        ("DATE-STR", Start), ("UTSHUT", Start), ("DATE-END", End),
    ];

    static readonly (string Keyword, ExposureMoment Moment)[] days =
    [
        ("MJD-AVG", Middle), ("MJD-MID", Middle), ("JD-MID", Middle),
        ("MIDMJD", Middle), ("MJD-BEG", Start), ("MJD-OBS", Start),
        ("MJD_OBS", Start), ("MJDOBS", Start), ("MJD-STR", Start),
        ("MJD", Start), ("JD-OBS", Start), ("JD_UTC", Start), ("JD-UTC", Start),
        ("JD-START", Start), ("JD", Start), ("MJD-END", End),
    ];

    static readonly string[] times =
    [
        "TIME-OBS", "TIME_OBS", "TIMEOBS", "UT", "UTC", "UTSTART", "UT-START", "UTC-OBS", "UT-OBS", "UTCSTART", "TIME-BEG",
        "UTIME", "UT1", "TM-START", "EXPSTART", "TAIHMS",
    ];

    // Photographic surveys that exist as FITS begin in 1949 (POSS-I); what is before, or in another century, is a broken clock.
    const double Earliest = 32_500, Latest = 88_069; // 1947-11-13 and 2100-01-01

    readonly HeaderValues values = new(header);

    /// <summary>The time, MJD in UTC, and the moment that it means; NaN where there is none that can be believed.</summary>
    public (double Mjd, ExposureMoment Moment) Read()
    {
        var found = options.DateKeyword is { } keyword ? Named(keyword) : Usual();
        if (found is not { } time)
            return (double.NaN, Start);
        var moment = options.DateIs ?? time.Moment;
        var mjd = ToUtc(time);
        if (mjd is not (>= Earliest and <= Latest))
        {
            problems.Add($"{time.Words} is {Iso(mjd)} (MJD {mjd.ToString("0.#####", CultureInfo.InvariantCulture)}), which no "
                + "digital frame can be from. Correct the header, or name another keyword (--date-keyword).");
            return (double.NaN, moment);
        }
        return (mjd, moment);
    }

    readonly record struct Time(double Mjd, ExposureMoment Moment, string Words, bool HasZone);

    Time? Named(string keyword)
    {
        if (values.First(keyword) is not { } card)
        {
            problems.Add($"{keyword}, the keyword named for the time, is not in the header or has no value.");
            return null;
        }
        if (HeaderValues.TryNumber(card.Value!, out var number))
            return Number(card, number, Start);
        if (Date(card, ExposureMoment.Start, out var needsTime) is { } time && !needsTime)
            return time;
        problems.Add($"{keyword} = '{card.Value}' is no date with a time, and no MJD or JD.");
        return null;
    }

    Time? Usual()
    {
        Time? dateOnly = null;
        var unread = new List<string>();
        foreach (var (keyword, moment) in dates)
        {
            if (values.First(keyword) is not { } card)
                continue;
            if (HeaderValues.TryNumber(card.Value!, out var number) && number > 10_000)
                return Number(card, number, moment);
            if (Date(card, moment, out var needsTime) is not { } time)
                unread.Add($"{keyword} = '{card.Value}'");
            else if (!needsTime)
                return Compared(time);
            else
                dateOnly ??= time;
        }
        Time? whole = null;
        foreach (var (keyword, moment) in days)
        {
            if (values.Number(keyword) is not { } day)
                continue;
            var time = Number(day.Card, day.Value, moment);
            if (time.Mjd != Math.Floor(time.Mjd))
                return Compared(time);
            whole ??= time;
        }
        if ((dateOnly ?? whole) is { } date)
            problems.Add($"{date.Words} gives the day, but nothing the time of day. Name its keyword (--date-keyword) or correct "
                + "the header.");
        else if (unread.Count > 0)
            problems.Add($"{string.Join(" and ", unread)} cannot be read as a time. It is written like 2026-11-21T01:29:33.");
        else
            problems.Add("The header has no time of the exposure (DATE-OBS, MJD-OBS, JD). Name its keyword (--date-keyword), if "
                + "it has another.");
        return null;
    }

    /// <summary>A date, with the time of day from another card where it has none itself.</summary>
    Time? Date(FitsCard card, ExposureMoment moment, out bool needsTime)
    {
        needsTime = false;
        var text = card.Value!.Trim().Replace(',', '.');
        moment = Stated(card) ?? moment;
        if (ParseDay(text, card.Keyword) is { } day)
        {
            if (TimeOfDay() is { } time)
            {
                var words = $"{card.Keyword} = {text} with {time.Card.Keyword} = {time.Card.Value!.Trim()}";
                assumptions.Add($"The time is {words}.");
                return new Time(day + time.Hours / 24, Stated(time.Card) ?? moment, words, false);
            }
            needsTime = true;
            return new Time(day, moment, $"{card.Keyword} = {text}", false);
        }
        try
        {
            var zoned = Zone().IsMatch(text);
            if (zoned && !text.EndsWith('Z'))
                assumptions.Add($"{card.Keyword} = {text} has a time zone, and was converted to UTC.");
            return new Time(JulianDate.Parse(text).Mjd, moment, $"{card.Keyword} = {text}", zoned);
        }
        catch (FormatException)
        {
            return null; // the caller says so, should nothing else be found
        }
    }

    // A date alone: year first, or day first.
    double? ParseDay(string text, string keyword)
    {
        var match = Day().Match(text);
        if (!match.Success)
            return null;
        var (year, month, day) = (Field("year"), Field("month"), Field("day"));
        if (match.Groups["year"].Length == 2)
        {
            // FITS before 1997: DD/MM/YY of the twentieth century. Programs went on with it.
            year += year < 49 ? 2000 : 1900;
            assumptions.Add($"{keyword} = {text} was read as day/month/year: {year:0000}-{month:00}-{day:00}.");
        }
        if (year is < 1 or > 9999 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
            return null;
        return Sky.Mjd.From(new DateTimeOffset(year, month, day, 0, 0, 0, TimeSpan.Zero));

        int Field(string name) => int.Parse(match.Groups[name].ValueSpan, CultureInfo.InvariantCulture);
    }

    (FitsCard Card, double Hours)? TimeOfDay()
    {
        foreach (var keyword in times)
            if (values.First(keyword) is { } card && Sexagesimal.Read(card.Value!.Trim(), out var hours, out var unit) is null
                && unit != 'd' && hours is >= 0 and < 24)
                return (card, hours);
        return null;
    }

    Time Number(FitsCard card, double value, ExposureMoment moment)
    {
        var isJd = card.Keyword.StartsWith("JD", StringComparison.Ordinal);
        var words = $"{card.Keyword} = {card.Value}";
        moment = Stated(card) ?? moment;
        if (Sky.Mjd.LooksLikeJd(value))
        {
            if (!isJd)
                assumptions.Add($"{words} is a JD, not an MJD: 2400000.5 was subtracted.");
            return new Time(Sky.Mjd.FromJd(value), moment, words, false);
        }
        if (isJd && value is >= Earliest and <= Latest)
            assumptions.Add($"{words} is no JD and was taken as an MJD.");
        return new Time(value, moment, words, false);
    }

    // What else the header says of the time should agree.
    Time Compared(Time time)
    {
        if (time is { Moment: Start, HasZone: false } && values.Number("MJD-OBS", "MJD_OBS", "JD") is { } other
            && !time.Words.StartsWith(other.Card.Keyword, StringComparison.Ordinal) && Stated(other.Card) is null)
        {
            var mjd = Sky.Mjd.LooksLikeJd(other.Value) ? Sky.Mjd.FromJd(other.Value) : other.Value;
            var seconds = Math.Abs(mjd - time.Mjd) * 86400;
            // A second is what people round to; more shows that one of the two is another moment or another scale.
            if (seconds > 1.5)
                assumptions.Add(string.Create(CultureInfo.InvariantCulture,
                    $"{other.Card.Keyword} = {other.Card.Value} is {seconds:0} s away from {time.Words}, which was used."));
        }
        return time;
    }

    static ExposureMoment? Stated(FitsCard card) =>
        OfTheMiddle().IsMatch(card.Comment) ? ExposureMoment.Middle
        : OfTheEnd().IsMatch(card.Comment) ? ExposureMoment.End
        : null;

    double ToUtc(Time time)
    {
        if (options.ClockAheadHours is { } hours && !time.HasZone)
            return time.Mjd - hours / 24;
        var scale = values.First("TIMESYS")?.Value!.Trim().ToUpperInvariant();
        if (time.HasZone)
            return time.Mjd;
        switch (scale)
        {
            case null:
                assumptions.Add($"{time.Words} was taken as UTC, for want of TIMESYS.");
                return time.Mjd;
            case "UTC" or "UT" or "GMT" or "UT1":
                return time.Mjd;
            case "TAI" or "IAT":
                return Converted(TimeScale.TaiToUtc(JulianDate.FromMjd(time.Mjd)).Mjd);
            case "GPS":
                return Converted(TimeScale.TaiToUtc(JulianDate.FromMjd(time.Mjd).AddSeconds(19)).Mjd); // IS-GPS-200, since 1980
            case "TT" or "TDT" or "ET":
                return Converted(TimeScale.TtToUtc(time.Mjd));
            case "TDB":
                return Converted(TimeScale.TdbToUtc(JulianDate.FromMjd(time.Mjd)).Mjd);
            default:
                problems.Add($"TIMESYS = {scale} is no time scale that can be converted to UTC; {time.Words} was taken as UTC. "
                    + "If it is local time, give the hours (--clock-ahead).");
                return time.Mjd;
        }

        double Converted(double utc)
        {
            assumptions.Add($"{time.Words} is in {scale}, and was converted to UTC.");
            return utc;
        }
    }

    static string Iso(double mjd) => mjd is > -678_575 and < 2_973_483 ? JulianDate.FromMjd(mjd).ToIso(0) : "beyond the calendar";

    [GeneratedRegex(@"(Z|[+-]\d\d:?\d\d)\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex Zone();

    [GeneratedRegex(@"^((?<year>\d{4})[-/.](?<month>\d{1,2})[-/.](?<day>\d{1,2})"
        + @"|(?<day>\d{1,2})[-/.](?<month>\d{1,2})[-/.](?<year>\d{4}|\d\d))$",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Day();

    [GeneratedRegex(@"\bmid(dle|point|time)?\b|\bmid-|\baverage\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex OfTheMiddle();

    [GeneratedRegex(@"\bend of\b|\bexposure end\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex OfTheEnd();
}
