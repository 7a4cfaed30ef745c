using Vigil.Tests.Infrastructure;

namespace Vigil.Tests.Dialects.SkyPortal;

public class FilterTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task A_filter_belongs_to_a_group_and_its_stream()
    {
        var stream_id = (await server.Admin.PostAsync("/api/streams", new { name = "alerts" })).Ok().Data!["id"]!.GetValue<int>();
        var user = await server.AddUserAsync(streams: [stream_id]);
        var group_id = (await server.Admin.PostAsync("/api/groups",
            new { name = "filterers", group_admins = new[] { user.UserId } }))
            .Ok().Data!["id"]!.GetValue<int>();
        (await user.PostAsync($"/api/groups/{group_id}/streams", new { stream_id })).Ok();
        var id = (await user.PostAsync("/api/filters", new { name = "<i>bright</i>", stream_id, group_id })).Ok().Data!["id"];
        Assert.Equal("<i>bright</i>", (await user.GetAsync($"/api/filters/{id}")).Ok().Data!["name"]!.GetValue<string>());
        (await user.DeleteAsync($"/api/groups/{group_id}/streams/{stream_id}")).Refused(400, "No stream IDs with");

        var stranger = await server.AddUserAsync();
        (await stranger.GetAsync($"/api/filters/{id}")).Refused(400, "Cannot find a filter");
        (await stranger.DeleteAsync($"/api/filters/{id}")).Refused(400, "Cannot find a filter");
        (await stranger.PostAsync("/api/filters", new { name = "x", stream_id, group_id })).Refused(400, "group");

        (await user.PatchAsync($"/api/filters/{id}", new { group_id = 1 })).Refused(400, "Cannot update group_id");
        (await user.PatchAsync($"/api/filters/{id}", new { name = new string('x', 10_000) })).Refused(400, "name", "200");
        (await user.PatchAsync($"/api/filters/{id}", new { name = "faint" })).Ok();
        (await user.PostAsync("/api/filters", new { nom = "x", stream_id })).Refused(400, "nom", "group_id");
        (await user.PostAsync("/api/filters", new { name = "x", stream_id = 999_999, group_id })).Refused(401, "999999");
        (await user.DeleteAsync($"/api/filters/{id}")).Ok();
        (await user.GetAsync("/api/filters/999999")).Refused(400, "999999");
        (await server.Stranger.GetAsync("/api/filters")).Refused(401);
    }
}
