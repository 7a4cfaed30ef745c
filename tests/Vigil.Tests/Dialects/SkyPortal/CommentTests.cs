using System.Text;
using Vigil.Discussion;
using Vigil.Tests.Infrastructure;

namespace Vigil.Tests.Dialects.SkyPortal;

public class CommentTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task A_comment_is_read_changed_and_deleted_by_its_author()
    {
        var (source, author) = (await server.AddSourceAsync(), await server.AddUserAsync());
        var id = await CommentAsync(author, source, new { text = "<b>Ia</b>; DROP TABLE comments" });
        var comment = (await author.GetAsync($"/api/sources/{source}/comments/{id}")).Ok().Data!;
        Assert.Equal("<b>Ia</b>; DROP TABLE comments", (string)comment["text"]!);
        Assert.Equal(
            ["attachment_name", "author_id", "bot", "created_at", "id", "modified", "obj_id", "origin", "resourceType", "text"],
            comment.AsObject().Select(p => p.Key).Order(StringComparer.Ordinal));
        Assert.Equal((source, author.UserId, true), ((string)comment["obj_id"]!, (int)comment["author_id"]!,
            (bool)comment["bot"]!));

        (await author.PutAsync($"/api/sources/{source}/comments/{id}", new { text = "Ib" })).Ok();
        var listed = (await author.GetAsync($"/api/sources/{source}/comments")).Ok().Data!.AsArray();
        Assert.Equal("Ib", (string)Assert.Single(listed)!["text"]!);
        (await author.DeleteAsync($"/api/sources/{source}x/comments/{id}")).Refused(400, "Comment resource ID does not match");
        (await author.DeleteAsync($"/api/sources/{source}/comments/{id}")).Ok();
        (await author.GetAsync($"/api/sources/{source}/comments/{id}")).Refused(403);
        Assert.Empty((await author.GetAsync($"/api/sources/{source}/comments")).Ok().Data!.AsArray());
    }

    [Fact]
    public async Task A_stranger_cannot_tell_a_private_comment_from_none()
    {
        var (group, source) = (await server.AddGroupAsync(), await server.AddSourceAsync());
        var (author, friend) = (await server.AddUserAsync(groups: [group]), await server.AddUserAsync(groups: [group]));
        var stranger = await server.AddUserAsync();
        var id = await CommentAsync(author, source, new
        {
            text = "secret", group_ids = new[] { group }, attachment = new { name = "a.txt", body = Base64("secret") },
        });
        (await friend.GetAsync($"/api/sources/{source}/comments/{id}")).Ok();
        Assert.Empty((await stranger.GetAsync($"/api/sources/{source}/comments")).Ok().Data!.AsArray());
        foreach (var (method, path) in new[] { ("GET", ""), ("PUT", ""), ("DELETE", ""), ("GET", "/attachment"),
            ("GET", "/attachment.pdf") })
        {
            var body = method == "PUT" ? new { text = "mine" } : null;
            var hidden = await stranger.SendAsync(method, $"/api/sources/{source}/comments/{id}{path}", body);
            var absent = await stranger.SendAsync(method, $"/api/sources/{source}/comments/999999{path}", body);
            hidden.Refused(403, "Could not find any accessible comments.");
            Assert.Equal(absent.Text, hidden.Text);
        }
        // Who may read it may still not change it.
        (await friend.PutAsync($"/api/sources/{source}/comments/{id}", new { text = "mine" })).Refused(403);
        (await friend.DeleteAsync($"/api/sources/{source}/comments/{id}")).Refused(403);
        Assert.Equal("secret", (string)(await author.GetAsync($"/api/sources/{source}/comments/{id}")).Ok().Data!["text"]!);
    }

    [Fact]
    public async Task Changing_the_groups_changes_who_sees_it()
    {
        var (mine, theirs, source) = (await server.AddGroupAsync(), await server.AddGroupAsync(), await server.AddSourceAsync());
        var author = await server.AddUserAsync(groups: [mine, theirs]);
        var (friend, other) = (await server.AddUserAsync(groups: [mine]), await server.AddUserAsync(groups: [theirs]));
        var path = $"/api/sources/{source}/comments/{await CommentAsync(author, source, new { text = "x", group_ids = new[] { mine } })}";
        (await other.GetAsync(path)).Refused(403);
        (await author.PutAsync(path, new { group_ids = new[] { theirs } })).Ok();
        (await other.GetAsync(path)).Ok();
        (await friend.GetAsync(path)).Refused(403);
    }

    [Fact]
    public async Task An_attachment_comes_back_byte_by_byte()
    {
        var (source, author) = (await server.AddSourceAsync(), await server.AddUserAsync());
        var id = await CommentAsync(author, source, new
        {
            text = "see file",
            attachment = new { name = "fit.json", body = "data:application/json;base64," + Base64("{\"z\": 0.1}") },
        });
        var path = $"/api/sources/{source}/comments/{id}";
        var file = await author.GetAsync($"{path}/attachment");
        Assert.Equal(("{\"z\": 0.1}", "application/octet-stream"), (file.Ok().Text, file.ContentType));
        Assert.Equal("{\"z\": 0.1}", (string)(await author.GetAsync($"{path}/attachment?download=false"))
            .Ok().Data!["attachment"]!);
        Assert.Equal("fit.json", (string)(await author.GetAsync(path)).Ok().Data!["attachment_name"]!);
        (await author.PutAsync(path, new { attachment = new { name = "b.txt", body = Base64("new") } })).Ok();
        Assert.Equal("new", (await author.GetAsync($"{path}/attachment")).Ok().Text);

        var bare = await CommentAsync(author, source, new { text = "no file" });
        (await author.GetAsync($"/api/sources/{source}/comments/{bare}/attachment")).Refused(400, "no attachment");
    }

    [Theory]
    [InlineData("""{}""", "text")]
    [InlineData("""{"text": ""}""", "text")]
    [InlineData("""{"text": "x", "group_ids": [99999]}""", "Cannot find one or more groups with IDs: [99999]")]
    [InlineData("""{"text": "x", "attachment": {"name": "x"}}""", "Malformed comment attachment")]
    [InlineData("""{"text": "x", "attachment": "eyJ9"}""", "Malformed comment attachment")]
    [InlineData("""{"text": "x", "attachment": {"name": "x", "body": "not base64!"}}""", "Malformed comment attachment", "base64")]
    [InlineData("""{"text": "x", "attachment": {"name": "../x", "body": "eHg="}}""", "attachment.name", "../x")]
    public async Task Bad_comments_are_refused_and_nothing_is_written(string body, params string[] words)
    {
        var source = await server.AddSourceAsync();
        (await server.Admin.PostAsync($"/api/sources/{source}/comments", body)).Refused(400, words);
        Assert.Empty((await server.Admin.GetAsync($"/api/sources/{source}/comments")).Ok().Data!.AsArray());
    }

    [Fact]
    public async Task Limits_rights_and_resources_are_checked()
    {
        var source = await server.AddSourceAsync();
        var group = await server.AddGroupAsync();
        var (user, reader) = (await server.AddUserAsync(), await server.AddUserAsync(acls: []));
        (await user.PostAsync($"/api/sources/{source}/comments", new { text = new string('x', CommentStore.LongestText + 1) }))
            .Refused(400, "text is too long");
        (await user.PostAsync($"/api/sources/{source}/comments", new
        {
            text = "x", attachment = new { name = "big", body = Convert.ToBase64String(new byte[Attachment.MostBytes + 1]) },
        })).Refused(400, "at most 20000000");
        // A group that is not one's own reads as one that is not there.
        (await user.PostAsync($"/api/sources/{source}/comments", new { text = "x", group_ids = new[] { group } }))
            .Refused(400, $"Cannot find one or more groups with IDs: [{group}]");
        (await user.PostAsync("/api/sources/nosuch/comments", new { text = "x" })).Refused(400, "Source not found");
        (await user.PostAsync("/api/shift/1/comments", new { text = "x" })).Refused(400, "not served yet");
        (await user.GetAsync("/api/planets/1/comments")).Refused(400, "Unsupported associated resource type");
        (await reader.PostAsync($"/api/sources/{source}/comments", new { text = "x" })).Refused(401);
    }

    [Fact]
    public async Task A_comment_on_a_spectrum_is_for_those_who_see_both()
    {
        var (mine, theirs, source) = (await server.AddGroupAsync(), await server.AddGroupAsync(), await server.AddSourceAsync());
        var author = await server.AddUserAsync(groups: [mine, theirs]);
        var (friend, other) = (await server.AddUserAsync(groups: [mine]), await server.AddUserAsync(groups: [theirs]));
        var spectrum = await SpectrumAsync(author, source, mine);
        var toBoth = await CommentOnSpectrumAsync(author, spectrum, new { text = "both", group_ids = new[] { mine, theirs } });
        var toOthers = await CommentOnSpectrumAsync(author, spectrum, new { text = "theirs", group_ids = new[] { theirs } });
        var path = $"/api/spectra/{spectrum}/comments";

        Assert.Equal(["both"], Texts((await friend.GetAsync(path)).Ok().Data!));
        (await friend.GetAsync($"{path}/{toOthers}")).Refused(403);
        // In the comment's group, but the spectrum is not for them.
        Assert.Empty((await other.GetAsync(path)).Ok().Data!.AsArray());
        foreach (var id in new[] { toBoth, toOthers })
            foreach (var method in new[] { "GET", "PUT", "DELETE" })
            {
                var (hidden, absent) = (await other.SendAsync(method, $"{path}/{id}", method == "PUT"
                    ? new { text = "mine" } : null),
                    await other.SendAsync(method, $"{path}/999999", method == "PUT" ? new { text = "mine" } : null));
                Assert.Equal((403, absent.Text), (hidden.Status, hidden.Text));
            }
        (await other.GetAsync($"{path}/{toBoth}/attachment")).Refused(403);
        (await other.PostAsync(path, new { text = "x" })).Refused(403, $"Could not access spectrum {spectrum}.");

        var comment = (await friend.GetAsync($"{path}/{toBoth}")).Ok().Data!;
        Assert.Equal(
            ["attachment_name", "author_id", "bot", "created_at", "id", "modified", "obj_id", "origin", "resourceType",
                "spectrum_id", "text"],
            comment.AsObject().Select(p => p.Key).Order(StringComparer.Ordinal));
        Assert.Equal((source, "spectra", spectrum), ((string)comment["obj_id"]!, (string)comment["resourceType"]!,
            (int)comment["spectrum_id"]!));
        var read = (await friend.GetAsync($"/api/spectra/{spectrum}")).Ok().Data!["comments"]!;
        Assert.Equal(["both"], Texts(read));
        Assert.Equal(author.Username, (string)read[0]!["author"]!["username"]!);

        // It is none of the source's own comments.
        Assert.Empty((await author.GetAsync($"/api/sources/{source}/comments")).Ok().Data!.AsArray());
        (await author.GetAsync($"/api/sources/{source}/comments/{toBoth}")).Refused(403);
        var ofSource = (await author.GetAsync($"/api/sources/{source}?includeComments=true&includeCommentExists=true"))
            .Ok().Data!;
        Assert.Empty(ofSource["comments"]!.AsArray());
        Assert.False((bool)ofSource["comment_exists"]!);
        Assert.DoesNotContain("both", (await author.GetAsync("/api/newsfeed?includeCommentsFromBots=true")).Ok().Text,
            StringComparison.Ordinal);
        (await author.PostAsync("/api/sources", new { id = source, group_ids = new[] { mine } })).Ok();
        Assert.Empty((await author.GetAsync($"/api/sources?sourceID={source}&commentsFilter=both")).Ok()
            .Data!["sources"]!.AsArray());

        var elsewhere = await SpectrumAsync(author, source, mine);
        (await author.GetAsync($"/api/spectra/{elsewhere}/comments/{toBoth}"))
            .Refused(400, "does not match resource ID given in path");
        (await author.PutAsync($"{path}/{toOthers}", new { text = "edited", group_ids = new[] { mine } })).Ok();
        Assert.Equal(["both", "edited"], Texts((await friend.GetAsync(path)).Ok().Data!));
        (await author.DeleteAsync($"{path}/{toOthers}")).Ok();
        // A spectrum takes its comments with it.
        (await author.DeleteAsync($"/api/spectra/{spectrum}")).Ok();
        (await author.GetAsync($"{path}/{toBoth}")).Refused(403);
    }

    [Fact]
    public async Task Spectra_are_found_by_the_comments_on_them_that_one_sees()
    {
        var (mine, hidden, source) = (await server.AddGroupAsync(), await server.AddGroupAsync(), await server.AddSourceAsync());
        var (author, friend) = (await server.AddUserAsync(groups: [mine, hidden]), await server.AddUserAsync(groups: [mine]));
        var (first, second) = (await SpectrumAsync(author, source, mine), await SpectrumAsync(author, source, mine));
        await CommentOnSpectrumAsync(author, first, new { text = "looks like Ia", group_ids = new[] { mine } });
        await CommentOnSpectrumAsync(author, second, new { text = "a secret Ia", group_ids = new[] { hidden } });
        await Finds(author, "commentsFilter=like,secret", first, second);
        await Finds(friend, "commentsFilter=like,secret", first);
        await Finds(author, $"commentsFilterAuthor={author.Username[2..]}", first, second);
        await Finds(author, "commentsFilterAuthor=nobody");
        await Finds(author, "commentsFilterBefore=2020-01-01");
        await Finds(friend, "commentsFilterAfter=2020-01-01", first);

        async Task Finds(Caller caller, string query, params int[] ids) => Assert.Equal(
            ids, (await caller.GetAsync($"/api/spectra?groupIDs={mine}&{query}")).Ok().Data!.AsArray()
            .Select(s => (int)s!["id"]!));
    }

    [Theory]
    [InlineData("/api/spectra/one/comments", 400, "integer", "one")]
    [InlineData("/api/spectra/999999/comments", 403, "Could not access spectrum 999999.")]
    public async Task A_comment_wants_a_spectrum_that_is_there(string path, int status, params string[] words) =>
        (await server.Admin.PostAsync(path, new { text = "x" })).Refused(status, words);

    static IEnumerable<string> Texts(System.Text.Json.Nodes.JsonNode comments) =>
        comments.AsArray().Select(c => (string)c!["text"]!);

    async Task<int> SpectrumAsync(Caller owner, string source, int group) => (int)(await owner.PostAsync("/api/spectra", new
    {
        obj_id = source, instrument_id = await server.AddInstrumentAsync(), observed_at = "2020-01-10",
        wavelengths = new[] { 4000, 5000 },
        fluxes = new[] { 1, 2 }, group_ids = new[] { group },
    })).Ok().Data!["id"]!;

    static async Task<int> CommentOnSpectrumAsync(Caller author, int spectrum, object comment) =>
        (int)(await author.PostAsync($"/api/spectra/{spectrum}/comments", comment)).Ok().Data!["comment_id"]!;

    static async Task<int> CommentAsync(Caller author, string source, object comment) =>
        (int)(await author.PostAsync($"/api/sources/{source}/comments", comment)).Ok().Data!["comment_id"]!;

    static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
