using System.Globalization;

namespace Vigil.Sky.Imaging;

/// <summary>The colour of a target, as an observer knows it.</summary>
/// <param name="Colour">In which two bands; the zero point's colour term is then in the same.</param>
/// <param name="Value">mag.</param>
/// <param name="Err">Its 1 sigma error: mag.</param>
public readonly record struct TargetColour(CatalogColour Colour, double Value, double Err = 0)
{
    /// <summary>Reads a colour with its value.</summary>
    /// <param name="text">Such as BP-RP=1.2 or g-r=0.45+-0.05.</param>
    /// <exception cref="FrameException">It is none.</exception>
    public static TargetColour Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var sides = text.Split('=', StringSplitOptions.TrimEntries);
        var numbers = sides.Length == 2 ? sides[1].Split("+-", StringSplitOptions.TrimEntries) : [];
        var (value, err) = (double.NaN, 0.0);
        if (numbers.Length is not (1 or 2) || !TryNumber(numbers[0], out value) || Math.Abs(value) > 20
            || (numbers.Length == 2 && !(TryNumber(numbers[1], out err) && err is >= 0 and <= 20)))
            throw new FrameException($"'{text}' is no target's colour. Write BP-RP=1.2, or g-r=0.45+-0.05 with its error.");
        return new TargetColour(CatalogColour.Parse(sides[0]), value, err);
    }

    static bool TryNumber(string text, out double number) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);
}
