using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Vigil.Spectra;

/// <summary>
/// What a word means in YAML 1.1, as SkyPortal reads the header lines of spectra: 017 is octal, 12:30:00.5 is a number to base
/// 60, off is false. The file is kept with the spectrum, so nothing of what was written is lost.
/// </summary>
/// <remarks>
/// The types int, float, bool and null of https://yaml.org/type/, without digits grouped by _, and quoted text without escapes;
/// dates stay text.
/// </remarks>
static partial class YamlScalar
{
    public static JsonNode? Read(string text) => text switch
    {
        ['"', .., '"'] => text[1..^1],
        ['\'', .., '\''] => text[1..^1].Replace("''", "'", StringComparison.Ordinal),
        _ when text.IndexOf(" #", StringComparison.Ordinal) is > 0 and var comment => Read(text[..comment].TrimEnd()),
        "" or "~" or "null" or "Null" or "NULL" => null,
        _ when True().IsMatch(text) => true,
        _ when False().IsMatch(text) => false,
        _ when Octal().IsMatch(text) => Signed(text, digits => Convert.ToInt64(digits, 8)),
        _ when Decimal().IsMatch(text) => Signed(text, digits => long.Parse(digits, CultureInfo.InvariantCulture)),
        _ when Base60().IsMatch(text) => Signed(text, digits => digits.Split(':')
            .Aggregate(0L, (sum, part) => 60 * sum + int.Parse(part, CultureInfo.InvariantCulture))),
        _ when Float().IsMatch(text) => double.Parse(text, CultureInfo.InvariantCulture),
        _ when FloatBase60().IsMatch(text) => Sign(text) * text.TrimStart('-', '+').Split(':')
            .Aggregate(0.0, (sum, part) => 60 * sum + double.Parse(part, CultureInfo.InvariantCulture)),
        _ => text,
    };

    static long Signed(string text, Func<string, long> read) => Sign(text) * read(text.TrimStart('-', '+'));

    static int Sign(string text) => text[0] == '-' ? -1 : 1;

    [GeneratedRegex("^(true|True|TRUE|yes|Yes|YES|on|On|ON)$", RegexOptions.ExplicitCapture)]
    private static partial Regex True();

    [GeneratedRegex("^(false|False|FALSE|no|No|NO|off|Off|OFF)$", RegexOptions.ExplicitCapture)]
    private static partial Regex False();

    // So many digits as surely fit 64 bits; more are text.
    [GeneratedRegex("^[-+]?0[0-7]{1,20}$")]
    private static partial Regex Octal();

    [GeneratedRegex("^[-+]?(0|[1-9][0-9]{0,17})$", RegexOptions.ExplicitCapture)]
    private static partial Regex Decimal();

    [GeneratedRegex("^[-+]?[1-9][0-9]{0,8}(:[0-5]?[0-9]){1,3}$", RegexOptions.ExplicitCapture)]
    private static partial Regex Base60();

    [GeneratedRegex(@"^[-+]?([0-9]+\.[0-9]*|\.[0-9]+)([eE][-+][0-9]{1,2})?$", RegexOptions.ExplicitCapture)]
    private static partial Regex Float();

    [GeneratedRegex(@"^[-+]?[0-9]{1,9}(:[0-5]?[0-9]){1,3}\.[0-9]*$", RegexOptions.ExplicitCapture)]
    private static partial Regex FloatBase60();
}
