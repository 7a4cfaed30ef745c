using System.Globalization;
using System.Text.RegularExpressions;

namespace Vigil.Sky;

/// <summary>Positions as people write them: hours or degrees, minutes and seconds.</summary>
public static partial class Sexagesimal
{
    /// <summary>A right ascension in hours, such as 22:49:50.31.</summary>
    /// <param name="ra">Degrees, any finite value.</param>
    /// <param name="decimals">Of the seconds, in [0, 6].</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is not finite, or the decimals are outside [0, 6].</exception>
    public static string Ra(double ra, int decimals = 2, SexagesimalStyle style = SexagesimalStyle.Colons)
    {
        var text = Format(Sphere.NormalizeRa(ra) / 15, decimals, style, 'h');
        return text.StartsWith("24", StringComparison.Ordinal) ? Format(0, decimals, style, 'h') : text;
    }

    /// <summary>A declination in degrees, such as +51:15:48.2.</summary>
    /// <param name="dec">Degrees, in [-90, 90].</param>
    /// <param name="decimals">Of the seconds, in [0, 6].</param>
    /// <exception cref="ArgumentOutOfRangeException">The declination is outside [-90, 90], or the decimals are outside [0,
    /// 6].</exception>
    public static string Dec(double dec, int decimals = 1, SexagesimalStyle style = SexagesimalStyle.Colons) =>
        (dec < 0 ? "-" : "+") + Format(Math.Abs(Sphere.CheckedDec(dec)), decimals, style, 'd');

    /// <summary>Reads a position, right ascension first.</summary>
    /// <param name="text">
    /// Such as "12:34:56.7 -01:02:03", "12h34m56.7s -1d2m3s", "12 34 56.7 -01 02 03", "188.73625 -1.03417"; a comma may part the
    /// two.
    /// </param>
    /// <returns>Right ascension in [0, 360) and declination in [-90, 90], degrees.</returns>
    /// <exception cref="FormatException">The text is not such a position; the message says what is wrong.</exception>
    public static (double Ra, double Dec) ParsePosition(string text)
    {
        var (ra, dec) = Split(text.Trim());
        return (ParseRa(ra), ParseDec(dec));
    }

    /// <summary>Reads a right ascension: a plain number or one with a d is degrees, anything else hours.</summary>
    /// <param name="text">Such as 342.4596, 342.4596d, 22:49:50.3, 22h49m50.3s, 22.83h or "22 49 50.3".</param>
    /// <returns>Degrees in [0, 360).</returns>
    /// <exception cref="FormatException">The text is no right ascension; the message says what is wrong.</exception>
    public static double ParseRa(string text) => ReadRa(text, out var ra) is { } error ? throw new FormatException(error) : ra;

    /// <summary>Reads a declination in degrees, plain or in parts.</summary>
    /// <param name="text">Such as -7.5, -07:30:00, -7d30m or "-7 30 0".</param>
    /// <returns>Degrees in [-90, 90].</returns>
    /// <exception cref="FormatException">The text is no declination; the message says what is wrong.</exception>
    public static double ParseDec(string text) =>
        ReadDec(text, out var dec) is { } error ? throw new FormatException(error) : dec;

    /// <summary>As <see cref="ParseRa"/>, without an exception.</summary>
    public static bool TryParseRa(string text, out double ra) => ReadRa(text, out ra) is null;

    /// <summary>As <see cref="ParseDec"/>, without an exception.</summary>
    public static bool TryParseDec(string text, out double dec) => ReadDec(text, out dec) is null;

    static string? ReadRa(string text, out double ra)
    {
        if (Read(text, out ra, out var unit) is { } error)
            return $"A right ascension is written like 12:34:56.7, 12h34m56.7s, 12 34 56.7 or, in degrees, 188.736: {error}";
        if (unit != 'd')
            ra *= 15;
        return ra is >= 0 and < 360 ? null : unit == 'd' && double.IsFinite(ra)
            ? $"A right ascension must be in [0, 360) degrees, got '{text}'. "
                + $"The same direction is {Text(Sphere.NormalizeRa(ra))}."
            : $"A right ascension must be in [0, 24) hours, got '{text}'.";
    }

    static string? ReadDec(string text, out double dec)
    {
        if (Read(text, out dec, out var unit) is { } error)
            return $"A declination is written like -01:02:03.4, -1d2m3.4s, -01 02 03.4 or -1.0343: {error}";
        return unit == 'h' ? $"A declination is in degrees, not hours, got '{text}'."
            : dec is >= -90 and <= 90 ? null
            : $"A declination must be in [-90, 90] degrees, got '{text}'. Check that ra and dec are not exchanged.";
    }

    // Unit: d for degrees, h for hours, a blank where the text leaves that open.
    internal static string? Read(string text, out double value, out char unit)
    {
        (value, unit) = (0, 'd');
        var trimmed = text.Trim().Replace('−', '-');
        if (double.TryParse(trimmed, NumberStyles.Float, CultureInfo.InvariantCulture, out value))
            return double.IsFinite(value) ? null : $"'{text}' is not finite.";
        var parts = Parts().Match(trimmed);
        if (!parts.Success)
            return $"'{text}' is not.";
        unit = parts.Groups["unit"].Value.ToLowerInvariant() switch { "h" => 'h', "d" or "°" => 'd', _ => ' ' };
        var (minutes, seconds) = (Number("minutes"), Number("seconds"));
        if (minutes >= 60)
            return $"minutes must be in [0, 60), got {Text(minutes)} in '{text}'.";
        if (seconds >= 60)
            return $"seconds must be in [0, 60), got {Text(seconds)} in '{text}'.";
        value = Number("whole") + (minutes + seconds / 60) / 60;
        if (trimmed[0] == '-')
            value = -value;
        return null;

        double Number(string name) =>
            parts.Groups[name] is { Success: true } part ? double.Parse(part.ValueSpan, CultureInfo.InvariantCulture) : 0;
    }

    // The declination begins after a comma, at a sign that is not the first character, or in the middle of an even number of
    // words.
    static (string Ra, string Dec) Split(string text)
    {
        var comma = text.IndexOfAny([',', ';']);
        if (comma >= 0)
            return (text[..comma], text[(comma + 1)..]);
        var sign = text.Length < 2 ? -1 : text.AsSpan(1).IndexOfAny('+', '-', '−') + 1;
        if (sign > 0)
            return (text[..sign], text[sign..]);
        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return words.Length is 2 or 4 or 6
            ? (string.Join(' ', words[..(words.Length / 2)]), string.Join(' ', words[(words.Length / 2)..]))
            : throw new FormatException(
                $"A position is a right ascension and a declination, such as '12:34:56.7 -01:02:03' or '188.736 -1.034', "
                + $"got '{text}'.");
    }

    // Counts whole units of the last digit, so that 59.999 s never becomes 60.
    static string Format(double value, int decimals, SexagesimalStyle style, char unit)
    {
        if (decimals is < 0 or > 6)
            throw new ArgumentOutOfRangeException(nameof(decimals), decimals, "Seconds are written with 0 to 6 decimals.");
        var scale = (long)Math.Pow(10, decimals);
        var units = (long)Math.Round(value * 3600 * scale);
        var (seconds, fraction) = Math.DivRem(units, scale);
        var tail = decimals == 0 ? "" : "." + fraction.ToString(CultureInfo.InvariantCulture).PadLeft(decimals, '0');
        var (first, second, last) = style switch
        {
            SexagesimalStyle.Blanks => (" ", " ", ""),
            SexagesimalStyle.Letters => (unit.ToString(), "m", "s"),
            _ => (":", ":", ""),
        };
        return string.Create(CultureInfo.InvariantCulture,
            $"{seconds / 3600:00}{first}{seconds / 60 % 60:00}{second}{seconds % 60:00}{tail}{last}");
    }

    static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);

    // One kind of mark throughout, and only the last part with decimals.
    [GeneratedRegex("""
        ^[+-]?\s*(
          (?<whole>\d+):(?<minutes>\d+(\.\d*)?)
        | (?<whole>\d+):(?<minutes>\d+):(?<seconds>\d+(\.\d*)?)
        | (?<whole>\d+)\s+(?<minutes>\d+(\.\d*)?)
        | (?<whole>\d+)\s+(?<minutes>\d+)\s+(?<seconds>\d+(\.\d*)?)
        | (?<whole>\d+(\.\d*)?)\s*(?<unit>[hd°])
        | (?<whole>\d+)\s*(?<unit>[hd°])\s*(?<minutes>\d+(\.\d*)?)\s*[m'′]
        | (?<whole>\d+)\s*(?<unit>[hd°])\s*(?<minutes>\d+)\s*[m'′]\s*(?<seconds>\d+(\.\d*)?)\s*(s|"|″|'')?
        )$
        """, RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.IgnorePatternWhitespace
            | RegexOptions.CultureInvariant)]
    private static partial Regex Parts();
}
