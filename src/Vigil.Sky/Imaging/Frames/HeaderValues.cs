using System.Globalization;
using System.Text.RegularExpressions;
using Vigil.Sky.Fits;

namespace Vigil.Sky.Imaging;

/// <summary>
/// Values of a header as people write them: numbers in quotes or with a unit, keywords with '-' or '_', fields left empty.
/// </summary>
sealed partial class HeaderValues(FitsHeader header)
{
    /// <summary>The first of some keywords that has a value: its card, or null. Fields of blanks do not count.</summary>
    public FitsCard? First(params ReadOnlySpan<string> keywords)
    {
        foreach (var keyword in keywords)
            if (header.Find(keyword) is { Value: { } value } card && !string.IsNullOrWhiteSpace(value))
                return card;
        return null;
    }

    /// <summary>The first of some keywords whose value is a finite number, in quotes or not; its unit goes unread.</summary>
    public (FitsCard Card, double Value)? Number(params ReadOnlySpan<string> keywords)
    {
        foreach (var keyword in keywords)
            if (First(keyword) is { } card && TryNumber(card.Value!, out var number))
                return (card, number);
        return null;
    }

    /// <summary>The first of some keywords whose value is an angle in degrees, plain or sexagesimal.</summary>
    public (FitsCard Card, double Value)? Degrees(params ReadOnlySpan<string> keywords)
    {
        foreach (var keyword in keywords)
            if (First(keyword) is { } card && Sexagesimal.Read(card.Value!, out var value, out var unit) is null && unit != 'h')
                return (card, value);
        return null;
    }

    public static bool TryNumber(string text, out double number)
    {
        var match = Numeral().Match(text);
        number = double.NaN;
        if (match.Success)
            number = double.Parse(match.Groups["number"].ValueSpan, CultureInfo.InvariantCulture);
        return double.IsFinite(number);
    }

    [GeneratedRegex(@"^\s*(?<number>[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?)\s*([a-zA-Z""'/\-]*)\s*$",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Numeral();
}
