using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Vigil.Access;
using Vigil.Data;
using Vigil.Sources;
using Vigil.Tests.Infrastructure;

namespace Vigil.Tests.History;

public class HistoryTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task A_change_leaves_who_through_which_call_the_old_and_the_new_value()
    {
        var source = await AddSourceAsync();
        var editor = await server.AddUserAsync();
        var viewers = server.Services.GetRequiredService<ViewerStore>();
        await using (var db = new VigilDb(server.Database, (await viewers.ForUserAsync(editor.UserId, default))!,
            "PATCH /somewhere", viewers))
        {
            (await db.Sources.AsTracking().SingleAsync(s => s.Key == source.Key)).Redshift = 0.25;
            await db.SaveChangesAsync();
        }
        await using var mine = server.OpenDb();
        var record = await mine.History.SingleAsync(h => h.TableName == "sources" && h.RowKey == source.Id);
        Assert.Equal((editor.UserId, "PATCH /somewhere", "UPDATE"), (record.ActorId, record.Via, record.Action));
        Assert.Null(JsonNode.Parse(record.OldValues)!["redshift"]);
        Assert.Equal(0.25, JsonNode.Parse(record.NewValues!)!["redshift"]!.GetValue<double>());
        Assert.Null(JsonNode.Parse(record.OldValues)!["ra"]);
    }

    [Fact]
    public async Task A_write_that_fails_leaves_no_history()
    {
        var source = await AddSourceAsync();
        await using var db = server.OpenDb();
        (await db.Sources.AsTracking().SingleAsync(s => s.Key == source.Key)).Ra = 400;
        await Assert.ThrowsAsync<DbUpdateException>(() => db.SaveChangesAsync());
        Assert.False(await db.History.AnyAsync(h => h.RowKey == source.Id));
    }

    [Fact]
    public async Task A_write_without_an_actor_is_refused()
    {
        var source = await AddSourceAsync();
        await using var update = server.Database.CreateCommand("UPDATE sources SET redshift = 1 WHERE key = $1");
        update.Parameters.Add(new() { Value = source.Key });
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => update.ExecuteNonQueryAsync());
        Assert.Contains("needs an actor", refusal.MessageText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_that_changes_is_not_told()
    {
        var caller = await server.AddUserAsync(password: "old secret");
        await using var db = server.OpenDb();
        var user = await db.Users.AsTracking().SingleAsync(u => u.Id == caller.UserId);
        user.PasswordHash = Password.Hash("new secret");
        await db.SaveChangesAsync();
        var record = await db.History.OrderBy(h => h.Id).LastAsync(h => h.TableName == "users" && h.RowKey == $"{caller.UserId}");
        Assert.Equal("***", JsonNode.Parse(record.OldValues)!["password_hash"]!.GetValue<string>());
        Assert.DoesNotContain("pbkdf2", record.OldValues + record.NewValues, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("UPDATE history SET via = ''")]
    [InlineData("DELETE FROM history")]
    [InlineData("TRUNCATE history")]
    public async Task History_is_append_only(string sql)
    {
        await A_change_leaves_who_through_which_call_the_old_and_the_new_value();
        await using var command = server.Database.CreateCommand(sql);
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync());
        Assert.Contains("append-only", refusal.MessageText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_table_that_can_be_rewritten_is_watched_or_named_here()
    {
        // What nobody owns or nobody can change: caches, logs, and what the history itself is made of.
        string[] unwatched =
        [
            "audiences", "downloads", "history", "instrument_fields", "instrument_logs", "listings", "migrations", "phot_stats",
            "photometry_origins", "source_labels", "source_views", "target_list_members",
        ];
        await using var select = server.Database.CreateCommand("""
            SELECT table_name FROM information_schema.tables t WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
                AND NOT EXISTS (SELECT FROM information_schema.triggers g
                    WHERE g.event_object_table = t.table_name AND g.trigger_name = 'history')
            ORDER BY table_name
            """);
        var tables = new List<string>();
        await using var rows = await select.ExecuteReaderAsync();
        while (await rows.ReadAsync())
            tables.Add(rows.GetString(0));
        Assert.Equal(unwatched, tables);
    }

    async Task<Source> AddSourceAsync()
    {
        await using var db = server.OpenDb();
        var source = new Source { Id = $"history-{Guid.NewGuid():N}" };
        source.MoveTo(120, -30);
        db.Add(source);
        await db.SaveChangesAsync();
        return source;
    }
}
