using System.Text.Json.Nodes;
using Vigil.Tests.Infrastructure;

namespace Vigil.Tests.Dialects.SkyPortal;

public class PhotStatTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task Statistics_follow_every_change_as_if_made_anew()
    {
        var (source, camera) = (await server.AddSourceAsync(), await server.AddInstrumentAsync());
        (await server.Admin.GetAsync($"/api/sources/{source}/phot_stat")).Refused(400, source);
        var random = new Random(1);
        var ids = new List<long>();
        for (var body = 0; body < 4; body++)
            ids.AddRange((await server.Admin.PostAsync("/api/photometry", new
            {
                obj_id = source, instrument_id = camera, fluxerr = 10.0, zp = 23.9, magsys = "ab",
                mjd = Enumerable.Range(0, 10).Select(_ => 58000 + 100 * random.NextDouble()),
                flux = Enumerable.Range(0, 10).Select(_ => 100 * random.NextDouble()),
                filter = Enumerable.Range(0, 10).Select(_ => random.Next(2) == 0 ? "ztfg" : "ztfr"),
            })).Ok().Data!["ids"]!.AsArray().Select(id => id!.GetValue<long>()));
        await SameAsAnewAsync(source, 40);
        (await server.Admin.DeleteAsync($"/api/photometry/{ids[7]}")).Ok();
        await SameAsAnewAsync(source, 39);
        (await server.Admin.PatchAsync($"/api/photometry/{ids[3]}", new
        {
            obj_id = source, instrument_id = camera, mjd = 57000.0, flux = 500.0, fluxerr = 5.0, zp = 23.9,
            magsys = "ab", filter = "ztfi",
        })).Ok();
        var stat = await SameAsAnewAsync(source, 39);
        Assert.Equal(57000, stat["first_detected_mjd"]!.GetValue<double>());
        Assert.Equal("ztfi", stat["first_detected_filter"]!.GetValue<string>());
        Assert.Equal(source, stat["obj_id"]!.GetValue<string>());
    }

    [Fact]
    public async Task Statistics_that_were_forgotten_count_all_points_at_the_next_upload()
    {
        var (source, camera) = (await server.AddSourceAsync(), await server.AddInstrumentAsync());
        await PostAsync(source, camera, 58000, 58001);
        (await server.Admin.DeleteAsync($"/api/sources/{source}/phot_stat")).Ok();
        await PostAsync(source, camera, 58002);
        await SameAsAnewAsync(source, 3);
    }

    [Fact]
    public async Task Two_uploads_at_a_time_are_both_counted()
    {
        var (source, camera) = (await server.AddSourceAsync(), await server.AddInstrumentAsync());
        await Task.WhenAll(Enumerable.Range(0, 12).Select(i => PostAsync(source, camera, 58000 + i)));
        await SameAsAnewAsync(source, 12);
    }

    [Fact]
    public async Task Administrators_count_and_make_statistics()
    {
        var (source, camera) = (await server.AddSourceAsync(), await server.AddInstrumentAsync());
        await PostAsync(source, camera, 58000);
        var user = await server.AddUserAsync();
        (await user.DeleteAsync($"/api/sources/{source}/phot_stat")).Refused(401);
        (await server.Admin.PostAsync($"/api/sources/{source}/phot_stat")).Refused(400, "already exists");
        (await server.Admin.DeleteAsync($"/api/sources/{source}/phot_stat")).Ok();
        var before = (await server.Admin.GetAsync("/api/phot_stats")).Ok().Data!;
        Assert.True(before["totalWithoutPhotStats"]!.GetValue<int>() >= 1);
        var made = (await server.Admin.PostAsync("/api/phot_stats?numPerPage=500")).Ok().Data!;
        Assert.Equal(before["totalWithoutPhotStats"]!.GetValue<int>(), made["totalMatches"]!.GetValue<int>());
        Assert.Equal(0, (await server.Admin.GetAsync("/api/phot_stats")).Data!["totalWithoutPhotStats"]!.GetValue<int>());
        (await server.Admin.GetAsync("/api/phot_stats?createdAtStartTime=noon")).Refused(400, "createdAtStartTime", "noon");
        (await server.Admin.PatchAsync("/api/phot_stats?pageNumber=1000000000")).Refused(400, "out of range");
    }

    async Task<JsonNode> SameAsAnewAsync(string source, int points)
    {
        var followed = (await server.Admin.GetAsync($"/api/sources/{source}/phot_stat")).Ok().Data!;
        (await server.Admin.PutAsync($"/api/sources/{source}/phot_stat")).Ok();
        var anew = (await server.Admin.GetAsync($"/api/sources/{source}/phot_stat")).Ok().Data!;
        Assert.Equal(points, anew["num_obs_global"]!.GetValue<int>());
        foreach (var (name, value) in anew.AsObject())
            if (name is not ("last_update" or "last_full_update" or "modified" or "last_phot_add_time"))
                Same(followed[name], value, name);
        return anew;
    }

    static void Same(JsonNode? one, JsonNode? other, string name)
    {
        if (one is JsonObject fields)
            foreach (var (key, value) in fields)
                Same(value, other![key], $"{name}.{key}");
        // Running means differ in the last digits with the order of points.
        else if (one is JsonValue number && number.TryGetValue<double>(out var a) && other is not null)
            Assert.Equal(other.GetValue<double>(), a, 1e-9);
        else
            Assert.Equal(other?.ToJsonString(), one?.ToJsonString());
    }

    async Task PostAsync(string source, int camera, params double[] mjd) => (await server.Admin.PostAsync("/api/photometry", new
    {
        obj_id = source, instrument_id = camera, mjd, flux = 12.24, fluxerr = 0.031, zp = 25.0, magsys = "ab", filter = "ztfg",
    })).Ok();
}
