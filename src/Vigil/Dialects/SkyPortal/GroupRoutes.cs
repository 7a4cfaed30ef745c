using Microsoft.EntityFrameworkCore;
using Vigil.Access;
using Vigil.Data;

namespace Vigil.Dialects.SkyPortal;

/// <summary>/api/groups: groups, their members and their streams.</summary>
static class GroupRoutes
{
    public static void MapGroups(this RouteGroupBuilder api)
    {
        api.MapGet("/groups", List).WithSummary("The caller's groups, those open to the caller, and all.")
            .Asks("name string Exact name; the answer is then a plain array.",
                "includeSingleUserGroups boolean Also users' own groups.");
        api.MapGet("/groups/public", Public).WithSummary("The group of all users.");
        api.MapGet("/groups/{group_id:int}", Get).WithSummary("One group with its members, streams and filters.")
            .Asks("includeGroupUsers boolean Whether to list members (true).");
        api.MapPost("/groups", Add).Needs(Acl.UploadData).WithSummary("A new group.")
            .Reads("name* string Unique name.", "nickname string Short unique name.", "description string What it is for.",
                "group_admins integer[] Users who administer it.")
            .Example("""{"name": "Transients", "nickname": "TR", "group_admins": []}""");
        api.MapPut("/groups/{group_id:int}", Change).Needs(Acl.UploadData).WithSummary("Changes a group; for its administrators.")
            .Reads("name string Unique name.", "nickname string Short unique name.", "description string What it is for.",
                "private boolean Whether it is private.");
        api.MapDelete("/groups/{group_id:int}", Delete).Needs(Acl.UploadData)
            .WithSummary("Deletes a group; for its administrators.");

        api.MapPost("/groups/{group_id:int}/users", AddUser).Needs(Acl.UploadData).WithSummary("Adds a member.")
            .Reads("userID* integer The user.", "admin boolean Whether as administrator (false).",
                "canSave boolean May save sources (true).");
        api.MapPatch("/groups/{group_id:int}/users", ChangeUser).Needs(Acl.UploadData)
            .WithSummary("Changes what a member may do.")
            .Reads("userID* integer The member.", "admin boolean Whether as administrator.", "canSave boolean May save sources.");
        api.MapDelete("/groups/{group_id:int}/users/{user_id:int}", RemoveUser).WithSummary("Puts a member out, or leaves.");
        api.MapPost("/groups/{group_id:int}/usersFromGroups", AddUsersFromGroups).Needs(Acl.UploadData)
            .WithSummary("Adds all members of other groups.").Reads("fromGroupIDs* integer[] The other groups.");
        api.MapPost("/groups/{group_id:int}/streams", AddStream).Needs(Acl.UploadData)
            .WithSummary("Lets the group take from a stream that all its members hold.").Reads("stream_id* integer The stream.");
        api.MapDelete("/groups/{group_id:int}/streams/{stream_id:int}", RemoveStream).Needs(Acl.UploadData)
            .WithSummary("Takes a stream from the group.");
    }

    static async Task<IResult> List(Query query, Viewer viewer, VigilDb db, CancellationToken ct)
    {
        if (query.OptionalText("name") is { } name)
            return Reply.Success((await db.Groups.Where(g => g.Name == name).ToListAsync(ct)).Select(AccessJson.From));
        var single = query.Bool("includeSingleUserGroups");
        var all = await db.Groups.OrderBy(g => g.Name).ToListAsync(ct);
        return Reply.Success(new
        {
            user_groups = all.Where(g => viewer.IsMemberOf(g.Id)).Select(AccessJson.From),
            user_accessible_groups = all.Where(g => !g.SingleUserGroup && (viewer.SeesAll || viewer.IsMemberOf(g.Id)))
                .Select(AccessJson.From),
            all_groups = all.Where(g => single || !g.SingleUserGroup).Select(AccessJson.From),
        });
    }

    static async Task<IResult> Public(VigilDb db, CancellationToken ct) =>
        Reply.Success(AccessJson.From(await db.Groups.SingleAsync(g => g.Name == Group.Sitewide, ct)));

    static async Task<IResult> Get(int group_id, Query query, VigilDb db, CancellationToken ct)
    {
        var group = await db.Groups.Include(g => g.Members).ThenInclude(m => m.User).Include(g => g.Streams).AsSplitQuery()
            .FirstOrDefaultAsync(g => g.Id == group_id, ct) ?? throw new NotFound($"Cannot find Group with id {group_id}");
        var filters = await db.StreamFilters.Where(f => f.GroupId == group_id).OrderBy(f => f.Id).ToListAsync(ct);
        var json = new Dictionary<string, object?>
        {
            ["single_user_group"] = group.SingleUserGroup,
            ["id"] = group.Id,
            ["created_at"] = group.CreatedAt,
            ["modified"] = group.Modified,
            ["nickname"] = group.Nickname,
            ["name"] = group.Name,
            ["description"] = group.Description,
            ["private"] = group.Private,
            ["streams"] = group.Streams.OrderBy(s => s.Id).Select(AccessJson.From),
            ["filters"] = filters.Select(FilterRoutes.ToJson),
        };
        if (query.Bool("includeGroupUsers", true))
        {
            var members = group.Members.OrderBy(m => m.Id).ToList();
            json["group_users"] = members.Select(m =>
                new { m.UserId, m.GroupId, m.CreatedAt, m.Id, m.Modified, m.Admin, m.CanSave });
            json["users"] = members.Select(m => new
            {
                m.User!.Id, m.User.Username, m.User.FirstName, m.User.LastName, m.User.ContactEmail,
                m.User.ContactPhone, m.User.OauthUid,
                m.Admin, m.CanSave,
            });
        }
        return Reply.Success(json);
    }

    static async Task<IResult> Add(Body body, Viewer viewer, VigilDb db, CancellationToken ct)
    {
        if (body.OptionalText("name", 200) is not { Length: > 0 } name)
            throw new BadInput("Missing required parameter: `name`", "name");
        int[] admins;
        try
        {
            admins = body.OptionalInts("group_admins") ?? [];
        }
        catch (BadInput)
        {
            throw new BadInput("Invalid group_admins field; unable to parse all items to int", "group_admins");
        }
        // A script makes groups for others, a person at least also for themselves.
        int[] ids = viewer.IsToken ? admins : [.. admins, viewer.UserId];
        var known = await db.Users.Where(u => ids.Contains(u.Id)).Select(u => u.Id).ToListAsync(ct);
        if (ids.Except(known).Any())
            throw new BadInput($"Invalid group_admins field: no user with ID {ids.Except(known).First()}.", "group_admins");
        await RequireFreeNameAsync(db, name, body.OptionalText("nickname", 200), null, ct);
        var group = new Group
        {
            Name = name, Nickname = body.OptionalText("nickname", 200), Description = body.OptionalText("description", 10_000),
            Members = [.. known.Select(id => new GroupUser { UserId = id, Admin = true })],
        };
        db.Groups.Add(group);
        await db.SaveChangesAsync(ct);
        return Reply.Success(new { group.Id });
    }

    static async Task<IResult> Change(int group_id, Body body, GroupMembers members, VigilDb db, CancellationToken ct)
    {
        var group = await members.AdministeredAsync(group_id, ct);
        var (name, nickname) = (body.OptionalText("name", 200) ?? group.Name, body.Has("nickname")
            ? body.OptionalText("nickname", 200) : group.Nickname);
        if (name != group.Name && (group.SingleUserGroup || group.Name == Group.Sitewide))
            throw new BadInput($"The group '{group.Name}' keeps its name.", "name");
        await RequireFreeNameAsync(db, name, nickname, group_id, ct);
        (group.Name, group.Nickname) = (name, nickname);
        if (body.Has("description"))
            group.Description = body.OptionalText("description", 10_000);
        group.Private = body.OptionalBool("private") ?? group.Private;
        await db.SaveChangesAsync(ct);
        return Reply.Success();
    }

    static async Task RequireFreeNameAsync(VigilDb db, string name, string? nickname, int? own, CancellationToken ct)
    {
        if (await db.Groups.FirstOrDefaultAsync(g => g.Id != own
            && (g.Name == name || (nickname != null && g.Nickname == nickname)), ct) is { } other)
            throw new AlreadyThere(other.Name == name ? $"A group named '{name}' already exists; choose another name."
                : $"A group with the nickname '{nickname}' already exists; choose another.", "name");
    }

    static async Task<IResult> Delete(int group_id, GroupMembers members, Viewer viewer, VigilDb db, CancellationToken ct)
    {
        if (!viewer.IsAdminOf(group_id))
            throw new Forbidden($"Cannot find Group with id {group_id}");
        var group = await members.AdministeredAsync(group_id, ct);
        if (group.SingleUserGroup || group.Name == Group.Sitewide)
            throw new Forbidden($"Cannot find Group with id {group_id} that may be deleted: it is "
                + $"{(group.SingleUserGroup ? "a user's own" : "that of all users")}.");
        // Memberships go with the group, in the database; whoever was a member must be forgotten.
        db.AccessChanged();
        db.Groups.Remove(group);
        await db.SaveChangesAsync(ct);
        return Reply.Success();
    }

    static async Task<IResult> AddUser(int group_id, Body body, GroupMembers members, CancellationToken ct)
    {
        var (userId, admin, canSave) = (RequiredUser(body), Flag(body, "admin") ?? false, Flag(body, "canSave") ?? true);
        await members.AddAsync(group_id, userId, admin, canSave, ct);
        return Reply.Success(new { group_id, user_id = userId, admin });
    }

    static async Task<IResult> ChangeUser(int group_id, Body body, GroupMembers members, CancellationToken ct)
    {
        var (admin, canSave) = (Flag(body, "admin"), Flag(body, "canSave"));
        if (admin is null && canSave is null)
            throw new BadInput("Missing required parameter: at least one of `admin` or `canSave`.");
        await members.ChangeAsync(group_id, RequiredUser(body), admin, canSave, ct);
        return Reply.Success();
    }

    static int RequiredUser(Body body) => body.OptionalInt("userID")
        ?? throw new BadInput("userID parameter must be specified", "userID");

    static bool? Flag(Body body, string name) => body.Json(name) switch
    {
        null => null,
        { ValueKind: System.Text.Json.JsonValueKind.True } => true,
        { ValueKind: System.Text.Json.JsonValueKind.False } => false,
        _ => throw new BadInput($"Invalid (non-boolean) value provided for parameter `{name}`", name),
    };

    static async Task<IResult> RemoveUser(int group_id, int user_id, GroupMembers members, CancellationToken ct)
    {
        await members.RemoveAsync(group_id, user_id, ct);
        return Reply.Success();
    }

    static async Task<IResult> AddUsersFromGroups(int group_id, Body body, GroupMembers members, CancellationToken ct)
    {
        await members.AddFromAsync(group_id, body.Ints("fromGroupIDs"), ct);
        return Reply.Success();
    }

    static async Task<IResult> AddStream(int group_id, Body body, GroupMembers members, CancellationToken ct)
    {
        var streamId = body.Int("stream_id");
        await members.AddStreamAsync(group_id, streamId, ct);
        return Reply.Success(new { group_id, stream_id = streamId });
    }

    static async Task<IResult> RemoveStream(int group_id, int stream_id, GroupMembers members, CancellationToken ct)
    {
        await members.RemoveStreamAsync(group_id, stream_id, ct);
        return Reply.Success();
    }
}
