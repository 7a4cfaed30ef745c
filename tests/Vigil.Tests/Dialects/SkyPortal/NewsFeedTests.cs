using System.Text.Json.Nodes;
using Vigil.Tests.Infrastructure;

namespace Vigil.Tests.Dialects.SkyPortal;

public class NewsFeedTests(TestServer server) : IClassFixture<TestServer>
{
    async Task<(Caller Member, Caller Stranger, string Source, int First, int Second)> SavedTwiceAsync()
    {
        var (first, second) = (await server.AddGroupAsync(), await server.AddGroupAsync());
        var (member, stranger) = (await server.AddUserAsync(groups: [first, second]), await server.AddUserAsync());
        var source = $"news-{Guid.NewGuid():N}";
        (await member.PostAsync("/api/sources", new { id = source, ra = 1, dec = 1, group_ids = new[] { first } })).Ok();
        (await member.PostAsync("/api/sources", new { id = source, ra = 1, dec = 1, group_ids = new[] { second } })).Ok();
        return (member, stranger, source, first, second);
    }

    static async Task<List<JsonNode>> NewsAsync(Caller caller, string source, string query = "?numItems=1000") =>
        [.. (await caller.GetAsync($"/api/newsfeed{query}")).Ok().Data!.AsArray()
            .Where(n => n!["source_id"]!.GetValue<string>() == source).Select(n => n!)];

    [Fact]
    public async Task It_tells_what_the_caller_may_see_newest_first()
    {
        var (member, stranger, source, first, _) = await SavedTwiceAsync();
        (await member.PostAsync($"/api/sources/{source}/comments", new { text = "<b>rising</b>", group_ids = new[] { first } }))
            .Ok();
        var instrument = await server.AddInstrumentAsync();
        (await member.PostAsync("/api/spectrum", new
        {
            obj_id = source, instrument_id = instrument, observed_at = "2026-01-01T00:00:00", wavelengths = new[] { 4000.0 },
            fluxes = new[] { 1.0 }, group_ids = new[] { first },
        })).Ok();

        var news = await NewsAsync(member, source);
        // Scripts comment much: theirs are told to those who ask for it.
        Assert.Equal(["spectrum", "source", "source"], news.Select(n => n["type"]!.GetValue<string>()));
        Assert.StartsWith("Test User uploaded a new spectrum taken with camera", news[0]["message"]!.GetValue<string>(),
            StringComparison.Ordinal);
        Assert.Equal(member.Username, news[0]["author_info"]!["username"]!.GetValue<string>());
        Assert.Equal(["Source saved to new group", "New source saved"], news.Skip(1)
            .Select(n => n["message"]!.GetValue<string>()));
        Assert.Equal(news.Select(n => n["time"]!.GetValue<string>()).OrderDescending(),
            news.Select(n => n["time"]!.GetValue<string>()));

        (await member.PatchAsync("/api/internal/profile", new
        {
            preferences =
                new { newsFeed = new { numItems = 2, categories = new { spectra = false, includeCommentsFromBots = true } } },
        })).Ok();
        var wanted = await NewsAsync(member, source, "");
        Assert.Equal(["comment", "source"], wanted.Select(n => n["type"]!.GetValue<string>()));
        Assert.Equal(("<b>rising</b>", member.Username),
            (wanted[0]["message"]!.GetValue<string>(), wanted[0]["author"]!.GetValue<string>()));

        Assert.Empty(await NewsAsync(stranger, source));
    }

    [Fact]
    public async Task A_save_that_the_caller_cannot_see_is_no_earlier_one()
    {
        var (_, _, source, _, second) = await SavedTwiceAsync();
        var late = await server.AddUserAsync(groups: [second]);
        Assert.Equal("New source saved", Assert.Single(await NewsAsync(late, source))["message"]!.GetValue<string>());
    }

    [Fact]
    public async Task It_costs_one_statement_however_much_happened()
    {
        var (member, _, source, _, _) = await SavedTwiceAsync();
        foreach (var items in (int[])[1, 3, 1000])
            Assert.Equal(1, await server.CountStatementsAsync(() => NewsAsync(member, source, $"?numItems={items}")));
    }

    [Theory]
    [InlineData("1001", "numItems should be no larger than 1000.")]
    [InlineData("-1", "at least 1")]
    [InlineData("0", "at least 1")]
    [InlineData("1e9", "numItems")]
    [InlineData("NaN", "numItems")]
    [InlineData("';--", "numItems")]
    public async Task A_number_that_cannot_be_is_refused(string number, string words) =>
        (await server.Admin.GetAsync($"/api/newsfeed?numItems={number}")).Refused(400, words);

    [Theory]
    [InlineData("""{"newsFeed": {"numItems": "many", "categories": [1]}}""")]
    [InlineData("""{"newsFeed": "all"}""")]
    public async Task Preferences_that_make_no_sense_are_passed_over(string preferences)
    {
        var user = await server.AddUserAsync();
        (await user.PatchAsync("/api/internal/profile", $$"""{"preferences": {{preferences}}}""")).Ok();
        (await user.GetAsync("/api/newsfeed")).Ok();
        (await server.Stranger.GetAsync("/api/newsfeed")).Refused(401);
    }
}
