using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Vigil.Data;

namespace Vigil.Photometry;

/// <summary>
/// Keeps the statistics of light curves up to date, inside the transaction that changes them. The row of statistics is also
/// the lock of its light curve: whoever changes photometry of a source takes it first, in order of keys.
/// </summary>
static class PhotStatUpdate
{
    static readonly JsonSerializerOptions json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    static readonly string[] columns =
    [
        .. typeof(PhotStat).GetProperties().Select(p => VigilDb.SnakeCase(p.Name))
            .Where(c => c is not ("source" or "source_key" or "created_at")),
    ];

    static readonly string saveSql = $"""
        UPDATE phot_stats s SET {string.Join(", ", columns.Select(c => $"{c} = n.{c}"))}
        FROM json_populate_recordset(null::phot_stats, $1) n WHERE s.source_key = n.source_key
        """;

    /// <summary>
    /// Commands that lock the statistics of sources, made where there are none; <see cref="ReadAsync"/> reads them.
    /// </summary>
    public static IEnumerable<NpgsqlBatchCommand> Lock(int[] sourceKeys) => Lock("SELECT unnest($1)", sourceKeys);

    /// <summary>The same for sources by their ids; what is no source's id is passed over.</summary>
    public static IEnumerable<NpgsqlBatchCommand> Lock(string[] sourceIds) =>
        Lock("SELECT key FROM sources WHERE id = ANY ($1)", sourceIds);

    static IEnumerable<NpgsqlBatchCommand> Lock<T>(string keys, T[] values)
    {
        yield return With($"INSERT INTO phot_stats (source_key) {keys} ORDER BY 1 ON CONFLICT DO NOTHING", values);
        // Statistics just made over a light curve that is already there must count all of it.
        yield return With($"""
            SELECT row_to_json(s), s.last_full_update IS NULL
                AND EXISTS (SELECT FROM photometry p WHERE p.source_key = s.source_key AND p.active)
            FROM phot_stats s WHERE source_key = ANY (ARRAY({keys})) ORDER BY source_key FOR UPDATE
            """, values);
    }

    /// <summary>Reads the answer of the last command of <c>Lock</c>.</summary>
    /// <returns>The statistics by source, and the sources whose statistics do not count what is there.</returns>
    public static async Task<(Dictionary<int, PhotStat> Stats, List<int> Incomplete)> ReadAsync(
        NpgsqlDataReader rows, CancellationToken ct)
    {
        var (stats, incomplete) = (new Dictionary<int, PhotStat>(), new List<int>());
        while (await rows.ReadAsync(ct))
        {
            var stat = JsonSerializer.Deserialize<PhotStat>(rows.GetFieldValue<byte[]>(0), json)!;
            stats.Add(stat.SourceKey, stat);
            if (rows.GetBoolean(1))
                incomplete.Add(stat.SourceKey);
        }
        return (stats, incomplete);
    }

    /// <summary>A command that writes statistics which are locked.</summary>
    public static NpgsqlBatchCommand Save(IEnumerable<PhotStat> stats)
    {
        var now = DateTimeOffset.UtcNow;
        var changed = stats.ToList();
        foreach (var stat in changed)
        {
            (stat.LastUpdate, stat.Modified) = (now, now);
            stat.LastFullUpdate ??= now;
        }
        return new(saveSql)
        {
            Parameters =
                { new NpgsqlParameter<byte[]> { TypedValue = JsonSerializer.SerializeToUtf8Bytes(changed, json),
                NpgsqlDbType = NpgsqlDbType.Json } },
        };
    }

    /// <summary>Locks the light curves of sources within the open transaction.</summary>
    public static async Task LockAsync(NpgsqlConnection connection, IEnumerable<int> sourceKeys, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection);
        foreach (var command in Lock([.. sourceKeys.Distinct()]))
            batch.BatchCommands.Add(command);
        await batch.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Makes the statistics of sources anew from all their points, within the open transaction.</summary>
    public static async Task RecomputeAsync(NpgsqlConnection connection, int[] sourceKeys, CancellationToken ct)
    {
        if (sourceKeys.Length == 0)
            return;
        int[] keys = [.. sourceKeys.Distinct()];
        Dictionary<int, PhotStat> stats;
        await using (var batch = new NpgsqlBatch(connection))
        {
            foreach (var command in Lock(keys))
                batch.BatchCommands.Add(command);
            batch.BatchCommands.Add(With("""
                SELECT source_key, mjd, band, flux, flux_err, limiting_mag, magsys, created_at FROM photometry
                WHERE source_key = ANY ($1) AND active ORDER BY source_key, mjd
                """, keys));
            await using var rows = await batch.ExecuteReaderAsync(ct);
            (stats, _) = await ReadAsync(rows, ct);
            var now = DateTimeOffset.UtcNow;
            foreach (var (key, old) in stats)
                stats[key] = new PhotStat { SourceKey = key, CreatedAt = old.CreatedAt, LastFullUpdate = now };
            await rows.NextResultAsync(ct);
            while (await rows.ReadAsync(ct))
            {
                var (stat, band, storedAt) = (stats[rows.GetInt32(0)], rows.GetString(2), rows.GetFieldValue<DateTimeOffset>(7));
                stat.LastPhotAddTime = storedAt > stat.LastPhotAddTime ? storedAt : stat.LastPhotAddTime ?? storedAt;
                stat.Add(rows.GetDouble(1), band, rows.IsDBNull(3) ? double.NaN : rows.GetDouble(3),
                    rows.GetDouble(4), rows.IsDBNull(5) ? double.NaN
                    : rows.GetDouble(5) - MagnitudeSystems.Offset(rows.GetString(6), band));
            }
        }
        await using var save = new NpgsqlBatch(connection) { BatchCommands = { Save(stats.Values) } };
        await save.ExecuteNonQueryAsync(ct);
    }

    static NpgsqlBatchCommand With<T>(string sql, T[] values) =>
        new(sql) { Parameters = { new NpgsqlParameter<T[]> { TypedValue = values } } };
}
