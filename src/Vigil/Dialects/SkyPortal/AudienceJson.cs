using System.Collections.Concurrent;
using System.Text.Json;
using Npgsql;
using Vigil.Access;

namespace Vigil.Dialects.SkyPortal;

/// <summary>The groups and the streams of an audience as JSON arrays.</summary>
sealed record AudienceText(byte[] Groups, byte[] Streams);

/// <summary>
/// What rows say of who may see them. There are far fewer audiences than rows, so each is written once and remembered until
/// something about access changes.
/// </summary>
sealed class AudienceJson(NpgsqlDataSource database, AudienceCatalog catalog, ViewerStore viewers)
{
    ConcurrentDictionary<int, AudienceText> texts = new();
    int asOf = -1;

    public ValueTask<AudienceText> OfAsync(int audienceId, CancellationToken ct)
    {
        if (asOf != viewers.Generation)
        {
            // In this order: what is loaded while somebody changes access must not outlive the change.
            asOf = viewers.Generation;
            texts = new();
        }
        return texts.TryGetValue(audienceId, out var text) ? ValueTask.FromResult(text) : LoadAsync(texts, audienceId, ct);
    }

    async ValueTask<AudienceText> LoadAsync(ConcurrentDictionary<int, AudienceText> into, int audienceId, CancellationToken ct)
    {
        var audience = catalog[audienceId];
        await using var batch = database.CreateBatch();
        Add("SELECT id, created_at, modified, name, nickname, description, private, single_user_group FROM groups WHERE id "
            + "= ANY ($1) ORDER BY id",
            audience.GroupIds);
        Add("SELECT id, created_at, modified, name, altdata FROM streams WHERE id = ANY ($1) ORDER BY id", audience.StreamIds);
        await using var rows = await batch.ExecuteReaderAsync(ct);
        var groups = new List<object>();
        while (await rows.ReadAsync(ct))
            groups.Add(new
            {
                id = rows.GetInt32(0),
                created_at = rows.GetFieldValue<DateTimeOffset>(1),
                modified = rows.GetFieldValue<DateTimeOffset>(2),
                name = rows.GetString(3),
                nickname = rows.IsDBNull(4) ? null : rows.GetString(4),
                description = rows.IsDBNull(5) ? null : rows.GetString(5),
                @private = rows.GetBoolean(6),
                single_user_group = rows.GetBoolean(7),
            });
        await rows.NextResultAsync(ct);
        var streams = new List<object>();
        while (await rows.ReadAsync(ct))
            streams.Add(new
            {
                id = rows.GetInt32(0),
                created_at = rows.GetFieldValue<DateTimeOffset>(1),
                modified = rows.GetFieldValue<DateTimeOffset>(2),
                name = rows.GetString(3),
                altdata = Reply.Raw(rows.IsDBNull(4) ? null : rows.GetString(4)),
            });
        return into[audienceId] = new(
            JsonSerializer.SerializeToUtf8Bytes(groups, Reply.Json), JsonSerializer.SerializeToUtf8Bytes(streams, Reply.Json));

        void Add(string sql, int[] ids) =>
            batch.BatchCommands.Add(new(sql) { Parameters = { new NpgsqlParameter<int[]> { TypedValue = ids } } });
    }
}
