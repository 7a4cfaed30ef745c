namespace Vigil.Access;

/// <summary>
/// What one user may hand on to another: rights that they have themselves, and places in groups that they belong to. SkyPortal
/// lets anybody who manages users make an administrator of himself; that hole is closed here. Asked of the user, since a
/// token with the right to manage users is made for little else.
/// </summary>
sealed class Delegation(Viewer viewer)
{
    /// <exception cref="BadInput">A role is unknown, or a right is one that the viewer's user lacks.</exception>
    public void RequireRights(IReadOnlyCollection<string> roles, IReadOnlyCollection<string> acls)
    {
        if (roles.FirstOrDefault(r => !Role.All.ContainsKey(r)) is { } unknown)
            throw new BadInput($"There is no role '{unknown}'; GET /api/roles lists them.", "roles");
        if (Beyond(roles.SelectMany(r => Role.All[r]).Concat(acls)) is { } beyond)
            throw new BadInput($"Insufficient permissions: you cannot give the right '{beyond}', which you do not have.");
    }

    /// <summary>Whoever could change the password of somebody with more rights would have them.</summary>
    /// <exception cref="BadInput">Somebody else has a right that the viewer's user lacks.</exception>
    public void RequireReach(User user)
    {
        if (user.Id != viewer.UserId && Beyond(user.Permissions()) is { } beyond)
            throw new BadInput($"Insufficient permissions: user {user.Id} has the right '{beyond}', which you do not have.");
    }

    /// <exception cref="BadInput">The group is not the viewer's, or not the viewer's to administer.</exception>
    public void RequirePlace(int groupId, bool admin, string field)
    {
        if (IsSystemAdmin || (admin ? viewer.IsAdminOf(groupId) : viewer.IsMemberOf(groupId)))
            return;
        throw new BadInput($"Insufficient permissions: you are no {(admin ? "administrator" : "member")} of group {groupId}, "
            + $"so you cannot make somebody else one.", field);
    }

    bool IsSystemAdmin => viewer.User.Permissions().Contains(Acl.SystemAdmin);

    string? Beyond(IEnumerable<string> acls) => IsSystemAdmin
        ? null : acls.FirstOrDefault(acl => !viewer.User.Permissions().Contains(acl));
}
