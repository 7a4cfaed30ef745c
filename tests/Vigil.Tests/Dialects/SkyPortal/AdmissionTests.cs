using Vigil.Tests.Infrastructure;

namespace Vigil.Tests.Dialects.SkyPortal;

public class AdmissionTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task Accepting_a_request_makes_a_member_and_only_administrators_may()
    {
        var (group, user) = (await server.AddGroupAsync(), await server.AddUserAsync());
        var ask = new { userID = user.UserId, groupID = group };
        var id = (await user.PostAsync("/api/group_admission_requests", ask)).Ok().Data!["id"]!.GetValue<int>();
        (await user.PostAsync("/api/group_admission_requests", ask)).Refused(400, "pending");
        (await user.PatchAsync($"/api/group_admission_requests/{id}", new { status = "accepted" })).Refused(400, "group admins");
        (await server.Admin.PatchAsync($"/api/group_admission_requests/{id}", new { status = "maybe" })).Refused(400, "status");
        (await server.Admin.PatchAsync($"/api/group_admission_requests/{id}", new { status = "accepted" })).Ok();
        var members = (await server.Admin.GetAsync($"/api/groups/{group}")).Ok().Data!["users"]!.AsArray();
        Assert.Contains(members, m => m!["id"]!.GetValue<int>() == user.UserId);
        (await user.PostAsync("/api/group_admission_requests", ask)).Refused(400, "already a member");
    }
}
