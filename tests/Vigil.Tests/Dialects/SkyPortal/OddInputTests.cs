using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Vigil.Tests.Infrastructure;

namespace Vigil.Tests.Dialects.SkyPortal;

/// <summary>What no client should send, to telescopes, instruments, spectra, comments, listings and candidates.</summary>
public class OddInputTests(TestServer server) : IClassFixture<TestServer>
{
    const string Hostile = "'); DROP TABLE spectra; --<script>alert(1)</script>\" & \\ é\u202e☄";

    // As JSON.
    static readonly string[] odd =
    [
        "null", "\"\"", "\"NaN\"", "\"Infinity\"", "1e999", "-1", "1e300", "99999999999", "true", "[]", "{}", "[null]",
        "[[1]]", "{\"a\": null}",
        "\"\\u0000\"", "\"<b>\"", $"\"{new string('x', 10_000)}\"", "[\"x\", 1, null]", "\"9999-99-99\"",
        "{\"ID\": 1, \"RA\": [1], \"Dec\": []}",
    ];

    public static TheoryData<string> Calls =>
        ["telescope", "instrument", "spectrum", "spectrum/ascii", "spectrum/parse/ascii", "sources/{source}/comments",
            "spectra/{spectrum}/comments",
            "listing", "candidates", "instrument/{instrument}/log"];

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task No_odd_value_of_any_field_breaks_a_call(string call)
    {
        var rows = await RowsAsync();
        foreach (var name in Good(call, rows).Select(f => f.Key).ToList())
            foreach (var value in odd)
            {
                var fields = Good(call, rows);
                var body = $"{{{string.Join(", ", fields.Select(f => $"\"{f.Key}\": {(f.Key == name ? value : f.Value!.ToJsonString())}"))}}}";
                var answer = await server.Admin.PostAsync($"/api/{rows.In(call)}", body);
                Assert.True(answer.Status is 200 or 400 or 403,
                    $"{name} = {value[..Math.Min(60, value.Length)]}: {answer.Status} {answer.Text}");
                Assert.True(answer.Status == 200 || answer.Message.Length > 0, $"{name} = {value}: no message");
            }
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task The_call_that_the_odd_values_are_tried_on_works(string call)
    {
        var rows = await RowsAsync();
        (await server.Admin.PostAsync($"/api/{rows.In(call)}", Good(call, rows))).Ok();
    }

    [Theory]
    [InlineData("telescope", "name")]
    [InlineData("telescope", "nickname")]
    [InlineData("telescope", "skycam_link")]
    [InlineData("instrument", "name")]
    [InlineData("instrument", "band")]
    [InlineData("instrument", "api_classname")]
    [InlineData("spectrum", "origin")]
    [InlineData("spectrum", "label")]
    [InlineData("spectrum", "units")]
    [InlineData("spectrum/ascii", "filename")]
    [InlineData("listing", "list_name")]
    [InlineData("candidates", "id")]
    [InlineData("candidates", "origin")]
    public async Task A_name_of_10000_characters_is_refused(string call, string field)
    {
        var rows = await RowsAsync();
        var body = Good(call, rows);
        body[field] = new string('x', 10_000);
        (await server.Admin.PostAsync($"/api/{call}", body)).Refused(400, $"{field} is too long: 10000 characters");
    }

    [Fact]
    public async Task Hostile_text_is_kept_as_text()
    {
        var rows = await RowsAsync();
        var mark = Guid.NewGuid().ToString("N")[..8];
        var telescope = await IdAsync("telescope", Good("telescope", rows).With("name", Hostile + mark)
            .With("nickname", Hostile));
        var read = (await server.Admin.GetAsync($"/api/telescope/{telescope}")).Ok().Data!;
        Assert.Equal((Hostile + mark, Hostile), ((string)read["name"]!, (string)read["nickname"]!));
        Assert.Single((await server.Admin.GetAsync($"/api/telescope?name={Uri.EscapeDataString(Hostile + mark)}"))
            .Ok().Data!.AsArray());

        var instrument = await IdAsync("instrument", Good("instrument", rows).With("name", Hostile + mark).With("band", Hostile));
        read = (await server.Admin.GetAsync($"/api/instrument/{instrument}")).Ok().Data!;
        Assert.Equal((Hostile + mark, Hostile), ((string)read["name"]!, (string)read["band"]!));

        var spectrum = await IdAsync("spectrum", Good("spectrum", rows).With("label", Hostile).With("origin", Hostile)
            .With("altdata", new JsonObject { [Hostile] = Hostile }));
        read = (await server.Admin.GetAsync($"/api/spectra/{spectrum}")).Ok().Data!;
        Assert.Equal(
            (Hostile, Hostile, Hostile), ((string)read["label"]!, (string)read["origin"]!, (string)read["altdata"]![Hostile]!));
        // Signs that LIKE knows stand for themselves.
        foreach (var label in new[] { "%", "' OR '1'='1" })
            Assert.Empty((await server.Admin.GetAsync($"/api/spectra?objID={rows.Source}&label={Uri.EscapeDataString(label)}"))
                .Ok().Data!.AsArray());

        foreach (var path in new[] { $"sources/{rows.Source}/comments", $"spectra/{spectrum}/comments" })
        {
            var id = (int)(await server.Admin.PostAsync($"/api/{path}", new { text = Hostile })).Ok().Data!["comment_id"]!;
            Assert.Equal(Hostile, (string)(await server.Admin.GetAsync($"/api/{path}/{id}")).Ok().Data!["text"]!);
        }

        (await server.Admin.PostAsync("/api/listing", Good("listing", rows).With("list_name", "x" + Hostile))).Ok();
        var listed = (await server.Admin.GetAsync($"/api/listing?listName={Uri.EscapeDataString("x" + Hostile)}")).Ok().Data![0]!;
        Assert.Equal("x" + Hostile, (string)listed["list_name"]!);
    }

    [Theory]
    [InlineData("GET", "telescope/{none}", 400)]
    [InlineData("PUT", "telescope/{none}", 400)]
    [InlineData("DELETE", "telescope/{none}", 400)]
    [InlineData("GET", "instrument/{none}", 400)]
    [InlineData("PUT", "instrument/{none}", 400)]
    [InlineData("DELETE", "instrument/{none}", 400)]
    [InlineData("DELETE", "instrument/{none}/fields", 400)]
    [InlineData("GET", "instrument/{none}/log", 400)]
    [InlineData("POST", "instrument/{none}/log", 400)]
    [InlineData("GET", "spectra/{none}", 403)]
    [InlineData("PUT", "spectra/{none}", 403)]
    [InlineData("DELETE", "spectra/{none}", 403)]
    [InlineData("GET", "sources/nosuch/spectra", 400)]
    [InlineData("GET", "sources/{source}/comments/{none}", 403)]
    [InlineData("GET", "sources/{source}/comments/{none}/attachment", 403)]
    [InlineData("PUT", "sources/{source}/comments/{none}", 403)]
    [InlineData("DELETE", "sources/{source}/comments/{none}", 403)]
    [InlineData("GET", "spectra/{spectrum}/comments/{none}/attachment", 403)]
    [InlineData("PATCH", "listing/{none}", 400)]
    [InlineData("DELETE", "listing/{none}", 400)]
    [InlineData("GET", "candidates/nosuch", 400)]
    [InlineData("DELETE", "candidates/{source}/{none}", 400)]
    public async Task An_id_that_is_not_there_is_told(string method, string path, int status)
    {
        var rows = await RowsAsync();
        foreach (var none in new[] { "0", "2147483647" })
            (await SendAsync(none)).Refused(status);
        // Numbers that no id can be match no path.
        if (path.Contains("{none}", StringComparison.Ordinal))
            foreach (var none in new[] { "-1", "1.5", "99999999999", "1e9", "%27" })
                Assert.InRange((await SendAsync(none)).Status, 400, 405);

        Task<Answer> SendAsync(string none) => server.Admin.SendAsync(
            method, $"/api/{rows.In(path).Replace("{none}", none, StringComparison.Ordinal)}", method is "GET" ? null : new { });
    }

    [Fact]
    public async Task A_stranger_reaches_no_private_row_by_its_id()
    {
        var group = await server.AddGroupAsync();
        var (owner, stranger) = (await server.AddUserAsync(groups: [group]), await server.AddUserAsync());
        var source = await server.AddSourceAsync();
        var spectrum = (int)(await owner.PostAsync("/api/spectra", new
        {
            obj_id = source, instrument_id = await server.AddInstrumentAsync(), observed_at = "2026-01-01",
            wavelengths = new[] { 4000 }, fluxes = new[] { 1 },
        })).Ok().Data!["id"]!;
        var file = new { name = "secret.txt", body = "c2VjcmV0" };
        var comment = (int)(await owner.PostAsync($"/api/sources/{source}/comments", new
        {
            text = "secret", attachment = file, group_ids = new[] { group },
        })).Ok().Data!["comment_id"]!;
        var remark = (int)(await owner.PostAsync($"/api/spectra/{spectrum}/comments", new { text = "secret", attachment = file }))
            .Ok().Data!["comment_id"]!;
        var listing = (int)(await owner.PostAsync("/api/listing", new { obj_id = source, list_name = "secret" }))
            .Ok().Data!["id"]!;
        foreach (var (path, id) in new[]
        {
            ($"sources/{source}/comments/#", comment), ($"sources/{source}/comments/#/attachment", comment),
            ($"spectra/{spectrum}/comments/#", remark), ($"spectra/{spectrum}/comments/#/attachment", remark),
            ($"spectra/{spectrum}/comments/#/attachment.pdf", remark),
            ("spectra/#", spectrum), ("listing/#", listing),
        })
            foreach (var method in new[] { "GET", "PUT", "PATCH", "DELETE" })
            {
                var body = method is "PUT" or "PATCH" ? new { text = "mine" } : null;
                var hidden = await stranger.SendAsync(method,
                    $"/api/{path.Replace("#", $"{id}", StringComparison.Ordinal)}", body);
                var absent = await stranger.SendAsync(method,
                    $"/api/{path.Replace("#", "2147483647", StringComparison.Ordinal)}", body);
                Assert.Equal(
                    (absent.Status, absent.Text.Replace("2147483647", $"{id}", StringComparison.Ordinal)),
                    (hidden.Status, hidden.Text));
                Assert.DoesNotContain("secret", hidden.Text, StringComparison.Ordinal);
            }
        foreach (var path in new[]
        {
            $"sources/{source}/comments", $"spectra/{spectrum}/comments", $"sources/{source}/spectra", "spectra", "spectra/range",
            "listing", "newsfeed",
        })
            Assert.DoesNotContain("secret", (await stranger.GetAsync($"/api/{path}")).Ok().Text, StringComparison.Ordinal);
        Assert.Empty((await stranger.GetAsync($"/api/listing/{owner.UserId}")).Ok().Data!.AsArray());
        (await stranger.DeleteAsync("/api/listing", new { obj_id = source, list_name = "secret", user_id = owner.UserId }))
            .Refused(400, "Cannot delete Listing.");
        (await stranger.PostAsync("/api/listing", new { obj_id = source, list_name = "x", user_id = owner.UserId }))
            .Refused(400, "Only admins");
        // All is still there for the owner.
        Assert.Equal("secret", (await owner.GetAsync($"/api/spectra/{spectrum}/comments/{remark}/attachment")).Ok().Text);
        Assert.Equal("secret", (string)(await owner.GetAsync($"/api/sources/{source}/comments/{comment}")).Ok().Data!["text"]!);
        Assert.Single((await owner.GetAsync("/api/listing?listName=secret")).Ok().Data!.AsArray());
    }

    [Fact]
    public async Task An_archive_is_a_file_like_any_other()
    {
        var source = await server.AddSourceAsync();
        // The head of a ZIP that claims 4 GB in a few bytes: nobody unpacks it here.
        byte[] zip =
        [
            0x50, 0x4b, 0x03, 0x04, 0x2d, 0, 0, 0, 8, 0, 0, 0, 0, 0, 1, 2, 3, 4, 0x20, 0, 0, 0, 0xff,
            0xff, 0xff, 0xff, 1, 0, 0, 0,
            0x61, 0xff, 0x00, 0x80,
        ];
        var id = (int)(await server.Admin.PostAsync($"/api/sources/{source}/comments", new
        {
            text = "archive", attachment = new
            {
                name = "a.zip", body = "data:application/zip;base64,"
                + Convert.ToBase64String(zip)
            },
        })).Ok().Data!["comment_id"]!;
        using var http = new HttpClient { BaseAddress = server.Url };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("token", server.Admin.Token);
        using var answer = await http.GetAsync(new Uri($"/api/sources/{source}/comments/{id}/attachment", UriKind.Relative));
        Assert.Equal(zip, await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal(("application/octet-stream", "attachment", "nosniff"), (answer.Content.Headers.ContentType!.MediaType,
            answer.Content.Headers.ContentDisposition!.DispositionType,
            answer.Headers.GetValues("X-Content-Type-Options").Single()));
    }

    /// <summary>What the calls refer to.</summary>
    sealed record Rows(string Source, int Telescope, int Instrument, int Spectrum, int Filter)
    {
        public string In(string path) => path.Replace("{source}", Source, StringComparison.Ordinal)
            .Replace("{instrument}", $"{Instrument}", StringComparison.Ordinal)
            .Replace("{spectrum}", $"{Spectrum}", StringComparison.Ordinal);
    }

    Rows? rows;

    async Task<Rows> RowsAsync()
    {
        if (rows is not null)
            return rows;
        var (source, instrument) = (await server.AddSourceAsync(), await server.AddInstrumentAsync());
        var telescope = (int)(await server.Admin.GetAsync($"/api/instrument/{instrument}")).Ok().Data!["telescope_id"]!;
        var group = await server.AddGroupAsync();
        var stream = (int)(await server.Admin.PostAsync("/api/streams", new { name = Guid.NewGuid().ToString() }))
            .Ok().Data!["id"]!;
        (await server.Admin.PostAsync($"/api/groups/{group}/streams", new { stream_id = stream })).Ok();
        var filter = (int)(await server.Admin.PostAsync("/api/filters", new { name = "f", stream_id = stream, group_id = group }))
            .Ok().Data!["id"]!;
        rows = new Rows(source, telescope, instrument, 0, filter);
        return rows = rows with { Spectrum = await IdAsync("spectrum", Good("spectrum", rows)) };
    }

    async Task<int> IdAsync(string call, JsonObject body) => (int)(await server.Admin.PostAsync($"/api/{call}", body))
        .Ok().Data!["id"]!;

    /// <summary>A body that a call takes, with every field that it knows.</summary>
    static JsonObject Good(string call, Rows rows) => JsonNode.Parse(call switch
    {
        "telescope" => $$"""
            {"name": "{{Guid.NewGuid()}}", "nickname": "t", "lat": 1, "lon": 2, "elevation": 3, "diameter": 4, "robotic": true, "fixed_location": true,
             "skycam_link": "https://example.org/a.jpg", "weather_link": "/weather"}
            """,
        "instrument" => $$$"""
            {"name": "{{{Guid.NewGuid()}}}", "type": "imager", "telescope_id": {{{rows.Telescope}}}, "band": "V", "filters": ["ztfg"],
             "sensitivity_data": {"ztfg": {"limiting_magnitude": 20}}, "configuration_data": {"filt_change_time": 1}, "api_classname": "A",
             "api_classname_obsplan": "B", "listener_classname": "C", "treasuremap_id": 1, "tns_id": 2, "field_fov_type": "circle",
             "field_fov_attributes": [1], "field_data": {"ID": [1], "RA": [10], "Dec": [20]},
             "references": {"field": [1], "filter": ["ztfg"], "limmag": [20]}}
            """,
        "spectrum" => $$$"""
            {"obj_id": "{{{rows.Source}}}", "instrument_id": {{{rows.Instrument}}}, "observed_at": "2026-01-01T00:00:00", "wavelengths": [4000, 5000],
             "fluxes": [1, 2], "errors": [0.1, 0.2], "units": "Jy", "type": "source", "label": "l", "origin": "o", "group_ids": [], "altdata": {"a": 1},
             "reduced_by": [1], "observed_by": [1], "external_reducer": "x", "external_observer": "y"}
            """,
        "spectrum/ascii" => $$"""
            {"obj_id": "{{rows.Source}}", "instrument_id": {{rows.Instrument}}, "observed_at": "2026-01-01", "ascii": "# A: 1\n4000 1 2\n5000 2 3",
             "filename": "a.txt", "wave_column": 0, "flux_column": 1, "fluxerr_column": 2, "type": "host", "label": "l"}
            """,
        "spectrum/parse/ascii" => """{"ascii": "4000 1 2\n5000 2 3", "wave_column": 0, "flux_column": 1, "fluxerr_column": 2}""",
        "listing" => $$$"""
            {"obj_id": "{{{rows.Source}}}", "list_name": "l{{{Guid.NewGuid():N}}}", "user_id": 1, "params": {"arcsec": 1, "cadence": 2}}
            """,
        "candidates" => $$$"""
            {"id": "{{{Guid.NewGuid():N}}}", "ra": 1, "dec": 2, "filter_ids": [{{{rows.Filter}}}], "passed_at": "2026-01-01T00:00:00",
             "passing_alert_id": 5, "redshift": 0.1, "alias": ["a"], "altdata": {"a": 1}, "origin": "o", "score": 0.5, "transient": true}
            """,
        "instrument/{instrument}/log" => """{"start_date": "2026-01-01", "end_date": "2026-01-02", "logs": {"a": 1}}""",
        _ => """{"text": "t", "group_ids": [], "attachment": {"name": "a.txt", "body": "eA=="}}""",
    })!.AsObject();
}

static class JsonObjects
{
    /// <summary>The object with a field set.</summary>
    public static JsonObject With(this JsonObject json, string name, JsonNode value)
    {
        json[name] = value;
        return json;
    }
}
