using Vigil.Data;

namespace Vigil.Access;

/// <summary>
/// Who asks: a user, or a token that acts for one. Resolved once per request and cached; never changes, so a change of
/// rights makes a new one. Row rules look at the user, rights (ACLs) at the token where there is one.
/// </summary>
sealed class Viewer
{
    readonly AudienceCatalog catalog;
    readonly HashSet<string> acls;
    readonly int[] memberGroups;
    readonly int[] streams;
    // One reference, so that a thread never sees the one half without the other.
    Readable readable = new(-1, []);

    public Viewer(User user, Token? token, AudienceCatalog catalog)
    {
        this.catalog = catalog;
        User = user;
        TokenId = token?.Id;
        TokenName = token?.Name;
        ExpiresAt = token?.ExpiresAt;
        IsToken = token is not null;
        // A token never has a right that its user has lost.
        acls = [.. user.Permissions().Where(acl => token is null || token.Acls.Contains(acl))];
        memberGroups = [.. user.Memberships.Select(m => m.GroupId).Order()];
        streams = [.. user.Streams.Select(s => s.Id).Order()];
    }

    /// <summary>Vigil itself, for its own upkeep: sees all, may do all, is nobody's user.</summary>
    public static Viewer System(AudienceCatalog catalog) =>
        new(new User { Username = "vigil", Roles = [Role.SuperAdmin] }, null, catalog);

    /// <summary>
    /// The user with memberships and streams, as loaded when the viewer was resolved. Not tracked: do not change it.
    /// </summary>
    public User User { get; }
    public int UserId => User.Id;
    public string Username => User.Username;
    public int? TokenId { get; }
    public string? TokenName { get; }
    /// <summary>When the token stops to serve; null: never.</summary>
    public DateTimeOffset? ExpiresAt { get; }
    public bool IsToken { get; }

    /// <summary>System administrators pass every check of rights and see every row.</summary>
    public bool SeesAll => acls.Contains(Acl.SystemAdmin);

    /// <summary>Rights held, in the order of <see cref="Acl.All"/>.</summary>
    public IEnumerable<string> Acls => Acl.All.Where(acls.Contains);

    public bool Has(string acl) => SeesAll || acls.Contains(acl);

    /// <summary>Groups that the user is a member of, the own single-user group included.</summary>
    public int[] GroupIds => memberGroups;

    /// <summary>Streams that the user holds.</summary>
    public int[] StreamIds => streams;

    /// <summary>The private group of the user alone.</summary>
    public int SingleUserGroupId => User.Memberships.First(m => m.Group is { SingleUserGroup: true }).GroupId;

    /// <summary>The same, or null for Vigil itself.</summary>
    public int? OwnGroupId => User.Memberships.FirstOrDefault(m => m.Group is { SingleUserGroup: true })?.GroupId;

    /// <summary>The group of all users.</summary>
    public int SitewideGroupId => User.Memberships.First(m => m.Group is { Name: Group.Sitewide }).GroupId;

    public bool IsMemberOf(int groupId) => Array.BinarySearch(memberGroups, groupId) >= 0;

    public bool IsAdminOf(int groupId) => SeesAll || User.Memberships.Any(m => m.GroupId == groupId && m.Admin);

    public bool CanSaveTo(int groupId) => SeesAll || User.Memberships.Any(m => m.GroupId == groupId && m.CanSave);

    /// <summary>Ids of the audiences that this viewer belongs to.</summary>
    public int[] Audiences
    {
        get
        {
            var known = catalog.All;
            if (readable.AsOf != known.Length)
                readable = new(known.Length, [.. known.Where(IsIn).Select(a => a.Id)]);
            return readable.Ids;
        }
    }

    /// <param name="AsOf">How many audiences there were.</param>
    /// <param name="Ids">Those of them that the viewer belongs to.</param>
    sealed record Readable(int AsOf, int[] Ids);

    /// <summary>
    /// The condition by which a row with an audience and an owner is visible, for hot paths in SQL; EF Core has its filter.
    /// </summary>
    /// <param name="row">The row's name in the statement.</param>
    public string VisibleSql(string row, SqlText sql) => SeesAll ? "true"
        : $"({row}.owner_id = {sql.Value(UserId)} OR {row}.audience_id = ANY ({sql.Value(Audiences)}))";

    /// <summary>The condition by which a row of a group is visible.</summary>
    /// <param name="row">The row's name in the statement.</param>
    public string InGroupsSql(string row, SqlText sql) => SeesAll ? "true" : $"{row}.group_id = ANY ({sql.Value(GroupIds)})";

    bool IsIn(Audience audience) =>
        audience.GroupIds.Any(IsMemberOf) || audience.StreamIds.Any(id => Array.BinarySearch(streams, id) >= 0);
}
