using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Vigil.Dialects;
using Vigil.Dialects.Bhtom;
using Vigil.Dialects.SkyPortal;
using Vigil.Tests.Infrastructure;

namespace Vigil.Tests.Dialects;

/// <summary>
/// What the running server serves of each dialect's published endpoints. The numbers below only rise; the lists in
/// docs/dialects are generated: run the tests with VIGIL_WRITE_DOCS=1 to write them anew.
/// </summary>
public partial class CoverageTests(TestServer server) : IClassFixture<TestServer>
{
    const int SkyPortalServed = 117, BhtomServed = 16;

    [Fact]
    public void SkyPortal_coverage_only_rises() => Check(new SkyPortalDialect(), "skyportal", SkyPortalServed);

    [Fact]
    public void Bhtom_coverage_only_rises() => Check(new BhtomDialect(), "bhtom", BhtomServed);

    void Check(Dialect dialect, string list, int committed)
    {
        var served = ApiReference.Served(dialect, server.Services.GetRequiredService<EndpointDataSource>())
            .Select(s => $"{s.Method} {Normal(s.Path)}").ToHashSet();
        var published = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "data", "endpoints", $"{list}.txt"))
            .Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => line.Split(' ')).ToList();
        var rows = published.Select(words => (Call: $"{words[0]} {words[1]}", Spellings: words[1..], Method: words[0]))
            .Select(call => (call.Call, Served: call.Spellings.Any(path => served.Contains($"{call.Method} {Normal(path)}"))))
            .ToList();
        var count = rows.Count(r => r.Served);

        var file = Path.Combine(Repository.Root, "docs", "dialects", $"{list}.md");
        var text = Document(dialect, rows, count);
        if (Environment.GetEnvironmentVariable("VIGIL_WRITE_DOCS") is { Length: > 0 })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text);
        }
        Assert.True(count >= committed, $"{dialect.Name}: {count} endpoints are served, {committed} were before.");
        Assert.True(count == committed, $"{dialect.Name}: {count} endpoints are served now: raise the number in this test.");
        Assert.Equal(text, File.ReadAllText(file));
    }

    static string Document(Dialect dialect, List<(string Call, bool Served)> rows, int count)
    {
        var text = new StringBuilder($"""
            # {dialect.Name} dialect: what is served

            {count} of {rows.Count} published calls. Generated from the routes by the coverage test (VIGIL_WRITE_DOCS=1 ./vigil test);
            differences from the original are in `src/Vigil/Dialects/{(dialect is SkyPortalDialect ? "SkyPortal" : "Bhtom")}/README.md`.

            | call | served |
            | --- | --- |

            """);
        foreach (var (call, isServed) in rows)
            text.Append("| `").Append(call).Append("` | ").Append(isServed ? "yes" : "not yet").Append(" |\n");
        return text.ToString();
    }

    // The names of path parameters do not matter.
    static string Normal(string path) => ParameterName().Replace(path.TrimEnd('/'), "{}");

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex ParameterName();
}
