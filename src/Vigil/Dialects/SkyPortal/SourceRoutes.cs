using Vigil.Access;
using Vigil.Photometry;
using Vigil.Sources;

namespace Vigil.Dialects.SkyPortal;

/// <summary>SkyPortal's /api/sources. What a source is, and who may see it, lives in Sources/.</summary>
static class SourceRoutes
{
    /// <summary>What may be said of a source beside its name and place, as endpoints declare it.</summary>
    public static readonly string[] Columns =
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

    static readonly string[] parts =
    [
        "includePhotometryExists boolean Whether there is photometry",
        "includeSpectrumExists boolean Whether there is a spectrum",
        "includeCommentExists boolean Whether there is a comment", "includePeriodExists boolean Whether a period is known",
        "includeThumbnails boolean Pictures", "includeColorMagnitude boolean Place in the colour-magnitude diagram",
        "includeComments boolean Comments", "includeDetectionStats boolean Statistics of the light curve",
        "includeLabellers boolean Who has labelled it", "includeRequested boolean Count groups asked to save it",
        "pendingOnly boolean Count only groups asked to save it",
    ];

    static readonly string[] filters =
    [
        "ra number Centre of a cone, degrees", "dec number Centre of a cone, degrees", "radius number Radius of a cone, degrees",
        "sourceID string Part of the id", "rejectedSourceIDs string[] Ids to leave out", "alias string One of the other names",
        "origin string Part of the origin", "simbadClass string Class in SIMBAD", "hasTNSname boolean Known to the TNS",
        "startDate date First detected then or later", "endDate date Last detected then or earlier",
        "savedAfter date Saved then or later", "savedBefore date Saved then or earlier",
        "createdOrModifiedAfter date Made or changed after", "hasSpectrum boolean With a spectrum",
        "hasSpectrumAfter date With a spectrum observed then or later",
        "hasSpectrumBefore date With a spectrum observed then or earlier",
        "minRedshift number Least redshift", "maxRedshift number Largest redshift",
        "minPeakMagnitude number Faintest magnitude at peak, AB", "maxPeakMagnitude number Brightest magnitude at peak, AB",
        "minLatestMagnitude number Faintest latest magnitude, AB", "maxLatestMagnitude number Brightest latest magnitude, AB",
        "numberDetections integer Least number of detections", "hasBeenLabelled boolean Labelled in one of your groups",
        "hasNotBeenLabelled boolean Not labelled in any of your groups", "currentUserLabeller boolean Count your own labels only",
        "commentsFilter string[] With a comment of exactly such a text",
        "commentsFilterAuthor string[] With a comment by these usernames",
        "commentsFilterAfter date With a comment from then on", "commentsFilterBefore date With a comment up to then",
        "listName string On that list of yours", "group_ids integer[] Saved to one of these groups",
        "sortBy string id, alias, origin, ra, dec, redshift or saved_at", "sortOrder string asc or desc",
        "pageNumber integer From 1", "numPerPage integer Up to 500; default 100",
        "saveSummary boolean Only who saved what where", "removeNested boolean Without what hangs off a source",
        "includeGeoJSON boolean The positions as GeoJSON, too", "includeHosts boolean Host galaxies", .. parts,
    ];

    public static void MapSources(this RouteGroupBuilder api)
    {
        api.MapPost("/sources", Post).Needs(Acl.UploadData).WithSummary("Save a source to groups; a new one is made.")
            .Reads(["id* string Name of the object, without spaces", "ra number Right ascension, degrees, ICRS, [0, 360)",
                "dec number Declination, degrees, ICRS, [-90, 90]", "group_ids integer[] Groups to save to; default all of yours",
                "refresh_source boolean Tell open pages; they are always told", .. Columns])
            .Example("""{"id": "AT2026abc", "ra": 233.85, "dec": 67.51, "redshift": 0.03}""");
        api.MapGet("/sources", List).WithSummary("Sources saved to your groups, newest save first.").Asks(filters);
        api.MapGet("/sources/{obj_id}", Get).WithSummary("One source by its id.")
            .Asks(["includePhotometry boolean Its photometry, as fluxes in µJy", .. parts]);
        api.MapPatch("/sources/{obj_id}", Patch).Needs(Acl.UploadData).WithSummary("Change what is known of a source.")
            .Reads(["ra number Right ascension, degrees, ICRS", "dec number Declination, degrees, ICRS", .. Columns]);
        api.MapDelete("/sources/{obj_id}", Delete).Needs(Acl.ManageSources).WithSummary("Take a source off the list of a group.")
            .Reads("group_id* integer The group");
        api.MapMethods("/sources/{obj_id}", ["HEAD"], Head).WithSummary("Whether a source is saved to one of your groups.");
    }

    static async Task<IResult> List(
        Query query, Viewer viewer, SourceStore sources, SourceExtras extras, CancellationToken ct)
    {
        var search = SourceQuery.Read(query);
        await sources.CheckGroupsAsync(viewer, search.GroupIds, ct);
        if (query.Bool("saveSummary"))
            return SourceJson.Saves(await sources.SavesAsync(viewer, search, ct) ?? throw SourceQuery.OutOfRange());
        var wanted = new SourceWants(query, inList: true);
        var page = await sources.SearchAsync(viewer, search, wanted.Parts, ct) ?? throw SourceQuery.OutOfRange();
        await extras.LoadAsync(query, page.Rows, withAuthors: false, ct);
        return new JsonReply(json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("sources"u8);
            foreach (var seen in page.Rows)
                SourceJson.WriteListed(json, seen, wanted, extras);
            json.WriteEndArray();
            json.WriteNumber("totalMatches"u8, page.Total);
            json.WriteNumber("pageNumber"u8, search.Page);
            json.WriteNumber("numPerPage"u8, search.PageSize);
            json.WriteString("queryID"u8, query.OptionalText("queryID") ?? Guid.NewGuid().ToString());
            if (query.Bool("includeGeoJSON"))
                SourceJson.WriteGeoJson(json, page.Rows);
            json.WriteEndObject();
        });
    }

    static async Task<IResult> Get(
        string obj_id, Query query, Viewer viewer, SourceStore sources, SourceViewLog views, PhotometryStore photometry,
        AudienceJson audiences, SourceExtras extras, CancellationToken ct)
    {
        var wanted = new SourceWants(query, inList: false);
        var seen = await sources.FindAsync(viewer, obj_id, wanted.Parts, SourceQuery.ReadSaves(query), ct)
            ?? throw new NotFound($"Source not found: no source '{obj_id}'.");
        if (viewer.IsToken)
            views.Add(seen.Source.Key, viewer.UserId);
        await extras.LoadAsync(query, [seen], withAuthors: true, ct);
        var points = query.Bool("includePhotometry") ? await LightCurveAsync(seen.Source.Key, photometry, audiences, ct) : null;
        return new JsonReply(json => SourceJson.WriteOne(json, seen, wanted, extras, points));
    }

    /// <summary>The photometry of a source, for <see cref="SourceJson.WritePhotometry"/>.</summary>
    public static async Task<List<(NamedPoint, AudienceText)>> LightCurveAsync(
        int sourceKey, PhotometryStore photometry, AudienceJson audiences, CancellationToken ct)
    {
        var points = new List<(NamedPoint, AudienceText)>();
        await foreach (var point in photometry.ReadAsync(new() { SourceKey = sourceKey }, ct))
            points.Add((point, await audiences.OfAsync(point.Point.AudienceId, ct)));
        return points;
    }

    static async Task<IResult> Patch(string obj_id, Body body, Viewer viewer, ChangeSource change, CancellationToken ct)
    {
        var alias = body.Has("alias") ? SourceJson.Aliases(body) : null;
        await change.RunAsync(obj_id, alias, source =>
        {
            SourceJson.Read(body, source, viewer);
            if (body.OptionalText("id") is { } id && id != source.Id)
                throw new BadInput($"The id of a source cannot be changed: it is '{source.Id}', got '{id}'.", "id");
            if (body.OptionalNumber("ra") is not null || body.OptionalNumber("dec") is not null)
                source.MoveTo(body.OptionalNumber("ra") ?? source.Ra, body.OptionalNumber("dec") ?? source.Dec);
        }, ct);
        return Reply.Success();
    }

    static async Task<IResult> Delete(string obj_id, Query query, Body body, SourceGroups groups, CancellationToken ct)
    {
        await groups.ChangeAsync(obj_id, [], [body.OptionalInt("group_id") ?? query.Int("group_id")], ct);
        return Reply.Success();
    }

    static async Task<IResult> Head(string obj_id, Viewer viewer, SourceStore sources, CancellationToken ct) =>
        await sources.IsSavedAsync(viewer, obj_id, ct) ? Results.Ok() : Results.NotFound();

    static async Task<IResult> Post(Body body, Viewer viewer, SaveSource save, CancellationToken ct)
    {
        var (source, hasPosition) = ReadNew(body, viewer, "group_ids", "refresh_source");
        await save.RunAsync(source, hasPosition, SourceJson.Aliases(body), body.OptionalInts("group_ids"), ct);
        return Reply.Success(new { id = source.Id });
    }

    /// <summary>What a body says of a source that may be new, and whether it says where that is.</summary>
    /// <param name="others">Fields of the body that are not columns of the object.</param>
    public static (Source Source, bool HasPosition) ReadNew(Body body, Viewer viewer, params string[] others)
    {
        var source = new Source { Id = NewId(body) };
        SourceJson.Read(body, source, viewer, others);
        var (ra, dec) = (body.OptionalNumber("ra"), body.OptionalNumber("dec"));
        if (ra is null != dec is null)
            throw new BadInput("ra and dec belong together: give both, in degrees, or neither.", ra is null ? "ra" : "dec");
        if (ra is { } a && dec is { } d)
            source.MoveTo(a, d);
        return (source, ra is not null);
    }

    static string NewId(Body body)
    {
        var id = body.Text("id", SaveSource.LongestId);
        return id.Length == 0 ? throw Fields.Missing("id")
            : id.Any(c => char.IsWhiteSpace(c) || char.IsControl(c))
            ? throw new BadInput($"No spaces allowed in source ID, got '{id}'.", "id")
            : id.Contains('/', StringComparison.Ordinal) ? throw new BadInput($"No slash allowed in source ID, got '{id}'.", "id")
            : id;
    }
}
