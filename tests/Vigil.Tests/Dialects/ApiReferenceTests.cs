using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Vigil.Dialects;
using Vigil.Tests.Infrastructure;

namespace Vigil.Tests.Dialects;

public class ApiReferenceTests(TestServer server) : IClassFixture<TestServer>
{
    [Theory]
    [InlineData("skyportal", "/api/sysinfo", "get")]
    [InlineData("bhtom", "/api/token-auth", "post")]
    public async Task Each_dialect_has_an_OpenAPI_document_and_a_page(string name, string path, string method)
    {
        var document = (await server.Stranger.GetAsync($"/docs/{name}/openapi.json")).Ok().Json;
        Assert.Equal("3.1.0", document["openapi"]!.GetValue<string>());
        Assert.NotEqual("", document["paths"]![path]![method]!["summary"]!.GetValue<string>());
        Assert.Contains(path, (await server.Stranger.GetAsync($"/docs/{name}")).Ok().Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_endpoint_says_what_it_does()
    {
        var routes = server.Services.GetRequiredService<EndpointDataSource>();
        var silent = server.Services.GetRequiredService<IReadOnlyList<Dialect>>()
            .SelectMany(dialect => ApiReference.Served(dialect, routes))
            .Where(s => string.IsNullOrWhiteSpace(s.Route.Metadata.GetMetadata<IEndpointSummaryMetadata>()?.Summary))
            .Select(s => $"{s.Method} {s.Path}");
        Assert.Empty(silent);
    }
}
