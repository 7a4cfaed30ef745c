using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;
using Vigil.Data;

namespace Vigil.Sources;

/// <summary>
/// Tells every process that something of a source changed: the source itself, its photometry, spectra or comments. Pages
/// that show it then read it again. Part of the writer's transaction: nothing is told of what was not committed.
/// </summary>
static class SourceChanged
{
    /// <summary>What the PostgreSQL channel of a source begins with; its key follows.</summary>
    public const string Channel = "vigil_source_";

    const string Sql = $"SELECT pg_notify('{Channel}' || key, '') FROM unnest($1) key";

    /// <summary>A command for a batch that writes.</summary>
    public static NpgsqlBatchCommand Command(params int[] sourceKeys) => new(Sql)
    {
        Parameters =
            { new NpgsqlParameter<int[]> { TypedValue = sourceKeys, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer } },
    };

    /// <summary>Tells within the open transaction of a context, at its commit.</summary>
    public static Task AnnounceAsync(VigilDb db, int sourceKey, CancellationToken ct) =>
        AnnounceAsync((NpgsqlConnection)db.Database.GetDbConnection(), [sourceKey], ct);

    /// <summary>
    /// Tells within the open transaction of a connection, at its commit; once a source, however many keys repeat.
    /// </summary>
    public static async Task AnnounceAsync(NpgsqlConnection connection, IEnumerable<int> sourceKeys, CancellationToken ct)
    {
        int[] keys = [.. sourceKeys.Distinct()];
        if (keys.Length == 0)
            return;
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { Command(keys) } };
        await batch.ExecuteNonQueryAsync(ct);
    }
}
