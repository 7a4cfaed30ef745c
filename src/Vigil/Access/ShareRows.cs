using Npgsql;
using Vigil.Data;

namespace Vigil.Access;

/// <summary>Shows rows to more groups, for their owner or an administrator.</summary>
sealed class ShareRows(NpgsqlDataSource database, VigilDb db, AudienceCatalog audiences)
{
    /// <summary>Adds groups to the audience of rows; all of them or none.</summary>
    /// <param name="table">photometry or spectra.</param>
    /// <param name="noun">What the user calls a row.</param>
    /// <exception cref="BadInput">A group or a row is not there, or a row is somebody else's.</exception>
    public async Task AddGroupsAsync(string table, string noun, long[] ids, int[] groupIds, CancellationToken ct)
    {
        if (ids.Length == 0)
            return;
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await Actor.SetAsync(connection, db, ct);
        var rows = await FindAsync(connection, table, ids, groupIds, ct);
        if (ids.FirstOrDefault(id => !rows.ContainsKey(id)) is var missing and not 0)
            throw new NotFound($"Cannot find {noun} with ID: {missing}.");
        foreach (var (id, row) in rows)
            if (!db.Viewer.SeesAll && row.OwnerId != db.Viewer.UserId)
                throw new BadInput($"Only its owner can share {noun} {id}.");
        foreach (var same in rows.GroupBy(r => r.Value.AudienceId, r => r.Key))
        {
            var old = audiences[same.Key];
            var wider = await audiences.InternAsync([.. old.GroupIds, .. groupIds], old.StreamIds, ct);
            var sql = new SqlText();
            await using var update = new NpgsqlBatch(connection)
            {
                BatchCommands =
                {
                    sql.Command($"UPDATE {table} SET audience_id = {sql.Value(wider)}, modified = now() WHERE id = ANY ({sql.Value(same.ToArray())})"),
                },
            };
            await update.ExecuteNonQueryAsync(ct);
        }
        await Sources.SourceChanged.AnnounceAsync(connection, rows.Values.Select(r => r.SourceKey), ct);
        await transaction.CommitAsync(ct);
    }

    async Task<Dictionary<long, (int? OwnerId, int AudienceId, int SourceKey)>> FindAsync(
        NpgsqlConnection connection, string table, long[] ids, int[] groupIds, CancellationToken ct)
    {
        SqlText groups = new(), points = new();
        await using var find = new NpgsqlBatch(connection);
        find.BatchCommands.Add(groups.Command($"SELECT id FROM groups WHERE id = ANY ({groups.Value(groupIds)})"));
        find.BatchCommands.Add(points.Command($"""
            SELECT id::bigint, owner_id, audience_id, source_key FROM {table} t
            WHERE id = ANY ({points.Value(ids)}) AND {db.Viewer.VisibleSql("t", points)} ORDER BY id FOR UPDATE
            """));
        await using var answer = await find.ExecuteReaderAsync(ct);
        var unknown = groupIds.ToHashSet();
        while (await answer.ReadAsync(ct))
            unknown.Remove(answer.GetInt32(0));
        if (unknown.Count > 0)
            throw new BadInput($"No group with ID {string.Join(", ", unknown)}.", "groupIDs");
        await answer.NextResultAsync(ct);
        var rows = new Dictionary<long, (int?, int, int)>();
        while (await answer.ReadAsync(ct))
            rows[answer.GetInt64(0)] = (answer.IsDBNull(1) ? null : answer.GetInt32(1), answer.GetInt32(2), answer.GetInt32(3));
        return rows;
    }
}
