using System.Text;
using Vigil.Tests.Infrastructure;

namespace Vigil.Tests.Dialects;

/// <summary>Bodies that no endpoint should have to think about.</summary>
public class BodyTests(TestServer server) : IClassFixture<TestServer>
{
    [Theory]
    [InlineData("{not json", "JSON parse error")]
    [InlineData("[1, 2]", "must be a JSON object")]
    [InlineData("\"text\"", "must be a JSON object")]
    [InlineData("{\"id\": \"a\", \"ra\": 1,", "JSON parse error")]
    [InlineData("{\"id\": \"a\",}", "JSON parse error")]
    [InlineData("{\"ra\": NaN}", "JSON parse error")]
    public async Task A_body_that_is_no_JSON_object_is_refused(string body, string words) =>
        (await server.Admin.PostAsync("/api/sources", body)).Refused(400, words);

    [Fact]
    public async Task Deep_nesting_is_refused()
    {
        var body = new StringBuilder().Insert(0, "{\"a\":", 10_000).Append('1').Append('}', 10_000).ToString();
        (await server.Admin.PostAsync("/api/sources", body)).Refused(400, "JSON parse error");
        (await server.Admin.SendAsync("POST", "/api/token-auth/", body)).Refused(400, "JSON parse error");
    }

    [Fact]
    public async Task A_body_beyond_the_limit_is_refused()
    {
        using var large = new ByteArrayContent(new byte[100_000_001]);
        large.Headers.ContentType = new("application/json");
        var refusal = await server.Admin.SendAsync("POST", "/api/sources", large);
        refusal.Refused(413, "too large");
    }

    [Fact]
    public async Task Trailing_commas_are_read_in_BHTOMs_dialect_alone()
    {
        (await server.Admin.PostAsync("/api/token-auth/", "{\"username\": \"admin\", \"password\": \"wrong\",}"))
            .Refused(400, "Unable to log in");
        (await server.Admin.PostAsync("/api/sources", "{\"id\": \"x\",}")).Refused(400, "JSON parse error");
    }
}
