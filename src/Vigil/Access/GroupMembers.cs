using Microsoft.EntityFrameworkCore;
using Vigil.Data;

namespace Vigil.Access;

/// <summary>Who belongs to a group and which streams it takes from. Only the group's administrators change either.</summary>
sealed class GroupMembers(VigilDb db, Viewer viewer)
{
    /// <summary>The group, for one of its administrators.</summary>
    /// <exception cref="BadInput">There is none, or the viewer does not administer it: both read the same.</exception>
    public async Task<Group> AdministeredAsync(int groupId, CancellationToken ct) =>
        viewer.IsAdminOf(groupId) && await db.Groups.AsTracking().FirstOrDefaultAsync(g => g.Id == groupId, ct) is { } group
            ? group : throw new NotFound($"Cannot find Group with id {groupId}, or it is not accessible to you "
                + $"as its administrator.");

    /// <summary>Adds a user, who must hold all of the group's streams.</summary>
    public async Task AddAsync(int groupId, int userId, bool admin, bool canSave, CancellationToken ct)
    {
        var group = Shared(await AdministeredAsync(groupId, ct));
        var user = await db.Users.IgnoreQueryFilters([VigilDb.Visible]).Include(u => u.Streams)
            .FirstOrDefaultAsync(u => u.Id == userId, ct)
            ?? throw new NotFound($"User with ID {userId} not accessible");
        if (await db.GroupUsers.AnyAsync(m => m.GroupId == groupId && m.UserId == userId, ct))
            throw new AlreadyThere($"User {userId} is already a member of group {groupId}.");
        await RequireStreamsAsync(group, [user], ct);
        db.GroupUsers.Add(new GroupUser { GroupId = groupId, UserId = userId, Admin = admin, CanSave = canSave });
        await db.SaveChangesAsync(ct);
    }

    /// <summary>Adds everybody of other groups who is not a member yet.</summary>
    public async Task AddFromAsync(int groupId, int[] fromGroupIds, CancellationToken ct)
    {
        var group = Shared(await AdministeredAsync(groupId, ct));
        if (await db.Groups.CountAsync(g => fromGroupIds.Contains(g.Id), ct) != fromGroupIds.Distinct().Count())
            throw new NotFound($"Invalid fromGroupIDs: one of the groups {string.Join(", ", fromGroupIds)} does not exist.");
        var users = await db.Users.IgnoreQueryFilters([VigilDb.Visible]).Include(u => u.Streams)
            .Where(u => u.Memberships.Any(m => fromGroupIds.Contains(m.GroupId)) && u.Memberships.All(m => m.GroupId != groupId))
            .ToListAsync(ct);
        await RequireStreamsAsync(group, users, ct);
        db.GroupUsers.AddRange(users.Select(u => new GroupUser { GroupId = groupId, UserId = u.Id }));
        await db.SaveChangesAsync(ct);
    }

    /// <summary>Changes what a member may do; null leaves it.</summary>
    public async Task ChangeAsync(int groupId, int userId, bool? admin, bool? canSave, CancellationToken ct)
    {
        await AdministeredAsync(groupId, ct);
        var member = await db.GroupUsers.AsTracking().FirstOrDefaultAsync(m => m.GroupId == groupId && m.UserId == userId, ct)
            ?? throw new NotFound($"User {userId} is not a member of group {groupId}.");
        member.Admin = admin ?? member.Admin;
        member.CanSave = canSave ?? member.CanSave;
        await db.SaveChangesAsync(ct);
    }

    /// <summary>Takes a user out of a group. Everybody may leave; only administrators put others out.</summary>
    public async Task RemoveAsync(int groupId, int userId, CancellationToken ct)
    {
        var member = await db.GroupUsers.AsTracking().Include(m => m.Group)
            .FirstOrDefaultAsync(m => m.GroupId == groupId && m.UserId == userId, ct);
        if (member is null || (userId != viewer.UserId && !viewer.IsAdminOf(groupId)))
            throw new Forbidden("GroupUser does not exist.");
        if (member.Group!.SingleUserGroup)
            throw new Forbidden($"Group {groupId} is the user's own and is left only with the account.");
        db.GroupUsers.Remove(member);
        await db.SaveChangesAsync(ct);
    }

    /// <summary>Lets a group take from a stream that all its members hold.</summary>
    public async Task AddStreamAsync(int groupId, int streamId, CancellationToken ct)
    {
        Shared(await AdministeredAsync(groupId, ct));
        var stream = await db.Streams.AsTracking().FirstOrDefaultAsync(s => s.Id == streamId, ct)
            ?? throw new NotFound($"Cannot find stream with ID {streamId}.");
        var group = await db.Groups.AsTracking().Include(g => g.Streams).IgnoreQueryFilters([VigilDb.Visible])
            .FirstAsync(g => g.Id == groupId, ct);
        if (group.Streams.Any(s => s.Id == streamId))
            throw new AlreadyThere("Specified stream is already associated with this group.");
        if (await db.Users.AnyAsync(u => u.Memberships.Any(m => m.GroupId == groupId)
            && u.Streams.All(s => s.Id != streamId), ct))
            throw new Forbidden($"Not all users have stream access with ID {streamId}");
        group.Streams.Add(stream);
        await db.SaveChangesAsync(ct);
    }

    /// <summary>Takes a stream from a group none of whose filters uses it.</summary>
    public async Task RemoveStreamAsync(int groupId, int streamId, CancellationToken ct)
    {
        await AdministeredAsync(groupId, ct);
        var group = await db.Groups.AsTracking().Include(g => g.Streams).IgnoreQueryFilters([VigilDb.Visible])
            .FirstAsync(g => g.Id == groupId, ct);
        var stream = group.Streams.FirstOrDefault(s => s.Id == streamId)
            ?? throw new NotFound($"Stream {streamId} is not associated with group {groupId}.");
        if (await db.StreamFilters.IgnoreQueryFilters([VigilDb.Visible])
            .AnyAsync(f => f.GroupId == groupId && f.StreamId == streamId, ct))
            throw new BadInput($"Insufficient permissions: No stream IDs with filters are taken from a group; "
                + $"delete the filters of group {groupId} on stream {streamId} first.");
        group.Streams.Remove(stream);
        await db.SaveChangesAsync(ct);
    }

    /// <exception cref="Forbidden">One of the users lacks a stream of the group.</exception>
    public async Task RequireStreamsAsync(Group group, IReadOnlyCollection<User> users, CancellationToken ct)
    {
        var wanted = await db.Groups.IgnoreQueryFilters([VigilDb.Visible]).Where(g => g.Id == group.Id)
            .SelectMany(g => g.Streams.Select(s => s.Id)).ToListAsync(ct);
        if (users.FirstOrDefault(u => wanted.Except(u.Streams.Select(s => s.Id)).Any()) is { } lacking)
            throw new Forbidden($"User {lacking.Id} does not have stream access with ID "
                + $"{wanted.Except(lacking.Streams.Select(s => s.Id)).First()}, which every member of group {group.Id} holds.");
    }

    static Group Shared(Group group) => !group.SingleUserGroup ? group
        : throw new BadInput($"Group {group.Id} takes neither members nor streams. It is a single user group.");
}
