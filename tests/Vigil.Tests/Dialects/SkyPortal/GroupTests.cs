using Vigil.Tests.Infrastructure;

namespace Vigil.Tests.Dialects.SkyPortal;

public class GroupTests(TestServer server) : IClassFixture<TestServer>
{
    async Task<int> AddGroupAsync(params int[] admins) => (await server.Admin.PostAsync("/api/groups",
        new { name = $"group {Guid.NewGuid():N}", group_admins = admins })).Ok().Data!["id"]!.GetValue<int>();

    [Fact]
    public async Task Only_its_administrators_change_a_group()
    {
        var (owner, other) = (await server.AddUserAsync(), await server.AddUserAsync());
        var id = await AddGroupAsync(owner.UserId);
        (await owner.PutAsync($"/api/groups/{id}", new { description = "SNe" })).Ok();
        (await other.PutAsync($"/api/groups/{id}", new { description = "mine" })).Refused(400, "Cannot find Group");
        (await other.DeleteAsync($"/api/groups/{id}")).Refused(403, "Cannot find Group");
        (await other.PostAsync($"/api/groups/{id}/users", new { userID = other.UserId })).Refused(400, "not accessible");
        Assert.Equal("SNe", (await other.GetAsync($"/api/groups/{id}")).Ok().Data!["description"]!.GetValue<string>());
        (await owner.DeleteAsync($"/api/groups/{id}")).Ok();
        (await owner.GetAsync($"/api/groups/{id}")).Refused(400, "Cannot find Group");
    }

    [Fact]
    public async Task Members_come_change_and_leave()
    {
        var (owner, member) = (await server.AddUserAsync(), await server.AddUserAsync());
        var users = $"/api/groups/{await AddGroupAsync(owner.UserId)}/users";
        (await owner.PostAsync(users, new { userID = member.UserId, canSave = false })).Ok();
        (await owner.PostAsync(users, new { userID = member.UserId })).Refused(400, "already a member");
        (await owner.PostAsync(users, new { userID = 999_999 })).Refused(400, "not accessible");
        (await owner.PatchAsync(users, new { userID = member.UserId, admin = true })).Ok();
        (await owner.PatchAsync(users, new { userID = member.UserId, admin = "yes" })).Refused(400, "non-boolean");
        (await member.DeleteAsync($"{users}/{member.UserId}")).Ok();
        (await member.DeleteAsync($"{users}/{owner.UserId}")).Refused(403);
    }

    [Fact]
    public async Task Ones_own_group_takes_nobody_else()
    {
        var (owner, other) = (await server.AddUserAsync(), await server.AddUserAsync());
        var own = (await server.Admin.GetAsync($"/api/groups?name={owner.Username}")).Ok().Data![0]!["id"]!.GetValue<int>();
        (await server.Admin.PostAsync($"/api/groups/{own}/users", new { userID = other.UserId }))
            .Refused(400, "It is a single user group");
        (await owner.DeleteAsync($"/api/groups/{own}/users/{owner.UserId}")).Refused(403);
        (await server.Admin.DeleteAsync($"/api/groups/{own}")).Refused(403, "user's own");
    }

    [Fact]
    public async Task Members_are_told_only_when_asked_for()
    {
        var id = await AddGroupAsync();
        Assert.NotNull((await server.Admin.GetAsync($"/api/groups/{id}")).Ok().Data!["users"]);
        var bare = (await server.Admin.GetAsync($"/api/groups/{id}?includeGroupUsers=false")).Ok().Data!.AsObject();
        Assert.False(bare.ContainsKey("users") || bare.ContainsKey("group_users"));
    }

    [Fact]
    public async Task Names_are_text_unique_and_bounded()
    {
        var name = "Robert'); DROP TABLE groups;-- <script>alert(1)</script>";
        var id = (await server.Admin.PostAsync("/api/groups", new { name, group_admins = new[] { 1 } })).Ok().Data!["id"];
        Assert.Equal(name, (await server.Admin.GetAsync($"/api/groups/{id}")).Ok().Data!["name"]!.GetValue<string>());
        (await server.Admin.PostAsync("/api/groups", new { name })).Refused(400, "already exists");
        (await server.Admin.PostAsync("/api/groups", new { name = new string('x', 10_000) })).Refused(400, "name", "200");
        (await server.Admin.PostAsync("/api/groups", new { name = "" })).Refused(400, "Missing required parameter");
        (await server.Admin.PostAsync("/api/groups", new { name = "g", group_admins = new[] { 999_999 } }))
            .Refused(400, "999999");
        (await server.Stranger.GetAsync("/api/groups")).Refused(401);
    }

    [Fact]
    public async Task Somebody_asks_to_join_and_the_administrator_answers()
    {
        var (owner, asker, other) = (await server.AddUserAsync(), await server.AddUserAsync(), await server.AddUserAsync());
        var groupId = await AddGroupAsync(owner.UserId);
        const string requests = "/api/group_admission_requests";
        (await other.PostAsync(requests, new { groupID = groupId, userID = asker.UserId })).Refused(400, "on behalf of others");
        (await owner.PostAsync(requests, new { groupID = groupId, userID = owner.UserId }))
            .Refused(400, "already a member of group");
        (await asker.PostAsync(requests, new { groupID = 999_999, userID = asker.UserId })).Refused(400, "999999");
        var id = (await asker.PostAsync(requests, new { groupID = groupId, userID = asker.UserId })).Ok().Data!["id"];
        (await asker.PostAsync(requests, new { groupID = groupId, userID = asker.UserId })).Refused(400, "already waits");

        Assert.Equal(asker.Username, (await owner.GetAsync($"{requests}?groupID={groupId}")).Ok()
            .Data![0]!["user"]!["username"]!.GetValue<string>());
        Assert.Empty((await other.GetAsync(requests)).Ok().Data!.AsArray());
        (await other.GetAsync($"{requests}/{id}")).Refused(400, "group admin or requester");
        (await asker.PatchAsync($"{requests}/{id}", new { status = "accepted" })).Refused(400, "Insufficient permissions");
        (await owner.PatchAsync($"{requests}/{id}", new { status = "perhaps" })).Refused(400, "status", "perhaps", "declined");
        (await owner.PatchAsync($"{requests}/{id}", new { status = "declined" })).Ok();
        Assert.Equal("declined", (await asker.GetAsync($"{requests}/{id}")).Ok().Data!["status"]!.GetValue<string>());
        (await owner.DeleteAsync($"{requests}/{id}")).Refused(400, "only the requester");
        (await asker.DeleteAsync($"{requests}/{id}")).Ok();
        (await asker.GetAsync($"{requests}/{id}")).Refused(400, "Could not find an admission request");
    }
}
