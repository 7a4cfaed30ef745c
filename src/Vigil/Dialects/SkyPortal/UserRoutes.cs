using Microsoft.EntityFrameworkCore;
using Vigil.Access;
using Vigil.Data;

namespace Vigil.Dialects.SkyPortal;

/// <summary>/api/user: people, their roles and rights.</summary>
static class UserRoutes
{
    static readonly string[] fields =
        ["first_name* string Given name.", "last_name string Family name.", "affiliations string[] Institutes.", "contact_email string E-mail.",
            "contact_phone string Phone.", "oauth_uid string Id at the login provider."];

    public static void MapUsers(this RouteGroupBuilder api)
    {
        api.MapGet("/user", List).WithSummary("Users, by name.")
            .Asks("pageNumber integer From 1.", "numPerPage integer Users a page; all when omitted.", "firstName string Part of it.",
                "lastName string Part of it.", "username string Part of it.", "email string Part of it.", "role string Exact.",
                "acl string Exact.", "group string Exact name.", "stream string Exact name.");
        api.MapGet("/user/{user_id}", async (string user_id, VigilDb db, CancellationToken ct) =>
            Reply.Success(AccessJson.WithRights(await FindAsync(db, user_id, ct)))).WithSummary("One user.");
        api.MapPost("/user", Add).Needs(Acl.ManageUsers).WithSummary("A new user.")
            .Reads(["username* string Becomes lower case, other characters hyphens.", .. fields[1..], "first_name string Given name.",
                "roles string[] Default: Full user.", "groupIDsAndAdmin object [[group id, whether as administrator], ...]",
                "password string For the web pages and the observers' token."]);
        api.MapPatch("/user/{user_id}", Change).Needs(Acl.ManageUsers).WithSummary("Changes a user.")
            .Reads([.. fields[1..], "first_name string Given name.", "username string New name.", "expirationDate date From then on every call fails.",
                "password string New password.", "is_active boolean False locks the account."]);
        api.MapDelete("/user/{user_id}", Delete).Needs(Acl.ManageUsers).WithSummary("Deletes a user; what they measured stays.");
        api.MapPost("/user/{user_id}/roles", AddRoles).Needs(Acl.ManageUsers).WithSummary("Gives roles.").Reads("roleIds* string[] Roles.");
        api.MapDelete("/user/{user_id}/roles/{role_id}", RemoveRole).Needs(Acl.ManageUsers).WithSummary("Takes a role.");
        api.MapPost("/user/{user_id}/acls", AddAcls).Needs(Acl.ManageUsers).WithSummary("Gives rights.").Reads("aclIds* string[] Rights.");
        api.MapDelete("/user/{user_id}/acls/{acl_id}", RemoveAcl).Needs(Acl.ManageUsers).WithSummary("Takes a right.");
    }

    static async Task<User> FindAsync(VigilDb db, string text, CancellationToken ct)
    {
        if (!int.TryParse(text, out var id))
            throw new BadInput($"Invalid user_id {text}", "user_id");
        return await db.Users.AsTracking().FirstOrDefaultAsync(u => u.Id == id, ct) ?? throw new NotFound($"Cannot find user with ID {id}.");
    }

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
        if (query.OptionalText("acl") is { } acl)
        {
            var roles = Role.All.Where(r => r.Value.Contains(acl)).Select(r => r.Key).ToArray();
            users = users.Where(u => u.Acls.Contains(acl) || u.Roles.Any(r => roles.Contains(r)));
        }
        if (query.OptionalText("group") is { } group)
            users = users.Where(u => u.Memberships.Any(m => m.Group!.Name == group));
        if (query.OptionalText("stream") is { } stream)
            users = users.Where(u => u.Streams.Any(s => s.Name == stream));
        var total = await users.CountAsync(ct);
        users = users.OrderBy(u => u.Username);
        if (query.OptionalInt("numPerPage") is { } size)
            users = users.Skip(Paging.Offset(query.OptionalInt("pageNumber") ?? 1, Paging.Size(size, 500), total)).Take(Paging.Size(size, 500));
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

    static string Like(string text) => $"%{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)}%";

    static async Task<IResult> Add(Body body, AddUser add, VigilDb db, Viewer viewer, CancellationToken ct)
    {
        var groups = Groups(body);
        var roles = body.OptionalTexts("roles") ?? [Role.FullUser];
        RequireRoles(roles, viewer);
        var user = new User { Username = ChangeUser.Slug(body.Text("username", 200)), Roles = [.. roles] };
        Apply(body, user);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await add.RunAsync(user, ct);
        var known = await db.Groups.IgnoreQueryFilters([VigilDb.Visible]).Include(g => g.Streams).AsTracking()
            .Where(g => groups.Keys.Contains(g.Id)).ToListAsync(ct);
        if (groups.Keys.Except(known.Select(g => g.Id)).Any())
            throw new BadInput($"There is no group with ID {groups.Keys.Except(known.Select(g => g.Id)).First()}.", "groupIDsAndAdmin");
        // Who joins a group gets its streams, which every member holds.
        user.Streams.AddRange(known.SelectMany(g => g.Streams).DistinctBy(s => s.Id));
        db.GroupUsers.AddRange(known.Where(g => g.Name != Group.Sitewide)
            .Select(g => new GroupUser { GroupId = g.Id, UserId = user.Id, Admin = groups[g.Id] }));
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return Reply.Success(new { user.Id });
    }

    static Dictionary<int, bool> Groups(Body body)
    {
        try
        {
            return body.Json("groupIDsAndAdmin")?.EnumerateArray()
                .ToDictionary(pair => pair[0].GetInt32(), pair => pair.GetArrayLength() > 1 && pair[1].GetBoolean()) ?? [];
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or IndexOutOfRangeException or ArgumentException)
        {
            throw new BadInput("groupIDsAndAdmin must be a list of pairs [group id, true or false], each group once.", "groupIDsAndAdmin");
        }
    }

    static void Apply(Body body, User user)
    {
        if (body.Has("first_name"))
            user.FirstName = body.OptionalText("first_name", 200);
        if (body.Has("last_name"))
            user.LastName = body.OptionalText("last_name", 200);
        if (body.Has("affiliations"))
            user.Affiliations = [.. body.OptionalTexts("affiliations", 100) ?? []];
        if (body.Has("contact_email"))
            user.ContactEmail = body.OptionalText("contact_email", 254) is { Length: > 0 } email ? ChangeUser.Email(email) : null;
        if (body.Has("contact_phone"))
            user.ContactPhone = body.OptionalText("contact_phone", 30) is { Length: > 0 } phone ? ChangeUser.PhoneNumber(phone) : null;
        if (body.Has("oauth_uid"))
            user.OauthUid = body.OptionalText("oauth_uid", 200);
        if (body.OptionalText("password", Password.MaxLength) is { } password)
            user.PasswordHash = password.Length >= Password.MinLength ? Password.Hash(password)
                : throw new BadInput($"password must have at least {Password.MinLength} characters.", "password");
        user.IsActive = body.OptionalBool("is_active") ?? user.IsActive;
    }

    static async Task<IResult> Change(string user_id, Body body, VigilDb db, ChangeUser change, Viewer viewer, CancellationToken ct)
    {
        var user = await FindAsync(db, user_id, ct);
        RequireReach(viewer, user);
        if (body.Has("expirationDate"))
        {
            try
            {
                user.ExpirationDate = body.OptionalDate("expirationDate");
            }
            catch (BadInput)
            {
                throw new BadInput("Unable to parse `expirationDate` parameter.", "expirationDate");
            }
        }
        if (body.OptionalText("username", 200) is { } name)
            await change.RenameAsync(user, name, ct);
        Apply(body, user);
        await db.SaveChangesAsync(ct);
        return Reply.Success();
    }

    static async Task<IResult> Delete(string user_id, VigilDb db, ChangeUser change, Viewer viewer, CancellationToken ct)
    {
        var user = await FindAsync(db, user_id, ct);
        if (user.Id != viewer.UserId && !viewer.SeesAll)
            throw new BadInput($"Insufficient permissions to delete user {user.Id}: only the user and administrators may.");
        await change.DeleteAsync(user, ct);
        return Reply.Success();
    }

    static async Task<IResult> AddRoles(string user_id, Body body, VigilDb db, Viewer viewer, CancellationToken ct)
    {
        var roles = body.OptionalTexts("roleIds") ?? [];
        if (roles.Length == 0 || roles.Any(r => !Role.All.ContainsKey(r)))
            throw new BadInput("Improperly formatted parameter roleIds; must be an array of strings.", "roleIds");
        RequireRoles(roles, viewer);
        var user = await FindAsync(db, user_id, ct);
        RequireReach(viewer, user);
        user.Roles = [.. user.Roles.Union(roles)];
        await db.SaveChangesAsync(ct);
        return Reply.Success();
    }

    static async Task<IResult> RemoveRole(string user_id, string role_id, VigilDb db, Viewer viewer, CancellationToken ct)
    {
        var user = await FindAsync(db, user_id, ct);
        RequireReach(viewer, user);
        if (!user.Roles.Contains(role_id))
            throw new NotFound("UserRole does not exist.");
        user.Roles = [.. user.Roles.Where(r => r != role_id)];
        await db.SaveChangesAsync(ct);
        return Reply.Success();
    }

    static async Task<IResult> AddAcls(string user_id, Body body, VigilDb db, Viewer viewer, CancellationToken ct)
    {
        var wanted = body.OptionalTexts("aclIds") ?? [];
        if (wanted.Length == 0 || wanted.Any(acl => Acl.Find(acl) is null))
            throw new BadInput("Improperly formatted parameter aclIds; must be an array of strings.", "aclIds");
        var acls = TokenStore.Known(wanted);
        RequireHeld(acls, viewer);
        var user = await FindAsync(db, user_id, ct);
        RequireReach(viewer, user);
        user.Acls = [.. user.Acls.Union(acls)];
        await db.SaveChangesAsync(ct);
        return Reply.Success();
    }

    static async Task<IResult> RemoveAcl(string user_id, string acl_id, VigilDb db, Viewer viewer, CancellationToken ct)
    {
        var user = await FindAsync(db, user_id, ct);
        RequireReach(viewer, user);
        if (!user.Acls.Contains(acl_id))
            throw new NotFound("UserACL does not exist.");
        user.Acls = [.. user.Acls.Where(acl => acl != acl_id)];
        await db.SaveChangesAsync(ct);
        return Reply.Success();
    }

    static void RequireRoles(string[] roles, Viewer viewer)
    {
        if (roles.FirstOrDefault(r => !Role.All.ContainsKey(r)) is { } unknown)
            throw new BadInput($"There is no role '{unknown}'; GET /api/roles lists them.", "roles");
        RequireHeld(roles.SelectMany(r => Role.All[r]), viewer);
    }

    // SkyPortal lets anybody who manages users make himself an administrator; that hole is closed here.
    static void RequireHeld(IEnumerable<string> acls, Viewer viewer)
    {
        if (acls.FirstOrDefault(acl => !viewer.User.Permissions().Contains(acl) && !viewer.SeesAll) is { } beyond)
            throw new BadInput($"Insufficient permissions: you cannot give the right '{beyond}', which you do not have.");
    }

    static void RequireReach(Viewer viewer, User user)
    {
        if (!viewer.SeesAll && user.Permissions().Contains(Acl.SystemAdmin))
            throw new BadInput($"Insufficient permissions: user {user.Id} is an administrator.");
    }
}
