using Microsoft.EntityFrameworkCore;
using Vigil.Access;
using Vigil.Data;

namespace Vigil.Dialects.SkyPortal;

/// <summary>/api/group_admission_requests: asking to join a group.</summary>
static class AdmissionRoutes
{
    public static void MapAdmissionRequests(this RouteGroupBuilder api)
    {
        api.MapGet("/group_admission_requests", List)
            .WithSummary("The caller's own requests and those for groups the caller administers.").Asks("groupID integer Only this group.");
        api.MapGet("/group_admission_requests/{admission_request_id:int}", Get).WithSummary("One request.");
        api.MapPost("/group_admission_requests", Ask).WithSummary("Asks to join a group.")
            .Reads("userID* integer The caller.", "groupID* integer The group.");
        api.MapPatch("/group_admission_requests/{admission_request_id:int}", Decide).Needs(Acl.UploadData)
            .WithSummary("Accepts or declines a request; accepting makes the user a member.")
            .Reads("status* string pending, accepted or declined.");
        api.MapDelete("/group_admission_requests/{admission_request_id:int}", Withdraw).Needs(Acl.UploadData)
            .WithSummary("Withdraws one's own request.");
    }

    static async Task<IResult> List(Query query, VigilDb db, CancellationToken ct)
    {
        var groupId = query.OptionalInt("groupID");
        var requests = await db.GroupAdmissionRequests.Include(r => r.User).Where(r => groupId == null || r.GroupId == groupId)
            .OrderBy(r => r.Id).ToListAsync(ct);
        return Reply.Success(requests.Select(ToJson));
    }

    static async Task<IResult> Get(int admission_request_id, VigilDb db, CancellationToken ct) =>
        Reply.Success(ToJson(
            await db.GroupAdmissionRequests.Include(r => r.User).FirstOrDefaultAsync(r => r.Id == admission_request_id, ct)
            ?? throw new NotFound($"Could not find an admission request with the ID: {admission_request_id}, "
                + "or you may not see it: User must be group admin or requester to see request")));

    static async Task<IResult> Ask(Body body, Viewer viewer, AdmitToGroup admit, CancellationToken ct)
    {
        if (body.Int("userID") != viewer.UserId)
            throw new BadInput("Group admission requests cannot be made on behalf of others.", "userID");
        return Reply.Success(new { (await admit.AskAsync(body.Int("groupID"), ct)).Id });
    }

    static async Task<IResult> Decide(int admission_request_id, Body body, AdmitToGroup admit, CancellationToken ct)
    {
        await admit.DecideAsync(admission_request_id, body.Text("status"), ct);
        return Reply.Success();
    }

    static async Task<IResult> Withdraw(int admission_request_id, AdmitToGroup admit, CancellationToken ct)
    {
        await admit.WithdrawAsync(admission_request_id, ct);
        return Reply.Success();
    }

    static object ToJson(GroupAdmissionRequest request) => new
    {
        request.UserId, request.Id, request.Modified, request.Status, request.GroupId, request.CreatedAt,
        user = AccessJson.From(request.User!),
    };
}
