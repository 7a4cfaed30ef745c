using Microsoft.EntityFrameworkCore;
using Vigil.Access;
using Vigil.Candidates;
using Vigil.Data;

namespace Vigil.Dialects.SkyPortal;

/// <summary>/api/filters: saved selections of a group on a stream.</summary>
static class FilterRoutes
{
    public static void MapFilters(this RouteGroupBuilder api)
    {
        api.MapGet("/filters", async (VigilDb db, CancellationToken ct) =>
            Reply.Success((await db.StreamFilters.OrderBy(f => f.Id).ToListAsync(ct)).Select(ToJson)))
            .WithSummary("The filters of the caller's groups on the caller's streams.");
        api.MapGet("/filters/{filter_id:int}", Get).WithSummary("One filter with its stream.");
        api.MapPost("/filters", Add).Needs(Acl.UploadData).WithSummary("A new filter.")
            .Reads("name* string What it is called.", "stream_id* integer The stream it reads.",
                "group_id* integer The group it is for.");
        api.MapPatch("/filters/{filter_id:int}", Rename).Needs(Acl.UploadData).WithSummary("Renames a filter.")
            .Reads("name string The new name.");
        api.MapDelete("/filters/{filter_id:int}", Delete).Needs(Acl.UploadData).WithSummary("Deletes a filter.");
    }

    public static object ToJson(StreamFilter filter) => new
    {
        filter.Name, filter.StreamId, filter.Id, filter.Modified, filter.GroupId, filter.CreatedAt,
    };

    static async Task<StreamFilter> FindAsync(VigilDb db, int id, CancellationToken ct) =>
        await db.StreamFilters.AsTracking().Include(f => f.Stream).FirstOrDefaultAsync(f => f.Id == id, ct)
        ?? throw new NotFound($"Cannot find a filter with ID: {id}.");

    static async Task<IResult> Get(int filter_id, VigilDb db, CancellationToken ct)
    {
        var filter = await FindAsync(db, filter_id, ct);
        return Reply.Success(new
        {
            filter.Name, filter.StreamId, filter.Id, filter.Modified, filter.GroupId, filter.CreatedAt,
            stream = AccessJson.From(filter.Stream!),
        });
    }

    static async Task<IResult> Add(Body body, Viewer viewer, VigilDb db, CancellationToken ct)
    {
        Schema.Check(body, required: ["name", "stream_id", "group_id"], optional: []);
        var filter = new StreamFilter
        {
            Name = body.Text("name", 200), StreamId = body.Int("stream_id"),
            GroupId = body.Int("group_id")
        };
        if (!viewer.SeesAll && !viewer.IsMemberOf(filter.GroupId) || !await db.Groups.AnyAsync(g => g.Id == filter.GroupId, ct))
            throw new NotFound($"Cannot find group with ID {filter.GroupId} among yours.");
        if (!await db.Streams.AnyAsync(s => s.Id == filter.StreamId, ct))
            // SkyPortal's word for streams that the caller does not hold; whether there is one of that id stays untold.
            return Reply.Error($"HTTP 401: Unauthorized (There is no stream with ID {filter.StreamId} among yours.)", 401);
        db.StreamFilters.Add(filter);
        await db.SaveChangesAsync(ct);
        return Reply.Success(new { filter.Id });
    }

    static async Task<IResult> Rename(int filter_id, Body body, VigilDb db, CancellationToken ct)
    {
        if (body.Has("group_id") || body.Has("stream_id"))
            throw new BadInput("Cannot update group_id or stream_id.");
        Schema.Check(body, required: [], optional: ["name", "id"]);
        var filter = await FindAsync(db, filter_id, ct);
        filter.Name = body.OptionalText("name", 200) ?? filter.Name;
        await db.SaveChangesAsync(ct);
        return Reply.Success();
    }

    static async Task<IResult> Delete(int filter_id, VigilDb db, CancellationToken ct)
    {
        db.StreamFilters.Remove(await FindAsync(db, filter_id, ct));
        await db.SaveChangesAsync(ct);
        return Reply.Success();
    }
}
