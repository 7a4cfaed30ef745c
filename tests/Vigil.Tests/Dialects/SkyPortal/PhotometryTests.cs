using System.Text;
using System.Text.Json.Nodes;
using Vigil.Tests.Infrastructure;

namespace Vigil.Tests.Dialects.SkyPortal;

public class PhotometryTests(TestServer server) : IClassFixture<TestServer>
{
    // An answer is to 1e-6 mag what was given; in a flux that is this relative error.
    const double Relative = 9.2e-7;

    [Fact]
    public async Task A_flux_over_a_zero_point_comes_back_as_microjansky_and_as_magnitude()
    {
        var id = (await PostAsync(await PointAsync(new { altdata = new { some_key = "some_value" } })))[0];

        // Values of the same point from SkyPortal d1ecac3.
        var point = (await server.Admin.GetAsync($"/api/photometry/{id}?format=both")).Ok().Data!;
        Assert.Equal(4.444075390386034, Number(point, "flux"), 4.4 * Relative);
        Assert.Equal(0.011255419697873126, Number(point, "fluxerr"), 0.011 * Relative);
        Assert.Equal(22.280546455476145, Number(point, "mag"), 1e-6);
        Assert.Equal(0.002749822087214217, Number(point, "magerr"), 1e-8);
        Assert.Equal(27.02417075457427, Number(point, "limiting_mag"), 1e-6);
        Assert.Equal(394.83870967741933, Number(point, "snr"), 1e-6);
        Assert.Equal("some_value", point["altdata"]!["some_key"]!.GetValue<string>());
        Assert.Equal("None", point["origin"]!.GetValue<string>());
        var vega = (await server.Admin.GetAsync($"/api/photometry/{id}?magsys=vega")).Ok().Data!;
        Assert.Equal(22.37632708496257, Number(vega, "mag"), 1e-6);
        Assert.Equal(27.119951384060695, Number(vega, "limiting_mag"), 1e-6);
    }

    [Theory]
    [InlineData("ab", "ztfr")]
    [InlineData("vega", "ztfr")]
    [InlineData("VEGA", "bessellb")]
    [InlineData("bd17", "sdssg")]
    public async Task A_magnitude_comes_back_in_the_system_in_which_it_was_given(string magsys, string filter)
    {
        var id = (await PostAsync(new
        {
            obj_id = await server.AddSourceAsync(), instrument_id = await server.AddInstrumentAsync(), mjd = 58004.0, mag = 18.0,
            magerr = 0.1, limiting_mag = 20.0, magsys, filter,
        }))[0];
        var point = (await server.Admin.GetAsync($"/api/photometry/{id}?format=both&magsys={magsys}")).Ok().Data!;
        Assert.Equal(18.0, Number(point, "mag"), 1e-6);
        Assert.Equal(0.1, Number(point, "magerr"), 1e-6);
        Assert.Equal(20.0, Number(point, "limiting_mag"), 1e-6);
        Assert.Equal(18.0, -2.5 * Math.Log10(Number(point, "flux")) + Number(point, "zp"), 1e-6);
    }

    [Fact]
    public async Task Millijansky_are_a_zero_point()
    {
        var id = (await PostAsync(await PointAsync(new { flux = 0.25, fluxerr = 0.01, zp = 16.4 })))[0];
        var point = (await server.Admin.GetAsync($"/api/photometry/{id}?format=flux")).Ok().Data!;
        Assert.Equal(250, Number(point, "flux"), 250 * Relative);
        Assert.Equal(10, Number(point, "fluxerr"), 10 * Relative);
    }

    [Fact]
    public async Task A_limit_is_the_error_of_no_flux()
    {
        var id = (await PostAsync(new
        {
            obj_id = await server.AddSourceAsync(), instrument_id = await server.AddInstrumentAsync(), mjd = 58003.0,
            mag = null as double?, magerr = null as double?, limiting_mag = 20.3, magsys = "ab", filter = "ztfr",
        }))[0];
        var point = (await server.Admin.GetAsync($"/api/photometry/{id}?format=both")).Ok().Data!;
        Assert.Null(point["flux"]);
        Assert.Null(point["mag"]);
        Assert.Null(point["snr"]);
        // SkyPortal d1ecac3 of the same point.
        Assert.Equal(9.18076234446054, Number(point, "fluxerr"), 9.2 * Relative);
        Assert.Equal(20.3, Number(point, "limiting_mag"), 1e-6);
    }

    [Theory]
    [InlineData("mag")]
    [InlineData("flux")]
    [InlineData("both")]
    public async Task A_reference_adds_to_the_difference_in_every_format(string format)
    {
        var id = (await PostAsync(await PointAsync(new
        {
            flux = 4.0, fluxerr = 0.03, zp = 23.9, ref_flux = 8.01,
            ref_fluxerr = 0.04
        })))[0];
        var point = (await server.Admin.GetAsync($"/api/photometry/{id}?format={format}")).Ok().Data!;
        Assert.Equal((8.01, 0.04), (Number(point, "ref_flux"), Number(point, "ref_fluxerr")));
        Assert.Equal(12.01, Number(point, "tot_flux"), 1e-12);
        Assert.Equal(0.05, Number(point, "tot_fluxerr"), 1e-12);
        Assert.Equal(-2.5 * Math.Log10(8.01) + 23.9, Number(point, "magref"), 1e-6);
        Assert.Equal(2.5 / Math.Log(10) * 0.04 / 8.01, Number(point, "e_magref"), 1e-6);
        Assert.Equal(-2.5 * Math.Log10(12.01) + 23.9, Number(point, "magtot"), 1e-6);
        Assert.Equal(2.5 / Math.Log(10) * 0.05 / 12.01, Number(point, "e_magtot"), 1e-6);
    }

    [Fact]
    public async Task Lists_are_rows_and_single_values_are_for_all()
    {
        var source = await server.AddSourceAsync();
        var ids = await PostAsync(new
        {
            obj_id = source, instrument_id = await server.AddInstrumentAsync(), mjd = new[] { 58003.0, 58001, 58002 },
            mag = new object?[] { 18.1, "18.2", null }, magerr = new double?[] { 0.1, 0.05, null },
            limiting_mag = new[] { 20.5, 20.4, 20.3 },
            magsys = "ab", filter = new[] { "ztfr", "ZTFG", "ztfr" }, ra_unc = 0.1, origin = "golden",
            altdata = new object?[] { new { a = new[] { 1, 2 } }, null, new { b = 2 } },
        });
        Assert.Equal(3, ids.Length);

        var points = await CurveAsync(source);
        Assert.Equal([58001, 58002, 58003], points.Select(p => Number(p!, "mjd")));
        Assert.Equal([ids[1], ids[2], ids[0]], points.Select(p => p!["id"]!.GetValue<long>()));
        Assert.Equal(["ztfg", "ztfr", "ztfr"], points.Select(p => p!["filter"]!.GetValue<string>()));
        Assert.Equal([null, """{"b": 2}""", """{"a": [1, 2]}"""], points.Select(p => p!["altdata"]?.ToJsonString().Replace(":", ": ").Replace(",", ", ")));
        Assert.Equal(18.2, Number(points[0]!, "mag"), 1e-6);
        Assert.All(points, p => Assert.Equal(0.1, Number(p!, "ra_unc")));
    }

    [Theory]
    [InlineData("""{"mjd": 2460310.5}""", "mjd = 2460310.5 looks like a JD. Subtract 2400000.5")]
    [InlineData("""{"mjd": [58001, 58002, 2460310.5]}""", "Row 3: mjd = 2460310.5 looks like a JD")]
    [InlineData("""{"mjd": 1e9}""", "mjd = 1000000000")]
    [InlineData("""{"mjd": null}""", "mjd: Field may not be null")]
    [InlineData("""{"mjd": [58001, 58002], "flux": [1, 2, 3]}""", "mjd has 2", "flux has 3")]
    [InlineData("""{"mjd": []}""", "mjd is an empty list")]
    [InlineData("""{"filter": "ztfq"}""", "filter", "ztfq", "ztfg")]
    [InlineData("""{"magsys": "veg"}""", "magsys = 'veg' is not known", "vega")]
    [InlineData("""{"magsys": "jla1"}""", "jla1", "no zero point in band 'ztfg'")]
    [InlineData("""{"flux": "abc"}""", "flux must be a finite number", "abc")]
    [InlineData("""{"flux": {"a": 1}}""", "flux must be a finite number")]
    [InlineData("""{"flux": "NaN"}""", "flux must be a finite number")]
    [InlineData("""{"flux": 1e999}""", "flux must be a finite number")]
    [InlineData("""{"flux": NaN}""", "NaN and Infinity are not numbers of JSON", "flux")]
    [InlineData("""{"flux": -Infinity}""", "NaN and Infinity are not numbers of JSON")]
    [InlineData("""{"fluxerr": 0}""", "fluxerr must be above zero, got 0")]
    [InlineData("""{"fluxerr": [0.1, -1]}""", "Row 2: Invalid value: fluxerr must be above zero, got -1")]
    [InlineData("""{"fluxerr": null}""", "fluxerr: Field may not be null")]
    [InlineData("""{"mag": 18}""", "either mag", "flux")]
    [InlineData("""{"whatisthis": 1}""", "whatisthis: Unknown field")]
    [InlineData("""{"obj_id": "nosuch"}""", "Invalid object ID: nosuch")]
    [InlineData("""{"instrument_id": 999999}""", "Invalid instrument ID: 999999")]
    [InlineData("""{"instrument_id": "x"}""", "instrument_id")]
    [InlineData("""{"filter": "sdssu"}""", "has no filter sdssu", "ztfg")]
    [InlineData("""{"group_ids": [999999]}""", "No group with ID 999999")]
    [InlineData("""{"group_ids": "some"}""", "group_ids", "some")]
    [InlineData("""{"stream_ids": [999999]}""", "No stream with ID 999999")]
    [InlineData("""{"ra": 400}""", "ra = 400", "[0, 360)")]
    [InlineData("""{"dec": -91}""", "dec = -91")]
    public async Task A_wrong_value_is_named_and_nothing_is_stored(string change, params string[] words)
    {
        var source = await server.AddSourceAsync();
        var body = (await PointAsync(new { obj_id = source })).ToJsonString()[1..^1];
        // The later of two equal names would be an error of its own.
        foreach (var name in System.Text.RegularExpressions.Regex.Matches(change, "\"(\\w+)\":").Select(m => m.Groups[1].Value))
            body = System.Text.RegularExpressions.Regex.Replace(body, $"\"{name}\":(\"[^\"]*\"|[^,]*),?", "");
        (await server.Admin.PostAsync("/api/photometry", $"{{{body.Trim(',')},{change[1..]}")).Refused(400, words);
        Assert.Empty(await CurveAsync(source));
    }

    [Theory]
    [InlineData("""{"mag": 18.0, "magerr": null, "limiting_mag": 20}""", "mag and magerr must both be null, or both be not null")]
    [InlineData("""{"mag": [18.0, 17.0], "magerr": [0.1, null], "limiting_mag": 20}""", "Row 2: mag and magerr must both be null")]
    [InlineData("""{"mag": 18.0, "limiting_mag": 20}""", "mag and magerr must both be null")]
    [InlineData("""{"mag": 18.0, "magerr": 0.1}""", "missing limiting_mag")]
    [InlineData("""{"mag": 18.0, "magerr": -0.1, "limiting_mag": 20}""", "magerr must be above zero, got -0.1")]
    [InlineData("""{"mag": null, "magerr": null, "limiting_mag": null}""", "limiting_mag: Field may not be null")]
    [InlineData("""{"flux": 1, "fluxerr": 0.1}""", "missing zp")]
    [InlineData("{}", "missing limiting_mag", "Give mag, magerr and limiting_mag, or flux, fluxerr and zp")]
    public async Task A_missing_value_is_named(string values, params string[] words)
    {
        var body = values[1..^1] + (values.Length > 2 ? "," : "");
        (await server.Admin.PostAsync("/api/photometry", $$"""
            {{{body}} "obj_id": "{{await server.AddSourceAsync()}}", "instrument_id": {{await server.AddInstrumentAsync()}}, "mjd": 58020,
            "magsys": "ab", "filter": "ztfg"}
            """)).Refused(400, words);
    }

    [Theory]
    [InlineData("""{"obj_id": "x", "mjd": [1, 2""", "JSON parse error")]
    [InlineData("""{"mjd": [1, 2,]}""", "JSON parse error")]
    [InlineData("[]", "must be a JSON object")]
    [InlineData("", "Invalid input format: missing obj_id")]
    public async Task A_body_that_is_no_object_is_refused(string body, params string[] words) =>
        (await server.Admin.PostAsync("/api/photometry", body)).Refused(400, words);

    [Fact]
    public async Task A_bomb_of_depth_is_refused() =>
        (await server.Admin.PostAsync("/api/photometry", "{\"altdata\":" + new string('[', 10_000))).Refused(400, "depth");

    [Fact]
    public async Task A_million_and_one_points_are_refused()
    {
        var mjd = new StringBuilder("{\"mjd\":[50000");
        for (var i = 0; i < 1_000_000; i++)
            mjd.Append(",50000");
        (await server.Admin.PostAsync("/api/photometry", mjd.Append("]}").ToString()))
            .Refused(400, "mjd has more than 100000 values");
    }

    [Fact]
    public async Task A_body_in_small_pieces_reads_like_a_whole_one()
    {
        var body = Encoding.UTF8.GetBytes(
            (await PointAsync(new { altdata = new { text = new string('é', 10_000), list = new[] { 1, 2 } } })).ToJsonString());
        var pipe = new System.IO.Pipelines.Pipe();
        var reading = Vigil.Dialects.SkyPortal.PhotometryInput.ReadAsync(pipe.Reader, default);
        foreach (var piece in body.Chunk(7))
            await pipe.Writer.WriteAsync(piece);
        await pipe.Writer.CompleteAsync();
        var batch = (await reading).ToBatch();
        Assert.Equal(58000, batch.Mjd[0]);
        Assert.Equal(JsonNode.Parse(body)!["altdata"]!.ToJsonString(), JsonNode.Parse(batch.Altdata[0]!)!.ToJsonString());
    }

    [Fact]
    public async Task A_known_point_fails_a_whole_POST_and_is_kept_by_PUT()
    {
        var source = await server.AddSourceAsync();
        var camera = await server.AddInstrumentAsync();
        object Points(double[] mjd) => new
        {
            obj_id = source, instrument_id = camera, mjd, flux = 12.24, fluxerr = 0.031, zp = 25.0,
            magsys = "ab", filter = "ztfg",
        };
        var ids = await PostAsync(Points([58000, 58001]));
        (await server.Admin.PostAsync("/api/photometry", Points([58002, 58001])))
            .Refused(400, "Row 2", "already exists", "58001", "PUT");
        (await server.Admin.PostAsync("/api/photometry", Points([58002, 58003, 58002]))).Refused(400, "Row 3", "row 1");
        Assert.Equal(2, (await CurveAsync(source)).Count);

        var kept = Ids(await server.Admin.PutAsync("/api/photometry", Points([58002, 58001, 58000])));
        Assert.Equal(ids.Reverse(), kept[1..]);
        Assert.Equal(3, (await CurveAsync(source)).Count);
        Assert.Equal(kept, Ids(await server.Admin.PutAsync("/api/photometry", Points([58002, 58001, 58000]))));
        (await server.Admin.PutAsync("/api/photometry", Points([58004, 58005, 58004]))).Refused(400, "Row 3", "row 1");
    }

    [Fact]
    public async Task Limits_are_known_again_like_fluxes()
    {
        var body = await PointAsync(new { flux = null as double? });
        var ids = await PostAsync(body);
        (await server.Admin.PostAsync("/api/photometry", body)).Refused(400, "already exists");
        Assert.Equal(ids, Ids(await server.Admin.PutAsync("/api/photometry", body)));
    }

    [Fact]
    public async Task PUT_shows_known_points_to_more_groups_and_a_stranger_sees_none()
    {
        var (mine, theirs) = (await server.AddGroupAsync(), await server.AddGroupAsync());
        var (owner, friend, stranger) = (await server.AddUserAsync(groups: [mine]), await server.AddUserAsync(groups: [theirs]),
            await server.AddUserAsync());
        var source = await server.AddSourceAsync();
        var body = await PointAsync(new { obj_id = source, group_ids = new[] { mine } });
        var id = Ids(await owner.PostAsync("/api/photometry", body))[0];
        var notThere = (await friend.GetAsync("/api/photometry/999999999"))
            .Refused(400, "Cannot find photometry point with ID: 999999999");
        foreach (var other in (Caller[])[friend, stranger])
        {
            Assert.Equal(notThere.Text.Replace("999999999", $"{id}"), (await other.GetAsync($"/api/photometry/{id}")).Text);
            Assert.Empty((await other.GetAsync($"/api/sources/{source}/photometry")).Ok().Data!.AsArray());
        }
        body["group_ids"] = new JsonArray(theirs);
        Assert.Equal([id], Ids(await owner.PutAsync("/api/photometry", body)));

        Assert.Single((await friend.GetAsync($"/api/sources/{source}/photometry")).Ok().Data!.AsArray());
        (await stranger.GetAsync($"/api/photometry/{id}")).Refused(400, "Cannot find");
        var groups = (await owner.GetAsync($"/api/photometry/{id}")).Data!["groups"]!.AsArray();
        Assert.Contains(mine, groups.Select(g => g!["id"]!.GetValue<int>()));
        Assert.Contains(owner.Username, groups.Select(g => g!["name"]!.GetValue<string>()));
        Assert.Equal(3, groups.Count);
    }

    [Fact]
    public async Task A_group_that_is_renamed_is_renamed_on_points_at_once()
    {
        var group = await server.AddGroupAsync();
        var id = (await PostAsync(await PointAsync(new { group_ids = new[] { group } })))[0];
        (await server.Admin.GetAsync($"/api/photometry/{id}")).Ok();
        (await server.Admin.PutAsync($"/api/groups/{group}", new { name = $"renamed {group}" })).Ok();
        Assert.Contains($"renamed {group}", (await server.Admin.GetAsync($"/api/photometry/{id}")).Text);
    }

    [Fact]
    public async Task The_word_all_is_the_group_of_everybody()
    {
        var id = (await PostAsync(await PointAsync(new { group_ids = "all" })))[0];
        (await (await server.AddUserAsync()).GetAsync($"/api/photometry/{id}")).Ok();
    }

    [Fact]
    public async Task A_changed_point_has_the_new_values_and_its_history_the_old()
    {
        var owner = await server.AddUserAsync();
        var body = await PointAsync(new { altdata = new { k = "v" }, group_ids = "all" });
        var id = Ids(await owner.PostAsync("/api/photometry", body))[0];
        body["flux"] = 13.0;
        body["group_ids"] = null;
        body.Remove("altdata");
        (await (await server.AddUserAsync()).PatchAsync($"/api/photometry/{id}", body)).Refused(400, "owner");
        (await owner.PatchAsync($"/api/photometry/{id}", body)).Ok();

        var point = (await owner.GetAsync($"/api/photometry/{id}?format=flux")).Data!;
        Assert.Equal(13 / Math.Pow(10, 0.4 * 1.1), Number(point, "flux"), 1e-6);
        Assert.Equal("v", point["altdata"]!["k"]!.GetValue<string>());
        await using var db = server.OpenDb();
        var record = Assert.Single(db.History.Where(h => h.TableName == "photometry" && h.RowKey == $"{id}"));
        Assert.Equal((owner.UserId, "UPDATE"), (record.ActorId, record.Action));
        Assert.Contains("4.444075", record.OldValues);
    }

    [Fact]
    public async Task Only_its_owner_deletes_a_point()
    {
        var owner = await server.AddUserAsync();
        var id = Ids(await owner.PostAsync("/api/photometry", await PointAsync(new { group_ids = "all" })))[0];
        (await (await server.AddUserAsync()).DeleteAsync($"/api/photometry/{id}")).Refused(400, "owner");
        (await owner.DeleteAsync($"/api/photometry/{id}")).Ok();
        (await owner.DeleteAsync($"/api/photometry/{id}")).Refused(400, "Cannot find photometry point with ID");
    }

    [Fact]
    public async Task Points_of_instruments_in_a_span_of_time()
    {
        var camera = await server.AddInstrumentAsync();
        await PostAsync(await PointAsync(new { instrument_id = camera, mjd = new[] { 58000.0, 58500, 59000 } }));
        var range = (await server.Admin.SendAsync("GET", "/api/photometry/range?format=flux",
            new { instrument_ids = new[] { camera }, min_date = "2017-09-04T00:00:00", max_date = "2019-02-01T00:00:00" }))
            .Ok().Data!.AsArray();
        Assert.Equal([58000, 58500], range.Select(p => Number(p!, "mjd")));
        (await server.Admin.SendAsync("GET", "/api/photometry/range", new { max_date = "yesterday" }))
            .Refused(400, "max_date", "yesterday");
    }

    [Fact]
    public async Task More_points_than_an_answer_may_hold_are_refused()
    {
        var camera = await server.AddInstrumentAsync();
        var source = await server.AddSourceAsync();
        await using (var fill = server.Database.CreateCommand($"""
            INSERT INTO photometry (source_key, instrument_id, mjd, band, flux, flux_err, upload_id, audience_id)
            SELECT (SELECT key FROM sources WHERE id = '{source}'), {camera}, 58000 + i / 1000.0, 'ztfg', 1, 1, gen_random_uuid(), 1
            FROM generate_series(0, 100000) i
            """))
            await fill.ExecuteNonQueryAsync();
        (await server.Admin.SendAsync("GET", "/api/photometry/range", new { instrument_ids = new[] { camera } }))
            .Refused(400, "More than 100000 points");
        var last = await server.Admin.SendAsync("GET", "/api/photometry/range",
            new { instrument_ids = new[] { camera }, min_date = "2017-12-13T00:00:00" });
        Assert.Single(last.Ok().Data!.AsArray()); // MJD 58100
    }

    [Fact]
    public async Task Origins_are_those_of_points_that_one_may_see()
    {
        var owner = await server.AddUserAsync();
        var origin = $"origin {owner.Username}";
        Ids(await owner.PostAsync("/api/photometry", await PointAsync(new { origin })));
        Assert.Contains(origin, (await owner.GetAsync("/api/photometry/origins")).Text);
        var group = await server.AddGroupAsync();
        var friend = await server.AddUserAsync(groups: [group]);
        Assert.DoesNotContain(origin, (await friend.GetAsync("/api/photometry/origins")).Text);
        // Shown to more groups, the point shows its origin to them.
        var id = Ids(await owner.PostAsync("/api/photometry", await PointAsync(new { origin = origin + " shared" })))[0];
        (await owner.PostAsync("/api/sharing", new { groupIDs = new[] { group }, photometryIDs = new[] { id } })).Ok();
        Assert.Equal([$"{origin} shared"], (await friend.GetAsync("/api/photometry/origins")).Ok().Data!.AsArray()
            .Select(o => o!.GetValue<string>()).Where(o => o.StartsWith(origin, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Copies_have_the_values_of_what_was_copied()
    {
        var (from, to) = (await server.AddSourceAsync(), await server.AddSourceAsync());
        await PostAsync(await PointAsync(new { obj_id = from, mjd = new[] { 58000.0, 58001 } }));
        (await server.Admin.PostAsync($"/api/sources/{to}/copy_photometry", new { origin_id = from, group_ids = new[] { 1 } }))
            .Ok();
        var (old, copies) = (await CurveAsync(from), await CurveAsync(to));
        Assert.Equal(old.Select(p => (Number(p!, "mjd"), Number(p!, "mag"))),
            copies.Select(p => (Number(p!, "mjd"), Number(p!, "mag"))));
        (await server.Admin.PostAsync($"/api/sources/{to}/copy_photometry",
            new { origin_id = "nosuch", group_ids = new[] { 1 } }))
            .Refused(400, "Invalid object ID: nosuch");
    }

    [Theory]
    [InlineData("format=nope", "Must be one of flux, mag, both, got 'nope'")]
    [InlineData("magsys=veg", "magsys = 'veg' is not known", "vega")]
    [InlineData("individualOrSeries=x", "individualOrSeries")]
    public async Task An_unknown_format_is_refused(string query, params string[] words) =>
        (await server.Admin.GetAsync($"/api/sources/{await server.AddSourceAsync()}/photometry?{query}")).Refused(400, words);

    [Fact]
    public async Task The_light_curve_of_no_source_is_forbidden() =>
        (await server.Admin.GetAsync("/api/sources/nosuch/photometry"))
            .Refused(403, $"Insufficient permissions for User {server.Admin.Token} to read Obj nosuch");

    [Fact]
    public async Task Who_may_not_upload_is_refused() =>
        (await (await server.AddUserAsync(acls: [])).PostAsync("/api/photometry", await PointAsync(new { })))
        .Refused(401);

    /// <summary>A flux of a new source with a new camera, with some fields changed.</summary>
    async Task<JsonObject> PointAsync(object changes)
    {
        var point = JsonNode.Parse("""{"mjd": 58000.0, "flux": 12.24, "fluxerr": 0.031, "zp": 25.0, "magsys": "ab", "filter": "ztfg"}""")!.AsObject();
        foreach (var (name, value) in System.Text.Json.JsonSerializer.SerializeToNode(changes)!.AsObject())
            point[name] = value?.DeepClone();
        if (!point.ContainsKey("obj_id"))
            point["obj_id"] = await server.AddSourceAsync();
        if (!point.ContainsKey("instrument_id"))
            point["instrument_id"] = await server.AddInstrumentAsync("ztfg");
        return point;
    }

    async Task<long[]> PostAsync(object body) => Ids(await server.Admin.PostAsync("/api/photometry", body));

    async Task<JsonArray> CurveAsync(string source) =>
        (await server.Admin.GetAsync($"/api/sources/{source}/photometry")).Ok().Data!.AsArray();

    static long[] Ids(Answer answer) => [.. answer.Ok().Data!["ids"]!.AsArray().Select(id => id!.GetValue<long>())];

    static double Number(JsonNode point, string name) => point[name]!.GetValue<double>();
}
