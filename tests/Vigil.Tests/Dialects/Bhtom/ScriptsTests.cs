using System.Text.Json.Nodes;
using Vigil.Tests.Infrastructure;

namespace Vigil.Tests.Dialects.Bhtom;

/// <summary>The requests of BHTOM's own scripts and documents, as they send them.</summary>
public class ScriptsTests(TestServer server) : IClassFixture<TestServer>
{
    /// <summary>
    /// Sends what the scripts send along: a token under its scheme's name, and a CSRF token that means nothing.
    /// </summary>
    async Task<(int Status, string Text, HttpResponseMessage Response)> SendAsync(
        string method, string path, string? body, string? token, params (string Name, string Value)[] headers)
    {
        using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = server.Url };
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Add("accept", "application/json");
        request.Headers.Add("X-CSRFToken", "uUz2fRnXhPuvD9YuuiDW9cD1LsajeaQnE4hwtEAfR00SgV9bD5HCe5i8n4m4KcOr");
        if (token is not null)
            request.Headers.TryAddWithoutValidation("Authorization", $"Token {token}");
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);
        request.Content = body is null ? null : new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        var response = await http.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(), response);
    }

    async Task<string> LogInAsync(string name)
    {
        await server.AddUserAsync(name, password: "a long password");
        var (status, text, _) = await SendAsync("POST", "/api/token-auth/", $$"""{"username": "{{name}}", "password": "a long password"}""", null);
        Assert.Equal(200, status);
        var token = JsonNode.Parse(text)!["token"]!.GetValue<string>();
        Assert.Matches("^[0-9a-f]{40}$", token);
        return token;
    }

    [Fact]
    public async Task Get_token_create_update_and_download()
    {
        var token = await LogInAsync("observer");
        var (status, text, _) = await SendAsync("POST", "/targets/createTarget/", """
            {"name": "scripted", "ra": 123.456, "dec": -45.678, "epoch": 2000.0, "classification": "Star", "discovery_date": "2023-01-01T0:00:01Z", "importance": 9.97, "cadence": 1.0}
            """, token);
        Assert.Equal(201, status);
        Assert.Equal("2023-01-01T00:00:01Z", JsonNode.Parse(text)!["discovery_date"]!.GetValue<string>());

        (status, text, _) = await SendAsync("PATCH", "/targets/updateTarget/scripted/",
            """{"ra": null, "dec": null, "epoch": null, "classification": null, "discovery_date": null, "importance": 3.0, "cadence": null}""", token);
        Assert.Equal((201, """{"Status":"updated"}"""), (status, text));

        foreach (var (path, header, file) in new[]
            {
                ("download-photometry", "MJD;Magnitude;Error;Facility;Filter;Observer", "photometry"),
                ("download-radio", "MJD;mJy;Error;Facility;Filter;Observer", "radio"),
                ("download-high-energy", "MJD;COUNTS;COUNTS_Error;FLUX;FLUX_Error;Facility;Band;Observer", "highenergy"),
            })
        {
            // The documents' example, trailing comma and all.
            (status, text, var response) = await SendAsync("POST", $"/targets/{path}/", """{"name": "scripted",}""", token);
            Assert.Equal((200, header + "\n"), (status, text));
            Assert.Equal("text/csv", response.Content.Headers.ContentType!.MediaType);
            Assert.Equal($"target_scripted_{file}.csv", response.Content.Headers.ContentDisposition!.FileName!.Trim('"'));
        }
        (status, text, _) = await SendAsync("POST", "/targets/download-photometry/", "{}", token);
        Assert.Equal(400, status);
        Assert.StartsWith("""{"Error":"Something went wrong""", text, StringComparison.Ordinal);
        (status, text, _) = await SendAsync("POST", "/targets/download-radio/", """{"name": "nosuch"}""", token);
        Assert.Equal((404, """{"Error":"Target \"nosuch\" not found"}"""), (status, text));
    }

    [Fact]
    public async Task A_login_without_quotes_is_refused_as_broken_JSON()
    {
        // get_token.sh as shipped.
        var (status, text, _) = await SendAsync("POST", "/api/token-auth/", "{username: observer, password: secret}", null);
        Assert.Equal(400, status);
        Assert.StartsWith("""{"detail":"JSON parse error - """, text, StringComparison.Ordinal);
        foreach (var (body, answer) in new[]
            {
                ("{}", """{"username":["This field is required."]}"""), ("""{"username": "observer"}""", """{"password":["This field is required."]}"""),
                ("""{"username": "nobody", "password": "x"}""", """{"non_field_errors":["Unable to log in with provided credentials."]}"""),
            })
        {
            (status, text, _) = await SendAsync("POST", "/api/token-auth/", body, null);
            Assert.Equal((400, answer), (status, text));
        }
    }

    [Fact]
    public async Task A_form_that_is_called_JSON_is_read_as_a_form()
    {
        // kkotysz/bhtom2-scripts asks for a second page so, and for the first with an empty body.
        (await server.Admin.PostAsync("/targets/createTarget/", new { name = "form called json", ra = 33.25, dec = 7 })).Ok();
        var (status, text, _) = await SendAsync("POST", "/targets/getTargetList/",
            "name=form+called%20json&page=2", server.Admin.Token);
        Assert.Equal(200, status);
        Assert.Equal("form called json", Assert.Single(JsonNode.Parse(text)!["data"]!.AsArray())!["name"]!.GetValue<string>());
        (status, text, _) = await SendAsync("POST", "/targets/getTargetList/",
            $"name={new string('x', 5_000_000)}", server.Admin.Token);
        Assert.Equal(400, status);
        (status, text, _) = await SendAsync("POST", "/targets/getTargetList/", "no form = no JSON", server.Admin.Token);
        Assert.Equal(200, status); // a form with a field that nobody knows
    }

    [Fact]
    public async Task The_documents_request_for_the_target_list_is_understood()
    {
        var token = await LogInAsync("lister");
        await SendAsync("POST", "/targets/createTarget/", """{"name": "TA", "ra": 3.0, "dec": 2.0}""", token);
        var (status, text, _) = await SendAsync("POST", "/targets/getTargetList/", """
            {
              "name": "MyTarget", "raMin": 100.0, "raMax": 200.0, "decMin": -30.0, "decMax": 30.0, "importanceMin": 1, "importanceMax": 10,
              "classification": "Star", "targetGroup": "GroupA", "coneSearchTarget": "TA,0.4", "coneSearchRaDecRadius": "3.11,2.11,0.4",
              "priority": 5, "galacticLatMin": -10, "galacticLatMax": 10, "galacticLonMin": 100, "galacticLonMax": 200,
              "description": "Test target", "sunSeparationMin": 30, "sunSeparationMax": 90, "lastMagMin": 15, "lastMagMax": 20, "page": 1
            }
            """, token);
        Assert.Equal((200, """{"count":0,"num_pages":1,"current_page":1,"data":[]}"""), (status, text));
        // A planner's request, and one with an empty JSON body.
        (status, text, _) = await SendAsync("POST", "/targets/getTargetList/", """{"importanceMin": 2}""", token);
        Assert.Equal(200, status);
        (status, text, _) = await SendAsync("POST", "/targets/getTargetList/", "", token);
        Assert.Equal(200, status);
        Assert.Contains(JsonNode.Parse(text)!["data"]!.AsArray(), t => t!["name"]!.GetValue<string>() == "TA");
    }

    [Fact]
    public async Task Plots_are_plotly_figures_with_magnitudes_upside_down()
    {
        var camera = await server.AddInstrumentAsync("ztfg");
        (await server.Admin.PostAsync("/targets/createTarget/", new { name = "Target1", ra = 30, dec = 30 })).Ok();
        (await server.Admin.PostAsync("/targets/createTarget/", new { name = "Target2", ra = 31, dec = 30 })).Ok();
        (await server.Admin.PostAsync("/api/photometry", new
        {
            obj_id = "Target1", instrument_id = camera, mjd = new[] { 60000.5, 60001.5 }, filter = "ztfg",
            mag = new double?[] { 17.25, null },
            magerr = new double?[] { 0.02, null }, limiting_mag = new[] { 20.0, 19.0 }, magsys = "ab",
        })).Ok();
        var (status, text, _) = await SendAsync("POST", "/targets/get-plots/", """{"targetNames": ["Target1", "Target2"]}""", server.Admin.Token);
        Assert.Equal(200, status);
        var plots = JsonNode.Parse(text)!["Plots"]!;
        Assert.Equal("None", plots["Target2"]!.GetValue<string>());
        Assert.Equal("reversed", plots["Target1"]!["layout"]!["yaxis"]!["autorange"]!.GetValue<string>());
        var traces = plots["Target1"]!["data"]!.AsArray();
        Assert.Equal(["g(ZTF)", "g(ZTF) limit"], traces.Select(t => t!["name"]!.GetValue<string>()));
        Assert.Equal(("2023-02-25 12:00:00.000", 17.25, 0.02),
            (traces[0]!["x"]![0]!.GetValue<string>(), traces[0]!["y"]![0]!.GetValue<double>(),
            traces[0]!["error_y"]!["array"]![0]!.GetValue<double>()));
        Assert.Equal(19.0, traces[1]!["y"]![0]!.GetValue<double>());

        (status, text, _) = await SendAsync("POST", "/targets/get-plots/", """{"targetNames": ["Target1", "nosuch"]}""", server.Admin.Token);
        Assert.Equal((400, """{"Error ":"Target does not exist in the database : nosuch"}"""), (status, text));
        (status, text, _) = await SendAsync("POST", "/targets/get-plots/", "{}", server.Admin.Token);
        Assert.Equal(400, status);
    }

    [Theory]
    [InlineData("/targets/cleanTargetListCache/")]
    [InlineData("/targets/cleanTargetDetailsCache/")]
    [InlineData("/targets/cleanTargetDetailCache")]
    public async Task Caches_are_cleared_by_administrators(string path)
    {
        Assert.Equal((200, "\"OK\""), await StatusAsync(server.Admin.Token!));
        var user = await server.AddUserAsync();
        Assert.Equal((403, """{"detail":"Access denied. You must be an admin."}"""), await StatusAsync(user.Token!));

        async Task<(int, string)> StatusAsync(string token)
        {
            var (status, text, _) = await SendAsync("POST", path, null, token);
            return (status, text);
        }
    }

    [Theory]
    [InlineData("/targets/get-downloaded-target-list/")]
    [InlineData("/targets/getDownloadedTargetList/")]
    public async Task Administrators_see_who_downloaded_what(string path)
    {
        var name = $"wanted {path.Length}";
        var reader = await server.AddUserAsync();
        (await server.Admin.PostAsync("/targets/createTarget/", new { name, ra = 40, dec = path.Length })).Ok();
        await SendAsync("POST", "/targets/download-radio/", $$"""{"name": "{{name}}"}""", reader.Token, ("X-Forwarded-For", "2001:db8::7, 10.0.0.1"));
        var (status, text, _) = await SendAsync("POST", path, $$"""
            {"target": "WANTED {{path.Length}}", "user": "{{reader.Username}}", "created_from": "2023-01-01T00:00:00Z", "created_to": "2124-01-01T00:00:00Z", "download_type": "R", "page": 1}
            """, server.Admin.Token);
        Assert.Equal(200, status);
        var row = Assert.Single(JsonNode.Parse(text)!["data"]!.AsArray())!.AsObject();
        Assert.Equal(["id", "user", "user_name", "target", "target_name", "created", "modified", "download_type", "ip_address"],
            row.Select(p => p.Key));
        Assert.Equal((reader.Username, "Test User", name, "R", "2001:db8::7"),
            (row["user"]!.GetValue<string>(), row["user_name"]!.GetValue<string>(),
            row["target_name"]!.GetValue<string>(), row["download_type"]!.GetValue<string>(),
            row["ip_address"]!.GetValue<string>()));
        foreach (var other in new[] { """{"download_type": "P"}""", """{"target": "wanted%"}""", """{"created_to": "2023-01-01"}""", """{"user": "no such user"}""" })
        {
            (status, text, _) = await SendAsync("POST", path, other, server.Admin.Token);
            Assert.DoesNotContain(name, text, StringComparison.Ordinal);
        }
        (status, text, _) = await SendAsync("POST", path, "{}", reader.Token);
        Assert.Equal((404, "\"You have no permissions, Admin Only\""), (status, text));
    }

    [Theory]
    [InlineData("/common/api/users/me/")]
    [InlineData("/users/me/")]
    public async Task A_token_may_be_checked_and_shows_no_password(string path)
    {
        var user = await server.AddUserAsync(password: "a long password");
        var (status, text, _) = await SendAsync("GET", path, null, user.Token);
        Assert.Equal(200, status);
        Assert.Equal(user.Username, JsonNode.Parse(text)!["username"]!.GetValue<string>());
        Assert.DoesNotContain("password", text, StringComparison.OrdinalIgnoreCase);
        (status, text, var refused) = await SendAsync("GET", path, null, null);
        Assert.Equal((401, """{"detail":"Authentication credentials were not provided."}"""), (status, text));
        Assert.Equal("Token", refused.Headers.WwwAuthenticate.ToString());
    }

    [Fact]
    public async Task Every_answer_has_a_correlation_id_and_the_callers_own_comes_back()
    {
        const string id = "0123456789abcdef0123456789abcdef";
        foreach (var (path, token) in new[] { ("/users/me/", server.Admin.Token), ("/users/me/", null),
            ("/targets/nosuch/", server.Admin.Token) })
        {
            var (_, _, response) = await SendAsync("GET", path, null, token, ("Correlation-ID", id));
            Assert.Equal(id, Assert.Single(response.Headers.GetValues("Correlation-ID")));
            (_, _, response) = await SendAsync("GET", path, null, token);
            Assert.Matches("^[0-9a-f]{32}$", Assert.Single(response.Headers.GetValues("Correlation-ID")));
            (_, _, response) = await SendAsync("GET", path, null, token, ("Correlation-ID", new string('x', 65)));
            Assert.Matches("^[0-9a-f]{32}$", Assert.Single(response.Headers.GetValues("Correlation-ID")));
        }
    }
}
