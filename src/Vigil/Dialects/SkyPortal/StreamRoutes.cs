using Microsoft.EntityFrameworkCore;
using Vigil.Access;
using Vigil.Data;

namespace Vigil.Dialects.SkyPortal;

/// <summary>/api/streams: data feeds and who holds them.</summary>
static class StreamRoutes
{
    public static void MapStreams(this RouteGroupBuilder api)
    {
        api.MapGet("/streams", async (VigilDb db, CancellationToken ct) =>
            Reply.Success((await db.Streams.OrderBy(s => s.Id).ToListAsync(ct)).Select(AccessJson.From)))
            .WithSummary("The streams that the caller holds.");
        api.MapGet("/streams/{stream_id:int}", async (int stream_id, VigilDb db, CancellationToken ct) =>
            Reply.Success(AccessJson.From(await FindAsync(db, stream_id, ct)))).WithSummary("One stream.");
        api.MapPost("/streams", Add).Needs(Acl.SystemAdmin).WithSummary("A new stream.")
            .Reads("name* string Unique name.", "altdata object What programs need to know of it.")
            .Example("""{"name": "ZTF Public", "altdata": {"selector": [1]}}""");
        api.MapPatch("/streams/{stream_id:int}", Change).Needs(Acl.SystemAdmin).WithSummary("Changes a stream.")
            .Reads("name string Unique name.", "altdata object What programs need to know of it.");
        api.MapDelete("/streams/{stream_id:int}", Delete).Needs(Acl.SystemAdmin)
            .WithSummary("Deletes a stream, its filters too.");
        api.MapPost("/streams/{stream_id:int}/users", Grant).Needs(Acl.SystemAdmin).WithSummary("Grants a stream to a user.")
            .Reads("user_id* integer The user.");
        api.MapDelete("/streams/{stream_id:int}/users/{user_id:int}", Withdraw).Needs(Acl.SystemAdmin)
            .WithSummary("Takes a stream from a user none of whose groups uses it.");
    }

    static async Task<Access.Stream> FindAsync(VigilDb db, int id, CancellationToken ct) =>
        await db.Streams.AsTracking().FirstOrDefaultAsync(s => s.Id == id, ct)
        ?? throw new NotFound($"Could not retrieve stream with ID {id}.");

    static async Task<IResult> Add(Body body, VigilDb db, CancellationToken ct)
    {
        Schema.Check(body, required: ["name"], optional: ["altdata"]);
        var stream = new Access.Stream { Name = body.Text("name", 200), Altdata = body.JsonText("altdata") };
        await RequireFreeNameAsync(db, stream, ct);
        db.Streams.Add(stream);
        await db.SaveChangesAsync(ct);
        return Reply.Success(new { stream.Id });
    }

    static async Task<IResult> Change(int stream_id, Body body, VigilDb db, CancellationToken ct)
    {
        Schema.Check(body, required: [], optional: ["name", "altdata", "id"]);
        var stream = await FindAsync(db, stream_id, ct);
        stream.Name = body.OptionalText("name", 200) ?? stream.Name;
        if (body.Has("altdata"))
            stream.Altdata = body.JsonText("altdata");
        await RequireFreeNameAsync(db, stream, ct);
        await db.SaveChangesAsync(ct);
        return Reply.Success();
    }

    static async Task RequireFreeNameAsync(VigilDb db, Access.Stream stream, CancellationToken ct)
    {
        if (await db.Streams.AnyAsync(s => s.Name == stream.Name && s.Id != stream.Id, ct))
            throw new AlreadyThere($"A stream named '{stream.Name}' already exists; choose another name.", "name");
    }

    static async Task<IResult> Delete(int stream_id, VigilDb db, CancellationToken ct)
    {
        var stream = await FindAsync(db, stream_id, ct);
        db.AccessChanged();
        db.Streams.Remove(stream);
        await db.SaveChangesAsync(ct);
        return Reply.Success();
    }

    static async Task<IResult> Grant(int stream_id, Body body, VigilDb db, CancellationToken ct)
    {
        var userId = body.Int("user_id");
        var stream = await db.Streams.AsTracking().Include(s => s.Users.Where(u => u.Id == userId))
            .FirstOrDefaultAsync(s => s.Id == stream_id, ct)
            ?? throw new NotFound($"Could not retrieve stream with ID {stream_id}.");
        if (stream.Users.Count > 0)
            throw new AlreadyThere("Specified user already has access to this stream.");
        stream.Users.Add(await db.Users.AsTracking().FirstOrDefaultAsync(u => u.Id == userId, ct)
            ?? throw new NotFound($"Cannot find user with ID {userId}."));
        await db.SaveChangesAsync(ct);
        return Reply.Success(new { stream_id, user_id = userId });
    }

    static async Task<IResult> Withdraw(int stream_id, int user_id, VigilDb db, CancellationToken ct)
    {
        var stream = await db.Streams.AsTracking().Include(s => s.Users.Where(u => u.Id == user_id))
            .FirstOrDefaultAsync(s => s.Id == stream_id, ct)
            ?? throw new NotFound($"Could not retrieve stream with ID {stream_id}.");
        if (stream.Users.Count == 0)
            throw new NotFound("StreamUser does not exist.");
        if (await db.GroupUsers.AnyAsync(m => m.UserId == user_id && m.Group!.Streams.Any(s => s.Id == stream_id), ct))
            throw new BadInput($"A group of user {user_id} still uses stream {stream_id}: take the user out of the group first.");
        stream.Users.Clear();
        await db.SaveChangesAsync(ct);
        return Reply.Success();
    }
}
