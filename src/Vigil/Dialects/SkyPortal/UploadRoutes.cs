using Vigil.Access;
using Vigil.Photometry;

namespace Vigil.Dialects.SkyPortal;

/// <summary>Receipts of uploads, which SkyPortal has not, and the removal of an upload, which it has.</summary>
static class UploadRoutes
{
    public static void MapUploads(this RouteGroupBuilder api)
    {
        api.MapGet("/photometry/uploads", List).WithSummary("Receipts of your uploads, the latest first.")
            .Asks("pageNumber integer From 1", "numPerPage integer Default 100, at most 500");
        api.MapGet("/photometry/uploads/{id}", Get).WithSummary("The receipt of one upload.");
        api.MapDelete("/photometry/uploads/{id}", Undo).Needs(Acl.UploadData)
            .WithSummary("Undo an upload of yours as a whole: its points are removed and stay in the history.");
        api.MapDelete("/photometry/bulk_delete/{id}", BulkDelete).Needs(Acl.DeleteBulkPhotometry)
            .WithSummary("Delete the points of one upload.");
    }

    static async Task<IResult> List(Query query, UploadStore uploads, CancellationToken ct)
    {
        var size = Paging.Size(query.OptionalInt("numPerPage") ?? 100, 500);
        var page = query.OptionalInt("pageNumber") ?? 1;
        var (total, found) = await uploads.ListAsync(total => Paging.Offset(page, size, total), size, ct);
        // SkyPortal's lists name their paging in camel case.
        return Reply.Success(new Dictionary<string, object>
        {
            ["uploads"] = found.Select(Json), ["totalMatches"] = total, ["pageNumber"] = page, ["numPerPage"] = size,
        });
    }

    static async Task<IResult> Get(string id, UploadStore uploads, CancellationToken ct) =>
        Reply.Success(Json(await FindAsync(id, uploads, ct)));

    static async Task<IResult> Undo(string id, UploadStore uploads, ChangePhotometry change, CancellationToken ct)
    {
        var upload = await FindAsync(id, uploads, ct);
        if (upload.UndoneAt is { } at)
            throw new BadInput($"Upload {id} was undone already, at {Reply.Date(at)}.");
        return Reply.Success($"Deleted {await change.UndoAsync(upload, ct)} photometry point(s).");
    }

    static async Task<IResult> BulkDelete(string id, UploadStore uploads, ChangePhotometry change, CancellationToken ct)
    {
        var removed = Guid.TryParse(id, out var uploadId) && await uploads.FindAsync(uploadId, ct) is { } upload
            ? await change.UndoAsync(upload, ct) : 0;
        return removed > 0 ? Reply.Success($"Deleted {removed} photometry point(s).")
            : throw new NotFound("Invalid bulk upload id.");
    }

    static async Task<Upload> FindAsync(string id, UploadStore uploads, CancellationToken ct) =>
        Guid.TryParse(id, out var uploadId) && await uploads.FindAsync(uploadId, ct) is { } upload ? upload
            : throw new NotFound($"No upload {id} of yours.");

    static object Json(Upload u) => new
    {
        u.Id, u.OwnerId, u.Via, u.Kind, u.Given, u.Stored, u.Known, u.Refused, u.Notes, u.UndoneAt, u.CreatedAt,
    };
}
