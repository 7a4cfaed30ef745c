using Microsoft.EntityFrameworkCore;
using Vigil.Access;
using Vigil.Tests.Infrastructure;

namespace Vigil.Tests.Dialects.SkyPortal;

public class InvitationTests(TestServer server) : IClassFixture<TestServer>
{
    async Task<int> AddGroupAsync() => (await server.Admin.PostAsync("/api/groups",
        new { name = $"group {Guid.NewGuid():N}", group_admins = new[] { 1 } })).Ok().Data!["id"]!.GetValue<int>();

    async Task<User> AcceptAsync(string secret, string username)
    {
        await using var db = server.OpenDb();
        return await new AcceptInvitation(db, new AddUser(db))
            .RunAsync(secret, username, "a good password", TestContext.Current.CancellationToken);
    }

    async Task<(int Id, string Secret)> InviteAsync(int groupId)
    {
        var data = (await server.Admin.PostAsync("/api/invitations",
            new { userEmail = "new@example.org", groupIDs = new[] { groupId }, groupAdmin = new[] { true }, role = "View only" }))
            .Ok().Data!;
        return (data["id"]!.GetValue<int>(), data["link"]!.GetValue<string>().Split("/invitation/")[1]);
    }

    [Fact]
    public async Task A_link_makes_one_user_with_what_it_promises()
    {
        var groupId = await AddGroupAsync();
        var (id, secret) = await InviteAsync(groupId);
        var user = await AcceptAsync(secret, "New Person");
        Assert.Equal("new-person", user.Username);
        Assert.Equal(["View only"], user.Roles);
        var member = (await server.Admin.GetAsync($"/api/groups/{groupId}")).Ok().Data!["users"]!.AsArray()
            .Single(u => u!["username"]!.GetValue<string>() == "new-person")!;
        Assert.True(member["admin"]!.GetValue<bool>());
        await Assert.ThrowsAsync<NotFound>(() => AcceptAsync(secret, "another"));
        var listed = (await server.Admin.GetAsync("/api/invitations?includeUsed=true&numPerPage=100")).Ok()
            .Data!["invitations"]!.AsArray();
        Assert.True(listed.Single(i => i!["id"]!.GetValue<int>() == id)!["used"]!.GetValue<bool>());
    }

    [Fact]
    public async Task A_name_that_is_taken_does_not_use_the_link_up()
    {
        var (_, secret) = await InviteAsync(await AddGroupAsync());
        var taken = await server.AddUserAsync();
        await Assert.ThrowsAsync<AlreadyThere>(() => AcceptAsync(secret, taken.Username));
        Assert.NotEqual(0, (await AcceptAsync(secret, $"free-{Guid.NewGuid():N}")).Id);
    }

    [Fact]
    public async Task An_old_withdrawn_or_unknown_link_makes_nobody()
    {
        var groupId = await AddGroupAsync();
        var (withdrawn, old) = (await InviteAsync(groupId), await InviteAsync(groupId));
        (await server.Admin.DeleteAsync($"/api/invitations/{withdrawn.Id}")).Ok();
        await using (var db = server.OpenDb())
        {
            var invitation = db.Invitations.AsTracking().Single(i => i.Id == old.Id);
            invitation.CreatedAt = DateTimeOffset.UtcNow - Invite.Validity - TimeSpan.FromMinutes(1);
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        }
        foreach (var secret in new[] { withdrawn.Secret, old.Secret, "unknown", "" })
            await Assert.ThrowsAsync<NotFound>(() => AcceptAsync(secret, "nobody"));
    }

    [Fact]
    public async Task Only_the_inviter_sees_and_changes_an_invitation()
    {
        var groupId = await AddGroupAsync();
        string[] rights = [Acl.ManageUsers];
        var inviter = await server.AddUserAsync(role: Role.GroupAdmin, acls: rights, groups: [groupId]);
        var other = await server.AddUserAsync(role: Role.GroupAdmin, acls: rights, groups: [groupId]);
        foreach (var id in new[] { inviter.UserId, other.UserId })
            (await server.Admin.PostAsync($"/api/user/{id}/acls", new { aclIds = rights })).Ok();
        var made = (await inviter.PostAsync("/api/invitations",
            new { userEmail = "a@example.org", groupIDs = new[] { groupId } })).Ok().Data!["id"];
        Assert.Equal(0, (await other.GetAsync("/api/invitations")).Ok().Data!["totalMatches"]!.GetValue<int>());
        (await other.PatchAsync($"/api/invitations/{made}", new { role = "View only" })).Refused(400, "Insufficient permissions");
        (await other.DeleteAsync($"/api/invitations/{made}")).Refused(400, "Insufficient permissions");
        (await inviter.PatchAsync($"/api/invitations/{made}", new { })).Refused(400, "At least one of");
        (await inviter.PatchAsync($"/api/invitations/{made}", new { role = "View only" })).Ok();
        Assert.Equal("View only", (await inviter.GetAsync("/api/invitations")).Ok()
            .Data!["invitations"]![0]!["role_id"]!.GetValue<string>());
    }

    [Fact]
    public async Task What_cannot_be_promised_is_refused()
    {
        var groupIDs = new[] { await AddGroupAsync() };
        (await server.Admin.PostAsync("/api/invitations", new { groupIDs })).Refused(400, "userEmail");
        (await server.Admin.PostAsync("/api/invitations", new { userEmail = "a@b.org" })).Refused(400, "groupIDs");
        (await server.Admin.PostAsync("/api/invitations", new { userEmail = "a@b.org", groupIDs, role = "Super admin" }))
            .Refused(400, "role", "Super admin");
        (await server.Admin.PostAsync("/api/invitations", new { userEmail = "a@b.org", groupIDs = new[] { 999_999 } }))
            .Refused(400, "999999");
        (await server.Admin.PostAsync("/api/invitations", new { userEmail = "a@b.org", groupIDs, streamIDs = new[] { 999_999 } }))
            .Refused(400, "999999");
        (await server.Admin.PostAsync("/api/invitations",
            new { userEmail = "a@b.org", groupIDs, canSave = new[] { true, true } })).Refused(400, "canSave");
        (await server.Admin.PostAsync("/api/invitations", new { userEmail = new string('x', 10_000), groupIDs }))
            .Refused(400, "userEmail");
        (await (await server.AddUserAsync()).GetAsync("/api/invitations")).Refused(401);
    }
}
