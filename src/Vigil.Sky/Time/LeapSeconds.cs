using System.Globalization;

namespace Vigil.Sky.Time;

/// <summary>
/// TAI - UTC as it was announced: the table of leap seconds and, before 1972, of UTC's slower and faster seconds.
/// </summary>
/// <remarks>
/// IERS Bulletin C and its file leap-seconds.list; 1960 to 1971: Explanatory Supplement to the Astronomical Almanac (1992),
/// table 2.58.1. A date has 86400 s here, as in <see cref="Mjd"/>: a leap second shares its number with the second after it.
/// </remarks>
public sealed class LeapSeconds
{
    // From which date (MJD, UTC) TAI - UTC = Offset + (mjd - Reference) * Rate, seconds and seconds a day.
    readonly record struct Step(double From, double Offset, double Reference, double Rate);

    readonly Step[] steps;

    LeapSeconds(Step[] steps, double expires) => (this.steps, Expires) = (steps, expires);

    /// <summary>The table that comes with the library: leap-seconds.list of July 2025.</summary>
    public static LeapSeconds BuiltIn { get; } = Read();

    /// <summary>No leap second is missing before this date: MJD, UTC. Bulletin C tells half a year ahead.</summary>
    public double Expires { get; }

    /// <summary>The dates on which a second was put in at the end of the day before: MJD, ascending.</summary>
    public IEnumerable<int> Dates => steps.Where(step => step.Rate == 0).Skip(1).Select(step => (int)step.From);

    /// <summary>Seconds by which TAI is ahead of UTC, and how far they are to be trusted.</summary>
    /// <param name="mjd">UTC.</param>
    /// <returns>
    /// Exact where <see cref="TaiMinusUtc.Knowledge"/> is <see cref="LeapSecondKnowledge.Announced"/>; beyond the table the last
    /// value, wrong by every second announced since; before 1960 the first one, 0.9 s, of a UTC that did not exist.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">The date is NaN or infinite.</exception>
    public TaiMinusUtc At(double mjd)
    {
        if (!double.IsFinite(mjd))
            throw new ArgumentOutOfRangeException(nameof(mjd), mjd, "An MJD must be a finite number of days.");
        var i = steps.Length - 1;
        while (i > 0 && mjd < steps[i].From)
            i--;
        var known = mjd < steps[0].From ? LeapSecondKnowledge.BeforeUtc
            : mjd < Expires ? LeapSecondKnowledge.Announced : LeapSecondKnowledge.BeyondTable;
        var day = known == LeapSecondKnowledge.BeforeUtc ? steps[0].From : mjd;
        return new TaiMinusUtc(steps[i].Offset + (day - steps[i].Reference) * steps[i].Rate, known);
    }

    /// <summary>A newer table, from the text of the IERS file leap-seconds.list; before 1972 as in the built-in one.</summary>
    /// <exception cref="FormatException">A line is not of that file, its expiry is missing, or its dates do not
    /// ascend.</exception>
    public static LeapSeconds Parse(string leapSecondsList)
    {
        const double ntpEpoch = 15020; // 1900-01-01
        var read = BuiltIn.steps.Where(step => step.Rate != 0).ToList();
        double? expires = null;
        foreach (var line in leapSecondsList.Split('\n'))
        {
            if (line.StartsWith("#@", StringComparison.Ordinal))
                expires = ntpEpoch + Number(line[2..], line) / 86400;
            else if (line.Trim() is { Length: > 0 } row && row[0] != '#')
            {
                var words = row.Split((char[])[' ', '\t', '#'], StringSplitOptions.RemoveEmptyEntries);
                if (words.Length < 2)
                    throw new FormatException($"leap-seconds.list has seconds since 1900 and TAI - UTC in a line, got '{row}'.");
                var from = ntpEpoch + Number(words[0], row) / 86400;
                if (from <= read[^1].From)
                    throw new FormatException(
                        $"The dates of leap-seconds.list ascend from 1972 on; '{row}' is not after the row before it.");
                read.Add(new Step(from, Number(words[1], row), 0, 0));
            }
        }
        return new LeapSeconds([.. read], expires
            ?? throw new FormatException(
                "leap-seconds.list tells when it expires in a line that begins with #@; there is none."));

        static double Number(string text, string line) =>
            double.TryParse(text, NumberStyles.Integer | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
                out var number)
                ? number : throw new FormatException($"leap-seconds.list has numbers only, got '{line.Trim()}'.");
    }

    static LeapSeconds Read()
    {
        var rows = EmbeddedTable.Rows("leapseconds.csv").ToList();
        return new LeapSeconds([.. rows.SkipLast(1).Select(row => new Step(row[0], row[1], row[2], row[3]))], rows[^1][0]);
    }
}
