using Npgsql;
using Vigil.Tests.Infrastructure;
using Vigil.Web;

namespace Vigil.Tests.Web;

public class SourceChangesTests(TestServer server) : IClassFixture<TestServer>
{
    static CancellationToken Within(double seconds) => new CancellationTokenSource(TimeSpan.FromSeconds(seconds)).Token;

    SourceChanges Changes => server.Services.GetRequiredService<SourceChanges>();

    async Task<int> KeyAsync(string id)
    {
        (await server.Admin.PostAsync("/api/sources", new { id, ra = 10 + id.Length, dec = 2 })).Ok();
        await using var find = server.Database.CreateCommand("SELECT key FROM sources WHERE id = $1");
        find.Parameters.Add(new NpgsqlParameter<string> { TypedValue = id });
        return (int)(await find.ExecuteScalarAsync())!;
    }

    async Task ChangeAsync(string id, double redshift) =>
        (await server.Admin.PatchAsync($"/api/sources/{id}", new { redshift })).Ok();

    [Fact]
    public async Task A_change_is_heard_by_those_who_watch_that_source()
    {
        var (key, other) = (await KeyAsync("announced"), await KeyAsync("quiet"));
        using var watch = await Changes.OfAsync(key, Within(20));
        using var second = await Changes.OfAsync(key, Within(20));
        using var elsewhere = await Changes.OfAsync(other, Within(20));
        await ChangeAsync("announced", 0.1);
        Assert.True(await watch.WaitAsync(Within(20)));
        Assert.True(await second.WaitAsync(Within(20)));
        Assert.False(await elsewhere.WaitAsync(Within(0.3)));
    }

    [Fact]
    public async Task Whoever_comes_when_the_last_has_left_is_told_again()
    {
        var key = await KeyAsync("watched-again");
        for (var turn = 1; turn <= 3; turn++)
        {
            using var watch = await Changes.OfAsync(key, Within(20));
            await ChangeAsync("watched-again", turn / 10.0);
            Assert.True(await watch.WaitAsync(Within(20)));
        }
    }

    [Fact]
    public async Task A_lost_connection_makes_everybody_look()
    {
        var key = await KeyAsync("through-the-storm");
        using var watch = await Changes.OfAsync(key, Within(20));
        await using (var cut = server.Database.CreateCommand("""
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN vigil_source_%' AND datname = current_database()
            """))
            Assert.NotNull(await cut.ExecuteScalarAsync());
        Assert.True(await watch.WaitAsync(Within(20)));
        await ChangeAsync("through-the-storm", 0.2);
        Assert.True(await watch.WaitAsync(Within(20)));
    }
}
