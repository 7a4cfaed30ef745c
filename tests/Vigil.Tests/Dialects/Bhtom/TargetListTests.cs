using System.Text.Json.Nodes;
using Vigil.Access;
using Vigil.Sky;
using Vigil.Sources;
using Vigil.Tests.Infrastructure;

namespace Vigil.Tests.Dialects.Bhtom;

public class TargetListTests(TestServer server) : IClassFixture<TestServer>
{
    /// <summary>Targets whose filters are tested all carry a mark of their test.</summary>
    async Task AddAsync(string name, double ra, double dec, string mark, object? more = null)
    {
        var body = JsonNode.Parse(System.Text.Json.JsonSerializer.Serialize(more ?? new { }))!.AsObject();
        (body["name"], body["ra"], body["dec"], body["description"]) = ($"{mark} {name}", ra, dec, mark);
        (await server.Admin.PostAsync("/targets/createTarget/", body.ToJsonString())).Ok();
    }

    [Theory]
    // All the way around the pole, and across RA 0; a box of 2 radii in RA without cos(dec) has neither.
    [InlineData("0,90,0.5", "a b c")]
    [InlineData("10,89.8,0.45", "a b c d")]
    [InlineData("10,89.8,0.25", "a")]
    [InlineData("359.95,-30,0.2", "e f")]
    [InlineData("0.05,-30,0.12", "e f")]
    [InlineData("360,-30,0.06", "e f")]
    [InlineData("200,10,180", "a b c d e f g h")]
    [InlineData("77,-90,0.2", "g h")]
    [InlineData("300,-89.9,0.15", "g")]
    public async Task Cones_are_exact_at_the_pole_and_across_ra_zero(string cone, string found)
    {
        await AddConesAsync();
        Assert.Equal(found.Split(' ').Select(n => $"cones {n}"),
            await NamesAsync(new { coneSearchRaDecRadius = cone, description = "cones" }));
    }

    [Fact]
    public async Task A_cone_may_be_around_a_target()
    {
        await AddConesAsync();
        Assert.Equal(["cones e", "cones f"], await NamesAsync(new { coneSearchTarget = "cones e,0.2" }));
        // Across the poles: 0.2 + 0.3 degrees apart, and 0.05 + 0.15.
        Assert.Equal(["cones a", "cones b", "cones c"], await NamesAsync(new { coneSearchTarget = "cones b,0.501" }));
        Assert.Equal(["cones b", "cones c"], await NamesAsync(new { coneSearchTarget = "cones b,0.499" }));
        Assert.Equal(["cones g", "cones h"], await NamesAsync(new { coneSearchTarget = "cones h,0.201" }));
        Assert.Equal(["cones h"], await NamesAsync(new { coneSearchTarget = "cones h,0.199" }));
        // Two cones are both meant.
        Assert.Equal(["cones f"],
            await NamesAsync(new { coneSearchTarget = "cones e,0.2", coneSearchRaDecRadius = "0.05,-30,0.06" }));
    }

    // The tests of a class run one after another, on one database.
    async Task AddConesAsync()
    {
        if ((await NamesAsync(new { description = "cones" })).Count > 0)
            return;
        foreach (var (name, ra, dec) in new[] { ("a", 10.0, 89.7), ("b", 190.0, 89.8), ("c", 100.0, 89.6), ("d", 10.0, 89.4),
            ("e", 359.95, -30.0), ("f", 0.05, -30.0), ("g", 300.0, -89.95), ("h", 120.0, -89.85) })
            await AddAsync(name, ra, dec, "cones");
    }

    [Fact]
    public async Task Every_filter_restricts()
    {
        await AddAsync("bright", 120, 20, "filters", new { importance = 9, classification = "SN", has_radio = true });
        await AddAsync("faint", 240, -40, "filters",
            new { importance = 1, cadence = 0, classification = "Star", has_xray = true });
        await AddAsync("zero", 359, 5, "filters", new { importance = 5 });
        await ExpectAsync(new { raMin = 100, raMax = 200 }, "bright");
        await ExpectAsync(new { raMin = "350", raMax = "130" }, "bright", "zero");
        await ExpectAsync(new { decMin = -90, decMax = 5 }, "faint", "zero");
        await ExpectAsync(new { importanceMin = 5, importanceMax = 9 }, "bright", "zero");
        await ExpectAsync(new { classification = "star" }, "faint");
        await ExpectAsync(new { type = "SIDEREAL" }, "bright", "faint", "zero");
        await ExpectAsync(new { type = "NON_SIDEREAL" });
        await ExpectAsync(new { hasRadio = "yes" }, "bright");
        await ExpectAsync(new { hasXray = false }, "bright", "zero");
        await ExpectAsync(new { hasOptical = true });
        await ExpectAsync(new { hasInfrared = true });
        await ExpectAsync(new { hasGamma = true });
        await ExpectAsync(new { hasPolarimetry = true });
        // Never detected: ten days over a cadence of one; none for a cadence of zero.
        await ExpectAsync(new { priority = 90 }, "bright");
        await ExpectAsync(new { priority = 0 }, "faint");
        await ExpectAsync(new { lastMagMax = 99 });
        // The frame itself is tested with Vigil.Sky; here SQL is held against it.
        foreach (var (name, ra, dec) in new[] { ("bright", 120, 20), ("faint", 240, -40), ("zero", 359, 5) })
        {
            var (l, b) = Galactic.FromIcrs(ra, dec);
            await ExpectAsync(new
            {
                galacticLonMin = l - 0.001, galacticLonMax = l
                + 0.001, galacticLatMin = b - 0.001, galacticLatMax = b + 0.001
            }, name);
        }
        var sun = Vigil.Sky.Observing.Sun.Position(Mjd.From(DateTimeOffset.UtcNow));
        var far = new[] { ("bright", 120.0, 20.0), ("faint", 240, -40), ("zero", 359, 5) }
            .Where(t => Math.Round(Sphere.Separation(t.Item2, t.Item3, sun.Ra, sun.Dec)) >= 80).Select(t => t.Item1).ToArray();
        await ExpectAsync(new { sunSeparationMin = 80 }, far);

        async Task ExpectAsync(object filter, params string[] names)
        {
            var body = JsonNode.Parse(System.Text.Json.JsonSerializer.Serialize(filter))!.AsObject();
            body["description"] = "FILTERS";
            Assert.Equal(names.Select(n => $"filters {n}"), await NamesAsync(body));
        }
    }

    [Fact]
    public async Task The_request_of_2023_is_a_get_with_a_query_string()
    {
        await AddAsync("get", 140, 10, "query");
        var answer =
            (await server.Admin.GetAsync(
            "/targets/getTargetList/?name=query%20get&raMin=100.0&raMax=200.0&decMin=-30.0&decMax=30.0")).Ok();
        Assert.Equal(1, answer.Json["count"]!.GetValue<int>());
        Assert.Empty((await server.Admin.GetAsync("/targets/getTargetList?name=query%20get&raMin=150")).Ok()
            .Json["data"]!.AsArray());
    }

    [Theory]
    [InlineData("""{"raMin": "abc"}""", "raMin", "abc")]
    [InlineData("""{"coneSearchRaDecRadius": "1,2"}""", "ra,dec,radius", "1,2")]
    [InlineData("""{"coneSearchRaDecRadius": "1,95,1"}""", "dec must be in", "95")]
    [InlineData("""{"coneSearchRaDecRadius": "1,NaN,1"}""", "NaN", "number")]
    [InlineData("""{"coneSearchRaDecRadius": "1,5,-1"}""", "radius must be in", "-1")]
    [InlineData("""{"coneSearchTarget": "no such target,0.1"}""", "no such target", "not known")]
    [InlineData("""{"coneSearchTarget": "x"}""", "name,radius", "x")]
    [InlineData("""{"hasRadio": "maybe"}""", "hasRadio", "maybe")]
    public async Task What_cannot_be_read_is_a_wrong_format(string body, params string[] words)
    {
        var answer = (await server.Admin.PostAsync("/targets/getTargetList/", body)).Refused(400, words);
        Assert.StartsWith("Wrong format: ", answer.Json.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_hold_two_hundred_and_a_page_that_is_not_there_is_the_last()
    {
        await using (var db = server.OpenDb())
        {
            for (var i = 0; i < 401; i++)
            {
                var source = new Source
                {
                    Id = $"page {i:D3}", Description = "paged",
                    CreatedAt = DateTimeOffset.UnixEpoch.AddDays(i)
                };
                source.MoveTo(i * 0.5, -60);
                source.Saves.Add(new SavedSource { GroupId = db.Groups.Single(g => g.Name == Group.Sitewide).Id });
                db.Sources.Add(source);
            }
            await db.SaveChangesAsync();
        }
        foreach (var (asked, number, rows) in new[] { ("1", 1, 200), ("2", 2, 200), ("\"3\"", 3, 1), ("4", 3, 1), ("0", 3, 1),
            ("-1", 3, 1), ("1000000000", 3, 1), ("\"x\"", 1, 200), ("null", 1, 200) })
        {
            var page = (await server.Admin.PostAsync("/targets/getTargetList/", $$"""{"description": "paged", "page": {{asked}}}""")).Ok().Json;
            Assert.Equal(["count", "num_pages", "current_page", "data"], page.AsObject().Select(p => p.Key));
            Assert.Equal((401, 3, number, rows), (page["count"]!.GetValue<int>(), page["num_pages"]!.GetValue<int>(),
                page["current_page"]!.GetValue<int>(), page["data"]!.AsArray().Count));
        }
        var empty = (await server.Admin.PostAsync("/targets/getTargetList/",
            new { description = "no target has this", page = 7 })).Ok();
        Assert.Equal("""{"count":0,"num_pages":1,"current_page":1,"data":[]}""", empty.Text);
    }

    [Fact]
    public async Task A_list_costs_one_statement_at_any_length()
    {
        foreach (var name in new[] { "a", "b", "c" })
            await AddAsync(name, 200 + name[0], 40, "counted");
        foreach (var filter in new object[] { new { description = "counted" }, new { name = "counted "
            + "a" }, new { lastMagMax = 12, coneSearchRaDecRadius = "297,40,1" } })
            Assert.Equal(1, await server.CountStatementsAsync(async () =>
                (await server.Admin.PostAsync("/targets/getTargetList/", filter)).Ok()));
    }

    [Fact]
    public async Task Groups_are_listed_and_hold_targets()
    {
        await AddAsync("one", 160, 30, "grouped");
        await AddAsync("two", 161, 30, "grouped");
        int first, second;
        await using (var db = server.OpenDb())
        {
            var list = new TargetList { Name = "Be stars", Sources = [.. db.Sources.Where(s => s.Id == "grouped one")] };
            db.TargetLists.Add(list);
            await db.SaveChangesAsync();
            var twin = new TargetList { Name = "twins" };
            db.TargetLists.AddRange(twin, new TargetList { Name = "twins" });
            await db.SaveChangesAsync();
            (first, second) = (list.Id, twin.Id);
        }
        var groups = (await server.Admin.PostAsync("/targets/target-groups/", """{"page": 1}""")).Ok().Json;
        Assert.Equal(["id", "name", "created"], groups["data"]![0]!.AsObject().Select(p => p.Key));
        Assert.Equal(3, groups["count"]!.GetValue<int>());
        Assert.Equal("Be stars", groups["data"]![2]!["name"]!.GetValue<string>());

        var byId = (await server.Admin.PostAsync("/targets/targets-from-group/", new { id = first, page = 1 })).Ok().Json;
        Assert.Equal((first, "grouped one"), (byId["group"]!.GetValue<int>(),
            Assert.Single(byId["data"]!.AsArray())!["name"]!.GetValue<string>()));
        Assert.Equal("Be stars", (await server.Admin.PostAsync("/targets/targets-from-group", new { name = "Be stars" })).Ok()
            .Json["group"]!.GetValue<string>());
        Assert.Equal(["grouped one"], await NamesAsync(new { targetGroup = "Be stars" }));
        var row = (await server.Admin.PostAsync("/targets/getTargetList/", new { name = "grouped one" })).Ok().Json["data"]![0]!;
        Assert.Equal($"[[\"Be stars\",{first}]]", row["groups"]!.ToJsonString());

        (await server.Admin.PostAsync("/targets/targets-from-group/"))
            .Refused(400, "Please provide either 'id' or 'name' of the target group.");
        (await server.Admin.PostAsync("/targets/targets-from-group/", new { id = first, name = "Be stars" }))
            .Refused(400, "Please provide only one parameter");
        (await server.Admin.PostAsync("/targets/targets-from-group/", new { name = "nosuch" }))
            .Refused(404, "Target group not found.");
        (await server.Admin.PostAsync("/targets/targets-from-group/", new { name = "twins" }))
            .Refused(400, "Several", $"{second}");
    }

    async Task<List<string>> NamesAsync(object filter)
    {
        var page = (await server.Admin.PostAsync("/targets/getTargetList/", filter is JsonNode node
            ? node.ToJsonString() : filter)).Ok().Json;
        return [.. page["data"]!.AsArray().Select(t => t!["name"]!.GetValue<string>())];
    }
}
