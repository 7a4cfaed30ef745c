using System.Globalization;

namespace Vigil.Sky;

/// <summary>Positions as people write them: hours or degrees, minutes and seconds.</summary>
public static class Sexagesimal
{
    static readonly char[] separators = [' ', ':', 'h', 'H', 'd', 'D', '°', 'm', 'M', '\'', '′', 's', 'S', '"', '″'];

    /// <summary>A right ascension in hours, such as 22:49:50.31.</summary>
    /// <param name="ra">Degrees, any finite value.</param>
    /// <param name="decimals">Of the seconds, in [0, 6].</param>
    public static string Ra(double ra, int decimals = 2)
    {
        var text = Format(Sphere.NormalizeRa(ra) / 15, decimals);
        return text.StartsWith("24", StringComparison.Ordinal) ? Format(0, decimals) : text;
    }

    /// <summary>A declination in degrees, such as +51:15:48.2.</summary>
    /// <param name="dec">Degrees, in [-90, 90].</param>
    /// <param name="decimals">Of the seconds, in [0, 6].</param>
    /// <exception cref="ArgumentOutOfRangeException">The declination is outside [-90, 90].</exception>
    public static string Dec(double dec, int decimals = 1) =>
        (dec < 0 ? "-" : "+") + Format(Math.Abs(Sphere.CheckedDec(dec)), decimals);

    /// <summary>Reads a right ascension: a plain number is degrees, anything in parts is hours.</summary>
    /// <param name="text">Such as 342.4596, 22:49:50.3, 22h49m50.3s or "22 49 50.3".</param>
    /// <param name="ra">Degrees in [0, 360).</param>
    public static bool TryParseRa(string text, out double ra)
    {
        var read = TryParse(text, out ra, out var inParts);
        if (inParts)
            ra *= 15;
        return read && ra is >= 0 and < 360;
    }

    /// <summary>Reads a declination in degrees, plain or in parts.</summary>
    /// <param name="text">Such as -7.5, -07:30:00 or -7d30m.</param>
    /// <param name="dec">Degrees in [-90, 90].</param>
    public static bool TryParseDec(string text, out double dec) => TryParse(text, out dec, out _) && dec is >= -90 and <= 90;

    static bool TryParse(string text, out double value, out bool inParts)
    {
        (value, inParts) = (0, false);
        text = text.Trim().Replace('−', '-');
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value))
            return double.IsFinite(value);
        inParts = true;
        var negative = text.StartsWith('-');
        var parts = text.TrimStart('+', '-').Split(separators, StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length is < 1 or > 3)
            return false;
        var unit = 1.0;
        for (var i = 0; i < parts.Length; i++, unit /= 60)
        {
            if (!double.TryParse(parts[i], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var part)
                || (i > 0 && part >= 60))
                return false;
            value += part * unit;
        }
        if (negative)
            value = -value;
        return true;
    }

    // Counts whole units of the last digit, so that 59.999 s never becomes 60.
    static string Format(double value, int decimals)
    {
        var scale = (long)Math.Pow(10, decimals);
        var units = (long)Math.Round(value * 3600 * scale);
        var (seconds, fraction) = Math.DivRem(units, scale);
        var text = string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600:00}:{seconds / 60 % 60:00}:{seconds % 60:00}");
        return decimals == 0 ? text : $"{text}.{fraction.ToString(CultureInfo.InvariantCulture).PadLeft(decimals, '0')}";
    }
}
