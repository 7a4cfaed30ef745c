using Vigil.Access;
using Vigil.Tests.Infrastructure;

namespace Vigil.Tests.Dialects.SkyPortal;

public class SourceGroupTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task Saving_to_an_own_group_is_at_once_and_to_another_a_request()
    {
        var (mine, theirs) = (await AddGroupAsync(), await AddGroupAsync());
        var (me, them) = (await server.AddUserAsync(groups: [mine]), await server.AddUserAsync(groups: [theirs]));
        (await me.PostAsync("/api/sources",
            new { id = "shared", ra = 1, dec = 1, group_ids = new[] { await OwnGroupAsync(me) } })).Ok();
        (await me.PostAsync("/api/source_groups", new { objId = "shared", inviteGroupIds = new[] { mine, theirs } })).Ok();
        (await me.PostAsync("/api/source_groups", new { objId = "shared", inviteGroupIds = new[] { mine } }))
            .Refused(400, "already saved", $"{mine}");

        Assert.Contains(mine, await GroupsOfAsync(me));
        // The other group sees that it is asked, and no list has the source until somebody accepts.
        Assert.Equal([theirs], await GroupsOfAsync(them));
        Assert.Empty((await them.GetAsync($"/api/sources?group_ids={theirs}")).Ok().Data!["sources"]!.AsArray());
        Assert.Single((await them.GetAsync($"/api/sources?group_ids={theirs}&includeRequested=true")).Ok()
            .Data!["sources"]!.AsArray());
        var pending = (await them.GetAsync($"/api/sources?group_ids={theirs}&pendingOnly=true")).Ok()
            .Data!["sources"]!.AsArray().Single()!;
        Assert.True((bool)pending["groups"]![0]!["requested"]!);
        Assert.Empty((await them.GetAsync("/api/sources/shared")).Ok().Data!["groups"]!.AsArray());
        Assert.Single((await them.GetAsync("/api/sources/shared?includeRequested=true")).Ok().Data!["groups"]!.AsArray());

        (await me.PatchAsync("/api/source_groups/shared", new { groupID = theirs, active = true, requested = false }))
            .Refused(400, "neither saved");
        (await them.PatchAsync("/api/source_groups/shared", new { groupID = theirs, active = true, requested = false })).Ok();
        var accepted = (await them.GetAsync($"/api/sources?group_ids={theirs}")).Ok().Data!["sources"]![0]!["groups"]![0]!;
        Assert.Equal(them.Username, (string)accepted["saved_by"]!["username"]!);

        (await me.PostAsync("/api/source_groups", new { objId = "shared", unsaveGroupIds = new[] { theirs } }))
            .Refused(400, "not saved to group");
        (await them.PostAsync("/api/source_groups", new { objId = "shared", unsaveGroupIds = new[] { theirs } })).Ok();
        Assert.Empty(await GroupsOfAsync(them));

        async Task<int[]> GroupsOfAsync(Caller caller) =>
            [.. (await caller.GetAsync("/api/sources/shared/groups")).Ok().Data!.AsArray().Select(g => (int)g!["id"]!)];
    }

    [Theory]
    [InlineData("""{}""", "Missing required parameter: objId")]
    [InlineData("""{"objId": "nosuch", "inviteGroupIds": [1]}""", "Invalid objId", "nosuch")]
    [InlineData("""{"objId": "x"}""", "unsaveGroupIds or inviteGroupIds must be provided")]
    [InlineData("""{"objId": "bad-groups", "inviteGroupIds": [99999]}""", "no group with ID 99999")]
    [InlineData("""{"objId": "bad-groups", "unsaveGroupIds": [99999]}""", "not saved to group 99999")]
    [InlineData("""{"objId": "bad-groups", "inviteGroupIds": ["x"]}""", "inviteGroupIds must be an integer", "x")]
    public async Task Bad_changes_are_refused(string body, params string[] words)
    {
        await server.Admin.PostAsync("/api/sources", new { id = "bad-groups", ra = 1, dec = 1 });
        (await server.Admin.PostAsync("/api/source_groups", body)).Refused(400, words);
    }

    [Theory]
    [InlineData("""{}""", "Missing required parameter: groupID")]
    [InlineData("""{"groupID": 1}""", "Missing required parameter: active")]
    [InlineData("""{"groupID": 1, "active": true}""", "Missing required parameter: requested")]
    [InlineData("""{"groupID": 99999, "active": true, "requested": false}""", "neither saved", "99999")]
    [InlineData("""{"groupID": 1, "active": "maybe", "requested": false}""", "active must be true or false", "maybe")]
    public async Task Bad_decisions_are_refused(string body, params string[] words)
    {
        await server.Admin.PostAsync("/api/sources", new { id = "bad-decision", ra = 1, dec = 1 });
        (await server.Admin.PatchAsync("/api/source_groups/bad-decision", body)).Refused(400, words);
    }

    [Fact]
    public async Task Groups_of_an_unknown_source_are_not_found() =>
        (await server.Admin.GetAsync("/api/sources/nosuch/groups")).Refused(404, "Source not found");

    [Fact]
    public async Task Existence_is_told_by_name_and_by_position_as_the_viewer_sees_it()
    {
        var (me, stranger) = (await server.AddUserAsync(), await server.AddUserAsync());
        (await me.PostAsync("/api/sources",
            new { id = "exists1", ra = 233.85, dec = 67.51, group_ids = new[] { await OwnGroupAsync(me) } })).Ok();
        await Says(me, "/exists1", "A source of that name already exists.");
        await Says(me, "/exists2", "A source of that name does not exist.");
        await Says(me, "", "A source of that name does not exist.");
        await Says(me, "?ra=233.85&dec=67.51&radius=0.01", "A source at that location already exists: exists1.");
        await Says(stranger, "?ra=233.85&dec=67.51&radius=0.01", "A source of that name does not exist.");
        (await me.PostAsync("/api/sources", new { id = "exists2", ra = 233.85, dec = 67.511 })).Ok();
        await Says(me, "/exists3?ra=233.85&dec=67.51&radius=0.01", "Sources at that location already exist: exists1,exists2.");
        (await me.GetAsync("/api/source_exists?ra=1")).Refused(400, "all three are required");
        (await me.GetAsync("/api/source_exists?ra=1&dec=x&radius=1")).Refused(400, "dec must be a number");

        static async Task Says(Caller caller, string query, string words) =>
            Assert.Equal(words, (string)(await caller.GetAsync($"/api/source_exists{query}")).Ok().Data!);
    }

    [Fact]
    public async Task Labels_are_ones_own_and_of_ones_groups()
    {
        var (mine, theirs) = (await AddGroupAsync(), await AddGroupAsync());
        var (me, friend) = (await server.AddUserAsync(groups: [mine]), await server.AddUserAsync(groups: [mine, theirs]));
        (await me.PostAsync("/api/sources", new { id = "labelled", ra = 1, dec = 1 })).Ok();
        (await me.PostAsync("/api/sources/labelled/labels", new { groupIds = new[] { mine } })).Ok();
        (await me.PostAsync("/api/sources/labelled/labels", new { groupIds = new[] { mine, mine } })).Ok();
        (await friend.PostAsync("/api/sources/labelled/labels", new { groupIds = new[] { theirs } })).Ok();
        Assert.Equal([me.Username], await LabellersAsync(me));
        Assert.Equal([me.Username, friend.Username], await LabellersAsync(friend));
        (await friend.DeleteAsync("/api/sources/labelled/labels", new { groupIds = new[] { mine } })).Ok();
        Assert.Equal([me.Username], await LabellersAsync(me));
        (await me.DeleteAsync("/api/sources/labelled/labels", new { groupIds = new[] { mine } })).Ok();
        Assert.Empty(await LabellersAsync(me));

        (await me.PostAsync("/api/sources/labelled/labels", new { })).Refused(400, "Missing required parameter: `groupIds`");
        (await me.PostAsync("/api/sources/labelled/labels", new { groupIds = new[] { theirs } }))
            .Refused(400, "Invalid groupIds", $"{theirs}");
        (await me.PostAsync("/api/sources/labelled/labels", new { groupIds = new[] { 99999 } }))
            .Refused(400, "Invalid groupIds", "99999");
        (await me.PostAsync("/api/sources/nosuch/labels", new { groupIds = new[] { mine } })).Refused(400, "Source not found");

        static async Task<string[]> LabellersAsync(Caller caller) =>
            [.. (await caller.GetAsync("/api/sources/labelled?includeLabellers=true")).Ok().Data!["labellers"]!.AsArray()
                .Select(u => (string)u!["username"]!)];
    }

    async Task<int> AddGroupAsync()
    {
        await using var db = server.OpenDb();
        var group = new Group { Name = $"group {Guid.NewGuid():N}" };
        db.Groups.Add(group);
        await db.SaveChangesAsync();
        return group.Id;
    }

    async Task<int> OwnGroupAsync(Caller user)
    {
        await using var db = server.OpenDb();
        return db.Groups.Single(g => g.Name == user.Username).Id;
    }
}
