using System.Text.Json.Nodes;
using Vigil.Sky;
using Vigil.Tests.Infrastructure;

namespace Vigil.Tests.Dialects.SkyPortal;

public class InstrumentTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task A_telescope_is_made_changed_found_and_deleted()
    {
        var name = Guid.NewGuid().ToString();
        var id = (int)(await server.Admin.PostAsync("/api/telescope", new
        {
            name, nickname = "P48", lat = 33.3633675, lon = -116.8361345, elevation = 1870, diameter = 1.2, robotic = true,
        })).Ok().Data!["id"]!;
        (await server.Admin.PutAsync($"/api/telescope/{id}", new { diameter = 1.5 })).Ok();
        (await server.Admin.PutAsync($"/api/telescope/{id}", "{\"diameter\": null}")).Refused(400, "diameter is required");
        var telescope = (await (await server.AddUserAsync()).GetAsync($"/api/telescope/{id}")).Ok().Data!;
        Assert.Equal((1.5, 33.3633675, true), ((double)telescope["diameter"]!, (double)telescope["lat"]!,
            (bool)telescope["robotic"]!));
        Assert.Single((await server.Admin.GetAsync($"/api/telescope?name={name}")).Ok().Data!.AsArray());
        Assert.Empty((await server.Admin.GetAsync($"/api/telescope?name={name}&latitudeMin=34")).Ok().Data!.AsArray());
        (await server.Admin.PostAsync("/api/telescope",
            new { name, nickname = "x", lat = 0, lon = 0, elevation = 0, diameter = 1 })).Refused(400, "already exists");
        (await (await server.AddUserAsync()).DeleteAsync($"/api/telescope/{id}")).Refused(401);
        (await server.Admin.DeleteAsync($"/api/telescope/{id}")).Ok();
        (await server.Admin.GetAsync($"/api/telescope/{id}")).Refused(400, "Could not load telescope", $"{id}");
    }

    [Theory]
    [InlineData("""{"name": "", "nickname": "b", "diameter": 1, "fixed_location": false}""", "name is required")]
    [InlineData("""{"nickname": "Y"}""", "'name'", "'diameter'", "Missing data")]
    [InlineData("""{"name": "b1", "nickname": "b", "diameter": 1}""", "latitude, longitude, or elevation")]
    [InlineData("""{"name": "b2", "nickname": "b", "diameter": 1, "lat": 100, "lon": 0, "elevation": 0}""", "lat must be in [-90, 90]", "100")]
    [InlineData("""{"name": "b2", "nickname": "b", "diameter": 1, "lat": 0, "lon": 243.16, "elevation": 0}""", "lon must be in [-180, 180]", "at -116.84")]
    [InlineData("""{"name": "b2", "nickname": "b", "diameter": 1, "lat": 0, "lon": -181, "elevation": 0}""", "lon must be in [-180, 180]", "-181")]
    [InlineData("""{"name": "b2", "nickname": "b", "diameter": 1, "lat": "NaN", "lon": 0, "elevation": 0}""", "lat", "NaN")]
    [InlineData("""{"name": "b2", "nickname": "b", "diameter": 1, "lat": 0, "lon": 0, "elevation": 20000}""", "elevation must be in", "20000")]
    [InlineData("""{"name": "b3", "nickname": "b", "diameter": "big", "fixed_location": false}""", "diameter must be a number", "big")]
    [InlineData("""{"name": "b4", "nickname": "b", "diameter": 1, "fixed_location": false, "skycam_link": "javascript:alert(1)"}""", "skycam_link")]
    public async Task Bad_telescopes_are_refused(string body, params string[] words) =>
        (await server.Admin.PostAsync("/api/telescope", body)).Refused(400, words);

    [Fact]
    public async Task A_list_tells_of_the_coming_night()
    {
        var site = await TelescopeAsync();
        var name = Guid.NewGuid().ToString();
        (await server.Admin.PostAsync("/api/telescope", new { name, nickname = "space", diameter = 0.3, fixed_location = false }))
            .Ok();
        var listed = (await server.Admin.GetAsync("/api/telescope")).Ok().Data!.AsArray();
        var ground = listed.Single(t => (int)t!["id"]! == site)!;
        var (evening, morning) = (Time(ground["evening"]!), Time(ground["morning"]!));
        var now = DateTimeOffset.UtcNow;
        Assert.All(new[] { evening, morning }, time => Assert.InRange(time, now.AddMinutes(-5), now.AddHours(25)));
        Assert.All(new[] { evening, morning }, time => Assert.Equal(-18,
            Vigil.Sky.Observing.Sun.Altitude(Mjd.From(time), new(0, 0)), 1e-3));
        Assert.Equal(morning < evening, (bool)ground["is_night_astronomical"]!);
        Assert.Empty(ground["allocations"]!.AsArray());
        var space = listed.Single(t => (string)t!["name"]! == name)!;
        Assert.All(new[] { "is_night_astronomical", "evening", "morning" }, field => Assert.False((bool)space[field]!));

        static DateTimeOffset Time(JsonNode text) => DateTimeOffset.ParseExact((string)text!, "yyyy-MM-dd HH:mm:ss.fff",
            System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal);
    }

    [Fact]
    public async Task A_box_of_longitudes_may_lie_across_the_date_line()
    {
        var fiji = (int)(await server.Admin.PostAsync("/api/telescope", new
        {
            name = Guid.NewGuid().ToString(), nickname = "Fiji", lat = -17, lon = 178, elevation = 0, diameter = 1,
        })).Ok().Data!["id"]!;
        Assert.Contains(fiji, await InBox(170, -170));
        Assert.DoesNotContain(fiji, await InBox(-170, 170));

        async Task<IEnumerable<int>> InBox(int west, int east) => (await server.Admin.GetAsync(
            $"/api/telescope?longitudeMin={west}&longitudeMax={east}")).Ok().Data!.AsArray().Select(t => (int)t!["id"]!);
    }

    [Fact]
    public async Task A_change_that_fails_keeps_the_fields()
    {
        var id = await PostAsync(new
        {
            field_region = "circle(0,0,1)", field_data = new { ID = new[] { 1, 2 }, RA = new[] { 1, 2 }, Dec = new[] { 1, 2 } },
        });
        (await server.Admin.PutAsync($"/api/instrument/{id}",
            new { field_data = new { ID = new[] { 3 }, RA = new[] { 400 }, Dec = new[] { 1 } } }))
            .Refused(400, "400");
        Assert.Equal([1, 2], await FieldsAsync(id));
        (await server.Admin.PutAsync($"/api/instrument/{id}",
            new { field_data = new { ID = new[] { 3 }, RA = new[] { 3 }, Dec = new[] { 1 } } })).Ok();
        Assert.Equal([3], await FieldsAsync(id));
    }

    async Task<IEnumerable<int>> FieldsAsync(int id) =>
        (await server.Admin.GetAsync($"/api/instrument/{id}?includeGeoJSON=true")).Ok()
        .Data!["fields"]!.AsArray().Select(f => (int)f!["field_id"]!);

    [Fact]
    public async Task Fields_are_outlined_on_the_sphere()
    {
        var id = await PostAsync(new
        {
            field_data = new { ID = new[] { 1, 2, 3 }, RA = new[] { 214.0, 0.25, 120 }, Dec = new[] { 28.0, 0, 90 } },
            field_region = "global color=green\nicrs\nbox(0.0d,0.0d,2.0d,2.0d,0.0d)",
        });
        var instrument = (await server.Admin.GetAsync($"/api/instrument/{id}?includeGeoJSON=true&includeGeoJSONSummary=true"))
            .Ok().Data!;
        var fields = instrument["fields"]!.AsArray();
        Assert.Equal([1, 2, 3], fields.Select(f => (int)f!["field_id"]!));
        // As SkyPortal 0.9 (astropy 5.3) answers for this field and region; agreement to a rounding error.
        double[][] expected =
        [
            [212.87787580396267, 26.995402838856656], [215.1221241960373, 26.995402838856656],
            [215.14314594493464, 28.9953167171139], [212.8568540550653, 28.9953167171139],
        ];
        var corners = Corners(fields[0]!["contour"]!);
        Assert.Equal(expected.Length, corners.Length - 1);
        Assert.Equal(corners[0], corners[^1]);
        foreach (var (wanted, corner) in expected.Zip(corners))
        {
            Assert.Equal(wanted[0], corner.Ra, 1e-12);
            Assert.Equal(wanted[1], corner.Dec, 1e-12);
        }
        // A rotation keeps distances, across RA 0 and at the pole, too.
        var reach = Sphere.Separation(0, 0, 1, 1);
        foreach (var field in fields)
            foreach (var (ra, dec) in Corners(field!["contour"]!).Concat(Corners(field["contour_summary"]!)))
                Assert.Equal(reach, Sphere.Separation((double)field["ra"]!, (double)field["dec"]!, ra, dec), 1e-12);

        var listed = (await server.Admin.GetAsync("/api/instrument")).Ok().Data!.AsArray().Single(i => (int)i!["id"]! == id)!;
        Assert.Equal((3, true, true), ((int)listed["number_of_fields"]!, (bool)listed["has_fields"]!,
            (bool)listed["has_region"]!));
        (await server.Admin.DeleteAsync($"/api/instrument/{id}/fields")).Ok();
        var bare = (await server.Admin.GetAsync($"/api/instrument/{id}?includeGeoJSON=true")).Ok().Data!;
        Assert.Empty(bare["fields"]!.AsArray());
        Assert.Null((await server.Admin.GetAsync($"/api/instrument/{id}")).Ok().Data!["fields"]);
    }

    [Fact]
    public async Task A_field_of_view_may_be_a_circle_or_a_rectangle()
    {
        var circle = await PostAsync(new { field_fov_type = "circle", field_fov_attributes = 3.0 });
        Assert.Equal("# Region file format: DS9 astropy/regions\nicrs\ncircle(0.00000000,0.00000000,3.00000000)\n",
            (string)(await server.Admin.GetAsync($"/api/instrument/{circle}?includeRegion=true")).Ok().Data!["region"]!);
        var rectangle = await PostAsync(new { field_fov_type = "rectangle", field_fov_attributes = new[] { 2, 1 } });
        Assert.Contains("box(0.00000000,0.00000000,2.00000000,1.00000000",
            (string)(await server.Admin.GetAsync($"/api/instrument/{rectangle}?includeRegion=true")).Ok().Data!["region"]!,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"type": "camera"}""", "type", "imager, spectrograph, imaging spectrograph")]
    [InlineData("""{"telescope_id": 999999}""", "No telescope with id 999999")]
    [InlineData("""{"filters": ["nosuchfilter"]}""", "nosuchfilter")]
    [InlineData("""{"sensitivity_data": {"ztfr": {}}}""", "Sensitivity_data filters must be a subset of the instrument filters")]
    [InlineData("""{"field_data": {"ID": [1], "RA": [1], "Dec": [1]}}""", "field of view")]
    [InlineData("""{"field_fov_type": "circle", "field_fov_attributes": [1, 2]}""", "field_fov_attributes")]
    [InlineData("""{"field_fov_type": "circle", "field_fov_attributes": [181]}""", "field_fov_attributes", "up to 180")]
    [InlineData("""{"field_region": "circle(0,0,1e300)"}""", "field_region", "1e300")]
    [InlineData("""{"configuration_data": [1]}""", "configuration_data must be an object")]
    [InlineData("""{"name": ""}""", "name is required")]
    [InlineData("""{"field_region": "circle(0,0,1)", "field_data": {"ID": [1], "RA": [1], "Dec": [1]}, "references": "all"}""", "references must be lists")]
    [InlineData("""{"field_fov_type": "hexagon", "field_fov_attributes": 1}""", "circle or rectangle", "hexagon")]
    [InlineData("""{"field_region": "nonsense"}""", "field_region")]
    [InlineData("""{"field_region": "circle(0,0,1)", "field_data": {"RA": [1, 2], "Dec": [1]}}""", "RA 2", "Dec 1")]
    [InlineData("""{"field_region": "circle(0,0,1)", "field_data": {"RA": [400], "Dec": [1]}}""", "400")]
    [InlineData("""{"field_region": "circle(0,0,1)", "field_data": {"ID": [1, 1], "RA": [1, 2], "Dec": [1, 1]}}""", "field ID 1 twice")]
    [InlineData("""{"field_region": "circle(0,0,1)", "field_data": {"ID": [1.5], "RA": [1], "Dec": [1]}}""", "ID", "1.5")]
    [InlineData("""{"field_region": "circle(0,0,1)", "field_data": {"ID": [1], "RA": [1], "Dec": [1]}, "references": {"field": [1], "filter": []}}""", "references")]
    public async Task Bad_instruments_are_refused_and_nothing_is_written(string changes, params string[] words)
    {
        var name = Guid.NewGuid().ToString();
        var body = new JsonObject
        {
            ["name"] = name, ["type"] = "imager", ["telescope_id"] = await TelescopeAsync(),
            ["filters"] = new JsonArray("ztfg")
        };
        foreach (var (key, value) in JsonNode.Parse(changes)!.AsObject())
            body[key] = value!.DeepClone();
        (await server.Admin.PostAsync("/api/instrument", body)).Refused(400, words);
        Assert.Empty((await server.Admin.GetAsync($"/api/instrument?name={name}")).Ok().Data!.AsArray());
    }

    [Fact]
    public async Task What_has_data_is_not_deleted()
    {
        var (source, instrument) = (await server.AddSourceAsync(), await server.AddInstrumentAsync());
        (await server.Admin.PostAsync("/api/spectra", new
        {
            obj_id = source, instrument_id = instrument, observed_at = "2020-01-10",
            wavelengths = new[] { 1 }, fluxes = new[] { 1 },
        })).Ok();
        var telescope = (int)(await server.Admin.GetAsync($"/api/instrument/{instrument}")).Ok().Data!["telescope_id"]!;
        (await server.Admin.DeleteAsync($"/api/instrument/{instrument}")).Refused(400, "data of the instrument");
        (await server.Admin.DeleteAsync($"/api/telescope/{telescope}")).Refused(400, "data of the instrument");
        (await server.Admin.GetAsync($"/api/instrument/{instrument}")).Ok();
    }

    [Fact]
    public async Task Logs_are_kept_by_time()
    {
        var id = await PostAsync(new { band = "V" });
        var path = $"/api/instrument/{id}/log";
        (await server.Admin.PostAsync(path,
            new { start_date = "2026-01-01", end_date = "2026-01-02", logs = new { seeing = 1.1 } })).Ok();
        (await server.Admin.PostAsync(path, new { start_date = "2026-01-02", end_date = "2026-01-01", logs = new { } }))
            .Refused(400, "before start_date");
        (await server.Admin.PostAsync(path, new { start_date = "soon", end_date = "2026-01-01", logs = new { } }))
            .Refused(400, "start_date", "soon");
        Assert.Single((await server.Admin.GetAsync($"{path}?startDate=2026-01-01&endDate=2026-01-03")).Ok().Data!.AsArray());
        Assert.Empty((await server.Admin.GetAsync($"{path}?startDate=2026-02-01")).Ok().Data!.AsArray());
        Assert.True((bool)(await server.Admin.GetAsync($"/api/instrument/{id}")).Ok().Data!["log_exists"]!);
    }

    static (double Ra, double Dec)[] Corners(JsonNode contour) =>
        [.. contour["features"]![0]!["geometry"]!["coordinates"]![0]!.AsArray().Select(c => ((double)c![0]!, (double)c[1]!))];

    async Task<int> TelescopeAsync() => (int)(await server.Admin.PostAsync("/api/telescope", new
    {
        name = Guid.NewGuid().ToString(), nickname = "t", lat = 0, lon = 0, elevation = 0, diameter = 1,
    })).Ok().Data!["id"]!;

    /// <summary>Adds an instrument with these fields on a telescope of its own.</summary>
    async Task<int> PostAsync(object fields)
    {
        var body = System.Text.Json.JsonSerializer.SerializeToNode(fields)!.AsObject();
        (body["name"], body["type"], body["telescope_id"]) = (Guid.NewGuid().ToString(), "imager", await TelescopeAsync());
        return (int)(await server.Admin.PostAsync("/api/instrument", body)).Ok().Data!["id"]!;
    }
}
