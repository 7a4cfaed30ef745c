using Vigil.Candidates;
using Vigil.Tests.Infrastructure;

namespace Vigil.Tests.Dialects.SkyPortal;

public class CandidateTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task A_candidate_makes_its_source_and_is_read_back()
    {
        var (filter, member) = await FilterAsync();
        var id = NewId();
        var body = new
        {
            id, ra = 234.22, dec = -22.33, redshift = 0.3, alias = new[] { $"{id}-alias" }, filter_ids = new[] { filter },
            passed_at = "2026-01-02T03:04:05", passing_alert_id = 1234567890123456789,
        };
        Assert.Single((await member.PostAsync("/api/candidates", body)).Ok().Data!["ids"]!.AsArray());
        var candidate = (await member.GetAsync($"/api/candidates/{id}?includeAlerts=true")).Ok().Data!;
        Assert.Equal((234.22, -22.33, 0.3), ((double)candidate["ra"]!, (double)candidate["dec"]!,
            (double)candidate["redshift"]!));
        Assert.Equal($"{id}-alias", (string)candidate["alias"]![0]!);
        Assert.False((bool)candidate["is_source"]!);
        Assert.Equal([filter], candidate["filter_ids"]!.AsArray().Select(f => (int)f!));
        var alert = candidate["passing_alerts"]!.AsArray().Single()!;
        Assert.Equal((filter, 1234567890123456789, "2026-01-02T03:04:05"),
            ((int)alert["filter_id"]!, (long)alert["passing_alert_id"]!, (string)alert["passed_at"]!));
        Assert.All(new[] { "thumbnails", "photstats", "annotations", "classifications" },
            name => Assert.Empty(candidate[name]!.AsArray()));
        Assert.Null(candidate["last_detected_at"]);
        Assert.Null(candidate["saved_groups"]);
        Assert.False(candidate.AsObject().ContainsKey("photometry") || candidate.AsObject().ContainsKey("spectra"));

        // No group has saved it.
        (await member.SendAsync("HEAD", $"/api/sources/{id}")).Refused(404);
        (await member.SendAsync("HEAD", $"/api/candidates/{id}")).Ok();
        (await member.DeleteAsync($"/api/candidates/{id}/{filter}")).Ok();
        (await member.SendAsync("HEAD", $"/api/candidates/{id}")).Refused(404);
        (await member.GetAsync($"/api/candidates/{id}")).Ok();
    }

    [Fact]
    public async Task A_known_source_is_reused_and_passes_again_at_another_time()
    {
        var (filter, member) = await FilterAsync();
        var source = await server.AddSourceAsync(ra: 100, dec: 20);
        var group = await server.AddGroupAsync();
        var saver = await server.AddUserAsync(groups: [group]);
        (await saver.PostAsync("/api/sources", new { id = source, group_ids = new[] { group } })).Ok();
        var body = new { id = source, filter_ids = new[] { filter }, passed_at = "2026-01-02T03:04:05" };
        (await member.PostAsync("/api/candidates", body)).Ok();
        (await member.PostAsync("/api/candidates", body)).Refused(400, "Failed to post candidate", source);
        (await member.PostAsync("/api/candidates", body with { passed_at = "2026-01-02T03:04:06" })).Ok();
        Assert.Equal(2, (await member.GetAsync($"/api/candidates/{source}?includeAlerts=true")).Ok()
            .Data!["passing_alerts"]!.AsArray().Count);
        // Saved, but to no group of this user.
        Assert.False((bool)(await member.GetAsync($"/api/candidates/{source}")).Ok().Data!["is_source"]!);
        var seen = (await saver.GetAsync($"/api/candidates/{source}")).Ok().Data!;
        Assert.True((bool)seen["is_source"]!);
        Assert.Equal(group, (int)seen["saved_groups"]!.AsArray().Single()!["id"]!);
    }

    [Fact]
    public async Task Its_data_are_told_when_asked_for()
    {
        var (filter, member) = await FilterAsync();
        var (source, camera) = (await server.AddSourceAsync(), await server.AddInstrumentAsync("ztfr"));
        (await member.PostAsync("/api/candidates", new { id = source, filter_ids = new[] { filter }, passed_at = "2026-01-02" }))
            .Ok();
        (await member.PostAsync("/api/photometry", new
        {
            obj_id = source, instrument_id = camera, mjd = 60000.5, mag = 18.0, magerr = 0.1, limiting_mag = 20,
            magsys = "ab", filter = "ztfr",
        })).Ok();
        (await member.PostAsync("/api/spectra", new
        {
            obj_id = source, instrument_id = camera, observed_at = "2026-01-02",
            wavelengths = new[] { 4000 }, fluxes = new[] { 1 },
        })).Ok();
        (await member.PostAsync($"/api/sources/{source}/comments", new { text = "nice", group_ids = Array.Empty<int>() })).Ok();
        var candidate =
            (await member.GetAsync($"/api/candidates/{source}?includePhotometry=true&includeSpectra=true&includeComments=true"))
            .Ok().Data!;
        Assert.Equal(60000.5, (double)Assert.Single(candidate["photometry"]!.AsArray())!["mjd"]!);
        Assert.Equal([4000], Assert.Single(candidate["spectra"]!.AsArray())!["wavelengths"]!.AsArray().Select(w => (double)w!));
        Assert.Equal("nice", (string)Assert.Single(candidate["comments"]!.AsArray())!["text"]!);
        Assert.Equal("2023-02-25T12:00:00", (string)candidate["last_detected_at"]!);
        Assert.Single(candidate["photstats"]!.AsArray());
        var other = (await (await server.AddUserAsync())
            .GetAsync($"/api/candidates/{source}?includePhotometry=true&includeSpectra=true&includeComments=true"))
            .Ok().Data!;
        Assert.All(new[] { "photometry", "spectra", "comments" }, name => Assert.Empty(other[name]!.AsArray()));
    }

    [Fact]
    public async Task A_stranger_cannot_tell_a_candidate_or_a_filter_from_none()
    {
        var (filter, member) = await FilterAsync();
        var source = await server.AddSourceAsync();
        var body = new { id = source, filter_ids = new[] { filter }, passed_at = "2026-01-02" };
        (await member.PostAsync("/api/candidates", body)).Ok();
        var stranger = await server.AddUserAsync();
        (await stranger.SendAsync("HEAD", $"/api/candidates/{source}")).Refused(404);
        Assert.Empty((await stranger.GetAsync($"/api/candidates/{source}?includeAlerts=true")).Ok()
            .Data!["passing_alerts"]!.AsArray());
        var (hidden, absent) = (await stranger.DeleteAsync($"/api/candidates/{source}/{filter}"),
            await stranger.DeleteAsync($"/api/candidates/{source}/999999"));
        hidden.Refused(400, "Invalid (obj_id, filter_id)");
        Assert.Equal(absent.Text.Replace("999999", $"{filter}", StringComparison.Ordinal), hidden.Text);
        var (refused, nowhere) = (await stranger.PostAsync("/api/candidates", body with { passed_at = "2026-01-03" }),
            await stranger.PostAsync("/api/candidates", body with { filter_ids = new[] { 999999 } }));
        refused.Refused(400, "filter_ids", $"{filter}");
        Assert.Equal(nowhere.Text.Replace("999999", $"{filter}", StringComparison.Ordinal), refused.Text);
        Assert.Single((await member.GetAsync($"/api/candidates/{source}?includeAlerts=true")).Ok()
            .Data!["passing_alerts"]!.AsArray());
    }

    [Fact]
    public async Task A_member_who_does_not_hold_the_stream_sees_nothing()
    {
        var (filter, member) = await FilterAsync();
        var group = (int)(await member.GetAsync($"/api/filters/{filter}")).Ok().Data!["group_id"]!;
        var source = await server.AddSourceAsync();
        (await member.PostAsync("/api/candidates", new { id = source, filter_ids = new[] { filter }, passed_at = "2026-01-02" }))
            .Ok();
        var deaf = await server.AddUserAsync(groups: [group]);
        (await deaf.SendAsync("HEAD", $"/api/candidates/{source}")).Refused(404);
    }

    [Theory]
    [InlineData("id", "null", "id")]
    [InlineData("id", "\"with space\"", "No spaces")]
    [InlineData("ra", "400", "ra must be in [0, 360)", "400")]
    [InlineData("ra", "\"NaN\"", "ra")]
    [InlineData("dec", "\"abc\"", "dec must be a number", "abc")]
    [InlineData("dec", "null", "ra and dec belong together")]
    [InlineData("filter_ids", "[]", "filter_ids")]
    [InlineData("filter_ids", "null", "filter_ids")]
    [InlineData("filter_ids", "[FILTER, 999999]", "999999")]
    [InlineData("filter_ids", "[\"x\"]", "filter_ids", "x")]
    [InlineData("passed_at", "null", "passed_at")]
    [InlineData("passed_at", "\"yesterday\"", "passed_at must be a date", "yesterday")]
    [InlineData("passing_alert_id", "1.5", "passing_alert_id", "1.5")]
    [InlineData("colour", "1", "colour", "Unknown field")]
    public async Task Bad_candidates_are_refused_and_nothing_is_written(string field, string value, params string[] words)
    {
        var (filter, member) = await FilterAsync();
        var id = NewId();
        var fields = new Dictionary<string, string>
        {
            ["id"] = $"\"{id}\"", ["ra"] = "1", ["dec"] = "2", ["filter_ids"] = $"[{filter}]", ["passed_at"] = "\"2026-01-02\"",
            [field] = value.Replace("FILTER", $"{filter}", StringComparison.Ordinal),
        };
        (await member.PostAsync("/api/candidates", $"{{{string.Join(", ", fields.Select(f => $"\"{f.Key}\": {f.Value}"))}}}"))
            .Refused(400, words);
        (await member.GetAsync($"/api/candidates/{id}")).Refused(400, "no source", id);
    }

    [Fact]
    public async Task Limits_rights_and_positions_are_checked()
    {
        var (filter, member) = await FilterAsync();
        var source = await server.AddSourceAsync(ra: 100, dec: 20);
        var body = new { id = source, ra = 100.1, dec = 20.0, filter_ids = new[] { filter }, passed_at = "2026-01-02" };
        (await member.PostAsync("/api/candidates", body)).Refused(400, source, "known at ra = 100");
        (await member.PostAsync("/api/candidates", body with { id = new string('x', 10_000) })).Refused(400, "id is too long");
        (await member.PostAsync("/api/candidates", new { id = NewId(), filter_ids = new[] { filter }, passed_at = "2026-01-02" }))
            .Refused(400, "RA/Declination");
        (await member.PostAsync("/api/candidates",
            body with { filter_ids = [.. Enumerable.Range(1, CandidateStore.MostFilters + 1)] }))
            .Refused(400, "at most 1000");
        (await member.SendAsync("HEAD", $"/api/candidates/{source}")).Refused(404);
        var reader = await server.AddUserAsync(acls: []);
        (await reader.PostAsync("/api/candidates", body)).Refused(401);
        (await reader.DeleteAsync($"/api/candidates/{source}/{filter}")).Refused(401);
        // Text is kept as text.
        var odd = $"x';DROP-TABLE-candidates;--<b>{NewId()}";
        (await member.PostAsync("/api/candidates", body with { id = odd })).Ok();
        Assert.Equal(odd, (string)(await member.GetAsync($"/api/candidates/{Uri.EscapeDataString(odd)}")).Ok().Data!["id"]!);
    }

    static string NewId() => $"cand-{Guid.NewGuid():N}"[..16];

    /// <summary>A filter on a stream of its own, and a member of its group who holds the stream.</summary>
    async Task<(int FilterId, Caller Member)> FilterAsync()
    {
        await using var db = server.OpenDb();
        var mark = Guid.NewGuid().ToString("N")[..8];
        var filter = new StreamFilter
        {
            Name = mark, Group = new Vigil.Access.Group { Name = $"group {mark}" },
            Stream = new Vigil.Access.Stream { Name = $"stream {mark}" },
        };
        db.Add(filter);
        await db.SaveChangesAsync();
        return (filter.Id, await server.AddUserAsync(groups: [filter.GroupId], streams: [filter.StreamId]));
    }
}
