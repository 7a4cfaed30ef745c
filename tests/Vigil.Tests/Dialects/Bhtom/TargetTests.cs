using System.Text.Json.Nodes;
using Vigil.Access;
using Vigil.Tests.Infrastructure;

namespace Vigil.Tests.Dialects.Bhtom;

public class TargetTests(TestServer server) : IClassFixture<TestServer>
{
    [Theory]
    [InlineData("/targets/createTarget/")]
    [InlineData("/targets/createTarget")]
    public async Task A_target_is_created_and_comes_back_with_what_was_not_given(string path)
    {
        var user = await server.AddUserAsync();
        var (name, dec) = ($"Gaia22bpl {path.Length}", path.Length * 3.0);
        var made = await user.SendAsync("POST", path, new { name, ra = 10.5, dec }, scheme: "Token");
        Assert.Equal(201, made.Status);
        Assert.Equal(
            ["id", "name", "ra", "dec", "epoch", "description", "classification", "discovery_date", "importance",
                "cadence", "has_optical",
                "has_infrared", "has_radio", "has_xray", "has_gamma", "has_polarimetry"],
                made.Json.AsObject().Select(p => p.Key));
        Assert.Equal((name, 10.5, dec, 2000.0, "Unknown", 9.98, 1.0),
            (Text(made, "name"), Number(made, "ra"), Number(made, "dec"),
            Number(made, "epoch"), Text(made, "classification"), Number(made, "importance"), Number(made, "cadence")));
        Assert.Null(made.Json["discovery_date"]);

        var row = await OneAsync(name);
        Assert.Equal(["id", "name", "type", "has_optical"], row.Select(p => p.Key).Take(4));
        Assert.Equal("SIDEREAL", row["type"]!.GetValue<string>());
        Assert.Equal((0.0, 100.0, ""), (row["mjd_last"]!.GetValue<double>(), row["mag_last"]!.GetValue<double>(),
            row["filter_last"]!.GetValue<string>()));
        // Never detected: ten days' wait.
        Assert.Equal(99.8, row["priority"]!.GetValue<double>());
        Assert.EndsWith("Z", row["created"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_target_has_its_constellation_and_a_comment_of_who_created_it()
    {
        var user = await server.AddUserAsync();
        // M 31, at the corner of a rectangle of Andromeda.
        (await user.PostAsync("/targets/createTarget/", new { name = "in Andromeda", ra = 10.6847, dec = 41.2688 })).Ok();
        Assert.Equal("Andromeda", (await OneAsync("in Andromeda"))["constellation"]!.GetValue<string>());
        var comment = Assert.Single((await (await server.AddUserAsync()).GetAsync("/api/sources/in%20Andromeda/comments"))
            .Ok().Data!.AsArray())!;
        Assert.Matches($@"^Target created by Test User\({user.Username}\) on 20\d\d-\d\d-\d\d \d\d:\d\d:\d\d$", comment["text"]!.GetValue<string>());
        Assert.Equal(user.UserId, comment["author_id"]!.GetValue<int>());
    }

    [Fact]
    public async Task Numbers_may_be_texts_and_forms_and_epochs_of_every_document_are_read()
    {
        (await server.Admin.SendAsync("POST", "/targets/createTarget/",
            "name=form+target&ra=20.5&dec=-5&importance=3&has_radio=True&epoch=J2000",
            "application/x-www-form-urlencoded")).Ok();
        var row = await OneAsync("form target");
        Assert.Equal((3.0, true, 2000.0), (row["importance"]!.GetValue<double>(), row["has_radio"]!.GetValue<bool>(),
            row["epoch"]!.GetValue<double>()));
        (await server.Admin.PostAsync("/targets/createTarget/",
            """{"name": "as text", "ra": "21.5", "dec": "-5", "epoch": "2015.5", "classification": "Supernova impostor",}""")).Ok();
        Assert.Equal("Supernova imposter", (await OneAsync("as text"))["classification"]!.GetValue<string>());
    }

    [Fact]
    public async Task Aliases_are_kept_and_found()
    {
        (await server.Admin.PostAsync("/targets/createTarget/", """
            {"name": "aliased", "ra": 22.5, "dec": -5, "aliases": [["GAIA_ALERTS", "Gaia99xyz"], {"source_name": "ZTF", "name": "ZTF99abc", "url": "https://alerce.online/object/ZTF99abc"}]}
            """)).Ok();
        var row = await OneAsync("Gaia99xyz");
        Assert.Equal("aliased", row["name"]!.GetValue<string>());
        Assert.Equal("""[["GAIA_ALERTS","Gaia99xyz"],["ZTF","ZTF99abc"]]""", row["aliases"]!.ToJsonString());
        Assert.Equal("aliased", (await OneAsync("ALIASED"))["name"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("""{"ra": 1, "dec": 1}""", "name", "This field is required.")]
    [InlineData("""{"name": null, "ra": 1, "dec": 1}""", "name", "This field is required.")]
    [InlineData("""{"name": "bad", "dec": 1}""", "ra", "This field is required.")]
    [InlineData("""{"name": "bad", "ra": 1}""", "dec", "This field is required.")]
    [InlineData("""{"name": "  ", "ra": 1, "dec": 1}""", "name", "This field may not be blank.")]
    [InlineData("""{"name": "bad(1)", "ra": 1, "dec": 1}""", "name", "Target name cannot contain any of: ( ) / \\\\ :")]
    [InlineData("""{"name": "bad/1", "ra": 1, "dec": 1}""", "name", "Target name cannot contain any of")]
    [InlineData("""{"name": "bad%2F1", "ra": 1, "dec": 1}""", "name", "Target name cannot contain any of")]
    [InlineData("""{"name": "bad.example", "ra": 1, "dec": 1}""", "name", "web addresses")]
    [InlineData("""{"name": "bad?x=1", "ra": 1, "dec": 1}""", "name", "query strings")]
    [InlineData("""{"name": "bad", "ra": 1, "dec": 1, "classification": "Blob"}""", "classification", "\\\"Blob\\\" is not a valid choice.")]
    [InlineData("""{"name": "bad", "ra": 1, "dec": 1, "colour": "red", "size": 3}""", "non_field_errors", "Unknown field(s): colour, size")]
    [InlineData("""{"name": "bad", "ra": 400, "dec": 1}""", "non_field_errors", "Coordinates beyond range", "got 400")]
    [InlineData("""{"name": "bad", "ra": 1, "dec": -91}""", "non_field_errors", "Coordinates beyond range", "got -91")]
    [InlineData("""{"name": "bad", "ra": "10:20:30", "dec": 1}""", "ra", "must be a number", "10:20:30")]
    [InlineData("""{"name": "bad", "ra": "NaN", "dec": 1}""", "ra", "finite")]
    [InlineData("""{"name": "bad", "ra": 1, "dec": "Infinity"}""", "dec", "finite")]
    [InlineData("""{"name": "bad", "ra": 1, "dec": 1, "importance": 11}""", "importance", "[0, 10]", "got 11")]
    [InlineData("""{"name": "bad", "ra": 1, "dec": 1, "cadence": -1}""", "cadence", "got -1")]
    [InlineData("""{"name": "bad", "ra": 1, "dec": 1, "epoch": "now"}""", "epoch", "Julian year", "now")]
    [InlineData("""{"name": "bad", "ra": 1, "dec": 1, "discovery_date": "yesterday"}""", "discovery_date", "date", "yesterday")]
    [InlineData("""{"name": "bad", "ra": 1, "dec": 1, "has_radio": "maybe"}""", "has_radio", "true or false", "maybe")]
    [InlineData("""{"name": "bad", "ra": 1, "dec": 1, "aliases": [["ZTF"]]}""", "aliases", "pairs")]
    [InlineData("""{"name": "bad", "ra": 1, "dec": 1, "aliases": [{"name": "x", "url": "javascript:alert(1)"}]}""", "aliases", "http")]
    [InlineData("""{"name": "bad", "ra": 1, "dec": """, "detail", "JSON parse error")]
    [InlineData("""[1]""", "detail", "JSON object")]
    public async Task Bad_input_is_refused_by_field_and_nothing_written(string body, string field, params string[] words)
    {
        var answer = (await server.Admin.PostAsync("/targets/createTarget/", body)).Refused(400, words);
        Assert.Equal([field], answer.Json.AsObject().Select(p => p.Key));
        Assert.Equal(0L, await CountAsync("sources WHERE id LIKE 'bad%' OR id = ''"));
    }

    [Fact]
    public async Task Long_texts_are_refused()
    {
        (await server.Admin.PostAsync("/targets/createTarget/", new { name = new string('n', 10_000), ra = 1, dec = 1 }))
            .Refused(400, "no more than 100", "10000");
        (await server.Admin.PostAsync("/targets/createTarget/",
            new { name = "bad", ra = 1, dec = 1, description = new string('d', 201) }))
            .Refused(400, "no more than 200", "201");
    }

    [Fact]
    public async Task A_name_is_given_once_and_three_arcsec_are_kept()
    {
        (await server.Admin.PostAsync("/targets/createTarget/", new { name = "polar", ra = 0, dec = 89.9999 })).Ok();
        var taken = (await server.Admin.PostAsync("/targets/createTarget/", new { name = "polar", ra = 40, dec = 40 }))
            .Refused(400);
        Assert.Equal("""{"name":["target with this Name already exists."]}""", taken.Text);
        // 180 degrees apart in RA, 0.72" on the sky; a box in RA would not see it.
        var near = (await server.Admin.PostAsync("/targets/createTarget/", new { name = "polar 2", ra = 180, dec = 89.9999 }))
            .Refused(400);
        Assert.StartsWith("Source found already at these coordinates (rad 3 arcsec)", near.Json[0]!.GetValue<string>(),
            StringComparison.Ordinal);
        (await server.Admin.PostAsync("/targets/createTarget/", new { name = "meridian", ra = 359.9999, dec = 5 })).Ok();
        (await server.Admin.PostAsync("/targets/createTarget/", new { name = "meridian 2", ra = 0.0001, dec = 5 }))
            .Refused(400, "meridian");
        (await server.Admin.PostAsync("/targets/createTarget/", new { name = "meridian 3", ra = 359.9999, dec = 5 + 3.1 / 3600 }))
            .Ok();
        (await server.Admin.PostAsync("/targets/createTarget/", new { name = "full circle", ra = 360, dec = 6 })).Ok();
        Assert.Equal(0.0, (await OneAsync("full circle"))["ra"]!.GetValue<double>());
    }

    [Fact]
    public async Task Of_many_at_once_at_one_place_one_is_made()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i =>
            server.Admin.PostAsync("/targets/createTarget/", new { name = $"crowd {i}", ra = 77, dec = 7 + i * 1e-5 })));
        Assert.Equal(1, answers.Count(a => a.Status == 201));
        Assert.Equal(7, answers.Count(a => a.Status == 400));
    }

    [Fact]
    public async Task Texts_are_stored_as_text()
    {
        const string nasty = "<script>alert('x')</script>'; DROP TABLE sources; --";
        (await server.Admin.PostAsync("/targets/createTarget/",
            new { name = "nasty'; --<b>", ra = 50, dec = 1, description = nasty })).Ok();
        Assert.Equal(nasty, (await OneAsync("nasty'; --<b>"))["description"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("PATCH", "/targets/updateTarget/{0}/")]
    [InlineData("POST", "/targets/updateTarget/{0}")]
    [InlineData("PUT", "/api/targets/updateTarget/{0}/")]
    public async Task Its_owner_changes_a_target_and_nulls_change_nothing(string method, string path)
    {
        var owner = await server.AddUserAsync();
        var name = $"changed by {method}";
        var dec = method.Length;
        var url = path.Replace("{0}", Uri.EscapeDataString(name), StringComparison.Ordinal);
        (await owner.PostAsync("/targets/createTarget/",
            new { name, ra = 60, dec, importance = 2, cadence = 3, discovery_date = "2023-09-28T10:00:00Z" })).Ok();
        // What update_target.py sends for the arguments that were not given.
        var answer = await owner.SendAsync(method, url, """
            {"ra": null, "dec": null, "epoch": "J2023", "classification": null, "discovery_date": null, "importance": 5, "cadence": null}
            """);
        Assert.Equal((201, """{"Status":"updated"}"""), (answer.Status, answer.Text));
        var row = await OneAsync(name);
        Assert.Equal((60.0, 2023.0, 5.0, 3.0, "Unknown", "2023-09-28T10:00:00Z"),
            (row["ra"]!.GetValue<double>(), row["epoch"]!.GetValue<double>(),
            row["importance"]!.GetValue<double>(), row["cadence"]!.GetValue<double>(), row["classification"]!.GetValue<string>(),
            row["discovery_date"]!.GetValue<string>()));
        // A move takes the index along: the cone finds it at its new place.
        (await owner.SendAsync(method, url, new { ra = 61.5, description = "moved" })).Ok();
        var found = (await owner.PostAsync("/targets/getTargetList/", new { coneSearchRaDecRadius = $"61.5,{dec},0.01" })).Ok()
            .Json["data"]!.AsArray();
        Assert.Equal("moved", Assert.Single(found)!["description"]!.GetValue<string>());
    }

    [Fact]
    public async Task Strangers_change_and_delete_nothing()
    {
        var owner = await server.AddUserAsync();
        (await owner.PostAsync("/targets/createTarget/", new { name = "mine", ra = 65, dec = 1 })).Ok();
        var stranger = await server.AddUserAsync();
        (await stranger.PatchAsync("/targets/updateTarget/mine/", new { importance = 0 })).Refused(403, "owner");
        (await stranger.DeleteAsync("/targets/deleteTarget/", new { name = "mine" })).Refused(403, "owner");
        (await (await server.AddUserAsync(role: Role.ViewOnly))
            .PostAsync("/targets/createTarget/", new { name = "no right", ra = 66, dec = 1 }))
            .Refused(403, "Upload data");
        (await server.Stranger.PostAsync("/targets/createTarget/", new { name = "nobody", ra = 66, dec = 1 }))
            .Refused(401, "credentials");
        (await owner.PatchAsync("/targets/updateTarget/nosuch/", new { importance = 0 })).Refused(404, "nosuch");
        (await owner.PatchAsync("/targets/updateTarget/mine/", new { importance = 99, ra = 66 })).Refused(400, "importance");
        (await owner.PatchAsync("/targets/updateTarget/mine/", new { colour = "red" })).Refused(400, "Unknown field(s): colour");
        Assert.Equal(9.98, (await OneAsync("mine"))["importance"]!.GetValue<double>());
        Assert.Equal(65.0, (await OneAsync("mine"))["ra"]!.GetValue<double>());
        (await server.Admin.PatchAsync("/targets/updateTarget/mine/", new { importance = 1 })).Ok();
        (await owner.PatchAsync("/targets/updateTarget/mine/", new { name = "renamed" })).Ok();
        (await owner.PostAsync("/targets/createTarget/", new { name = "mine", ra = 66, dec = 1 })).Ok();
        (await owner.PatchAsync("/targets/updateTarget/mine/", new { name = "renamed" })).Refused(400, "already exists");
    }

    [Fact]
    public async Task A_deleted_target_is_on_no_list_and_may_come_back()
    {
        var owner = await server.AddUserAsync();
        (await owner.PostAsync("/targets/createTarget/", new { name = "gone", ra = 70, dec = 1 })).Ok();
        var deleted = await owner.SendAsync("DELETE", "/targets/deleteTarget/", """{"name": "gone",}""");
        Assert.Equal((200, """{"status":"deleted"}"""), (deleted.Status, deleted.Text));
        Assert.Empty((await owner.PostAsync("/targets/getTargetList/", new { name = "gone" })).Json["data"]!.AsArray());
        (await owner.DeleteAsync("/targets/deleteTarget/", new { name = "gone" })).Refused(404, "gone");
        (await owner.PostAsync("/targets/download-photometry/", new { name = "gone" })).Refused(404, "gone");
        (await owner.GetAsync("/api/sources/gone")).Refused(400);
        Assert.Equal(1L, await CountAsync("sources WHERE id = 'gone'"));
        // Elsewhere the name stays taken: the data of old belong to the old place.
        (await owner.PostAsync("/targets/createTarget/", new { name = "gone", ra = 71, dec = 1 })).Refused(400, "already exists");
        (await owner.PostAsync("/targets/createTarget/", new { name = "gone", ra = 70, dec = 1, importance = 4 })).Ok();
        Assert.Equal(4.0, (await OneAsync("gone"))["importance"]!.GetValue<double>());
    }

    async Task<JsonObject> OneAsync(string name) => Assert.Single(
        (await server.Admin.PostAsync("/targets/getTargetList/", new { name })).Ok().Json["data"]!.AsArray())!.AsObject();

    async Task<object?> CountAsync(string table)
    {
        await using var count = server.Database.CreateCommand($"SELECT count(*) FROM {table}");
        return await count.ExecuteScalarAsync();
    }

    static string Text(Answer answer, string field) => answer.Json[field]!.GetValue<string>();

    static double Number(Answer answer, string field) => answer.Json[field]!.GetValue<double>();
}
