using Vigil.Tests.Infrastructure;

namespace Vigil.Tests.Dialects;

public class SkyPortalEnvelopeTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task Sysinfo_answers_anybody()
    {
        var answer = (await server.Stranger.GetAsync("/api/sysinfo")).Ok();
        Assert.Equal("success", answer.Json["status"]!.GetValue<string>());
        Assert.NotNull(answer.Json["version"]);
    }

    [Theory]
    [InlineData("GET", "/api/acls", 401)]
    [InlineData("GET", "/api/no_such_endpoint", 401)]
    public async Task Strangers_are_refused(string method, string path, int status) =>
        (await server.Stranger.SendAsync(method, path)).Refused(status, "error");

    [Fact]
    public async Task Unknown_paths_and_methods_are_told_apart()
    {
        (await server.Admin.GetAsync("/api/no_such_endpoint")).Refused(400, "Invalid API endpoint");
        (await server.Admin.PostAsync("/api/no_such_endpoint", new { })).Refused(405, "Method Not Allowed");
        (await server.Admin.PutAsync("/api/sysinfo", new { })).Refused(405, "Method Not Allowed");
    }

    [Theory]
    [InlineData("Bearer", 200)]
    [InlineData("Token", 200)]
    [InlineData("Basic", 401)]
    public async Task The_scheme_may_be_spelt_in_any_usual_way(string scheme, int status) =>
        Assert.Equal(status, (await server.Admin.SendAsync("GET", "/api/acls/", scheme: scheme)).Status);

    [Fact]
    public async Task A_made_up_token_is_refused() =>
        (await new Caller(server.Url, Guid.NewGuid().ToString()).GetAsync("/api/acls")).Refused(401);
}
