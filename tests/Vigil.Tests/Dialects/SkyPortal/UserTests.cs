using Vigil.Access;
using Vigil.Tests.Infrastructure;

namespace Vigil.Tests.Dialects.SkyPortal;

public class UserTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task A_user_is_added_changed_and_deleted()
    {
        var id = (await server.Admin.PostAsync("/api/user",
            new { username = "Alice@example.org", first_name = "<b>Al</b>'; --" })).Ok().Data!["id"];
        var user = (await server.Admin.GetAsync($"/api/user/{id}")).Ok().Data!;
        Assert.Equal(("alice-example-org", "<b>Al</b>'; --"),
            (user["username"]!.GetValue<string>(), user["first_name"]!.GetValue<string>()));
        (await server.Admin.PostAsync("/api/user", new { username = "alice-example-org" })).Refused(400, "taken");
        (await server.Admin.PatchAsync($"/api/user/{id}", new { contact_email = "not an address" })).Refused(400, "Email");
        (await server.Admin.PatchAsync($"/api/user/{id}", new { expirationDate = "soon" })).Refused(400, "expirationDate");
        (await server.Admin.DeleteAsync($"/api/user/{id}")).Ok();
        (await server.Admin.GetAsync($"/api/user/{id}")).Refused(400, "Cannot find user");
    }

    [Fact]
    public async Task What_cannot_be_is_refused()
    {
        (await server.Admin.GetAsync("/api/user/999999")).Refused(400, "999999");
        (await server.Admin.GetAsync("/api/user/me-too")).Refused(400, "me-too");
        (await server.Admin.PostAsync("/api/user", new { username = new string('x', 10_000) })).Refused(400, "username", "200");
        (await server.Admin.PostAsync("/api/user", new { username = "u", roles = new[] { "King" } })).Refused(400, "King");
        (await server.Admin.PostAsync("/api/user", new { username = "u", groupIDsAndAdmin = new[] { 1 } })).Refused(400, "pairs");
        (await server.Admin.GetAsync("/api/user?username=u&numPerPage=0")).Refused(400, "numPerPage");
        (await server.Stranger.GetAsync("/api/user")).Refused(401);
    }

    [Theory]
    [InlineData("/api/user?")]
    [InlineData("/api/user?numPerPage=10")]
    [InlineData("/api/invitations?")]
    [InlineData("/api/internal/history?table=users&key=1")]
    public async Task A_page_that_cannot_be_is_refused(string list)
    {
        foreach (var page in new[] { "-1", "0", "1000000000", "1e9", "NaN", "2;--", "99999999999999999999" })
            (await server.Admin.GetAsync($"{list}&pageNumber={page}")).Refused(400, "pageNumber");
        (await server.Admin.GetAsync($"{list}&pageNumber=1")).Ok();
    }

    [Fact]
    public async Task A_list_costs_the_same_statements_however_many_there_are()
    {
        var before = await CountAsync();
        for (var i = 0; i < 5; i++)
            await server.AddUserAsync(groups: [await server.AddGroupAsync()]);
        Assert.Equal(before, await CountAsync());

        async Task<string> CountAsync() => string.Join(", ",
            await OneAsync("/api/user"), await OneAsync("/api/groups"), await OneAsync("/api/internal/tokens"));

        Task<int> OneAsync(string path) => server.CountStatementsAsync(async () => (await server.Admin.GetAsync(path)).Ok());
    }

    [Fact]
    public async Task Rights_are_known_by_every_spelling_in_use()
    {
        var user = await server.AddUserAsync();
        (await server.Admin.PostAsync($"/api/user/{user.UserId}/acls", new { aclIds = new[] { "system admin", "Reminder" } }))
            .Ok();
        Assert.Equal(["Comment", "System admin"], await OwnAsync());
        Assert.Contains((await server.Admin.GetAsync("/api/user?acl=SYSTEM%20ADMIN")).Ok().Data!["users"]!.AsArray(),
            u => u!["id"]!.GetValue<int>() == user.UserId);
        (await server.Admin.DeleteAsync($"/api/user/{user.UserId}/acls/System%20Admin")).Ok();
        (await server.Admin.DeleteAsync($"/api/user/{user.UserId}/acls/Reminder")).Ok();
        Assert.Empty(await OwnAsync());
        (await server.Admin.DeleteAsync($"/api/user/{user.UserId}/acls/Reminder")).Refused(400, "UserACL does not exist");

        async Task<IEnumerable<string>> OwnAsync() => (await server.Admin.GetAsync($"/api/user/{user.UserId}")).Ok()
            .Data!["acls"]!.AsArray()
            .Select(a => a!.GetValue<string>()).Order(StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("blah", "Could not parse input")]
    [InlineData("12", "Phone number given is not valid")]
    [InlineData("<script>", "Could not parse input")]
    public async Task A_telephone_number_is_one(string phone, string words)
    {
        var user = await server.AddUserAsync();
        (await server.Admin.PatchAsync($"/api/user/{user.UserId}", new { contact_phone = phone })).Refused(400, words);
        (await user.PatchAsync("/api/internal/profile", new { contact_phone = phone })).Refused(400, words);
        (await user.PatchAsync("/api/internal/profile",
            new { contact_phone = "+48 22 123 45 67", contact_email = "a@example.org" })).Ok();
        (await user.PatchAsync("/api/internal/profile", new { contact_phone = (string?)null })).Ok();
        var profile = (await user.GetAsync("/api/internal/profile")).Ok().Data!;
        Assert.Equal((null, "a@example.org"), (profile["contact_phone"]?.GetValue<string>(),
            profile["contact_email"]!.GetValue<string>()));
    }

    [Fact]
    public async Task A_new_user_joins_groups_with_their_streams()
    {
        var stream = (await server.Admin.PostAsync("/api/streams", new { name = $"joined {Guid.NewGuid():N}" })).Ok()
            .Data!["id"]!.GetValue<int>();
        (await server.Admin.PostAsync($"/api/streams/{stream}/users", new { user_id = 1 })).Ok();
        var group = (await server.Admin.PostAsync("/api/groups",
            new { name = $"joined {Guid.NewGuid():N}", group_admins = new[] { 1 } })).Ok().Data!["id"]!.GetValue<int>();
        (await server.Admin.PostAsync($"/api/groups/{group}/streams", new { stream_id = stream })).Ok();
        (await server.Admin.PostAsync("/api/user",
            new { username = "joiner", groupIDsAndAdmin = new object[] { new object[] { 987_654, true } } }))
            .Refused(400, "987654");
        var id = (await server.Admin.PostAsync("/api/user",
            new { username = "joiner", groupIDsAndAdmin = new object[] { new object[] { group, true } } }))
            .Ok().Data!["id"]!.GetValue<int>();
        var joined = (await server.Admin.GetAsync("/api/user?username=joiner")).Ok().Data!["users"]![0]!;
        Assert.Equal(stream, Assert.Single(joined["streams"]!.AsArray())!["id"]!.GetValue<int>());
        Assert.True((await server.Admin.GetAsync($"/api/groups/{group}")).Ok().Data!["users"]!.AsArray()
            .Single(u => u!["id"]!.GetValue<int>() == id)!["admin"]!.GetValue<bool>());
    }

    [Fact]
    public async Task Nobody_changes_somebody_with_rights_that_he_lacks()
    {
        var (manager, other) = (await server.AddUserAsync(role: "View only"), await server.AddUserAsync());
        (await server.Admin.PostAsync($"/api/user/{manager.UserId}/acls", new { aclIds = new[] { Acl.ManageUsers } })).Ok();
        (await server.Admin.PutAsync($"/api/internal/tokens/{manager.Token}", new { acls = new[] { Acl.ManageUsers } })).Ok();
        (await manager.PatchAsync($"/api/user/{other.UserId}", new { password = "taken over" }))
            .Refused(400, "Insufficient permissions");
        (await manager.DeleteAsync($"/api/user/{other.UserId}/roles/Full%20user")).Refused(400, "Insufficient permissions");
        (await manager.PostAsync("/api/user", new { username = "puppet" })).Refused(400, "Insufficient permissions");
        (await manager.PostAsync("/api/internal/tokens", new { name = "puppet", user_id = other.UserId }))
            .Refused(403, "Become user");
    }

    [Fact]
    public async Task Nobody_gives_rights_that_he_lacks()
    {
        var (manager, other) = (await server.AddUserAsync(acls: [Acl.ManageUsers]), await server.AddUserAsync());
        (await manager.PostAsync($"/api/user/{other.UserId}/acls", new { aclIds = new[] { Acl.ManageUsers } })).Refused(401);
        (await server.Admin.PostAsync($"/api/user/{manager.UserId}/acls", new { aclIds = new[] { Acl.ManageUsers } })).Ok();
        (await manager.PostAsync($"/api/user/{manager.UserId}/acls", new { aclIds = new[] { Acl.SystemAdmin } }))
            .Refused(400, "Insufficient permissions");
        (await manager.PostAsync($"/api/user/{manager.UserId}/roles", new { roleIds = new[] { Role.SuperAdmin } }))
            .Refused(400, "Insufficient permissions");
        (await manager.PatchAsync("/api/user/1", new { password = "taken over" })).Refused(400, "Insufficient permissions");
        (await server.Admin.PostAsync($"/api/user/{other.UserId}/acls", new { aclIds = new[] { "Fly" } })).Refused(400, "aclIds");
    }

    [Fact]
    public async Task History_tells_administrators_all_and_others_what_they_did()
    {
        var user = await server.AddUserAsync();
        (await server.Admin.PatchAsync($"/api/user/{user.UserId}", new { first_name = "New" })).Ok();
        var path = $"/api/internal/history?table=users&key={user.UserId}";
        var change = Assert.Single((await server.Admin.GetAsync(path)).Ok().Data!["changes"]!.AsArray())!;
        Assert.Equal(("Test", "New", "UPDATE"), (change["old_values"]!["first_name"]!.GetValue<string>(),
            change["new_values"]!["first_name"]!.GetValue<string>(), change["action"]!.GetValue<string>()));
        Assert.Equal(0, (await user.GetAsync(path)).Ok().Data!["totalMatches"]!.GetValue<int>());
        (await server.Admin.GetAsync("/api/internal/history?table=users")).Refused(400, "key");
        (await server.Stranger.GetAsync(path)).Refused(401);
    }
}
