namespace Vigil.Access;

/// <summary>The unit of sharing. Every user also has a private group of their own, which shares the user's name.</summary>
sealed class Group : IAccess
{
    /// <summary>Name of the group that every user belongs to.</summary>
    public const string Sitewide = "Sitewide Group";

    public int Id { get; set; }
    public required string Name { get; set; }
    public string? Nickname { get; set; }
    public string? Description { get; set; }
    public bool Private { get; set; }
    public bool SingleUserGroup { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset Modified { get; set; }

    public List<GroupUser> Members { get; set; } = [];
    /// <summary>Every member holds all of these.</summary>
    public List<Stream> Streams { get; set; } = [];
}

/// <summary>Membership of a user in a group.</summary>
sealed class GroupUser : IAccess
{
    public int Id { get; set; }
    public int GroupId { get; set; }
    public Group? Group { get; set; }
    public int UserId { get; set; }
    public User? User { get; set; }
    public bool Admin { get; set; }
    /// <summary>May save sources to the group.</summary>
    public bool CanSave { get; set; } = true;
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset Modified { get; set; }
}

/// <summary>A data feed that administrators grant to people.</summary>
sealed class Stream : IAccess
{
    public int Id { get; set; }
    public required string Name { get; set; }
    /// <summary>JSON text.</summary>
    public string? Altdata { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset Modified { get; set; }

    public List<User> Users { get; set; } = [];
    public List<Group> Groups { get; set; } = [];
}

/// <summary>A user's request to join a group.</summary>
sealed class GroupAdmissionRequest
{
    public int Id { get; set; }
    public int UserId { get; set; }
    public User? User { get; set; }
    public int GroupId { get; set; }
    public Group? Group { get; set; }
    /// <summary>pending, accepted or declined.</summary>
    public string Status { get; set; } = "pending";
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset Modified { get; set; }
}

/// <summary>A link by which somebody may become a user of given groups, streams and role.</summary>
sealed class Invitation
{
    public int Id { get; set; }
    /// <summary>SHA-256 of the secret in the link.</summary>
    public required byte[] TokenHash { get; set; }
    public int InvitedById { get; set; }
    public User? InvitedBy { get; set; }
    public string? UserEmail { get; set; }
    public string Role { get; set; } = Access.Role.FullUser;
    public List<int> GroupIds { get; set; } = [];
    /// <summary>Parallel to <see cref="GroupIds"/>.</summary>
    public List<bool> AdminForGroups { get; set; } = [];
    /// <summary>Parallel to <see cref="GroupIds"/>.</summary>
    public List<bool> CanSaveToGroups { get; set; } = [];
    public List<int> StreamIds { get; set; } = [];
    public DateTimeOffset? UserExpirationDate { get; set; }
    public bool Used { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset Modified { get; set; }
}
