using Microsoft.EntityFrameworkCore;
using Vigil.Data;

namespace Vigil.Access;

/// <summary>Requests to join groups: whoever asks may take the request back, the group's administrators answer it.</summary>
sealed class AdmissionRequests(VigilDb db, Viewer viewer)
{
    /// <summary>The states that a request may be in.</summary>
    public static readonly string[] States = ["pending", "accepted", "declined"];

    /// <summary>Requests that the viewer made or may answer, oldest first.</summary>
    public Task<List<GroupAdmissionRequest>> ListAsync(int? groupId, CancellationToken ct) =>
        db.GroupAdmissionRequests.Include(r => r.User).Where(r => groupId == null || r.GroupId == groupId)
            .OrderBy(r => r.Id).Take(1000).ToListAsync(ct);

    /// <summary>One request with its user, for the requester and the group's administrators.</summary>
    public Task<GroupAdmissionRequest> FindAsync(int id, CancellationToken ct) =>
        FindAsync(id, _ => true, "User must be group admin or requester to see request.", ct);

    /// <summary>Asks to join a group, for the viewer.</summary>
    /// <returns>The new request's id.</returns>
    public async Task<int> AddAsync(int userId, int groupId, CancellationToken ct)
    {
        if (userId != viewer.UserId)
            throw new BadInput($"Group admission requests cannot be made on behalf of others: userID must be {viewer.UserId}, "
                + $"got {userId}.", "userID");
        var group = await db.Groups.FirstOrDefaultAsync(g => g.Id == groupId, ct)
            ?? throw new NotFound($"Cannot find group with ID {groupId}.");
        if (viewer.IsMemberOf(groupId))
            throw new AlreadyThere($"User {userId} is already a member of group {groupId}");
        if (group.SingleUserGroup)
            throw new BadInput($"Cannot join group {groupId}: it belongs to one user alone.", "groupID");
        var streams = await db.Groups.IgnoreQueryFilters([VigilDb.Visible]).Where(g => g.Id == groupId)
            .SelectMany(g => g.Streams.Select(s => s.Id)).ToListAsync(ct);
        if (streams.Except(viewer.StreamIds).Any())
            throw new BadInput($"User {userId} lacks streams of group {groupId}: "
                + $"{string.Join(", ", streams.Except(viewer.StreamIds))}; "
                + "ask an administrator for them first.", "groupID");
        if (await db.GroupAdmissionRequests.FirstOrDefaultAsync(
            r => r.UserId == userId && r.GroupId == groupId && r.Status == "pending", ct) is { } waiting)
            throw new AlreadyThere($"Request {waiting.Id} to join group {groupId} already waits for an answer.");
        var request = new GroupAdmissionRequest { UserId = userId, GroupId = groupId };
        db.GroupAdmissionRequests.Add(request);
        await db.SaveChangesAsync(ct);
        return request.Id;
    }

    /// <summary>Answers a request. The membership itself is a step of its own (<see cref="GroupMembers"/>).</summary>
    public async Task AnswerAsync(int id, string status, CancellationToken ct)
    {
        var request = await FindAsync(id, r => viewer.IsAdminOf(r.GroupId), "Insufficient permissions for operation. "
            + "Insufficient permissions: group admission request status can only be changed by group admins.", ct);
        if (!States.Contains(status))
            throw new BadInput($"status must be one of {string.Join(", ", States)}; got '{status}'.", "status");
        request.Status = status;
        await db.SaveChangesAsync(ct);
    }

    /// <summary>Takes a request back.</summary>
    public async Task DeleteAsync(int id, CancellationToken ct)
    {
        db.GroupAdmissionRequests.Remove(await FindAsync(id, r => r.UserId == viewer.UserId,
            "Insufficient permissions: only the requester can delete a group admission request.", ct));
        await db.SaveChangesAsync(ct);
    }

    // One that there is not, one that the viewer does not see and one that the viewer may not touch read the same.
    async Task<GroupAdmissionRequest> FindAsync(int id, Func<GroupAdmissionRequest, bool> may, string rule,
        CancellationToken ct) =>
        await db.GroupAdmissionRequests.AsTracking().Include(r => r.User).FirstOrDefaultAsync(r => r.Id == id, ct) is { } request
            && may(request)
            ? request : throw new NotFound($"Could not find an admission request with the ID: {id}. {rule}");
}
