using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Vigil.Sources;

namespace Vigil.Dialects.Bhtom;

/// <summary>Reads the fields of a target as BHTOM's scripts send them; null means not given.</summary>
static partial class TargetFields
{
    public const int LongestName = 100, LongestDescription = 200, MostAliases = 50;

    static readonly string[] fields =
    [
        "name", "ra", "dec", "epoch", "classification", "discovery_date", "importance", "cadence", "description",
        "has_optical", "has_infrared", "has_radio", "has_xray", "has_gamma", "has_polarimetry",
    ];

    static readonly string[] classifications =
    [
        "Unknown", "Be-star outburst", "AGN", "BL Lac", "CV", "CEPH", "EB", "Galaxy", "GWOC", "LPV", "LBV", "M-dwarf flare",
        "Microlensing Event", "Nova", "Peculiar Supernova", "Planetary Transit", "QSO", "RCrB",
        "RR Lyrae Variable", "SSO", "Star",
        "SN", "SLSN", "Supernova imposter", "Symbiotic star", "TDE", "Variable star-other", "XRB", "Xray-transient", "YSO",
    ];

    static readonly Dictionary<string, string> classificationByName = new(
        [
            .. classifications.Select(c => KeyValuePair.Create(c, c)),
            // The server's own spelling, and the word of the documents of 2023.
            new("Supernova impostor", "Supernova imposter"), new("Asteroid", "SSO"),
        ], StringComparer.OrdinalIgnoreCase);

    /// <summary>A new target.</summary>
    /// <exception cref="BadInput">Something is missing or wrong; nothing was made.</exception>
    public static Source Create(Body body)
    {
        RefuseUnknown(body, [.. fields, "aliases"]);
        foreach (var needed in new[] { "name", "ra", "dec" })
            if (body.Json(needed) is null)
                throw new BadInput("This field is required.", needed);
        var target = new Source { Id = Name(body) };
        Apply(body, target);
        target.Aliases.AddRange(Aliases(body));
        return target;
    }

    /// <summary>Changes what is given, null being the same as not given.</summary>
    /// <exception cref="BadInput">Something is wrong.</exception>
    public static void Update(Body body, Source target)
    {
        RefuseUnknown(body, fields);
        if (body.Json("name") is not null)
            target.Id = Name(body);
        Apply(body, target);
    }

    static void Apply(Body body, Source target)
    {
        if (body.OptionalNumber("ra") is var ra && body.OptionalNumber("dec") is var dec && (ra ?? dec) is not null)
            Move(target, ra ?? target.Ra, dec ?? target.Dec);
        target.Epoch = Epoch(body) ?? target.Epoch;
        if (body.OptionalText("classification") is { } classification)
            target.Classification = Classification(classification)
                ?? throw new BadInput($"\"{Shown(classification)}\" is not a valid choice. Choose one of: "
                    + $"{string.Join(", ", classifications)}.",
                    "classification");
        target.DiscoveryDate = body.OptionalDate("discovery_date") ?? target.DiscoveryDate;
        target.Importance = InRange(body, "importance", 0, 10) ?? target.Importance;
        target.Cadence = InRange(body, "cadence", 0, 100_000) ?? target.Cadence;
        target.Description = body.OptionalText("description", int.MaxValue) is { } text
            ? NoLongerThan(text, LongestDescription, "description") : target.Description;
        target.HasOptical = body.OptionalBool("has_optical") ?? target.HasOptical;
        target.HasInfrared = body.OptionalBool("has_infrared") ?? target.HasInfrared;
        target.HasRadio = body.OptionalBool("has_radio") ?? target.HasRadio;
        target.HasXray = body.OptionalBool("has_xray") ?? target.HasXray;
        target.HasGamma = body.OptionalBool("has_gamma") ?? target.HasGamma;
        target.HasPolarimetry = body.OptionalBool("has_polarimetry") ?? target.HasPolarimetry;
    }

    /// <summary>The classification of that name in any capitals, or null.</summary>
    public static string? Classification(string name) => classificationByName.GetValueOrDefault(name.Trim());

    static void RefuseUnknown(Body body, string[] known)
    {
        var unknown = body.Names.Except(known).Select(Shown).ToList();
        if (unknown.Count > 0)
            throw new BadInput($"Unknown field(s): {string.Join(", ", unknown)}", "non_field_errors");
    }

    static string Name(Body body)
    {
        var name = NoLongerThan(body.Text("name", int.MaxValue).Trim(), LongestName, "name");
        if (name.Length == 0)
            throw new BadInput("This field may not be blank.", "name");
        if (name.Any(char.IsControl) || !name.Any(char.IsLetterOrDigit))
            throw new BadInput("Target name must have a letter or a digit, and no control characters.", "name");
        // What a percent sign hides counts, too.
        var plain = Uri.UnescapeDataString(name);
        if (plain.AsSpan().ContainsAny("()/\\:"))
            throw new BadInput("Target name cannot contain any of: ( ) / \\ :", "name");
        if (WebAddress().IsMatch(plain))
            throw new BadInput("Target name cannot contain web addresses or query strings.", "name");
        return name;
    }

    // A word, a dot and letters is a domain; coordinates have digits behind their dots.
    [GeneratedRegex(@"[a-z0-9-]\.[a-z]{2,}|[?&][a-z0-9_]+=|\bwww\.", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex WebAddress();

    static void Move(Source target, double ra, double dec)
    {
        try
        {
            target.MoveTo(ra == 360 ? 0 : ra, dec);
        }
        catch (BadInput e)
        {
            throw new BadInput($"Coordinates beyond range: {e.Message}", "non_field_errors");
        }
    }

    /// <summary>A Julian year: 2000, "2000.0" or "J2000".</summary>
    static double? Epoch(Body body)
    {
        if (body.OptionalText("epoch") is not { Length: > 0 } text)
            return null;
        return double.TryParse(text.Trim().TrimStart('J', 'j'), NumberStyles.Float, CultureInfo.InvariantCulture, out var year)
            && year is >= 1000 and <= 3000
            ? year : throw new BadInput($"epoch must be a Julian year in [1000, 3000], such as 2000.0 or J2000, got "
                + $"'{Shown(text)}'.", "epoch");
    }

    static double? InRange(Body body, string name, double least, double most) =>
        body.OptionalNumber(name) is not { } value || value >= least && value <= most ? body.OptionalNumber(name)
            : throw new BadInput(string.Create(CultureInfo.InvariantCulture,
                $"{name} must be in [{least}, {most}], got {value}."), name);

    static string NoLongerThan(string text, int limit, string field) => text.Length <= limit ? text
        : throw new BadInput($"Ensure this field has no more than {limit} characters; it has {text.Length}.", field);

    /// <summary>Other names: [["GAIA_ALERTS", "Gaia22bpl"], ...] or [{source_name, name, url}, ...].</summary>
    static IEnumerable<SourceAlias> Aliases(Body body)
    {
        if (body.Json("aliases") is not { } given)
            return [];
        if (given.ValueKind != JsonValueKind.Array || given.GetArrayLength() > MostAliases)
            throw NoAliases(given);
        return given.EnumerateArray().Select(a => a.ValueKind switch
        {
            JsonValueKind.Array when a.GetArrayLength() == 2 => Alias(a[0], a[1], null),
            JsonValueKind.Object when a.TryGetProperty("name", out var name) =>
                Alias(a.TryGetProperty("source_name", out var survey)
                    ? survey : null, name, a.TryGetProperty("url", out var url) ? url : null),
            _ => throw NoAliases(a),
        }).ToList();

        static SourceAlias Alias(JsonElement? survey, JsonElement name, JsonElement? url)
        {
            var alias = new SourceAlias { Survey = Text(survey, 100), Name = Text(name, LongestName), Url = Text(url, 250) };
            if (alias.Name.Length == 0)
                throw NoAliases(name);
            return alias.Url.Length == 0 || alias.Url.StartsWith("https://", StringComparison.Ordinal)
                || alias.Url.StartsWith("http://", StringComparison.Ordinal) ? alias
                : throw new BadInput($"The url of an alias must begin with http:// or https://, got '{Shown(alias.Url)}'.",
                    "aliases");
        }

        static string Text(JsonElement? value, int limit) => value switch
        {
            null or { ValueKind: JsonValueKind.Null } => "",
            { ValueKind: JsonValueKind.String } text when text.GetString() is { } s && s.Length <= limit
                && !s.Contains('\0', StringComparison.Ordinal) => s,
            { } other => throw NoAliases(other),
        };

        static BadInput NoAliases(JsonElement given) =>
            new($"aliases must be a list of at most {MostAliases} pairs [survey, name] with names "
            + $"of 1 to {LongestName} characters, got {Fields.Shown(given)}.", "aliases");
    }

    static string Shown(string text) => text.Length <= 60 ? text : text[..57] + "...";
}
