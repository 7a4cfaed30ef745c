using System.Globalization;
using Vigil.Sky.Time;

namespace Vigil.Sky.Observing;

/// <summary>Reads orbital elements in the one-line formats of the Minor Planet Center.</summary>
public static class MpcElements
{
    /// <summary>Reads a line of MPCORB.DAT.</summary>
    /// <remarks>
    /// https://www.minorplanetcenter.net/iau/info/MPOrbitFormat.html; the name is in columns 167 to 194, or else the packed one
    /// in 1 to 7.
    /// </remarks>
    /// <exception cref="FormatException">A field is missing or is no number in its range; the message says which.</exception>
    public static Orbit ParseMinorPlanet(string line)
    {
        var name = Field(line, 167, 194);
        return Checked(line, () => Orbit.Ellipse(Number(line, "semimajor axis", 93, 103), Number(line, "eccentricity", 71, 79),
            Number(line, "inclination", 60, 68), Number(line, "node", 49, 57), Number(line, "argument of perihelion", 38, 46),
            Number(line, "mean anomaly", 27, 35), PackedDate(Field(line, 21, 25))) with
        {
            Name = name.Length > 0 ? name : Field(line, 1, 7),
            AbsoluteMagnitude = OptionalNumber(line, "H", 9, 13),
            Slope = OptionalNumber(line, "G", 15, 19) ?? 0.15,
        });
    }

    /// <summary>Reads a line of CometEls.txt.</summary>
    /// <remarks>https://www.minorplanetcenter.net/iau/info/CometOrbitFormat.html</remarks>
    /// <exception cref="FormatException">A field is missing or is no number in its range; the message says which.</exception>
    public static Orbit ParseComet(string line)
    {
        var (year, month) = (Number(line, "year of perihelion", 15, 18), Number(line, "month", 20, 21));
        var day = Number(line, "day", 23, 29);
        return Checked(line, () => new Orbit(Number(line, "perihelion distance", 31, 39), Number(line, "eccentricity", 42, 49),
            Number(line, "inclination", 72, 79), Number(line, "node", 62, 69), Number(line, "argument of perihelion", 52, 59),
            Date(year, month, Math.Floor(day)) + day % 1)
        {
            Name = Field(line, 103, 158) is { Length: > 0 } name ? name : Field(line, 1, 12),
            AbsoluteMagnitude = OptionalNumber(line, "absolute magnitude", 92, 95),
            Slope = OptionalNumber(line, "slope", 97, 100) ?? 4,
            IsComet = true,
        });
    }

    // What Orbit refuses was wrong in the line.
    static Orbit Checked(string line, Func<Orbit> read)
    {
        try
        {
            return read();
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new FormatException($"{e.Message} The elements are '{line.Trim()}'.", e);
        }
    }

    // K2555 is 2025-05-05: century (I 18, J 19, K 20), year, month and day, which go on with A for 10.
    static double PackedDate(string text)
    {
        if (text.Length == 5 && text[0] is >= 'I' and <= 'K' && char.IsAsciiDigit(text[1]) && char.IsAsciiDigit(text[2])
            && Digit(text[3]) is { } month && Digit(text[4]) is { } day)
            return Date(100 * (text[0] - 'I' + 18) + 10 * (text[1] - '0') + text[2] - '0', month, day);
        throw new FormatException($"The epoch, columns 21 to 25, must be a packed date such as K2555, got '{text}'.");

        static int? Digit(char c) => c switch { >= '0' and <= '9' => c - '0', >= 'A' and <= 'V' => c - 'A' + 10, _ => null };
    }

    static double Date(double year, double month, double day)
    {
        if (!(year is >= 1 and <= 9999 && month is >= 1 and <= 12) || month % 1 != 0 || year % 1 != 0
            || !(day >= 1 && day <= DateTime.DaysInMonth((int)year, (int)month)))
            throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"There is no day {year}-{month}-{day}."));
        return JulianDate.Parse(string.Create(CultureInfo.InvariantCulture,
            $"{(int)year:0000}-{(int)month:00}-{(int)day:00}")).Day;
    }

    static double Number(string line, string name, int from, int to) => OptionalNumber(line, name, from, to)
        ?? throw new FormatException($"The {name}, columns {from} to {to}, is missing in '{line.Trim()}'.");

    static double? OptionalNumber(string line, string name, int from, int to)
    {
        var text = Field(line, from, to);
        return text.Length == 0 ? null
            : double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture,
                out var number)
            ? number : throw new FormatException($"The {name}, columns {from} to {to}, must be a number, got '{text}'.");
    }

    // Columns counted from 1, as the formats do; empty beyond the line's end.
    static string Field(string line, int from, int to) =>
        from > line.Length ? "" : line[(from - 1)..Math.Min(to, line.Length)].Trim();
}
