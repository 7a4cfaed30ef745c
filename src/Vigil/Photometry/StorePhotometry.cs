using Npgsql;
using NpgsqlTypes;
using Vigil.Access;
using Vigil.Data;
using Vigil.Sources;

namespace Vigil.Photometry;

/// <summary>What to do with a point that is known already: same source, time, instrument, band, origin, flux and error.</summary>
enum KnownPoints
{
    /// <summary>Refuse the whole batch.</summary>
    Refuse,
    /// <summary>Keep it, and show it to the groups and streams of the batch, too.</summary>
    Keep,
}

/// <summary>What became of a batch.</summary>
/// <param name="UploadId">The receipt, by which the upload can be looked up and undone.</param>
/// <param name="Ids">The id of each row's point, in the order given; known ones included.</param>
/// <param name="Known">How many rows were known already.</param>
sealed record StoredPhotometry(Guid UploadId, long[] Ids, int Known);

/// <summary>
/// The one way in for photometry, whichever dialect it comes by: checks a batch, stores it, brings the statistics of
/// its sources up to date and leaves a receipt. All of it or nothing.
/// </summary>
sealed class StorePhotometry(NpgsqlDataSource database, VigilDb db, AudienceCatalog audiences)
{
    /// <summary>Stores a batch for the given groups and streams, and for the viewer's own group.</summary>
    /// <param name="groupIds">Any groups that exist; none: the viewer's own alone.</param>
    /// <param name="streamIds">Streams that the viewer holds.</param>
    /// <exception cref="BadInput">A row is wrong, or known where that is refused; nothing is stored.</exception>
    public async Task<StoredPhotometry> RunAsync(PhotometryBatch batch, IEnumerable<int> groupIds, IEnumerable<int> streamIds,
        KnownPoints known, CancellationToken ct)
    {
        batch.Check();
        int[] groups = [.. groupIds.Distinct()], streams = [.. streamIds.Distinct()];
        for (var attempt = 1; ; attempt++)
        {
            // A transaction that was not committed ends when its connection is given back.
            await using var connection = await database.OpenConnectionAsync(ct);
            try
            {
                return await WriteAsync(connection, batch, groups, streams, known, ct);
            }
            catch (PostgresException e) when (IsKnownPoint(e) && attempt < 3)
            {
                // Somebody stored the same point, or removed it, between the look and the write: look again.
            }
        }
    }

    static bool IsKnownPoint(PostgresException e) =>
        e is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "photometry_point" };

    // One point takes two round trips: what is looked up and locked first, what is written last. BEGIN and COMMIT go along
    // with the rest; the driver would send them alone.
    async Task<StoredPhotometry> WriteAsync(
        NpgsqlConnection connection, PhotometryBatch batch, int[] groupIds, int[] streamIds,
        KnownPoints known, CancellationToken ct)
    {
        BatchRows rows;
        long[] newIds;
        Dictionary<int, PhotStat> stats;
        List<int> incomplete;
        await using (var begin =
            new NpgsqlBatch(connection) { BatchCommands = { new("BEGIN"), Actor.Command(db.Viewer.UserId, db.Via) } })
        {
            foreach (var command in BatchRows.Look(db.Viewer, batch, groupIds, streamIds))
                begin.BatchCommands.Add(command);
            begin.BatchCommands.Add(new("SELECT array_agg(nextval('photometry_id_seq')) FROM generate_series(1, $1)")
            {
                Parameters = { new NpgsqlParameter<int> { TypedValue = batch.Count } },
            });
            foreach (var command in PhotStatUpdate.Lock(batch.SourceId.Distinct()))
                begin.BatchCommands.Add(command);
            await using var answers = await begin.ExecuteReaderAsync(ct);
            await answers.NextResultAsync(ct);
            rows = await BatchRows.ReadAsync(answers, db.Viewer, audiences, batch, groupIds, streamIds, ct);
            await answers.ReadAsync(ct);
            newIds = answers.GetFieldValue<long[]>(0);
            await answers.NextResultAsync(ct);
            (stats, incomplete) = await PhotStatUpdate.ReadAsync(answers, ct);
        }
        KnownRows.RefuseRepeats(rows);
        if (known == KnownPoints.Keep)
            return await FinishAsync(connection, rows, await KnownRows.FindAsync(connection, rows, ct),
                newIds, stats, incomplete, ct);
        try
        {
            return await FinishAsync(connection, rows, new KnownRows(new long[batch.Count], []), newIds, stats, incomplete, ct);
        }
        catch (PostgresException e) when (IsKnownPoint(e))
        {
            await using var afresh = await database.OpenConnectionAsync(ct);
            (await KnownRows.FindAsync(afresh, rows, ct)).Refuse(rows);
            throw;
        }
    }

    async Task<StoredPhotometry> FinishAsync(NpgsqlConnection connection, BatchRows rows, KnownRows found, long[] newIds,
        Dictionary<int, PhotStat> stats, List<int> incomplete, CancellationToken ct)
    {
        var batch = rows.Batch;
        var fresh = found.NewRows();
        var widened = await found.WidenedAsync(rows, audiences, ct);
        var ids = found.Ids;
        for (var i = 0; i < fresh.Count; i++)
            ids[fresh[i]] = newIds[i];
        var write = new PhotometryRows(rows, ids, Guid.NewGuid(), db.Viewer.UserId);
        if (fresh.Count > FewRows)
            await write.CopyAsync(connection, fresh, ct);

        var now = DateTimeOffset.UtcNow;
        var grown = new HashSet<PhotStat>();
        foreach (var row in fresh)
        {
            var (magsys, band) = (batch.Magsys[row], batch.Band[row]);
            var stat = stats[rows.SourceKeys[row]];
            grown.Add(stat);
            stat.LastPhotAddTime = now;
            stat.Add(batch.Mjd[row], band, batch.Flux[row], batch.FluxErr[row],
                batch.LimitingMag[row] - MagnitudeSystems.Offset(magsys, band));
        }
        await using var finish = new NpgsqlBatch(connection);
        if (fresh.Count <= FewRows)
            foreach (var row in fresh)
                finish.BatchCommands.Add(write.Insert(row));
        foreach (var (audienceId, pointIds, _) in widened)
            finish.BatchCommands.Add(new("UPDATE photometry SET audience_id = $1, modified = now() WHERE id = ANY ($2)")
            {
                Parameters =
                {
                    new NpgsqlParameter<int> { TypedValue = audienceId },
                    new NpgsqlParameter<long[]> { TypedValue = [.. pointIds] },
                },
            });
        finish.BatchCommands.Add(Receipt(write.UploadId, batch.Count, newIds.AsSpan(0, fresh.Count)));
        if (grown.Count > 0)
            finish.BatchCommands.Add(PhotStatUpdate.Save(grown));
        finish.BatchCommands.Add(SourceChanged.Command(
            [.. fresh.Select(row => rows.SourceKeys[row]).Concat(widened.SelectMany(w => w.SourceKeys)).Distinct()]));
        if (incomplete.Count > 0)
        {
            await finish.ExecuteNonQueryAsync(ct);
            finish.BatchCommands.Clear();
            await PhotStatUpdate.RecomputeAsync(connection, [.. incomplete], ct);
        }
        finish.BatchCommands.Add(new("COMMIT"));
        await finish.ExecuteNonQueryAsync(ct);
        return new StoredPhotometry(write.UploadId, ids, batch.Count - fresh.Count);
    }

    /// <summary>Up to so many rows go in one by one, in the round trip of the rest; COPY would take two of its own.</summary>
    const int FewRows = 20;

    NpgsqlBatchCommand Receipt(Guid uploadId, int given, ReadOnlySpan<long> newIds) => new("""
        INSERT INTO uploads (id, owner_id, via, given, stored, known, first_id, last_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        """)
    {
        Parameters =
        {
            new NpgsqlParameter<Guid> { TypedValue = uploadId },
            new NpgsqlParameter<int> { TypedValue = db.Viewer.UserId },
            new NpgsqlParameter<string> { TypedValue = db.Via },
            new NpgsqlParameter<int> { TypedValue = given },
            new NpgsqlParameter<int> { TypedValue = newIds.Length },
            new NpgsqlParameter<int> { TypedValue = given - newIds.Length },
            new() { Value = newIds.Length > 0 ? newIds[0] : DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint },
            new() { Value = newIds.Length > 0 ? newIds[^1] : DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint },
        },
    };
}
