using Vigil.Tests.Infrastructure;

namespace Vigil.Tests.Dialects.SkyPortal;

public class SourceStatementTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task A_list_costs_the_same_statements_at_any_page_size()
    {
        await using (var fill = server.Database.CreateCommand("""
            INSERT INTO sources (id, ra, dec, healpix) SELECT 'many' || i, i % 360, 0, i FROM generate_series(1, 120) i;
            INSERT INTO saved_sources (source_key, group_id, saved_by_id) SELECT key, 1, 1 FROM sources;
            """))
            await fill.ExecuteNonQueryAsync();
        const string flags = "includePhotometryExists=true&includeSpectrumExists=true&includeLabellers=true";
        foreach (var size in (int[])[1, 10, 100])
        {
            Assert.Equal(2, await CountAsync($"/api/sources?numPerPage={size}", size));
            Assert.Equal(2, await CountAsync($"/api/sources?numPerPage={size}&{flags}", size));
            Assert.Equal(1, await CountAsync($"/api/sources?numPerPage={size}&removeNested=true", size));
        }
        Assert.Equal(1, await CountAsync("/api/sources/many1", null)); // One batch.
    }

    Task<int> CountAsync(string path, int? expected) => server.CountStatementsAsync(async () =>
    {
        var data = (await server.Admin.GetAsync(path)).Ok().Data!;
        if (expected is { } count)
            Assert.Equal(count, data["sources"]!.AsArray().Count);
    });
}
