
using System.Text.Json.Nodes;

namespace Vigil.Cli;

/// <summary>Sends the demo's data through the public API, as a script would. What is there already is left as it is.</summary>
sealed class DemoLoader : IDisposable
{
    readonly HttpClient http;

    public DemoLoader(string url, string token)
    {
        http = new HttpClient { BaseAddress = new Uri(url) };
        http.DefaultRequestHeaders.Authorization = new("token", token);
    }

    /// <returns>The ids of the instruments, by name.</returns>
    /// <exception cref="StartupError">The server refused something.</exception>
    public async Task<IReadOnlyDictionary<string, int>> LoadAsync(DemoData demo, Action step, CancellationToken ct)
    {
        var group = await FindOrAddAsync("groups", new JsonObject { ["name"] = demo.Group }, ct);
        var telescopes = new Dictionary<string, int>();
        foreach (var telescope in demo.Telescopes)
        {
            telescopes[telescope.GetProperty("nickname").GetString()!] = await FindOrAddAsync("telescope", JsonObject.Create(telescope)!, ct);
            step();
        }
        var instruments = new Dictionary<string, int>();
        foreach (var instrument in demo.Instruments)
        {
            var body = JsonObject.Create(instrument)!;
            body["telescope_id"] = telescopes[body["telescope"]!.GetValue<string>()];
            body.Remove("telescope");
            instruments[body["name"]!.GetValue<string>()] = await FindOrAddAsync("instrument", body, ct);
            step();
        }
        foreach (var source in demo.Sources)
        {
            var body = JsonObject.Create(source)!;
            body["group_ids"] = new JsonArray(group);
            if (await TryGetAsync($"/api/sources/{Uri.EscapeDataString(body["id"]!.GetValue<string>())}", ct) is null)
                await SendAsync(HttpMethod.Post, "/api/sources", body, ct);
            step();
        }
        foreach (var curve in demo.LightCurves)
        {
            foreach (var (instrument, body) in curve.Photometry())
            {
                body["instrument_id"] = instruments[instrument];
                body["group_ids"] = new JsonArray(group);
                // PUT stores what is new and leaves what is known.
                await SendAsync(HttpMethod.Put, "/api/photometry", body, ct);
            }
            step();
        }
        return instruments;
    }

    /// <summary>The id of the row of that name, which is made when it is not there.</summary>
    async Task<int> FindOrAddAsync(string kind, JsonObject body, CancellationToken ct)
    {
        var name = body["name"]!.GetValue<string>();
        var found = await TryGetAsync($"/api/{kind}?name={Uri.EscapeDataString(name)}", ct);
        if (found is JsonArray rows && rows.FirstOrDefault(r => r!["name"]!.GetValue<string>() == name) is { } row)
            return row["id"]!.GetValue<int>();
        return (await SendAsync(HttpMethod.Post, $"/api/{kind}", body, ct))!["id"]!.GetValue<int>();
    }

    /// <summary>The data of an answer, or null where there is nothing to be had.</summary>
    async Task<JsonNode?> TryGetAsync(string path, CancellationToken ct)
    {
        using var response = await http.GetAsync(path, ct);
        return response.IsSuccessStatusCode ? (await response.Content.ReadFromJsonAsync<JsonNode>(ct))!["data"] : null;
    }

    async Task<JsonNode?> SendAsync(HttpMethod method, string path, JsonObject body, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body) };
        using var response = await http.SendAsync(request, ct);
        var answer = await response.Content.ReadAsStringAsync(ct);
        return response.IsSuccessStatusCode ? JsonNode.Parse(answer)!["data"]
            : throw new StartupError($"The demo's data were refused: {method} {path} answered {(int)response.StatusCode}: {answer}");
    }

    public void Dispose() => http.Dispose();
}
