using Vigil.Access;

namespace Vigil.Dialects.SkyPortal;

/// <summary>/api/group_admission_requests: requests to join groups.</summary>
static class AdmissionRoutes
{
    public static void MapAdmissionRequests(this RouteGroupBuilder api)
    {
        api.MapGet("/group_admission_requests", async (Query query, AdmissionRequests requests, CancellationToken ct) =>
            Reply.Success((await requests.ListAsync(query.OptionalInt("groupID"), ct)).Select(ToJson)))
            .WithSummary("The caller's requests and those to groups that the caller administers.")
            .Asks("groupID integer Only this group's.");
        api.MapGet("/group_admission_requests/{admission_request_id:int}",
            async (int admission_request_id, AdmissionRequests requests, CancellationToken ct) =>
                Reply.Success(ToJson(await requests.FindAsync(admission_request_id, ct)))).WithSummary("One request.");
        api.MapPost("/group_admission_requests", Add).WithSummary("Asks to join a group.")
            .Reads("groupID* integer The group.", "userID* integer The caller.");
        api.MapPatch("/group_admission_requests/{admission_request_id:int}", Answer).Needs(Acl.UploadData)
            .WithSummary("Answers a request; for the group's administrators.")
            .Reads("status* string pending, accepted or declined.");
        api.MapDelete("/group_admission_requests/{admission_request_id:int}", Delete).Needs(Acl.UploadData)
            .WithSummary("Takes one's own request back.");
    }

    static object ToJson(GroupAdmissionRequest request) => new
    {
        request.UserId, request.Id, request.Modified, request.Status, request.GroupId, request.CreatedAt,
        user = AccessJson.From(request.User!),
    };

    static async Task<IResult> Add(Body body, AdmissionRequests requests, CancellationToken ct) =>
        Reply.Success(new { id = await requests.AddAsync(body.Int("userID"), body.Int("groupID"), ct) });

    static async Task<IResult> Answer(int admission_request_id, Body body, AdmissionRequests requests, CancellationToken ct)
    {
        await requests.AnswerAsync(admission_request_id, body.Text("status"), ct);
        return Reply.Success();
    }

    static async Task<IResult> Delete(int admission_request_id, AdmissionRequests requests, CancellationToken ct)
    {
        await requests.DeleteAsync(admission_request_id, ct);
        return Reply.Success();
    }
}
