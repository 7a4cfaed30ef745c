using Microsoft.EntityFrameworkCore;
using Vigil.Access;
using Vigil.Data;

namespace Vigil.Dialects.SkyPortal;

/// <summary>/api/user: people, their roles and rights.</summary>
static class UserRoutes
{
    static readonly string[] fields =
        ["first_name* string Given name.", "last_name string Family name.", "affiliations string[] Institutes.",
            "contact_email string E-mail.",
            "contact_phone string Phone.", "oauth_uid string Id at the login provider."];

    public static void MapUsers(this RouteGroupBuilder api)
    {
        api.MapGet("/user", List).WithSummary("Users, by name.")
            .Asks("pageNumber integer From 1.", "numPerPage integer Users a page; all when omitted.",
                "firstName string Part of it.",
                "lastName string Part of it.", "username string Part of it.", "email string Part of it.", "role string Exact.",
                "acl string Exact.", "group string Exact name.", "stream string Exact name.");
        api.MapGet("/user/{user_id}", async (string user_id, ChangeUser users, CancellationToken ct) =>
            Reply.Success(AccessJson.WithRights(await users.FindAsync(Id(user_id), ct)))).WithSummary("One user.");
        api.MapPost("/user", Add).Needs(Acl.ManageUsers).WithSummary("A new user.")
            .Reads(["username* string Becomes lower case, other characters hyphens.", .. fields[1..],
                "first_name string Given name.",
                "roles string[] Default: Full user.", "groupIDsAndAdmin object [[group id, whether as administrator], ...]",
                "password string For the web pages and the observers' token."]);
        api.MapPatch("/user/{user_id}", Change).Needs(Acl.ManageUsers).WithSummary("Changes a user.")
            .Reads([.. fields[1..], "first_name string Given name.", "username string New name.",
                "expirationDate date From then on every call fails.",
                "password string New password.", "is_active boolean False locks the account."]);
        api.MapDelete("/user/{user_id}", Delete).Needs(Acl.ManageUsers).WithSummary("Deletes a user; what they measured stays.");
        api.MapPost("/user/{user_id}/roles", AddRoles).Needs(Acl.ManageUsers).WithSummary("Gives roles.")
            .Reads("roleIds* string[] Roles.");
        api.MapDelete("/user/{user_id}/roles/{role_id}", RemoveRole).Needs(Acl.ManageUsers).WithSummary("Takes a role.");
        api.MapPost("/user/{user_id}/acls", AddAcls).Needs(Acl.ManageUsers).WithSummary("Gives rights.")
            .Reads("aclIds* string[] Rights.");
        api.MapDelete("/user/{user_id}/acls/{acl_id}", RemoveAcl).Needs(Acl.ManageUsers).WithSummary("Takes a right.");
    }

    static int Id(string text) => int.TryParse(text, out var id) ? id : throw new BadInput($"Invalid user_id {text}", "user_id");

    static async Task<IResult> List(Query query, Viewer viewer, VigilDb db, CancellationToken ct)
    {
        var users = db.Users.AsQueryable();
        if (query.OptionalText("firstName") is { } first)
            users = users.Where(u => EF.Functions.ILike(u.FirstName!, Like(first)));
        if (query.OptionalText("lastName") is { } last)
            users = users.Where(u => EF.Functions.ILike(u.LastName!, Like(last)));
        if (query.OptionalText("username") is { } name)
            users = users.Where(u => EF.Functions.ILike(u.Username, Like(name)));
        if (query.OptionalText("email") is { } email)
            users = users.Where(u => EF.Functions.ILike(u.ContactEmail!, Like(email)));
        if (query.OptionalText("role") is { } role)
            users = users.Where(u => u.Roles.Contains(role));
        if (query.OptionalText("acl") is { } wanted)
        {
            var acl = Acl.Find(wanted) ?? wanted;
            var roles = Role.All.Where(r => r.Value.Contains(acl)).Select(r => r.Key).ToArray();
            users = users.Where(u => u.Acls.Contains(acl) || u.Roles.Any(r => roles.Contains(r)));
        }
        if (query.OptionalText("group") is { } group)
            users = users.Where(u => u.Memberships.Any(m => m.Group!.Name == group));
        if (query.OptionalText("stream") is { } stream)
            users = users.Where(u => u.Streams.Any(s => s.Name == stream));
        var total = await users.CountAsync(ct);
        // All of them unless asked for pages; there are as many as people in a collaboration.
        var size = query.OptionalInt("numPerPage") is { } asked ? Paging.Size(asked, 500) : Math.Max(1, total);
        users = users.OrderBy(u => u.Username).Skip(Paging.Offset(query.OptionalInt("pageNumber") ?? 1, size, total)).Take(size);
        if (viewer.SeesAll)
            users = users.Include(u => u.Memberships).ThenInclude(m => m.Group).Include(u => u.Streams).AsSplitQuery();
        var found = await users.ToListAsync(ct);
        return Reply.Success(new
        {
            users = found.Select(user =>
            {
                var json = AccessJson.WithRights(user);
                if (viewer.SeesAll)
                {
                    json["groups"] = user.Memberships.Select(m => AccessJson.From(m.Group!));
                    json["streams"] = user.Streams.Select(AccessJson.From);
                }
                return json;
            }),
            totalMatches = total,
        });
    }

    static string Like(string text) =>
        $"%{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)}%";

    static async Task<IResult> Add(Body body, AddUser add, Delegation delegation, CancellationToken ct)
    {
        var groups = Groups(body);
        var roles = body.OptionalTexts("roles", 100) ?? [Role.FullUser];
        delegation.RequireRights(roles, []);
        foreach (var (groupId, admin) in groups)
            delegation.RequirePlace(groupId, admin, "groupIDsAndAdmin");
        var user = new User { Username = ChangeUser.Slug(body.Text("username", 200)), Roles = [.. roles] };
        ChangeUser.Write(user, Account(body));
        await add.RunAsync(user, [.. groups.Select(g => new GroupUser { GroupId = g.Key, Admin = g.Value })], ct);
        return Reply.Success(new { user.Id });
    }

    static Dictionary<int, bool> Groups(Body body)
    {
        try
        {
            return body.Json("groupIDsAndAdmin")?.EnumerateArray()
                .ToDictionary(pair => pair[0].GetInt32(), pair => pair.GetArrayLength() > 1 && pair[1].GetBoolean()) ?? [];
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException
            or IndexOutOfRangeException or ArgumentException)
        {
            throw new BadInput("groupIDsAndAdmin must be a list of pairs [group id, true or false], each group once.",
                "groupIDsAndAdmin");
        }
    }

    /// <summary>What people may write of themselves.</summary>
    public static Person Person(Body body) => new()
    {
        Username = body.OptionalText("username", 200),
        FirstName = Text(body, "first_name", 200),
        LastName = Text(body, "last_name", 200),
        Affiliations = body.Has("affiliations") ? body.OptionalTexts("affiliations", 100) ?? [] : null,
        ContactEmail = Text(body, "contact_email", 254),
        ContactPhone = Text(body, "contact_phone", 30),
    };

    // What only those who manage users write.
    static Person Account(Body body) => Person(body) with
    {
        OauthUid = Text(body, "oauth_uid", 200),
        Password = body.OptionalText("password", Password.MaxLength),
        IsActive = body.OptionalBool("is_active"),
    };

    // A null removes what is there, as an empty text does; what is not given stays.
    static string? Text(Body body, string name, int limit) => body.OptionalText(name, limit) ?? (body.Has(name) ? "" : null);

    static async Task<IResult> Change(string user_id, Body body, ChangeUser change, CancellationToken ct)
    {
        await change.RunAsync(Id(user_id),
            Account(body) with { ExpirationDate = ExpirationDate(body), NeverExpires = body.IsNull("expirationDate") }, ct);
        return Reply.Success();
    }

    static DateTimeOffset? ExpirationDate(Body body)
    {
        try
        {
            return body.OptionalDate("expirationDate");
        }
        catch (BadInput e)
        {
            throw new BadInput($"Unable to parse `expirationDate` parameter. {e.Message}", "expirationDate");
        }
    }

    static async Task<IResult> Delete(string user_id, ChangeUser change, CancellationToken ct)
    {
        await change.DeleteAsync(Id(user_id), ct);
        return Reply.Success();
    }

    static async Task<IResult> AddRoles(string user_id, Body body, ChangeUser change, CancellationToken ct)
    {
        await change.GiveAsync(Id(user_id), Known(body, "roleIds", role => Role.All.ContainsKey(role) ? role : null), [], ct);
        return Reply.Success();
    }

    static async Task<IResult> AddAcls(string user_id, Body body, ChangeUser change, CancellationToken ct)
    {
        await change.GiveAsync(Id(user_id), [], Known(body, "aclIds", Acl.Find), ct);
        return Reply.Success();
    }

    static List<string> Known(Body body, string field, Func<string, string?> find)
    {
        if (body.OptionalTexts(field, 100) is not { Length: > 0 } names)
            throw new BadInput($"Improperly formatted parameter {field}; must be an array of strings.", field);
        return [.. names.Select(name => find(name)
            ?? throw new BadInput($"Improperly formatted parameter {field}; must be an array of strings that GET /api/roles or "
                + $"/api/acls list, got '{name}'.", field))];
    }

    static async Task<IResult> RemoveRole(string user_id, string role_id, ChangeUser change, CancellationToken ct)
    {
        await change.TakeRoleAsync(Id(user_id), role_id, ct);
        return Reply.Success();
    }

    static async Task<IResult> RemoveAcl(string user_id, string acl_id, ChangeUser change, CancellationToken ct)
    {
        await change.TakeAclAsync(Id(user_id), Acl.Find(acl_id) ?? acl_id, ct);
        return Reply.Success();
    }
}
