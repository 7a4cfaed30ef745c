using System.Globalization;
using Vigil.Access;
using Vigil.Tests.Infrastructure;

namespace Vigil.Tests.Dialects.SkyPortal;

public class SourceListTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task A_list_is_paged_newest_save_first()
    {
        var (user, group) = await UserWithGroupAsync();
        for (var i = 1; i <= 5; i++)
            await AddAsync(user, group, $"page{i}");
        var first = (await user.GetAsync($"/api/sources?group_ids={group}&numPerPage=2")).Ok().Data!;
        Assert.Equal(["page5", "page4"], Ids(first));
        Assert.Equal((5, 1, 2), ((int)first["totalMatches"]!, (int)first["pageNumber"]!, (int)first["numPerPage"]!));
        Assert.NotNull(first["queryID"]);
        Assert.Equal(["page1"], Ids((await user.GetAsync($"/api/sources?group_ids={group}&numPerPage=2&pageNumber=3"))
            .Ok().Data!));
        Assert.Equal(500, (int)(await user.GetAsync("/api/sources?numPerPage=100000")).Ok().Data!["numPerPage"]!);
    }

    [Theory]
    [InlineData("pageNumber=-1", "Page number out of range.")]
    [InlineData("pageNumber=0", "Page number out of range.")]
    [InlineData("pageNumber=1000000000", "Page number out of range.")]
    [InlineData("pageNumber=99999999999", "Page number out of range.")]
    [InlineData("pageNumber=1e9", "Invalid page number value", "1e9")]
    [InlineData("pageNumber=x", "Invalid page number value", "x")]
    [InlineData("numPerPage=x", "numPerPage must be an integer", "x")]
    [InlineData("numPerPage=0", "numPerPage must be at least 1", "0")]
    [InlineData("ra=1&dec=1", "all three are required", "radius")]
    [InlineData("ra=400&dec=1&radius=1", "ra must be in [0, 360)", "400")]
    [InlineData("ra=1&dec=91&radius=1", "dec must be in [-90, 90]", "91")]
    [InlineData("ra=1&dec=1&radius=3600", "radius must be in (0, 180]", "divide by 3600")]
    [InlineData("ra=NaN&dec=1&radius=1", "ra must be a finite number", "NaN")]
    [InlineData("ra=abc&dec=1&radius=1", "ra must be a number", "abc")]
    [InlineData("group_ids=9999", "inaccessible", "9999")]
    [InlineData("savedAfter=garbage", "savedAfter must be a date", "garbage")]
    [InlineData("savedBefore=2020-104-01T00:00:01.2412", "savedBefore must be a date", "2020-104")]
    [InlineData("minRedshift=far", "minRedshift must be a number", "far")]
    [InlineData("sortBy=nope", "sortBy must be one of", "nope")]
    [InlineData("sortBy=classification", "not served yet", "sortBy=classification")]
    [InlineData("sortBy=ra&sortOrder=up", "sortOrder must be asc or desc", "up")]
    [InlineData("classifications=Sitewide Taxonomy: AGN", "not served yet", "classifications")]
    [InlineData("annotationsFilter=redshift:0.5:lt", "not served yet", "annotationsFilter")]
    [InlineData("localizationDateobs=2020-01-01", "not served yet", "localizationDateobs")]
    [InlineData("spatialCatalogName=x", "not served yet", "spatialCatalogName")]
    [InlineData("hasFollowupRequest=true", "not served yet", "hasFollowupRequest")]
    [InlineData("unclassified=true", "not served yet", "unclassified")]
    public async Task Bad_queries_are_refused(string query, params string[] words)
    {
        (await server.Admin.GetAsync($"/api/sources?{query}")).Refused(400, words);
        (await (await server.AddUserAsync()).GetAsync($"/api/sources?{query}")).Refused(400, words);
    }

    [Fact]
    public async Task Groups_of_others_cannot_be_listed()
    {
        var (_, group) = await UserWithGroupAsync();
        (await (await server.AddUserAsync()).GetAsync($"/api/sources?group_ids={group}"))
            .Refused(400, "inaccessible", $"{group}");
    }

    [Fact]
    public async Task Each_filter_keeps_what_it_says()
    {
        var (user, group) = await UserWithGroupAsync();
        var before = DateTimeOffset.UtcNow;
        await AddAsync(user, group, "Plain-Bronze", ra: 359.9, dec: 0);
        var between = DateTimeOffset.UtcNow;
        (await user.PostAsync("/api/sources", new
        {
            id = "Rich-Silver", ra = 0.1, dec = 0, redshift = 0.5, origin = "survey X", alias = new[] { "SN 2026a" },
            altdata = new { simbad = new { @class = "RRLyr" }, tns = new { name = "2026a" } }, group_ids = new[] { group },
        })).Ok();
        var after = DateTimeOffset.UtcNow;
        await ExecuteAsync("""
            INSERT INTO phot_stats (source_key, num_det_global, first_detected_mjd, last_detected_mjd, last_detected_mag, peak_mag_global)
                SELECT key, 3, 59000, 59010, 19, 18 FROM sources WHERE id = 'Rich-Silver'
            """);
        foreach (var (query, bronze, silver) in ((string, bool, bool)[])
        [
            ("", true, true),
            ("sourceID=rich", false, true), ("sourceID= Silver ", false, true), ("sourceID=%25", false, false),
            ("rejectedSourceIDs=Rich-Silver,other", true, false),
            ("alias=SN 2026a", false, true), ("alias=SN 2026", false, false),
            ("origin=survey", false, true), ("simbadClass=rrlyr", false, true), ("hasTNSname=true", false, true),
            ("minRedshift=0.4", false, true), ("minRedshift=0.6", false, false), ("maxRedshift=0.6", false, true),
            ("startDate=2020-05-31", false, true), ("startDate=2020-06-01", false, false),
            ("endDate=2020-06-10T00:00:00", false, true), ("endDate=2020-06-09", false, false),
            ("numberDetections=3", false, true), ("numberDetections=4", false, false),
            ("minPeakMagnitude=18.5", false, true), ("minPeakMagnitude=17.5", false, false),
            ("maxPeakMagnitude=17.5", false, true), ("maxPeakMagnitude=18.5", false, false),
            ("minLatestMagnitude=19.5", false, true), ("maxLatestMagnitude=19.5", false, false),
            ($"savedAfter={Date(between)}", false, true), ($"savedBefore={Date(between)}", true, false),
            ($"createdOrModifiedAfter={Date(between)}", false, true), ($"createdOrModifiedAfter={Date(before)}", true, true),
            ($"createdOrModifiedAfter={Date(after)}", false, false),
            // Across RA 0, and not quite as far as that.
            ("ra=0&dec=0&radius=0.15", true, true), ("ra=0.1&dec=0&radius=0.15", false, true),
            ("ra=180&dec=0&radius=1", false, false),
            ("ra=180&dec=90&radius=90.01", true, true),
            ("hasSpectrum=true", false, false), ("hasBeenLabelled=true", false, false), ("hasNotBeenLabelled=true", true, true),
            ("listName=favorites", false, false), ("commentsFilter=x", false, false), ("pendingOnly=true", false, false),
            ("includeRequested=true", true, true), ("unclassified=false", true, true),
        ])
        {
            var ids = Ids((await user.GetAsync($"/api/sources?group_ids={group}&{query}")).Ok().Data!);
            Assert.True(ids.Contains("Plain-Bronze") == bronze && ids.Contains("Rich-Silver") == silver,
                $"{query}: {string.Join(", ", ids)}");
        }
    }

    [Fact]
    public async Task What_the_viewer_may_not_see_does_not_filter()
    {
        var owner = await PrivateRows.AddAsync(server);
        var stranger = await server.AddUserAsync();
        await using var db = server.OpenDb();
        var id = db.Sources.Single(s => s.OwnerId == owner.UserId).Id;
        (await stranger.PostAsync("/api/sources", new { id, ra = 10, dec = 10 })).Ok();
        foreach (var query in (string[])
        [
            "hasSpectrum=true", "hasSpectrumAfter=2020-01-01", "hasSpectrumBefore=2100-01-01", "hasBeenLabelled=true",
            "commentsFilter=secret",
            $"commentsFilterAuthor={owner.Username}", "commentsFilterAfter=2020-01-01",
            "commentsFilterBefore=2100-01-01", "listName=favorites",
        ])
        {
            Assert.Contains(id, Ids((await owner.GetAsync($"/api/sources?{query}")).Ok().Data!));
            Assert.DoesNotContain(id, Ids((await stranger.GetAsync($"/api/sources?{query}")).Ok().Data!));
        }
        Assert.DoesNotContain(id, Ids((await owner.GetAsync("/api/sources?hasBeenLabelled=false&hasNotBeenLabelled=true"))
            .Ok().Data!));
        Assert.Contains(id, Ids((await stranger.GetAsync("/api/sources?hasNotBeenLabelled=true")).Ok().Data!));
        Assert.DoesNotContain(id, Ids((await server.Admin.GetAsync("/api/sources?hasBeenLabelled=true&currentUserLabeller=true"))
            .Ok().Data!));
    }

    [Fact]
    public async Task Lists_are_sorted_either_way_without_values_last()
    {
        var (user, group) = await UserWithGroupAsync();
        await AddAsync(user, group, "sort-b", ra: 30, dec: -5);
        await AddAsync(user, group, "sort-c", ra: 10, dec: 5);
        await AddAsync(user, group, "sort-a", ra: 20, dec: 0);
        (await user.PatchAsync("/api/sources/sort-a", new { redshift = 0.1, origin = "z" })).Ok();
        (await user.PatchAsync("/api/sources/sort-c", new { redshift = 0.2, origin = "y", alias = new[] { "q" } })).Ok();
        foreach (var (by, ascending, descending) in ((string, string, string)[])
        [
            ("id", "abc", "cba"), ("ra", "cab", "bac"), ("dec", "bac", "cab"), ("redshift", "acb", "cab"),
            ("origin", "cab", "acb"),
            ("saved_at", "bca", "acb"),
        ])
        {
            Assert.Equal(ascending, await OrderAsync($"sortBy={by}"));
            Assert.Equal(descending, await OrderAsync($"sortBy={by}&sortOrder=desc"));
        }
        Assert.StartsWith("c", await OrderAsync("sortBy=alias"), StringComparison.Ordinal);

        async Task<string> OrderAsync(string query) => string.Concat(
            Ids((await user.GetAsync($"/api/sources?group_ids={group}&{query}")).Ok().Data!).Select(id => id[^1]));
    }

    [Fact]
    public async Task A_summary_has_the_bare_saves()
    {
        var (user, group) = await UserWithGroupAsync();
        await AddAsync(user, group, "summary1");
        await AddAsync(user, group, "summary2");
        var data = (await user.GetAsync($"/api/sources?saveSummary=true&group_ids={group}")).Ok().Data!;
        Assert.Equal(2, (int)data["total_matches"]!);
        Assert.Equal(
            "active created_at group_id id modified obj_id requested saved_at saved_by_id unsaved_at unsaved_by_id".Split(' '),
            data["sources"]![0]!.AsObject().Select(p => p.Key).Order());
        Assert.Equal(["summary1", "summary2"], data["sources"]!.AsArray().Select(s => (string)s!["obj_id"]!));
        (await user.GetAsync($"/api/sources?saveSummary=true&group_ids={group}&pageNumber=2"))
            .Refused(400, "Page number out of range.");
    }

    [Fact]
    public async Task Without_nested_output_only_the_object_is_there()
    {
        var (user, group) = await UserWithGroupAsync();
        await AddAsync(user, group, "bare");
        var source = (await user.GetAsync($"/api/sources?removeNested=true&includeThumbnails=true&group_ids={group}")).Ok()
            .Data!["sources"]![0]!.AsObject();
        Assert.All((string[])["groups", "annotations", "classifications", "thumbnails"],
            key => Assert.False(source.ContainsKey(key)));
        Assert.Equal("bare", (string)source["id"]!);
    }

    [Fact]
    public async Task Positions_come_as_GeoJSON()
    {
        var (user, group) = await UserWithGroupAsync();
        (await user.PostAsync("/api/sources",
            new { id = "geo", ra = 12.5, dec = -3, alias = new[] { "earth" }, group_ids = new[] { group } })).Ok();
        var collection = (await user.GetAsync($"/api/sources?includeGeoJSON=true&group_ids={group}")).Ok().Data!["geojson"]!;
        Assert.Equal("""{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Point","coordinates":[12.5,-3]},"properties":{"name":"geo, earth","url":"/source/geo"}}]}""",
            collection.ToJsonString());
    }

    async Task<(Caller User, int Group)> UserWithGroupAsync()
    {
        await using var db = server.OpenDb();
        var group = new Group { Name = $"group {Guid.NewGuid():N}" };
        db.Groups.Add(group);
        await db.SaveChangesAsync();
        return (await server.AddUserAsync(groups: [group.Id]), group.Id);
    }

    static async Task AddAsync(Caller user, int group, string id, double ra = 100, double dec = 20) =>
        (await user.PostAsync("/api/sources", new { id, ra, dec, group_ids = new[] { group } })).Ok();

    static string[] Ids(System.Text.Json.Nodes.JsonNode data) => [.. data["sources"]!.AsArray().Select(s => (string)s!["id"]!)];

    static string Date(DateTimeOffset date) => Uri.EscapeDataString(date.ToString("O", CultureInfo.InvariantCulture));

    async Task ExecuteAsync(string sql)
    {
        await using var command = server.Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
