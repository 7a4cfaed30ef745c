using Npgsql;
using Vigil.Tests.Infrastructure;

namespace Vigil.Tests.Operation;

public class OutageTests(TestServer server) : IClassFixture<TestServer>
{
    int closed;

    [Theory]
    [InlineData("/api/groups")]
    [InlineData("/targets/getTargetList/?name=nothing")]
    public async Task A_caller_whom_PostgreSQL_leaves_is_asked_to_come_again(string path)
    {
        (await server.Admin.GetAsync(path)).Ok();
        Answer answer;
        do // A request that comes late finds a new connection already.
        {
            await CloseAllConnectionsAsync();
            answer = await server.Admin.GetAsync(path);
        }
        while (answer.Status == 200 && closed < 100);

        answer.Refused(503, "The database does not answer just now. Try again in a few seconds.");
        Assert.Equal("5", answer.Headers["Retry-After"]);
        for (var i = 0; i < 100 && answer.Status == 503; i++)
            answer = await server.Admin.GetAsync(path);
        answer.Ok();
    }

    /// <summary>As PostgreSQL does when it stops or one of its processes crashes.</summary>
    async Task CloseAllConnectionsAsync()
    {
        await using var connection = new NpgsqlConnection(server.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        closed++;
        await using var others = new NpgsqlCommand("""
            SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()
            """, connection);
        await others.ExecuteNonQueryAsync();
    }
}
