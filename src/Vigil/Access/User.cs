namespace Vigil.Access;

/// <summary>Who asks, saves, uploads, comments: a person or a machine account.</summary>
sealed class User : IAccess
{
    public int Id { get; set; }
    public required string Username { get; set; }
    public string? FirstName { get; set; }
    public string? LastName { get; set; }
    public List<string> Affiliations { get; set; } = [];
    public string? ContactEmail { get; set; }
    public string? ContactPhone { get; set; }
    public string? OauthUid { get; set; }
    /// <summary>What the person chose, as JSON text; its keys are the dialects'.</summary>
    public string? Preferences { get; set; }
    /// <summary>From then on every request fails.</summary>
    public DateTimeOffset? ExpirationDate { get; set; }
    public string? PasswordHash { get; set; }
    public List<string> Roles { get; set; } = [];
    /// <summary>Rights on top of those of the roles.</summary>
    public List<string> Acls { get; set; } = [];
    public bool IsActive { get; set; } = true;
    /// <summary>Raised to revoke the observer token, which is derived from it (see <see cref="ObserverToken"/>).</summary>
    public int TokenGeneration { get; set; }
    public DateTimeOffset? LastLogin { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset Modified { get; set; }

    public List<GroupUser> Memberships { get; set; } = [];
    public List<Stream> Streams { get; set; } = [];
    public List<Token> Tokens { get; set; } = [];

    /// <summary>Everything the person may do: own rights and those of the roles, in the order of <see cref="Acl.All"/>.</summary>
    public IEnumerable<string> Permissions() =>
        Acl.All.Where(acl => Acls.Contains(acl) || Roles.Any(r => Role.All.TryGetValue(r, out var acls) && acls.Contains(acl)));
}

/// <summary>
/// Changes of such rows change what somebody may see or do; cached viewers are forgotten when one is committed.
/// </summary>
interface IAccess;

/// <summary>A key for scripts. Only its hash is stored; it acts for its creator, with its own rights.</summary>
sealed class Token : IAccess
{
    public int Id { get; set; }
    /// <summary>SHA-256 of the secret.</summary>
    public required byte[] Hash { get; set; }
    public required string Name { get; set; }
    public int CreatedById { get; set; }
    public User? CreatedBy { get; set; }
    public List<string> Acls { get; set; } = [];
    public DateTimeOffset? ExpiresAt { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset Modified { get; set; }
}
