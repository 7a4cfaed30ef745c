using System.Text.Json;
using Vigil.Access;
using Vigil.Candidates;
using Vigil.Data;
using Vigil.Discussion;
using Vigil.Photometry;
using Vigil.Sources;

namespace Vigil.Dialects.SkyPortal;

/// <summary>/api/candidates: sources that passed a filter.</summary>
static class CandidateRoutes
{
    public static void MapCandidates(this RouteGroupBuilder api)
    {
        api.MapPost("/candidates", Add).Needs(Acl.UploadData).WithSummary("A source passed filters; a new source is made.")
            .Reads(["id* string Name of the object, without spaces",
                "ra number Right ascension, degrees, ICRS, [0, 360); needed for a new object",
                "dec number Declination, degrees, ICRS, [-90, 90]; needed for a new object",
                "filter_ids* integer[] The filters it passed, of groups and streams of yours", "passed_at* date When, UTC",
                "passing_alert_id integer The broker's id of the alert", .. SourceRoutes.Columns]);
        api.MapGet("/candidates/{obj_id}", Get).WithSummary("One source as a candidate, whether or not it is one.")
            .Asks("includePhotometry boolean Its photometry, as fluxes in µJy", "includeSpectra boolean Its spectra",
                "includeComments boolean Comments", "includeAlerts boolean Which of your filters it passed, and when");
        api.MapMethods("/candidates/{obj_id}", ["HEAD"], Head).WithSummary("Whether a source passed one of your filters.");
        api.MapDelete("/candidates/{obj_id}/{filter_id:int}", Delete).Needs(Acl.UploadData)
            .WithSummary("Take back that a source ever passed a filter; the source stays.");
    }

    static async Task<IResult> Add(Body body, Viewer viewer, CandidateStore candidates, CancellationToken ct)
    {
        var (source, hasPosition) = SourceRoutes.ReadNew(body, viewer, "filter_ids", "passed_at", "passing_alert_id");
        var ids = await candidates.AddAsync(source, hasPosition, SourceJson.Aliases(body),
            body.OptionalInts("filter_ids", CandidateStore.MostFilters) ?? [], body.Date("passed_at"),
            body.OptionalLong("passing_alert_id"), ct);
        return Reply.Success(new { ids });
    }

    static async Task<IResult> Get(
        string obj_id, Query query, Viewer viewer, SourceStore sources, CandidateStore candidates, PhotometryStore photometry,
        AudienceJson audienceJson, SourceExtras extras, VigilDb db, AudienceCatalog audiences, CommentStore comments,
        CancellationToken ct)
    {
        // A candidate always tells of its light curve, and of little else that a source may be asked for.
        var asked = new Query(new Dictionary<string, bool>
        {
            ["includeThumbnails"] = true, ["includeDetectionStats"] = true, ["includeComments"] = query.Bool("includeComments"),
        }.ToDictionary(flag => flag.Key, flag => JsonSerializer.SerializeToElement(flag.Value)));
        var wanted = new SourceWants(asked, inList: false);
        var seen = await sources.FindAsync(viewer, obj_id, wanted.Parts, Saves.Active, ct)
            ?? throw new NotFound($"Invalid obj_id: no source '{obj_id}'.");
        var (key, saved) = (seen.Source.Key, seen.Source.Saves.Count > 0);
        await extras.LoadAsync(asked, [seen], withAuthors: true, ct);
        var points = query.Bool("includePhotometry")
            ? await SourceRoutes.LightCurveAsync(key, photometry, audienceJson, ct) : null;
        var spectra = query.Bool("includeSpectra")
            ? await SpectrumJson.FullAsync(await SpectrumRoutes.OfSourceAsync(key, db, audiences, ct), db,
                audiences, comments, ct)
            : null;
        var passed = query.Bool("includeAlerts") ? await candidates.OfSourceAsync(obj_id, ct) : null;
        return new JsonReply(json =>
        {
            json.WriteStartObject();
            SourceJson.Write(json, seen.Source);
            SourceJson.WriteFound(json, seen, wanted);
            extras.Write(json, key);
            json.WriteBoolean("is_source"u8, saved);
            if (saved)
                SourceJson.WriteGroups(json, seen.Source, "saved_groups");
            json.WriteDate("last_detected_at"u8, extras.LastDetectedAt(key));
            if (points is not null)
                SourceJson.WritePhotometry(json, points);
            if (spectra is not null)
                Write(json, "spectra", spectra);
            if (passed is not null)
            {
                Write(json, "filter_ids", passed.Select(c => c.FilterId).Distinct());
                Write(json, "passing_alerts", passed.Select(c => new { c.FilterId, c.PassingAlertId, c.PassedAt }));
            }
            json.WriteEndObject();
        });

        static void Write<T>(Utf8JsonWriter json, string name, T value)
        {
            json.WritePropertyName(name);
            JsonSerializer.Serialize(json, value, Reply.Json);
        }
    }

    static async Task<IResult> Head(string obj_id, CandidateStore candidates, CancellationToken ct) =>
        await candidates.AnyAsync(obj_id, ct) ? Results.Ok() : Results.NotFound();

    static async Task<IResult> Delete(string obj_id, int filter_id, CandidateStore candidates, CancellationToken ct)
    {
        await candidates.RemoveAsync(obj_id, filter_id, ct);
        return Reply.Success();
    }
}
