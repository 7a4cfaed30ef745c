using Microsoft.EntityFrameworkCore;
using Vigil.Data;

namespace Vigil.Access;

/// <summary>Turns the groups that somebody wants to share a row with into its audience.</summary>
sealed class ShareWith(VigilDb db, Viewer viewer, AudienceCatalog audiences)
{
    /// <summary>The audience of these groups and of the viewer's own; each must be one of the viewer's.</summary>
    /// <exception cref="NotFound">A group does not exist or is not the viewer's: both read the same.</exception>
    public async Task<int> GroupsAsync(int[] groupIds, CancellationToken ct)
    {
        await RequireMineAsync(groupIds, ct);
        return await audiences.InternAsync([.. groupIds, viewer.SingleUserGroupId], [], ct);
    }

    /// <summary>The audience of all the viewer's groups.</summary>
    public Task<int> AllMineAsync(CancellationToken ct) => audiences.InternAsync(viewer.GroupIds, [], ct);

    /// <summary>An audience and these groups, each of which must be one of the viewer's.</summary>
    /// <exception cref="NotFound">As for <see cref="GroupsAsync"/>.</exception>
    public async Task<int> WidenAsync(int audienceId, int[] groupIds, CancellationToken ct)
    {
        await RequireMineAsync(groupIds, ct);
        var audience = audiences[audienceId];
        return await audiences.InternAsync([.. audience.GroupIds, .. groupIds], audience.StreamIds, ct);
    }

    // To an administrator every group that there is counts.
    async Task RequireMineAsync(int[] groupIds, CancellationToken ct)
    {
        int[] strange = [.. groupIds.Where(id => !viewer.IsMemberOf(id)).Distinct().Order()];
        if (strange.Length > 0 && viewer.SeesAll)
            strange = [.. strange.Except(await db.Groups.Where(g => strange.Contains(g.Id)).Select(g => g.Id).ToListAsync(ct))];
        if (strange.Length > 0)
            throw new NotFound($"Cannot find one or more groups with IDs: [{string.Join(", ", strange)}].");
    }
}
