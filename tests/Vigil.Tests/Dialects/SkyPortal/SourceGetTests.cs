using Vigil.Tests.Infrastructure;

namespace Vigil.Tests.Dialects.SkyPortal;

public class SourceGetTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task A_source_has_all_fields_that_clients_know()
    {
        var user = await server.AddUserAsync();
        (await user.PostAsync("/api/sources", new
        {
            id = "AT2019abc", ra = 10.5, dec = -20.25, transient = true, ra_dis = 0.1, origin = "test", altdata = new { a = 1 },
            alias = new[] { "foo", "bar" },
        })).Ok();
        var source = (await user.GetAsync("/api/sources/AT2019abc")).Ok().Data!.AsObject();
        // The keys of a recorded reply.
        Assert.Equal(("""
            altdata alias angular_diameter_distance annotations assignments classifications created_at dec dec_dis dec_err
            detect_photometry_count dist_nearest_source dm duplicates e_mag_nearest_source ebv followup_requests gal_lat gal_lon
            galaxies gcn_crossmatch groups healpix host_id id internal_key is_roid luminosity_distance mag_nearest_source modified
            mpc_name offset origin ra ra_dis ra_err redshift redshift_error redshift_history redshift_origin score summary
            summary_history tns_info tns_name transient varstar
            """).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Order(), source.Select(p => p.Key).Order());
        Assert.Equal("""{"a":1}""", source["altdata"]!.ToJsonString().Replace(" ", ""));
        Assert.Equal("""["foo","bar"]""", source["alias"]!.ToJsonString());
        Assert.Equal((10.5, -20.25, 0.0), ((double)source["ra"]!, (double)source["dec"]!, (double)source["offset"]!));
        // Recorded for this position.
        Assert.Equal(1175367431305186930L, (long)source["healpix"]!);
        Assert.Null(source["duplicates"]);
        var group = source["groups"]!.AsArray().Single(g => (bool)g!["single_user_group"]!)!.AsObject();
        Assert.Equal(("""
            active created_at description id modified name nickname private requested saved_at saved_by single_user_group
            """).Trim().Split(' '), group.Select(p => p.Key).Order());
        Assert.Equal(("""
            affiliations contact_email contact_phone created_at expiration_date first_name id last_name modified oauth_uid username
            """).Trim().Split(' '), group["saved_by"]!.AsObject().Select(p => p.Key).Order());
        Assert.Equal(user.Username, (string)group["saved_by"]!["username"]!);
        Assert.InRange(DateTime.Parse((string)group["saved_at"]!, null, System.Globalization.DateTimeStyles.AssumeUniversal)
            .ToUniversalTime(),
            DateTime.UtcNow.AddMinutes(-1), DateTime.UtcNow.AddMinutes(1));
    }

    [Fact]
    public async Task An_unknown_source_is_refused()
    {
        (await server.Admin.GetAsync("/api/sources/nosuch")).Refused(400, "Source not found", "nosuch");
        Assert.Equal(404, (await server.Admin.SendAsync("HEAD", "/api/sources/nosuch")).Status);
    }

    [Theory]
    [InlineData("zero", 0.0002, 12, 359.9998, 12, true)]
    [InlineData("pole", 10, 89.9998, 190, 89.9998, true)]
    [InlineData("far", 200, 50, 200, 50.0012, false)]
    public async Task What_lies_within_4_arcsec_may_be_the_same(string id, double ra, double dec, double otherRa,
        double otherDec, bool same)
    {
        (await server.Admin.PostAsync("/api/sources", new { id, ra, dec })).Ok();
        (await server.Admin.PostAsync("/api/sources", new { id = id + "2", ra = otherRa, dec = otherDec })).Ok();
        var duplicates = (await server.Admin.GetAsync($"/api/sources/{id}")).Ok().Data!["duplicates"];
        Assert.Equal(same ? $"[\"{id}2\"]" : null, duplicates?.ToJsonString());
    }

    [Fact]
    public async Task Everybody_may_read_a_source_but_not_who_saved_it()
    {
        var (owner, stranger) = (await server.AddUserAsync(), await server.AddUserAsync());
        (await owner.PostAsync("/api/sources",
            new { id = "quiet", ra = 77, dec = 7, group_ids = new[] { await OwnGroupAsync(owner) } })).Ok();
        Assert.Single((await owner.GetAsync("/api/sources/quiet")).Ok().Data!["groups"]!.AsArray());
        Assert.Empty((await stranger.GetAsync("/api/sources/quiet")).Ok().Data!["groups"]!.AsArray());
        Assert.Equal(200, (await owner.SendAsync("HEAD", "/api/sources/quiet")).Status);
        Assert.Equal(404, (await stranger.SendAsync("HEAD", "/api/sources/quiet")).Status);
        // Nor on any list, nor as somebody's duplicate.
        Assert.DoesNotContain("quiet", (await stranger.GetAsync("/api/sources")).Ok().Text);
        (await stranger.PostAsync("/api/sources", new { id = "near", ra = 77, dec = 7 + 1 / 3600.0 })).Ok();
        Assert.Null((await stranger.GetAsync("/api/sources/near")).Ok().Data!["duplicates"]);
        Assert.Equal("""["near"]""", (await owner.GetAsync("/api/sources/quiet")).Ok().Data!["duplicates"]!.ToJsonString());
    }

    [Fact]
    public async Task Flags_tell_what_the_viewer_may_see()
    {
        var owner = await PrivateRows.AddAsync(server);
        var stranger = await server.AddUserAsync();
        await using var db = server.OpenDb();
        var id = db.Sources.Single(s => s.OwnerId == owner.UserId).Id;
        var path = $"/api/sources/{id}?includePhotometryExists=true&includeSpectrumExists=t&includeCommentExists=1"
            + "&includeLabellers=yes&includePeriodExists=True&includeThumbnails=true&includeColorMagnitude=true";
        Check(await owner.GetAsync(path), true, 1);
        Check(await server.Admin.GetAsync(path), true, 1);
        Check(await stranger.GetAsync(path), false, 0);

        static void Check(Answer answer, bool exists, int labellers)
        {
            var source = answer.Ok().Data!;
            foreach (var flag in (string[])["photometry_exists", "spectrum_exists", "comment_exists"])
                Assert.Equal(exists, (bool)source[flag]!);
            Assert.False((bool)source["period_exists"]!);
            Assert.Equal(labellers, source["labellers"]!.AsArray().Count);
            Assert.Empty(source["thumbnails"]!.AsArray());
            Assert.Empty(source["color_magnitude"]!.AsArray());
        }
    }

    [Fact]
    public async Task Photometry_is_included_as_far_as_the_viewer_may_see_it()
    {
        var owner = await PrivateRows.AddAsync(server);
        await using var db = server.OpenDb();
        var path = $"/api/sources/{db.Sources.Single(s => s.OwnerId == owner.UserId).Id}?includePhotometry=true";
        var point = (await owner.GetAsync(path)).Ok().Data!["photometry"]!.AsArray().Single()!;
        Assert.Equal((60000, 10, "ztfg"), ((double)point["mjd"]!, (double)point["flux"]!, (string)point["filter"]!));
        Assert.Empty((await (await server.AddUserAsync()).GetAsync(path)).Ok().Data!["photometry"]!.AsArray());
    }

    [Fact]
    public async Task Comments_are_included_as_far_as_the_viewer_may_see_them()
    {
        var owner = await PrivateRows.AddAsync(server);
        var stranger = await server.AddUserAsync();
        await using var db = server.OpenDb();
        var id = db.Sources.Single(s => s.OwnerId == owner.UserId).Id;
        var comment = (await owner.GetAsync($"/api/sources/{id}?includeComments=true&includeDetectionStats=true")).Ok()
            .Data!["comments"]![0]!;
        Assert.Equal(("secret", id, owner.UserId, owner.Username), ((string)comment["text"]!, (string)comment["obj_id"]!,
            (int)comment["author_id"]!, (string)comment["author"]!["username"]!));
        Assert.Single(comment["groups"]!.AsArray());
        Assert.Empty((await stranger.GetAsync($"/api/sources/{id}?includeComments=true")).Ok().Data!["comments"]!.AsArray());
        var listed = (await owner.GetAsync("/api/sources?includeComments=true")).Ok().Data!["sources"]!.AsArray()
            .Single(s => (string)s!["id"]! == id)!;
        Assert.Equal("secret", (string)listed["comments"]![0]!["text"]!);
        (await stranger.PostAsync("/api/sources", new { id, ra = 10, dec = 10 })).Ok();
        Assert.DoesNotContain("secret", (await stranger.GetAsync("/api/sources?includeComments=true")).Ok().Text);
    }

    [Fact]
    public async Task Statistics_of_the_light_curve_are_included()
    {
        (await server.Admin.PostAsync("/api/sources", new { id = "statistics", ra = 1, dec = 1, group_ids = new[] { 1 } })).Ok();
        Assert.Empty((await server.Admin.GetAsync("/api/sources/statistics?includeDetectionStats=true")).Ok()
            .Data!["photstats"]!.AsArray());
        await using (var insert = server.Database.CreateCommand("""
            INSERT INTO phot_stats (source_key, num_det_global, first_detected_mjd, last_detected_mjd, peak_mag_global)
                SELECT key, 3, 59000, 59010.5, 18 FROM sources WHERE id = 'statistics'
            """))
            await insert.ExecuteNonQueryAsync();
        var source = (await server.Admin.GetAsync("/api/sources/statistics?includeDetectionStats=true")).Ok().Data!;
        Assert.Equal((59000.0, 18.0), ((double)source["photstats"]![0]!["first_detected_mjd"]!,
            (double)source["photstats"]![0]!["peak_mag_global"]!));
        Assert.Equal(("2020-05-31T00:00:00", "2020-06-10T12:00:00"),
            ((string)source["first_detected"]!, (string)source["last_detected"]!));
        Assert.Contains("59010.5", (await server.Admin.GetAsync("/api/sources?sourceID=statistics&includeDetectionStats=true"))
            .Ok().Text);
    }

    [Theory]
    // Planck18 of astropy 5.2.1: luminosity_distance(z), distmod(z) and angular_diameter_distance(z); we are to be within 1e-6 of
    // it.
    [InlineData(3.0, "null", 26016.015955798568, 47.076203951349, 1626.0009972374105)]
    // Exact: (d / 10 pc) = 10^(dm / 5), d = 1 / parallax, the unit.
    [InlineData(null, """{"dm": 25}""", 1.0, 25.0, 1.0)]
    [InlineData(null, """{"parallax": 0.001}""", 0.001, 10.0, 0.001)]
    [InlineData(null, """{"dist_kpc": "1000"}""", 1.0, 25.0, 1.0)]
    [InlineData(null, """{"dist_Mpc": 10}""", 10.0, 30.0, 10.0)]
    [InlineData(1.0, """{"dist_Mpc": 10}""", 10.0, 30.0, 2.5)]
    // Not in the Hubble flow, not a number, nothing known.
    [InlineData(0.00001, "null", null, null, null)]
    [InlineData(-0.001, "null", null, null, null)]
    [InlineData(null, """{"dm": "far", "parallax": -1}""", null, null, null)]
    [InlineData(null, "[1]", null, null, null)]
    public async Task Distances_come_from_altdata_or_the_redshift(
        double? redshift, string altdata, double? luminosity, double? modulus, double? angular)
    {
        var id = $"far-{Guid.NewGuid():N}";
        (await server.Admin.PostAsync("/api/sources", new
        {
            id, ra = 266.404996, dec = -28.936172, redshift, altdata = System.Text.Json.Nodes.JsonNode.Parse(altdata),
            group_ids = new[] { 1 },
        })).Ok();
        var source = (await server.Admin.GetAsync($"/api/sources/{id}")).Ok().Data!;
        Near(luminosity, source["luminosity_distance"]);
        Near(modulus, source["dm"]);
        Near(angular, source["angular_diameter_distance"]);
        // The centre of the Galaxy, whose longitude is small on either side of zero.
        Assert.Equal(0, Math.IEEERemainder((double)source["gal_lon"]!, 360), 1e-5);
        Assert.Equal(0, (double)source["gal_lat"]!, 1e-5);

        static void Near(double? expected, System.Text.Json.Nodes.JsonNode? actual)
        {
            if (expected is { } value)
                Assert.Equal(value, (double)actual!, Math.Abs(value) * 1e-6);
            else
                Assert.Null(actual);
        }
    }

    [Fact]
    public async Task A_script_that_reads_a_source_is_noted()
    {
        var user = await server.AddUserAsync();
        (await user.PostAsync("/api/sources", new { id = "viewed", ra = 1, dec = 1 })).Ok();
        (await user.GetAsync("/api/sources/viewed")).Ok();
        await using var db = server.OpenDb();
        for (var i = 0; i < 100 && !db.SourceViews.Any(v => v.UserId == user.UserId && v.IsToken); i++)
            await Task.Delay(100);
        Assert.Single(db.SourceViews.Where(v => v.UserId == user.UserId));
    }

    async Task<int> OwnGroupAsync(Caller user)
    {
        await using var db = server.OpenDb();
        return db.Groups.Single(g => g.Name == user.Username).Id;
    }
}
