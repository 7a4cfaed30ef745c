using Microsoft.EntityFrameworkCore;
using Vigil.Data;

namespace Vigil.Access;

/// <summary>Requests to join a group: made by the user, decided by the group's administrators, withdrawn by the user.</summary>
sealed class AdmitToGroup(VigilDb db, Viewer viewer, GroupMembers members)
{
    /// <summary>Asks for the viewer to be let in.</summary>
    public async Task<GroupAdmissionRequest> AskAsync(int groupId, CancellationToken ct)
    {
        var group = await db.Groups.FirstOrDefaultAsync(g => g.Id == groupId, ct)
            ?? throw new NotFound($"Invalid group ID: there is no group {groupId}.");
        if (group.SingleUserGroup)
            throw new BadInput($"Group {groupId} belongs to one user alone and admits nobody.", "groupID");
        if (viewer.IsMemberOf(groupId))
            throw new AlreadyThere($"User {viewer.UserId} is already a member of group {groupId}", "groupID");
        if (await db.GroupAdmissionRequests.AnyAsync(
            r => r.UserId == viewer.UserId && r.GroupId == groupId && r.Status == "pending", ct))
            throw new AlreadyThere($"User {viewer.UserId} already has a pending request for group {groupId}.", "groupID");
        var lacks = await db.Groups.Where(g => g.Id == groupId).SelectMany(g => g.Streams).IgnoreQueryFilters([VigilDb.Visible])
            .AnyAsync(s => s.Users.All(u => u.Id != viewer.UserId), ct);
        if (lacks)
            throw new BadInput($"User {viewer.UserId} does not have sufficient stream access for group {groupId}; "
                + "ask an administrator for the group's streams first.", "groupID");
        var request = new GroupAdmissionRequest { UserId = viewer.UserId, GroupId = groupId };
        db.GroupAdmissionRequests.Add(request);
        await db.SaveChangesAsync(ct);
        return request;
    }

    /// <summary>Decides a request. Accepting it makes the user a member who may save, in the same transaction.</summary>
    public async Task DecideAsync(int id, string status, CancellationToken ct)
    {
        if (status is not ("pending" or "accepted" or "declined"))
            throw new BadInput($"status must be pending, accepted or declined, got '{status}'.", "status");
        var request = await db.GroupAdmissionRequests.AsTracking().FirstOrDefaultAsync(r => r.Id == id, ct);
        if (request is null || !viewer.IsAdminOf(request.GroupId))
            throw new NotFound("Insufficient permissions for operation, or no such request. "
                + "Insufficient permissions: group admission request status can only be changed by group admins.");
        request.Status = status;
        if (status == "accepted"
            && !await db.GroupUsers.AnyAsync(m => m.GroupId == request.GroupId && m.UserId == request.UserId, ct))
            await members.AddAsync(request.GroupId, request.UserId, admin: false, canSave: true, ct);
        else
            await db.SaveChangesAsync(ct);
    }

    /// <summary>Withdraws a request of the viewer's own.</summary>
    public async Task WithdrawAsync(int id, CancellationToken ct)
    {
        var request = await db.GroupAdmissionRequests.FirstOrDefaultAsync(r => r.Id == id && r.UserId == viewer.UserId, ct)
            ?? throw new NotFound("Insufficient permissions: only the requester can delete a group admission request.");
        db.GroupAdmissionRequests.Remove(request);
        await db.SaveChangesAsync(ct);
    }
}
