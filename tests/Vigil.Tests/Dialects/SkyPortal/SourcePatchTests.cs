using Vigil.Access;
using Vigil.Tests.Infrastructure;

namespace Vigil.Tests.Dialects.SkyPortal;

public class SourcePatchTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task A_change_is_kept_with_its_history()
    {
        var user = await server.AddUserAsync();
        (await user.PostAsync("/api/sources",
            new { id = "patched", ra = 234.22, dec = -22.33, redshift = 3, alias = new[] { "one", "two" } })).Ok();
        (await user.PatchAsync("/api/sources/patched",
            new { redshift = 0.04, redshift_error = 0.001, ra = 230.22, transient = true })).Ok();
        (await user.PatchAsync("/api/sources/patched",
            new { alias = new[] { "two", "three" }, summary = "A star.", altdata = (object?)null })).Ok();
        var source = (await user.GetAsync("/api/sources/patched")).Ok().Data!;
        Assert.Equal((0.04, 0.001, 230.22, -22.33, true), ((double)source["redshift"]!, (double)source["redshift_error"]!,
            (double)source["ra"]!, (double)source["dec"]!, (bool)source["transient"]!));
        // The HEALPix index that SkyPortal's tests expect of this position.
        Assert.Equal(3126137476541327364L, (long)source["healpix"]!);
        Assert.Equal("""["two","three"]""", source["alias"]!.ToJsonString());
        Assert.Equal(["3", "0.04"], source["redshift_history"]!.AsArray().Select(h => h!["value"]!.ToJsonString()));
        Assert.Equal(user.UserId, (int)source["redshift_history"]![1]!["set_by_user_id"]!);
        Assert.Equal("A star.", (string)source["summary_history"]![0]!["summary"]!);

        await using var db = server.OpenDb();
        var record = db.History.Where(h => h.TableName == "sources" && h.RowKey == "patched").OrderBy(h => h.Id).First();
        Assert.Equal((user.UserId, "PATCH /api/sources/{obj_id}"), (record.ActorId, record.Via));
        Assert.Contains("234.22", record.OldValues, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_given_stays()
    {
        var user = await server.AddUserAsync();
        (await user.PostAsync("/api/sources",
            new { id = "kept", ra = 1, dec = 2, redshift = 0.1, redshift_error = 0.01, origin = "x" })).Ok();
        (await user.PatchAsync("/api/sources/kept", new { score = 0.5 })).Ok();
        (await user.PatchAsync("/api/sources/kept", new { redshift = 0.1 })).Ok();
        var source = (await user.GetAsync("/api/sources/kept")).Ok().Data!;
        Assert.Equal(("x", 0.5, 0.01), ((string)source["origin"]!, (double)source["score"]!, (double)source["redshift_error"]!));
        Assert.Single(source["redshift_history"]!.AsArray());
    }

    [Theory]
    [InlineData("""{"redshift": "abc"}""", "redshift must be a number", "abc")]
    [InlineData("""{"ra": 400}""", "ra must be in [0, 360)", "400")]
    [InlineData("""{"dec": -91}""", "dec must be in [-90, 90]", "-91")]
    [InlineData("""{"nosuch": 1}""", "nosuch", "Unknown field")]
    [InlineData("""{"group_ids": [1]}""", "group_ids", "Unknown field")]
    [InlineData("""{"id": "other"}""", "id of a source cannot be changed", "other")]
    [InlineData("""{"origin": {"a": 1}}""", "origin must be text", "a")]
    [InlineData("""{"redshift": 0.5, "alias": [""]}""", "alias must be a list of names")]
    [InlineData("""{"redshift": 0.5, "host_id": "x"}""", "host_id must be an integer", "x")]
    public async Task Bad_changes_are_refused_and_nothing_written(string body, params string[] words)
    {
        await server.Admin.PostAsync("/api/sources", new { id = "unchanged", ra = 1, dec = 2, redshift = 0.1 });
        var before = (await server.Admin.GetAsync("/api/sources/unchanged")).Ok().Data!.ToJsonString();
        (await server.Admin.PatchAsync("/api/sources/unchanged", body)).Refused(400, words);
        Assert.Equal(before, (await server.Admin.GetAsync("/api/sources/unchanged")).Ok().Data!.ToJsonString());
    }

    [Fact]
    public async Task An_unknown_source_and_a_caller_without_the_right_are_refused()
    {
        (await server.Admin.PatchAsync("/api/sources/nosuch", new { redshift = 0.1 })).Refused(400, "Source not found", "nosuch");
        (await (await server.AddUserAsync(role: Role.ViewOnly)).PatchAsync("/api/sources/nosuch", new { redshift = 0.1 }))
            .Refused(401);
    }

    [Fact]
    public async Task Deleting_takes_it_off_the_list_of_one_group()
    {
        var admin = await server.AddUserAsync(role: Role.GroupAdmin);
        (await admin.PostAsync("/api/sources", new { id = "unsaved", ra = 50, dec = 5 })).Ok();
        var groups = (await admin.GetAsync("/api/sources/unsaved/groups")).Ok().Data!.AsArray()
            .Select(g => (int)g!["id"]!).ToList();
        (await admin.DeleteAsync("/api/sources/unsaved", new { group_id = groups[0] })).Ok();
        Assert.Equal([groups[1]], (await admin.GetAsync("/api/sources/unsaved")).Ok().Data!["groups"]!.AsArray()
            .Select(g => (int)g!["id"]!));
        (await admin.DeleteAsync("/api/sources/unsaved", new { group_id = groups[0] })).Refused(400, "not saved to group");
        (await admin.DeleteAsync($"/api/sources/unsaved?group_id={groups[1]}")).Ok();
        Assert.DoesNotContain("unsaved\"", (await admin.GetAsync("/api/sources?sourceID=unsaved")).Ok().Text);
        (await admin.DeleteAsync("/api/sources/unsaved")).Refused(400, "group_id is required");
        (await (await server.AddUserAsync()).DeleteAsync("/api/sources/unsaved", new { group_id = groups[0] })).Refused(401);
    }
}
