using System.Globalization;
using Vigil.Sky;
using Vigil.Sources;

namespace Vigil.Dialects.Bhtom;

/// <summary>Reads what getTargetList filters by.</summary>
static class TargetListFilter
{
    /// <summary>What the route reads, for the API reference.</summary>
    public static readonly string[] Declared =
    [
        "name string Name of the target, or another name of it.", "type string SIDEREAL or NON_SIDEREAL.",
        "raMin number Degrees.", "raMax number Degrees; below raMin: across RA 0.", "decMin number Degrees.",
        "decMax number Degrees.",
        "importanceMin number From 0.", "importanceMax number To 10.",
        "classification string Such as SN or \"RR Lyrae Variable\".",
        "targetGroup string Name of a target group.", "coneSearchTarget string \"name,radius\", radius in degrees.",
        "coneSearchRaDecRadius string \"ra,dec,radius\", all in degrees.", "priority number To a tenth.",
        "galacticLatMin number Degrees.", "galacticLatMax number Degrees.", "galacticLonMin number Degrees.",
        "galacticLonMax number Degrees.", "description string Part of the description.", "sunSeparationMin number Degrees.",
        "sunSeparationMax number Degrees.", "lastMagMin number Magnitude of the newest detection.",
        "lastMagMax number Magnitude.",
        "hasOptical boolean Has such data.", "hasInfrared boolean Has such data.", "hasRadio boolean Has such data.",
        "hasXray boolean Has such data.", "hasGamma boolean Has such data.", "hasPolarimetry boolean Has such data.",
        "page integer From 1; 200 targets a page.",
    ];

    /// <summary>The search that is meant.</summary>
    /// <exception cref="BadInput">A value cannot be read, or the target at the centre of a cone is not known.</exception>
    public static async Task<TargetSearch> ReadAsync(Fields fields, TargetStore targets, CancellationToken ct) => new()
    {
        Name = Text("name", fields),
        Type = Text("type", fields)?.ToUpperInvariant(),
        Ra = Range("ra", fields),
        Dec = Range("dec", fields),
        GalacticLon = Range("galacticLon", fields),
        GalacticLat = Range("galacticLat", fields),
        Importance = Range("importance", fields),
        LastMag = Range("lastMag", fields),
        SunSeparation = Range("sunSeparation", fields),
        Priority = fields.OptionalNumber("priority"),
        Description = Text("description", fields),
        Classification = Text("classification", fields) is { } name ? TargetFields.Classification(name) ?? name : null,
        ListName = Text("targetGroup", fields),
        HasOptical = fields.OptionalBool("hasOptical"),
        HasInfrared = fields.OptionalBool("hasInfrared"),
        HasRadio = fields.OptionalBool("hasRadio"),
        HasXray = fields.OptionalBool("hasXray"),
        HasGamma = fields.OptionalBool("hasGamma"),
        HasPolarimetry = fields.OptionalBool("hasPolarimetry"),
        Cones = await ConesAsync(fields, targets, ct),
        Page = Paging.Asked(fields),
    };

    static string? Text(string name, Fields fields) => fields.OptionalText(name) is { Length: > 0 } text ? text : null;

    static (double?, double?) Range(string name, Fields fields) =>
        (fields.OptionalNumber($"{name}Min"), fields.OptionalNumber($"{name}Max"));

    static async Task<IReadOnlyList<Cone>> ConesAsync(Fields fields, TargetStore targets, CancellationToken ct)
    {
        var cones = new List<Cone>();
        if (Text("coneSearchTarget", fields) is { } around)
        {
            // A name may have commas in it.
            var comma = around.LastIndexOf(',');
            if (comma < 1)
                throw new BadInput($"coneSearchTarget must be \"name,radius\" with the radius in degrees, got '{around}'.");
            var name = around[..comma].Trim();
            var (ra, dec) = await targets.PositionAsync(name, ct)
                ?? throw new BadInput($"coneSearchTarget names the target '{name}', which is not known.");
            cones.Add(Cone(ra, dec, Number(around[(comma + 1)..], "coneSearchTarget"), "coneSearchTarget"));
        }
        if (Text("coneSearchRaDecRadius", fields) is { } at)
        {
            if (at.Split(',') is not [var ra, var dec, var radius])
                throw new BadInput($"coneSearchRaDecRadius must be \"ra,dec,radius\" in degrees, got '{at}'.");
            cones.Add(Cone(Number(ra, "coneSearchRaDecRadius"), Number(dec, "coneSearchRaDecRadius"),
                Number(radius, "coneSearchRaDecRadius"), "coneSearchRaDecRadius"));
        }
        return cones;
    }

    static double Number(string text, string field) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && double.IsFinite(number) ? number
            : throw new BadInput($"{field} has '{text.Trim()}' where a number of degrees is needed.");

    static Cone Cone(double ra, double dec, double radius, string field)
    {
        try
        {
            return Sky.Cone.FromDegrees(ra == 360 ? 0 : ra, dec, radius);
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new BadInput($"{field}: {e.Message.Split(" (Parameter")[0]}");
        }
    }
}
