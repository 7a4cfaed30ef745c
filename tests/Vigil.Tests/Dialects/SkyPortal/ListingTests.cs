using Vigil.Tests.Infrastructure;

namespace Vigil.Tests.Dialects.SkyPortal;

public class ListingTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task A_list_is_its_owners_alone()
    {
        var (source, user, other) = (await server.AddSourceAsync(), await server.AddUserAsync(), await server.AddUserAsync());
        var entry = new { obj_id = source, list_name = "favorites" };
        var id = (await user.PostAsync("/api/listing", entry)).Ok().Data!["id"]!.GetValue<int>();
        (await user.PostAsync("/api/listing", entry)).Refused(400, "already exists");
        (await other.PatchAsync($"/api/listing/{id}", new { list_name = "mine" })).Refused(400, "Insufficient permissions");
        (await other.DeleteAsync($"/api/listing/{id}")).Refused(400, "Cannot delete Listing.");
        Assert.Empty((await other.GetAsync($"/api/listing/{user.UserId}")).Ok().Data!.AsArray());
        (await user.PatchAsync($"/api/listing/{id}", new { list_name = "other" })).Ok();
        var kept = Assert.Single((await user.GetAsync("/api/listing?listName=other")).Ok().Data!.AsArray());
        Assert.Equal(source, kept!["obj_id"]!.GetValue<string>());
        (await user.DeleteAsync("/api/listing", new { obj_id = source, list_name = "other" })).Ok();
        Assert.Empty((await user.GetAsync("/api/listing")).Ok().Data!.AsArray());
    }

    [Theory]
    [InlineData("""{"obj_id": "SOURCE", "list_name": " bad"}""", "list_name")]
    [InlineData("""{"obj_id": "nosuch", "list_name": "favorites"}""", "nosuch")]
    [InlineData("""{"obj_id": "SOURCE", "list_name": "watchlist"}""", "arcsec")]
    [InlineData("""{"obj_id": "SOURCE", "list_name": "watchlist", "params": {"arcsec": 5, "cadence": 0}}""", "cadence")]
    [InlineData("""{"obj_id": "SOURCE", "list_name": "favorites", "params": [1]}""", "params")]
    [InlineData("""{"obj_id": "SOURCE", "list_name": "favorites", "user_id": 1}""", "Only admins")]
    public async Task A_bad_entry_is_refused_and_nothing_kept(string body, string word)
    {
        var (source, user) = (await server.AddSourceAsync(), await server.AddUserAsync());
        (await user.PostAsync("/api/listing", body.Replace("SOURCE", source, StringComparison.Ordinal))).Refused(400, word);
        Assert.Empty((await user.GetAsync("/api/listing")).Ok().Data!.AsArray());
    }
}
