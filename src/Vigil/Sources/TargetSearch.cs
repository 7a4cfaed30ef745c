using System.Globalization;
using Vigil.Access;
using Vigil.Data;
using Vigil.Photometry;
using Vigil.Sky;
using Vigil.Sky.Observing;
using Vigil.Sky.Photometry;

namespace Vigil.Sources;

/// <summary>What observers look for among the sources; what is null does not restrict. Ranges include both ends.</summary>
sealed record TargetSearch
{
    /// <summary>The name, or else another name of the source, or else the name in other capitals.</summary>
    public string? Name { get; init; }
    public string? Type { get; init; }
    /// <summary>Degrees; a range whose first end is above its last goes across RA 0.</summary>
    public (double? From, double? To) Ra { get; init; }
    public (double? From, double? To) Dec { get; init; }
    public (double? From, double? To) GalacticLon { get; init; }
    public (double? From, double? To) GalacticLat { get; init; }
    public (double? From, double? To) Importance { get; init; }
    /// <summary>Magnitude of the newest detection; <see cref="Target.NeverSeenMag"/> where there is none.</summary>
    public (double? From, double? To) LastMag { get; init; }
    /// <summary>Degrees from the Sun, now.</summary>
    public (double? From, double? To) SunSeparation { get; init; }
    /// <summary>To a tenth; see <see cref="Target.Priority"/>.</summary>
    public double? Priority { get; init; }
    /// <summary>Part of the description, in any capitals.</summary>
    public string? Description { get; init; }
    public string? Classification { get; init; }
    /// <summary>Name of a target list.</summary>
    public string? ListName { get; init; }
    public int? ListId { get; init; }
    public bool? HasOptical { get; init; }
    public bool? HasInfrared { get; init; }
    public bool? HasRadio { get; init; }
    public bool? HasXray { get; init; }
    public bool? HasGamma { get; init; }
    public bool? HasPolarimetry { get; init; }
    /// <summary>Each must hold the source.</summary>
    public IReadOnlyList<Cone> Cones { get; init; } = [];
    /// <summary>From 1; where there is no such page, the last one is meant.</summary>
    public int Page { get; init; } = 1;

    /// <summary>FROM and WHERE: sources <c>s</c> that are saved to a group of the viewer.</summary>
    /// <param name="mjd">Now, for what changes with time.</param>
    public string From(Viewer viewer, double mjd, SqlText sql)
    {
        var from = "sources s";
        if (Cones is [var first, ..])
        {
            from = $"{ConeSql.From("c", sql.Parameters.Count + 1)} JOIN sources s ON s.key = c.key";
            ConeSql.AddTo(sql.Parameters, first);
        }
        var conditions = new List<string>
        {
            "s.deleted_at IS NULL",
            $"EXISTS (SELECT FROM saved_sources v WHERE v.source_key = s.key AND v.active AND {viewer.InGroupsSql("v", sql)})",
        };
        conditions.AddRange(Cones.Skip(1)
            .Select(c => ConeSql.Within("s", sql.Value(c.Ra), sql.Value(c.Dec), sql.Value(c.Radius))));
        if (LastMag != default || Priority is not null)
            from += $" LEFT JOIN LATERAL ({TargetSql.LastDetection(viewer, sql)}) last ON true";

        if (Name is not null)
            conditions.Add($"s.key = ({TargetSql.KeyOf(sql.Value(Name))})");
        AddIfText(Type, "s.type");
        AddIfText(Classification, "s.classification");
        if (Description is not null)
            conditions.Add($"strpos(lower(s.description), lower({sql.Value(Description)})) > 0");
        if (ListName is not null)
            conditions.Add("EXISTS (SELECT FROM target_list_members m JOIN target_lists l ON l.id = m.target_list_id"
                + $" WHERE m.source_key = s.key AND l.name = {sql.Value(ListName)})");
        if (ListId is { } list)
            conditions.Add(
                $"EXISTS (SELECT FROM target_list_members m WHERE m.source_key = s.key AND m.target_list_id = {sql.Value(list)})");
        AddIfBool(HasOptical, "has_optical");
        AddIfBool(HasInfrared, "has_infrared");
        AddIfBool(HasRadio, "has_radio");
        AddIfBool(HasXray, "has_xray");
        AddIfBool(HasGamma, "has_gamma");
        AddIfBool(HasPolarimetry, "has_polarimetry");
        AddCircular(Ra, "s.ra");
        AddRange(Dec, "s.dec");
        AddCircular(GalacticLon, TargetSql.GalacticLon("s"));
        AddRange(GalacticLat, TargetSql.GalacticLat("s"));
        AddRange(Importance, "s.importance");
        if (LastMag != default)
            AddRange(LastMag, TargetSql.LastMag(sql));
        if (SunSeparation != default)
            AddRange(SunSeparation, TargetSql.SunSeparation("s", mjd, sql));
        if (Priority is { } priority)
            conditions.Add($"abs({TargetSql.Priority("s", mjd, sql)} - {sql.Value(priority)}) < 0.05");
        return $"FROM {from} WHERE {string.Join(" AND ", conditions)}";

        void AddIfText(string? value, string column)
        {
            if (value is not null)
                conditions.Add($"{column} = {sql.Value(value)}");
        }

        void AddIfBool(bool? value, string column)
        {
            if (value is { } given)
                conditions.Add($"s.{column} = {sql.Value(given)}");
        }

        void AddRange((double? From, double? To) range, string value)
        {
            if (range.From is { } least)
                conditions.Add($"{value} >= {sql.Value(least)}");
            if (range.To is { } most)
                conditions.Add($"{value} <= {sql.Value(most)}");
        }

        void AddCircular((double? From, double? To) range, string value)
        {
            if (range is { From: { } start, To: { } end } && start > end)
                conditions.Add($"({value} >= {sql.Value(start)} OR {value} <= {sql.Value(end)})");
            else
                AddRange(range, value);
        }
    }
}

/// <summary>What of a target is computed in SQL, so that a list can be searched by it.</summary>
static class TargetSql
{
    /// <summary>The newest detection of <c>s</c> that the viewer sees, radio aside: mjd, flux, band.</summary>
    public static string LastDetection(Viewer viewer, SqlText sql) => $"""
        SELECT p.mjd, p.flux, p.band FROM photometry p
        WHERE p.source_key = s.key AND p.active AND p.band <> ALL ('{radioBands}') AND p.flux > {PhotStat.DetectionSigma} * p.flux_err AND {viewer.VisibleSql("p", sql)}
        ORDER BY p.mjd DESC LIMIT 1
        """;

    static readonly string radioBands = $"{{{string.Join(',', Bands.All.Where(b => b.IsRadio).Select(b => b.Name))}}}";

    /// <summary>Magnitude of the newest detection <c>last</c>, in the usual system of its band.</summary>
    public static string LastMag(SqlText sql) => string.Create(CultureInfo.InvariantCulture, $"""
        coalesce({AbMagnitude.ZeroPoint} - 2.5 * log(last.flux) + coalesce((SELECT o.add
            FROM unnest({sql.Value(UsualSystem.Offsets.Keys.ToArray())}, {sql.Value(UsualSystem.Offsets.Values.ToArray())}) AS o (band, add)
            WHERE o.band = last.band), 0), {Target.NeverSeenMag})
        """);

    /// <summary>The key of the source of a name: the name itself, else an alias, else the name in other capitals.</summary>
    public static string KeyOf(string name) => $"""
        coalesce((SELECT key FROM sources WHERE id = {name} AND deleted_at IS NULL),
            (SELECT min(key) FROM source_aliases a JOIN sources n ON n.key = a.source_key WHERE a.name = {name} AND n.deleted_at IS NULL),
            (SELECT min(key) FROM sources WHERE lower(id) = lower({name}) AND deleted_at IS NULL))
        """;

    /// <summary>Urgency, to a tenth; see <see cref="Target.Priority"/>. Needs <c>last</c>.</summary>
    public static string Priority(string s, double mjd, SqlText sql) => string.Create(CultureInfo.InvariantCulture, $"""
        CASE WHEN {s}.cadence = 0 THEN 0 ELSE
            {s}.importance * coalesce({sql.Value(mjd)} - last.mjd, {Target.NeverSeenDays}) / {s}.cadence END
        """);

    /// <summary>Whole degrees between a source and the Sun.</summary>
    public static string SunSeparation(string s, double mjd, SqlText sql)
    {
        var (ra, dec) = Sun.Position(mjd);
        var (sunRa, sunDec) = (sql.Value(ra), sql.Value(dec));
        return $"round(2 * asind(sqrt(least(1, power(sind(({s}.dec - {sunDec}) / 2), 2)"
            + $" + cosd({s}.dec) * cosd({sunDec}) * power(sind(({s}.ra - {sunRa}) / 2), 2)))))";
    }

    // The north galactic pole and the longitude of the ascending node; see Vigil.Sky.Galactic.
    const string PoleRa = "192.85948", PoleDec = "27.12825", Node = "32.93192";

    /// <summary>Degrees, [-90, 90].</summary>
    public static string GalacticLat(string s) => $"asind(greatest(-1, least(1, sind({s}.dec) * sind({PoleDec})"
        + $" + cosd({s}.dec) * cosd({PoleDec}) * cosd({s}.ra - {PoleRa}))))";

    /// <summary>Degrees, [0, 360).</summary>
    public static string GalacticLon(string s)
    {
        var lon = $"({Node} + atan2d(cosd({PoleDec}) * sind({s}.dec) - sind({PoleDec}) * cosd({s}.dec) * cosd({s}.ra - {PoleRa}),"
            + $" cosd({s}.dec) * sind({s}.ra - {PoleRa})))";
        return $"({lon} - 360 * floor({lon} / 360))";
    }
}
