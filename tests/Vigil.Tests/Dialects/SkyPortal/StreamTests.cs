using Vigil.Tests.Infrastructure;

namespace Vigil.Tests.Dialects.SkyPortal;

public class StreamTests(TestServer server) : IClassFixture<TestServer>
{
    async Task<int> AddStreamAsync() =>
        (await server.Admin.PostAsync("/api/streams", new { name = $"stream {Guid.NewGuid():N}" })).Ok()
            .Data!["id"]!.GetValue<int>();

    [Fact]
    public async Task A_stream_is_seen_by_those_who_hold_it()
    {
        var (user, id) = (await server.AddUserAsync(), await AddStreamAsync());
        (await user.GetAsync($"/api/streams/{id}")).Refused(400, $"{id}");
        (await server.Admin.PostAsync($"/api/streams/{id}/users", new { user_id = user.UserId })).Ok();
        (await user.GetAsync($"/api/streams/{id}")).Ok();
        (await server.Admin.PostAsync($"/api/streams/{id}/users", new { user_id = user.UserId }))
            .Refused(400, "already has access");
        (await server.Admin.DeleteAsync($"/api/streams/{id}/users/{user.UserId}")).Ok();
        (await user.GetAsync($"/api/streams/{id}")).Refused(400, $"{id}");
        (await server.Admin.DeleteAsync($"/api/streams/{id}/users/{user.UserId}")).Refused(400, "does not exist");
        (await user.PostAsync("/api/streams", new { name = "mine" })).Refused(401);
    }

    [Fact]
    public async Task Every_member_of_a_group_holds_its_streams()
    {
        var (user, id) = (await server.AddUserAsync(), await AddStreamAsync());
        var group = (await server.Admin.PostAsync("/api/groups",
            new { name = "streamers", group_admins = new[] { user.UserId } })).Ok().Data!["id"];
        (await server.Admin.PostAsync($"/api/groups/{group}/streams", new { stream_id = id })).Refused(403, "stream access");
        (await server.Admin.PostAsync($"/api/streams/{id}/users", new { user_id = user.UserId })).Ok();
        (await server.Admin.PostAsync($"/api/groups/{group}/streams", new { stream_id = id })).Ok();
        (await server.Admin.DeleteAsync($"/api/streams/{id}/users/{user.UserId}")).Refused(400, "still uses");
        var lacking = await server.AddUserAsync();
        (await user.PostAsync($"/api/groups/{group}/users", new { userID = lacking.UserId }))
            .Refused(403, "does not have stream access with ID");
    }

    [Fact]
    public async Task What_cannot_be_is_refused()
    {
        (await server.Admin.PostAsync("/api/streams", new { })).Refused(400, "name");
        (await server.Admin.PostAsync("/api/streams", new { name = new string('x', 10_000) })).Refused(400, "name", "200");
        (await server.Admin.PatchAsync("/api/streams/999999", new { name = "x" })).Refused(400, "999999");
        (await server.Admin.PostAsync($"/api/streams/{await AddStreamAsync()}/users", new { user_id = 999_999 }))
            .Refused(400, "999999");
        (await server.Stranger.GetAsync("/api/streams")).Refused(401);
    }
}
