using Microsoft.EntityFrameworkCore;
using Vigil.Data;

namespace Vigil.Access;

/// <summary>Turns the groups that somebody wants to share a row with into its audience.</summary>
sealed class ShareWith(VigilDb db, Viewer viewer, AudienceCatalog audiences)
{
    /// <summary>The audience of these groups and of the viewer's own; each must be one of the viewer's.</summary>
    /// <exception cref="BadInput">A group does not exist or is not the viewer's: both read the same.</exception>
    public async Task<int> GroupsAsync(IReadOnlyCollection<int> groupIds, CancellationToken ct)
    {
        var known = await db.Groups.Where(g => groupIds.Contains(g.Id)).Select(g => g.Id).ToListAsync(ct);
        var missing = groupIds.Where(id => !known.Contains(id) || !(viewer.SeesAll || viewer.IsMemberOf(id))).ToList();
        if (missing.Count > 0)
            throw new BadInput($"Cannot find one or more groups with IDs: [{string.Join(", ", missing)}].", "group_ids");
        return await audiences.InternAsync([.. groupIds, viewer.SingleUserGroupId], [], ct);
    }

    /// <summary>The audience of all the viewer's groups; for an administrator, to whom all are open, that of all users.</summary>
    public async Task<int> AllMineAsync(CancellationToken ct) => await audiences.InternAsync(
        viewer.SeesAll ? [await SitewideIdAsync(ct), .. viewer.GroupIds] : viewer.GroupIds, [], ct);

    /// <summary>The audience of the viewer alone.</summary>
    public Task<int> MyselfAsync(CancellationToken ct) => audiences.InternAsync([viewer.SingleUserGroupId], [], ct);

    Task<int> SitewideIdAsync(CancellationToken ct) => db.Groups.Where(g => g.Name == Group.Sitewide).Select(g => g.Id).SingleAsync(ct);
}
