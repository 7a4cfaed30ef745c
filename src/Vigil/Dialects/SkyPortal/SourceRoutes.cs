using Vigil.Access;
using Vigil.Sources;

namespace Vigil.Dialects.SkyPortal;

/// <summary>SkyPortal's /api/sources. What a source is, and who may see it, lives in Sources/.</summary>
static class SourceRoutes
{
    static readonly string[] columns =
    [
        "ra_err number Error of ra, degrees", "dec_err number Error of dec, degrees",
        "ra_dis number Right ascension at discovery, degrees", "dec_dis number Declination at discovery, degrees",
        "offset number Distance to the nearest static object, arcsec", "redshift number Redshift",
        "redshift_error number Its 1σ error", "redshift_origin string Where the redshift is from",
        "host_id integer Galaxy that hosts it", "summary string What it is, in prose", "altdata object Anything else, as JSON",
        "dist_nearest_source number Distance to the nearest source, arcsec", "mag_nearest_source number Its magnitude, AB",
        "e_mag_nearest_source number Its error", "transient boolean Whether it is a transient",
        "varstar boolean Whether it is a variable star", "is_roid boolean Whether it moves",
        "mpc_name string Name at the Minor Planet Center", "gcn_crossmatch string[] Events that it may belong to",
        "tns_name string Name at the Transient Name Server", "tns_info object What the Transient Name Server knows",
        "score number Machine learning score", "origin string Who found it", "alias string[] Other names",
        "detect_photometry_count integer Detections counted by the survey",
    ];

    public static void MapSources(this RouteGroupBuilder api)
    {
        api.MapPost("/sources", Post).Needs(Acl.UploadData).WithSummary("Save a source to groups; a new one is made.")
            .Reads(["id* string Name of the object, without spaces", "ra number Right ascension, degrees, ICRS, [0, 360)",
                "dec number Declination, degrees, ICRS, [-90, 90]", "group_ids integer[] Groups to save to; default all of yours",
                "refresh_source boolean Tell open pages; they are always told", .. columns])
            .Example("""{"id": "AT2026abc", "ra": 233.85, "dec": 67.51, "redshift": 0.03}""");
    }

    static async Task<IResult> Post(Body body, Viewer viewer, SaveSource save, CancellationToken ct)
    {
        var source = new Source { Id = NewId(body) };
        SourceJson.Read(body, source, viewer, "group_ids", "refresh_source");
        var (ra, dec) = (body.OptionalNumber("ra"), body.OptionalNumber("dec"));
        if (ra is null != dec is null)
            throw new BadInput("ra and dec belong together: give both, in degrees, or neither.", ra is null ? "ra" : "dec");
        if (ra is { } a && dec is { } d)
            source.MoveTo(a, d);
        await save.RunAsync(source, ra is not null, SourceJson.Aliases(body), body.OptionalInts("group_ids"), ct);
        return Reply.Success(new { id = source.Id });
    }

    static string NewId(Body body)
    {
        var id = body.Text("id", SaveSource.LongestId);
        return id.Length == 0 ? throw Fields.Missing("id")
            : id.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)) ? throw new BadInput($"No spaces allowed in source ID, got '{id}'.", "id")
            : id.Contains('/', StringComparison.Ordinal) ? throw new BadInput($"No slash allowed in source ID, got '{id}'.", "id")
            : id;
    }
}
