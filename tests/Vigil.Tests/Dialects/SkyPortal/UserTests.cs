using Vigil.Access;
using Vigil.Tests.Infrastructure;

namespace Vigil.Tests.Dialects.SkyPortal;

public class UserTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task A_user_is_added_changed_and_deleted()
    {
        var id = (await server.Admin.PostAsync("/api/user", new { username = "Alice@example.org", first_name = "<b>Al</b>'; --" })).Ok().Data!["id"];
        var user = (await server.Admin.GetAsync($"/api/user/{id}")).Ok().Data!;
        Assert.Equal(("alice-example-org", "<b>Al</b>'; --"), (user["username"]!.GetValue<string>(), user["first_name"]!.GetValue<string>()));
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

    [Fact]
    public async Task Nobody_gives_rights_that_he_lacks()
    {
        var (manager, other) = (await server.AddUserAsync(acls: [Acl.ManageUsers]), await server.AddUserAsync());
        (await manager.PostAsync($"/api/user/{other.UserId}/acls", new { aclIds = new[] { Acl.ManageUsers } })).Refused(401);
        (await server.Admin.PostAsync($"/api/user/{manager.UserId}/acls", new { aclIds = new[] { Acl.ManageUsers } })).Ok();
        (await manager.PostAsync($"/api/user/{manager.UserId}/acls", new { aclIds = new[] { Acl.SystemAdmin } })).Refused(400, "Insufficient permissions");
        (await manager.PostAsync($"/api/user/{manager.UserId}/roles", new { roleIds = new[] { Role.SuperAdmin } })).Refused(400, "Insufficient permissions");
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
