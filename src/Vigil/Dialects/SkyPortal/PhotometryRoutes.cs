using Vigil.Access;
using Vigil.Photometry;

namespace Vigil.Dialects.SkyPortal;

/// <summary>SkyPortal's /api/photometry and the photometry of a source.</summary>
static class PhotometryRoutes
{
    static readonly string[] format =
    [
        "format string mag (default), flux or both", "magsys string Magnitude system of the answer; default ab",
        "includeOwnerInfo boolean With the id of the owner",
        "includeStreamInfo boolean With the streams whose holders may see it",
    ];

    public static void MapPhotometry(this RouteGroupBuilder api)
    {
        api.MapPost("/photometry", Post).Needs(Acl.UploadData).Reads(PhotometryInput.Declaration)
            .WithSummary("Store photometry. All rows or none; a row that is known already is refused.");
        api.MapPut("/photometry", Put).Needs(Acl.UploadData).Reads(PhotometryInput.Declaration)
            .WithSummary("Store photometry. Rows that are known already are kept and shown to the given groups, too.");
        api.MapGet("/photometry/{id:long}", Get).Asks(format).WithSummary("One point.");
        api.MapGet("/sources/{objId}/photometry", OfSource).WithSummary("The light curve of a source, in order of time.")
            .Asks(["individualOrSeries string individual, series or both (default)",
                "phaseFoldData boolean With the phase of each point; needs a period", .. format]);
        api.MapPatch("/photometry/{id:long}", Patch).Needs(Acl.UploadData).Reads(PhotometryInput.Declaration)
            .WithSummary("Change a point of yours: all its values anew.");
        api.MapDelete("/photometry/{id:long}", Delete).Needs(Acl.UploadData).WithSummary("Delete a point of yours.");
        api.MapDelete("/sources/{objId}/photometry", DeleteOfSource).Needs(Acl.DeleteBulkPhotometry)
            .WithSummary("Delete those points of a source that are yours.");
        api.MapGet("/photometry/range", Range).Asks(format)
            .Reads("instrument_ids integer[] Instruments; default all", "min_date date Earliest time, UTC",
                "max_date date Latest time, UTC")
            .WithSummary("Points of instruments in a span of time, at most 100,000.");
        api.MapGet("/photometry/origins", async (PhotometryStore photometry, CancellationToken ct) =>
            Reply.Success(await photometry.OriginsAsync(ct))).WithSummary("The different origins of points that you can see.");
        api.MapPost("/sources/{objId}/copy_photometry", Copy).Needs(Acl.UploadData)
            .Reads("origin_id* string Source whose points are copied", "group_ids* integer[] Groups that may see the copies")
            .WithSummary("Copy the points that you can see of another source to this one.");
    }

    static async Task<IResult> Post(HttpContext context, StorePhotometry store, Viewer viewer, CancellationToken ct)
    {
        var stored = await StoreAsync(context, store, viewer, KnownPoints.Refuse, ct);
        return Reply.Success(new { ids = stored.Ids, upload_id = stored.UploadId });
    }

    static async Task<IResult> Put(HttpContext context, StorePhotometry store, Viewer viewer, CancellationToken ct)
    {
        var stored = await StoreAsync(context, store, viewer, KnownPoints.Keep, ct);
        return Reply.Success(new { ids = stored.Ids, upload_id = stored.UploadId });
    }

    static async Task<StoredPhotometry> StoreAsync(
        HttpContext context, StorePhotometry store, Viewer viewer, KnownPoints known, CancellationToken ct)
    {
        var input = await PhotometryInput.ReadAsync(context.Request.BodyReader, ct);
        return await store.RunAsync(
            input.ToBatch(), input.GroupIds(viewer.SitewideGroupId) ?? [], input.StreamIds ?? [], known, ct);
    }

    static async Task<IResult> Get(long id, Query query, PhotometryStore photometry, AudienceJson audiences,
        CancellationToken ct) =>
        PhotometryJson.One(await photometry.FindAsync(id, ct) ?? throw PhotometryStore.Missing(id),
            PhotometryFormat.From(query), audiences);

    static async Task<IResult> OfSource(
        string objId, Query query, HttpContext context, Viewer viewer, PhotometryStore photometry, AudienceJson audiences,
        CancellationToken ct)
    {
        // SkyPortal answers 403 here, and calls a token's caller by the token that he sent; its tests compare.
        var key = await photometry.SourceKeyAsync(objId, ct) ?? throw new Forbidden("Insufficient permissions for User "
            + $"{new SkyPortalDialect().ReadToken(context).Token ?? viewer.Username} to read Obj {objId}");
        var kind = query.OptionalText("individualOrSeries") ?? "both";
        if (kind is not ("individual" or "series" or "both"))
            throw new BadInput($"individualOrSeries must be individual, series or both, got '{kind}'.", "individualOrSeries");
        if (query.Bool("phaseFoldData"))
            throw new BadInput($"No period for phase folding is known of {objId}.", "phaseFoldData");
        var format = PhotometryFormat.From(query);
        return kind == "series" ? Reply.Success(Array.Empty<object>())
            : PhotometryJson.List(photometry.ReadAsync(new() { SourceKey = key }, ct), format, audiences);
    }

    static async Task<IResult> Patch(long id, HttpContext context, PhotometryStore photometry,
        ChangePhotometry change, Viewer viewer,
        CancellationToken ct)
    {
        _ = await photometry.FindAsync(id, ct) ?? throw PhotometryStore.Missing(id);
        var input = await PhotometryInput.ReadAsync(context.Request.BodyReader, ct);
        await change.ReplaceAsync(id, input.ToBatch(), input.HasOrigin, input.HasAltdata, input.HasObserver,
            input.GroupIds(viewer.SitewideGroupId), input.StreamIds ?? [], ct);
        return Reply.Success();
    }

    static async Task<IResult> Delete(long id, ChangePhotometry change, CancellationToken ct)
    {
        await change.RemoveAsync(id, ct);
        return Reply.Success();
    }

    static async Task<IResult> DeleteOfSource(string objId, PhotometryStore photometry,
        ChangePhotometry change, CancellationToken ct)
    {
        var removed = await change.RemoveOfSourceAsync(await SourceKeyAsync(objId, photometry, ct), ct);
        return removed > 0 ? Reply.Success($"Deleted {removed} photometry point(s) of {objId}.")
            : throw new NotFound($"Invalid bulk upload id: no photometry of {objId} that you can delete.");
    }

    static async Task<IResult> Range(Query query, Body body, PhotometryStore photometry,
        AudienceJson audiences, CancellationToken ct)
    {
        var question = new PhotometryQuestion
        {
            InstrumentIds = body.OptionalInts("instrument_ids"),
            FromMjd = body.OptionalDate("min_date") is { } from ? Mjd(from) : null,
            ToMjd = body.OptionalDate("max_date") is { } to ? Mjd(to) : null,
        };
        var format = PhotometryFormat.From(query);
        return await photometry.AreMoreThanAsync(PhotometryBatch.RowLimit, question, ct)
            ? throw new BadInput($"More than {PhotometryBatch.RowLimit} points are in this span. Ask for fewer "
                + $"instruments or a shorter one.")
            : PhotometryJson.List(photometry.ReadAsync(question, ct), format, audiences);
    }

    static async Task<IResult> Copy(
        string objId, Body body, PhotometryStore photometry, StorePhotometry store, CancellationToken ct)
    {
        var origin = body.Text("origin_id");
        var groups = body.Ints("group_ids");
        await SourceKeyAsync(objId, photometry, ct);
        var points = new List<PhotometryPoint>();
        await foreach (var point in photometry.ReadAsync(new() { SourceKey = await SourceKeyAsync(origin, photometry, ct) }, ct))
            points.Add(point.Point);
        if (points.Count == 0)
            throw new BadInput($"No photometry of {origin} that you can see.", "origin_id");
        await store.RunAsync(PhotometryBatch.Of(points, objId), groups, [], KnownPoints.Keep, ct);
        return Reply.Success();
    }

    static double Mjd(DateTimeOffset date) => (date - DateTimeOffset.UnixEpoch).TotalDays + 40587;

    static async Task<int> SourceKeyAsync(string objId, PhotometryStore photometry, CancellationToken ct) =>
        await photometry.SourceKeyAsync(objId, ct) ?? throw new NotFound($"Invalid object ID: {objId}.");
}
