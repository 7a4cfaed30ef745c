using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Vigil.Dialects;
using Vigil.Tests.Infrastructure;

namespace Vigil.Tests.Dialects;

/// <summary>
/// What nobody should send, sent by an administrator to every endpoint there is, in every parameter that it declares: whatever
/// it answers, the server does not fail, and answers in time.
/// </summary>
public partial class HostileInputTests(TestServer server) : IClassFixture<TestServer>
{
    // As in a query or a path; ids that are there are avoided, since much would be deleted.
    static readonly string[] texts =
    [
        "", "-1", "1e9", "-99999999999999999999", "NaN", "'; DROP TABLE users; --", "%00", "%ED%A0%80",
        "1,2,x", "2026-13-45T99:00:00",
        new('x', 10_000),
    ];

    // As a value in JSON.
    static readonly string[] values =
    [
        "null", "-1", "1e400", "99999999999999999999", "\"NaN\"", "\"'; DROP TABLE users; --\"", "\"\\ud800\"",
        "\"\\u0000\"", "\"\"", "[]",
        "[null]", "[\"\\u0000\"]", "[\"\\udfff\"]", "{}", "{\"\\ud800\": 1}", "{\"a\": \"\\u0000\"}", "[1, \"x\"]",
        $"\"{new string('x', 10_000)}\"",
    ];

    public static TheoryData<string> Dialects => ["SkyPortal", "BHTOM"];

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task Nothing_in_an_address_makes_it_fail(string dialect)
    {
        var failed = new List<string>();
        foreach (var (method, path, route) in Served(dialect))
        {
            var parameters = route.Metadata.OfType<Declared>().Where(d => d.InQuery)
                .SelectMany(d => d.Parameters).Select(p => p.Name);
            var calls = texts.SelectMany(text => parameters.Select(p => $"{Filled(path, "999999")}?{p}={Escaped(text)}")
                .Concat(InPath().IsMatch(path) && text.Length > 0 ? [Filled(path, Escaped(text))] : []));
            foreach (var call in calls.Distinct())
                await TryAsync(method, call, method is "GET" or "HEAD" ? null : "{}", failed);
        }
        Assert.Empty(failed);
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task Nothing_in_a_body_makes_it_fail(string dialect)
    {
        var failed = new List<string>();
        foreach (var (method, path, route) in Served(dialect).Where(s => s.Method is not ("GET" or "HEAD")))
        {
            var fields = route.Metadata.OfType<Declared>().Where(d => !d.InQuery).SelectMany(d => d.Parameters)
                .DistinctBy(p => p.Name).ToList();
            foreach (var field in fields)
                foreach (var value in values)
                {
                    // The other fields are given something plausible, so that this one is looked at.
                    var body = fields.Where(f => f.Required && f.Name != field.Name).Select(f => $"\"{f.Name}\": {Plausible(f)}")
                        .Append($"\"{field.Name}\": {value}");
                    await TryAsync(method, Filled(path, "999999"), $"{{{string.Join(", ", body)}}}", failed);
                }
        }
        Assert.Empty(failed);
    }

    [Theory]
    [InlineData("{\"name\": \"\\ud800\"}", "name", "surrogate")]
    [InlineData("{\"name\": \"a\\udc00b\"}", "name", "surrogate")]
    [InlineData("{\"name\": \"\\ud800\\u0041\"}", "name", "surrogate")]
    [InlineData("{\"name\": \"g\", \"description\": \"\\udbff\"}", "description", "surrogate")]
    [InlineData("{\"\\ud800\": 1}", "name of a field", "surrogate")]
    public async Task Half_a_character_is_refused(string body, params string[] words) =>
        (await server.Admin.PostAsync("/api/groups", body)).Refused(400, words);

    [Fact]
    public async Task Bytes_that_are_not_UTF8_are_refused()
    {
        using var content = new ByteArrayContent([.. "{\"name\": \""u8, 0xC3, 0x28, .. "\"}"u8]);
        content.Headers.ContentType = new("application/json");
        (await server.Admin.SendAsync("POST", "/api/groups", content)).Refused(400);
    }

    [Theory]
    [InlineData("\\ud83d\\udd2d \\\\ud800", "\U0001F52D \\ud800")]
    [InlineData("caf\\u00e9 \\\" \\\\", "café \" \\")]
    public async Task Whole_characters_are_kept_however_they_are_written(string json, string text)
    {
        var mark = Guid.NewGuid().ToString("N");
        var id = (await server.Admin.PostAsync("/api/groups", $"{{\"name\": \"{json} {mark}\"}}")).Ok().Data!["id"];
        Assert.Equal($"{text} {mark}", (await server.Admin.GetAsync($"/api/groups/{id}")).Ok().Data!["name"]!.GetValue<string>());
    }

    async Task TryAsync(string method, string path, string? body, List<string> failed)
    {
        var answer = await server.Admin.SendAsync(method, path, body);
        if (answer.Status >= 500)
            failed.Add($"{method} {Short(path)} {Short(body ?? "")}: {answer.Status} {Short(answer.Text)}");
    }

    IEnumerable<(string Method, string Path, RouteEndpoint Route)> Served(string dialect) => ApiReference.Served(
        server.Services.GetRequiredService<IReadOnlyList<Dialect>>().Single(d => d.Name == dialect),
        server.Services.GetRequiredService<EndpointDataSource>());

    static string Filled(string path, string value) => InPath().Replace(path, value.Replace("$", "$$", StringComparison.Ordinal));

    static string Escaped(string text) => text.StartsWith('%') ? text : Uri.EscapeDataString(text);

    // One username, so that most logins are refused before a password is tried, which takes long.
    static string Plausible(Parameter field) => field.Name == "username" ? "\"plausible\"" : Plausible(field.Type);

    static string Plausible(string type) => type switch
    {
        "integer" or "number" => "1",
        "boolean" => "true",
        "object" => "{}",
        "date" => "\"2026-01-01T00:00:00\"",
        _ when type.EndsWith("[]", StringComparison.Ordinal) => $"[{Plausible(type[..^2])}]",
        _ => JsonSerializer.Serialize($"plausible-{Guid.NewGuid():N}"),
    };

    static string Short(string text) => text.Length <= 150 ? text : text[..150] + "...";

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex InPath();
}
