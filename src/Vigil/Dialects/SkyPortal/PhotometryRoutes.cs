using Vigil.Access;
using Vigil.Photometry;

namespace Vigil.Dialects.SkyPortal;

/// <summary>SkyPortal's /api/photometry and the photometry of a source.</summary>
static class PhotometryRoutes
{
    static readonly string[] format =
    [
        "format string mag (default), flux or both", "magsys string Magnitude system of the answer; default ab",
        "includeOwnerInfo boolean With the id of the owner", "includeStreamInfo boolean With the streams whose holders may see it",
    ];

    public static void MapPhotometry(this RouteGroupBuilder api)
    {
        api.MapPost("/photometry", Post).Needs(Acl.UploadData).Reads(PhotometryInput.Declaration)
            .WithSummary("Store photometry. All rows or none; a row that is known already is refused.");
        api.MapPut("/photometry", Put).Needs(Acl.UploadData).Reads(PhotometryInput.Declaration)
            .WithSummary("Store photometry. Rows that are known already are kept and shown to the given groups, too.");
        api.MapGet("/photometry/{id:long}", Get).Asks(format).WithSummary("One point.");
        api.MapGet("/sources/{objId}/photometry", OfSource).WithSummary("The light curve of a source, in order of time.")
            .Asks(["individualOrSeries string individual, series or both (default)", .. format]);
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

    static async Task<IResult> Get(long id, Query query, PhotometryStore photometry, AudienceJson audiences, CancellationToken ct) =>
        PhotometryJson.One(await photometry.FindAsync(id, ct) ?? throw Missing(id), PhotometryFormat.From(query), audiences);

    static BadInput Missing(long id) => new NotFound($"Cannot find photometry point with ID: {id}.");

    static async Task<IResult> OfSource(
        string objId, Query query, HttpContext context, Viewer viewer, PhotometryStore photometry, AudienceJson audiences,
        CancellationToken ct)
    {
        // SkyPortal answers 403 here, and calls a token's caller by the token that he sent; its tests compare.
        var key = await photometry.SourceKeyAsync(objId, ct) ?? throw new Forbidden("Insufficient permissions for User "
            + $"{new SkyPortalDialect().ReadToken(context).Token ?? viewer.Username} to read Obj {objId}");
        return PhotometryJson.List(photometry.ReadAsync(new() { SourceKey = key }, ct), PhotometryFormat.From(query), audiences);
    }
}
