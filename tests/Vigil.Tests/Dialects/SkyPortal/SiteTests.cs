using Vigil.Operation;
using Vigil.Tests.Infrastructure;

namespace Vigil.Tests.Dialects.SkyPortal;

public class SiteTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task Sysinfo_lists_the_commits_of_the_build_without_anybodys_address()
    {
        var answer = (await server.Stranger.GetAsync("/api/sysinfo")).Ok();
        var log = answer.Data!["gitlog"]!.AsArray();
        Assert.Equal(Build.Commits.Count, log.Count);
        Assert.InRange(log.Count, 0, 100);
        Assert.DoesNotContain('@', answer.Text);
        Assert.All(log, c => Assert.Matches("^[0-9a-f]{7,}$", c!["sha"]!.GetValue<string>()));
        Assert.All(log, c => Assert.NotEqual("", c!["description"]!.GetValue<string>()));
    }

    [Fact]
    public async Task The_version_names_the_API_and_the_build()
    {
        var version = (await server.Stranger.GetAsync("/api/sysinfo")).Ok().Json["version"]!.GetValue<string>();
        Assert.Matches(@"^0\.9\.dev0\+(git\d{8}\.[0-9a-f]+\.)?vigil\d+\.\d+\.\d+$", version);
        Assert.Equal(Build.Commits.Count > 0, version.Contains($"+git", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Enum_types_are_those_that_are_taken()
    {
        var types = (await server.Admin.GetAsync("/api/enum_types")).Ok().Data!;
        Assert.Contains("ztfg", types["ALLOWED_BANDPASSES"]!.AsArray().Select(b => b!.GetValue<string>()));
        Assert.Equal(["jla1", "ab", "vega", "bd17", "csp", "ab-b12"], types["ALLOWED_MAGSYSTEMS"]!.AsArray()
            .Select(b => b!.GetValue<string>()));
        Assert.Equal(["source", "host", "host_center"], types["ALLOWED_SPECTRUM_TYPES"]!.AsArray()
            .Select(b => b!.GetValue<string>()));
        foreach (var name in new[] { "THUMBNAIL_TYPES", "FOLLOWUP_PRIORITIES", "ALLOWED_API_CLASSNAMES", "ANALYSIS_TYPES",
            "ANALYSIS_INPUT_TYPES", "AUTHENTICATION_TYPES" })
            Assert.NotNull(types[name]);
    }

    [Fact]
    public async Task Config_tells_users_how_the_site_is_set_up()
    {
        var config = (await server.Admin.GetAsync("/api/config")).Ok().Data!;
        Assert.True(config["invitationsEnabled"]!.GetValue<bool>());
        Assert.Contains("H0=67.66", config["cosmology"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal("source", config["defaultSpectrumType"]!.GetValue<string>());
        (await server.Stranger.GetAsync("/api/config")).Refused(401);
    }

    [Fact]
    public async Task Statistics_count_every_row_for_administrators_alone()
    {
        var before = (await server.Admin.GetAsync("/api/db_stats")).Ok().Data!;
        await PrivateRows.AddAsync(server);
        var after = (await server.Admin.GetAsync("/api/db_stats")).Ok().Data!;
        foreach (var kind in new[] { "objs", "candidates", "sources", "source "
            + "views", "spectra", "comments", "groups", "users", "tokens", "filters", "telescopes", "instruments" })
            Assert.True(after[$"Number of {kind}"]!.GetValue<long>() > before[$"Number of {kind}"]!.GetValue<long>(), kind);
        (await (await server.AddUserAsync()).GetAsync("/api/db_stats")).Refused(401);
    }
}
