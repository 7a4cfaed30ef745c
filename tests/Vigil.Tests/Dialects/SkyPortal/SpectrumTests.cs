using System.Text.Json.Nodes;
using Vigil.Tests.Infrastructure;

namespace Vigil.Tests.Dialects.SkyPortal;

public class SpectrumTests(TestServer server) : IClassFixture<TestServer>
{
    [Theory]
    [InlineData("spectra")]
    [InlineData("spectrum")]
    public async Task A_spectrum_comes_back_as_it_was_given(string name)
    {
        var (source, instrument, group) = (await server.AddSourceAsync(), await server.AddInstrumentAsync(),
            await server.AddGroupAsync());
        var owner = await server.AddUserAsync(groups: [group]);
        var id = await PostAsync(owner, new
        {
            obj_id = source, instrument_id = instrument, observed_at = "2020-01-10T00:00:00",
            wavelengths = new[] { 664, 665, 666.5 },
            fluxes = new[] { 234.3, -1e-17, 235.3 }, errors = new[] { 1.0, 1.0, 1.1 }, units = "erg/s/cm/cm/AA",
            altdata = new { x = 1 },
            origin = "SEDM", type = "host", label = "lab", group_ids = new[] { group }, reduced_by = new[] { owner.UserId },
            external_reducer = "A. Student",
        }, name);
        var spectrum = (await owner.GetAsync($"/api/{name}/{id}")).Ok().Data!;
        Assert.Equal([664, 665, 666.5], Numbers(spectrum["wavelengths"]!));
        Assert.Equal([234.3, -1e-17, 235.3], Numbers(spectrum["fluxes"]!));
        Assert.Equal([1.0, 1.0, 1.1], Numbers(spectrum["errors"]!));
        Assert.Equal(("2020-01-10T00:00:00", "erg/s/cm/cm/AA", "host", "lab"), ((string)spectrum["observed_at"]!,
            (string)spectrum["units"]!, (string)spectrum["type"]!, (string)spectrum["label"]!));
        Assert.Equal((owner.UserId, "A. Student"), ((int)spectrum["reducers"]![0]!["id"]!,
            (string)spectrum["external_reducer"]!));
        Assert.Equal((1, source), ((int)spectrum["altdata"]!["x"]!, (string)spectrum["obj_id"]!));
        var groups = spectrum["groups"]!.AsArray();
        Assert.Contains(groups, g => (int)g!["id"]! == group);
        Assert.Single(groups, g => (bool)g!["single_user_group"]!);

        var ofSource = (await owner.GetAsync($"/api/sources/{source}/spectra")).Ok().Data!["spectra"]![0]!;
        Assert.NotNull(ofSource["obj_internal_key"]);
        (await owner.DeleteAsync($"/api/{name}/{id}")).Ok();
        (await owner.DeleteAsync($"/api/{name}/{id}")).Refused(403, $"Could not access spectrum {id}.");
    }

    [Fact]
    public async Task Fluxes_are_divided_by_their_median_if_asked()
    {
        var (source, instrument) = (await server.AddSourceAsync(), await server.AddInstrumentAsync());
        await PostAsync(server.Admin, new
        {
            obj_id = source, instrument_id = instrument, observed_at = "2020-01-10", wavelengths = new[] { 1, 2, 3, 4 },
            fluxes = new[] { -4.0, 1.0, 3.0, 8.0 }, errors = new[] { 7.0, 7.0, 7.0, 7.0 },
        });
        var spectrum = (await server.Admin.GetAsync($"/api/sources/{source}/spectra?normalization=median"))
            .Ok().Data!["spectra"]![0]!;
        // The median of 1, 3, 4, 8 is 3.5.
        Assert.Equal([-4 / 3.5, 1 / 3.5, 3 / 3.5, 8 / 3.5], Numbers(spectrum["fluxes"]!));
        Assert.Equal([2, 2, 2, 2], Numbers(spectrum["errors"]!));
        (await server.Admin.GetAsync($"/api/sources/{source}/spectra?normalization=mean")).Refused(400, "normalization", "mean");
        (await server.Admin.GetAsync("/api/sources/nosuch/spectra")).Refused(400, "Invalid object ID");
    }

    [Fact]
    public async Task A_stranger_cannot_tell_a_private_spectrum_from_none()
    {
        var (source, group) = (await server.AddSourceAsync(), await server.AddGroupAsync());
        var (owner, friend) = (await server.AddUserAsync(groups: [group]), await server.AddUserAsync(groups: [group]));
        var stranger = await server.AddUserAsync();
        var id = await PostAsync(owner, Minimal(source, await server.AddInstrumentAsync(), group));
        (await friend.GetAsync($"/api/spectra/{id}")).Ok();
        Assert.Empty((await stranger.GetAsync($"/api/sources/{source}/spectra")).Ok().Data!["spectra"]!.AsArray());
        Assert.Empty((await stranger.GetAsync($"/api/spectra?objID={source}")).Ok().Data!.AsArray());
        Assert.DoesNotContain(source, (await stranger.GetAsync("/api/spectra/range")).Ok().Text, StringComparison.Ordinal);
        foreach (var method in new[] { "GET", "PUT", "DELETE" })
        {
            var body = method == "PUT" ? new { label = "mine" } : null;
            var (hidden, absent) = (await stranger.SendAsync(method, $"/api/spectra/{id}", body),
                await stranger.SendAsync(method, "/api/spectra/999999", body));
            hidden.Refused(403, $"Could not access spectrum {id}.");
            Assert.Equal(absent.Text.Replace("999999", $"{id}", StringComparison.Ordinal), hidden.Text);
        }
        // Who may read it may still not change it.
        (await friend.PutAsync($"/api/spectra/{id}", new { label = "mine" })).Refused(403, "owner");
        (await friend.DeleteAsync($"/api/spectra/{id}")).Refused(403, "owner");
        Assert.Null((await owner.GetAsync($"/api/spectra/{id}")).Ok().Data!["label"]);
    }

    [Fact]
    public async Task A_change_keeps_the_rest_and_adds_groups()
    {
        var (mine, theirs) = (await server.AddGroupAsync(), await server.AddGroupAsync());
        var (owner, other) = (await server.AddUserAsync(groups: [mine, theirs]), await server.AddUserAsync(groups: [theirs]));
        var id = await PostAsync(owner, Minimal(await server.AddSourceAsync(), await server.AddInstrumentAsync(), mine));
        (await other.GetAsync($"/api/spectra/{id}")).Refused(403);
        (await owner.PutAsync($"/api/spectra/{id}", new { label = "new", group_ids = new[] { theirs } })).Ok();
        var changed = (await other.GetAsync($"/api/spectra/{id}")).Ok().Data!;
        Assert.Equal("new", (string)changed["label"]!);
        Assert.Equal([1, 2, 3], Numbers(changed["fluxes"]!));
        Assert.Superset(new HashSet<int> { mine, theirs }, changed["groups"]!.AsArray().Select(g => (int)g!["id"]!).ToHashSet());
        (await owner.PutAsync($"/api/spectra/{id}", new { fluxes = new[] { 1, 2 } }))
            .Refused(400, "wavelengths and fluxes", "3 and 2");
        var kept = (await owner.GetAsync($"/api/spectra/{id}")).Ok().Data!;
        Assert.Equal([1, 2, 3], Numbers(kept["fluxes"]!));
    }

    [Fact]
    public async Task Lists_are_narrowed_by_what_is_asked()
    {
        var group = await server.AddGroupAsync();
        var owner = await server.AddUserAsync(groups: [group]);
        var (first, second) = (await server.AddSourceAsync(), await server.AddSourceAsync());
        var (camera, spectrograph) = (await server.AddInstrumentAsync(), await server.AddInstrumentAsync());
        var old = await PostAsync(owner, Minimal(first, camera, group, "2020-01-10T00:00:00", "host", "Keck telescope", "one"));
        var young = await PostAsync(owner, Minimal(second, spectrograph, group, "2021-01-10T00:00:00",
            "source", "Palomar", "two"));
        await FindsInList($"objID={first[2..]}", old);
        await FindsInList($"instrumentIDs={camera}", old);
        await FindsInList($"instrumentIDs={camera}, {spectrograph}", old, young);
        await FindsInList($"groupIDs={group}", old, young);
        await FindsInList("observedBefore=2020-06-01", old);
        await FindsInList("observedAfter=2021-01-10T00:00:00", young);
        await FindsInList("origin=Keck", old);
        await FindsInList("origin=Gemini&origin=Palo", young);
        await FindsInList("label=two,three", young);
        await FindsInList("type=host", old);
        await FindsInList("type=host_center");
        var minimal = (await owner.GetAsync($"/api/spectra?groupIDs={group}&minimalPayload=true")).Ok().Data![0]!.AsObject();
        Assert.Equal(
            ["altdata", "assignment_id", "followup_request_id", "id", "instrument_id", "label", "obj_id", "observed_at", "origin",
                "original_file_filename", "owner_id", "type"],
            minimal.Select(p => p.Key).Order(StringComparer.Ordinal));
        await Finds($"instrument_ids={camera}&instrument_ids={spectrograph}&max_date=2020-02-01", "spectrum/range", old);
        await Finds("min_date=2020-02-01", "spectra/range", young);

        Task FindsInList(string query, params int[] ids) => Finds(query, "spectra", ids);

        async Task Finds(string query, string path, params int[] ids)
        {
            var found = (await owner.GetAsync($"/api/{path}?{query}")).Ok().Data!.AsArray().Select(s => (int)s!["id"]!);
            Assert.Equal(ids, found);
        }
    }

    [Theory]
    [InlineData("instrumentIDs=free text", "Could not parse all elements to integers")]
    [InlineData("instrumentIDs=999999", "Not all Instrument IDs", "999999")]
    [InlineData("groupIDs=999999", "Not all Group IDs", "999999")]
    [InlineData("followupRequestIDs=1", "Not all FollowupRequest IDs")]
    [InlineData("assignmentIDs=1", "Not all ClassicalAssignment IDs")]
    [InlineData("type=rainbow", "rainbow", "not in list of allowed spectrum types")]
    [InlineData("observedBefore=yesterday", "observedBefore must be a date")]
    [InlineData("commentsFilterAfter=yesterday", "commentsFilterAfter must be a date")]
    public async Task Bad_searches_are_refused(string query, params string[] words) =>
        (await server.Admin.GetAsync($"/api/spectra?{query}")).Refused(400, words);

    [Theory]
    [InlineData("wavelengths", "[664, 665]", "wavelengths and fluxes", "2 and 3")]
    [InlineData("errors", "[1]", "errors and fluxes", "1 and 3")]
    [InlineData("wavelengths", "[]", "0 and 3")]
    [InlineData("wavelengths", "[0, 1, 2]", "wavelengths[0]", "above 0")]
    [InlineData("errors", "[1, -1, 1]", "errors[1]", "-1")]
    [InlineData("fluxes", "[1, \"NaN\", 1]", "fluxes must be a finite number", "NaN")]
    [InlineData("fluxes", "[1, 1e999, 1]", "fluxes")]
    [InlineData("fluxes", "[1, null, 1]", "fluxes", "null")]
    [InlineData("fluxes", "[1, NaN, 1]", "JSON parse error")]
    [InlineData("type", "\"bogus\"", "type", "Must be one of: source, host, host_center")]
    [InlineData("units", "\"mJy\"", "units", "mJy")]
    [InlineData("observed_at", "\"bad\"", "observed_at", "bad")]
    [InlineData("observed_at", "\"\"", "observed_at is required")]
    [InlineData("instrument_id", "999999", "Cannot find instrument with ID: 999999")]
    [InlineData("obj_id", "\"nosuch\"", "Cannot find source", "nosuch")]
    [InlineData("group_ids", "[999999]", "999999")]
    [InlineData("reduced_by", "[999999]", "reduced_by", "999999")]
    [InlineData("external_observer", "\"A. Student\"", "observed_by")]
    [InlineData("followup_request_id", "1", "Cannot find FollowupRequest with ID: 1")]
    [InlineData("colour", "1", "colour", "Unknown field")]
    [InlineData("fluxes", "null", "Field may not be null")]
    public async Task Bad_spectra_are_refused_and_nothing_is_written(string field, string value, params string[] words)
    {
        var (source, instrument) = (await server.AddSourceAsync(), await server.AddInstrumentAsync());
        var fields = new Dictionary<string, string>
        {
            ["obj_id"] = $"\"{source}\"", ["instrument_id"] = $"{instrument}", ["observed_at"] = "\"2020-01-10\"",
            ["wavelengths"] = "[664, 665, 666]", ["fluxes"] = "[1, 2, 3]",
            [field] = value,
        };
        (await server.Admin.PostAsync("/api/spectra", $"{{{string.Join(", ", fields.Select(f => $"\"{f.Key}\": {f.Value}"))}}}"))
            .Refused(400, words);
        Assert.Empty((await server.Admin.GetAsync($"/api/sources/{source}/spectra")).Ok().Data!["spectra"]!.AsArray());
    }

    [Fact]
    public async Task A_text_file_is_read_by_its_columns()
    {
        var (source, instrument) = (await server.AddSourceAsync(), await server.AddInstrumentAsync());
        const string text = "# OBJECT: SN2026abc\n# EXPTIME: 300\n# GRISM   = '400/3400'  / Blue grism\n# RUN: 017\n# NIGHT: "
            + "089\n# FRAME   =                  017\n4029.20 9.99 0.1\n4038.40\t9.98  0.2\n";
        var parsed = (await server.Admin.PostAsync("/api/spectrum/parse/ascii", new { ascii = text, fluxerr_column = 2 }))
            .Ok().Data!;
        Assert.Equal([4029.2, 4038.4], Numbers(parsed["wavelengths"]!));
        Assert.Equal([0.1, 0.2], Numbers(parsed["errors"]!));
        Assert.Equal(("SN2026abc", 300), ((string)parsed["altdata"]!["OBJECT"]!, (int)parsed["altdata"]!["EXPTIME"]!));
        Assert.Equal(("400/3400", "Blue grism"), ((string)parsed["altdata"]!["GRISM"]!["value"]!,
            (string)parsed["altdata"]!["GRISM"]!["comment"]!));
        // YAML 1.1: 017 is octal, 089 no number. FITS 4.0, section 4.2.3: 017 is 17.
        Assert.Equal((15, "089", 17), ((int)parsed["altdata"]!["RUN"]!, (string)parsed["altdata"]!["NIGHT"]!,
            (int)parsed["altdata"]!["FRAME"]!));

        var file = new
        {
            ascii = text, obj_id = source, instrument_id = instrument, observed_at = "2020-01-10",
            filename = "a.ascii"
        };
        var id = (int)(await server.Admin.PostAsync("/api/spectra/ascii", file)).Ok().Data!["id"]!;
        var stored = (await server.Admin.GetAsync($"/api/spectra/{id}")).Ok().Data!;
        Assert.Equal([9.99, 9.98], Numbers(stored["fluxes"]!));
        Assert.Equal(("a.ascii", text), ((string)stored["original_file_filename"]!, (string)stored["original_file_string"]!));
        Assert.Null(stored["errors"]);

        foreach (var (bad, words) in new[] { ("garbage here", "'garbage'"), ("1 2\n3", "line 2"), ("1 2\n3 4 5", "line 2 has 3 "
            + "columns"), ("1 é", "ASCII"), ("# X: 1", "no line"), ("1 nan", "nan") })
            (await server.Admin.PostAsync("/api/spectra/ascii", file with { ascii = bad })).Refused(400, words);
        (await server.Admin.PostAsync("/api/spectra/parse/ascii", new { ascii = text, flux_column = -1 }))
            .Refused(400, "flux_column", "-1");
    }

    [Fact]
    public async Task A_whole_number_is_answered_as_a_float() =>
        Assert.Contains("\"wavelengths\":[4000.0,4500.5]",
            (await server.Admin.PostAsync("/api/spectra/parse/ascii", new { ascii = "4000 1\n4500.5 2" })).Ok().Text,
            StringComparison.Ordinal);

    [Fact]
    public async Task More_spectra_than_one_answer_holds_are_refused()
    {
        var (source, instrument) = (await server.AddSourceAsync(), await server.AddInstrumentAsync());
        var id = await PostAsync(server.Admin, Minimal(source, instrument, await server.AddGroupAsync(), "2020-01-01T00:00:00"));
        await using (var fill = server.Database.CreateCommand($"""
            INSERT INTO spectra (source_key, instrument_id, wavelengths, fluxes, observed_at, owner_id, audience_id)
            SELECT source_key, instrument_id, wavelengths, fluxes, observed_at + i * interval '1 day', owner_id, audience_id
            FROM spectra, generate_series(1, 1000) i WHERE id = {id}
            """))
            await fill.ExecuteNonQueryAsync();
        foreach (var path in new[] { $"/api/spectra?objID={source}", $"/api/sources/{source}/spectra",
            $"/api/spectra/range?instrument_ids={instrument}" })
            (await server.Admin.GetAsync(path)).Refused(400, "More than 1000 spectra match", "observedBefore");
        Assert.Equal(1001, (await server.Admin.GetAsync($"/api/spectra?objID={source}&minimalPayload=true")).Ok()
            .Data!.AsArray().Count);
        Assert.Equal(1000, (await server.Admin.GetAsync($"/api/spectra?objID={source}&observedAfter=2020-01-02")).Ok()
            .Data!.AsArray().Count);
    }

    [Fact]
    public async Task Uploading_needs_the_right() =>
        (await (await server.AddUserAsync(acls: [])).PostAsync("/api/spectra", new { })).Refused(401);

    static object Minimal(string source, int instrument, int group, string observedAt = "2020-01-10T00:00:00",
        string type = "source",
        string? origin = null, string? label = null) => new
        {
            obj_id = source, instrument_id = instrument, observed_at = observedAt, wavelengths = new[] { 664, 665, 666 },
            fluxes = new[] { 1, 2, 3 }, group_ids = new[] { group }, type, origin, label,
        };

    static async Task<int> PostAsync(Caller owner, object spectrum, string name = "spectra") =>
        (int)(await owner.PostAsync($"/api/{name}", spectrum)).Ok().Data!["id"]!;

    static double[] Numbers(JsonNode array) => [.. array.AsArray().Select(v => (double)v!)];
}
