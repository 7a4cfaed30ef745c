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
/// The one way in for photometry, whichever dialect it comes by: checks a batch, stores it by COPY, brings the statistics of
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
        await using var connection = await database.OpenConnectionAsync(ct);
        var rows = await BatchRows.ResolveAsync(connection, db.Viewer, audiences, batch, groupIds, streamIds, ct);
        KnownRows.RefuseRepeats(rows);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var found = known == KnownPoints.Refuse ? new KnownRows(new long[batch.Count], [])
                    : await KnownRows.FindAsync(connection, rows, ct);
                return await WriteAsync(connection, rows, found, ct);
            }
            catch (PostgresException e) when (e is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "photometry_point" })
            {
                if (known == KnownPoints.Refuse)
                    (await KnownRows.FindAsync(connection, rows, ct)).Refuse(rows);
                // Somebody stored the same point, or removed it, between the look and the write: look again.
                if (attempt == 3)
                    throw;
            }
        }
    }

    async Task<StoredPhotometry> WriteAsync(NpgsqlConnection connection, BatchRows rows, KnownRows known, CancellationToken ct)
    {
        var batch = rows.Batch;
        var uploadId = Guid.NewGuid();
        var fresh = known.NewRows();
        var widened = await known.WidenedAsync(rows, audiences, ct);
        int[] touched = [.. fresh.Select(row => rows.SourceKeys[row]).Concat(widened.SelectMany(w => w.SourceKeys)).Distinct().Order()];
        var ids = known.Ids;

        await using var transaction = await connection.BeginTransactionAsync(ct);
        Dictionary<int, PhotStat> stats;
        List<int> incomplete;
        long[] newIds;
        await using (var begin = new NpgsqlBatch(connection))
        {
            begin.BatchCommands.Add(Actor.Command(db.Viewer.UserId, db.Via));
            begin.BatchCommands.Add(new("""
                SELECT coalesce(array_agg(nextval(pg_get_serial_sequence('photometry', 'id'))), '{}') FROM generate_series(1, $1)
                """) { Parameters = { new NpgsqlParameter<int> { TypedValue = fresh.Count } } });
            foreach (var command in PhotStatUpdate.Lock(touched))
                begin.BatchCommands.Add(command);
            await using var answers = await begin.ExecuteReaderAsync(ct);
            await answers.NextResultAsync(ct);
            await answers.ReadAsync(ct);
            newIds = answers.GetFieldValue<long[]>(0);
            await answers.NextResultAsync(ct);
            (stats, incomplete) = await PhotStatUpdate.ReadAsync(answers, ct);
        }
        for (var i = 0; i < newIds.Length; i++)
            ids[fresh[i]] = newIds[i];
        await CopyAsync(connection, rows, fresh, ids, uploadId, ct);

        var now = DateTimeOffset.UtcNow;
        foreach (var row in fresh)
        {
            var (magsys, band) = (batch.Magsys[row], batch.Band[row]);
            var stat = stats[rows.SourceKeys[row]];
            stat.LastPhotAddTime = now;
            stat.Add(batch.Mjd[row], band, batch.Flux[row], batch.FluxErr[row],
                batch.LimitingMag[row] - MagnitudeSystems.Offset(magsys, band));
        }
        await using (var finish = new NpgsqlBatch(connection))
        {
            foreach (var (audienceId, pointIds, _) in widened)
                finish.BatchCommands.Add(new("UPDATE photometry SET audience_id = $1, modified = now() WHERE id = ANY ($2)")
                {
                    Parameters =
                    {
                        new NpgsqlParameter<int> { TypedValue = audienceId },
                        new NpgsqlParameter<long[]> { TypedValue = [.. pointIds] },
                    },
                });
            finish.BatchCommands.Add(Receipt(uploadId, batch.Count, newIds));
            if (fresh.Count > 0)
                finish.BatchCommands.Add(PhotStatUpdate.Save(stats.Values));
            finish.BatchCommands.Add(SourceChanged.Command(touched));
            await finish.ExecuteNonQueryAsync(ct);
        }
        await PhotStatUpdate.RecomputeAsync(connection, [.. incomplete], ct);
        await transaction.CommitAsync(ct);
        return new StoredPhotometry(uploadId, ids, batch.Count - fresh.Count);
    }

    NpgsqlBatchCommand Receipt(Guid uploadId, int given, long[] newIds) => new("""
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

    async Task CopyAsync(
        NpgsqlConnection connection, BatchRows rows, IReadOnlyList<int> which, long[] ids, Guid uploadId, CancellationToken ct)
    {
        if (which.Count == 0)
            return;
        var batch = rows.Batch;
        // Columns that say nothing are left out of the COPY.
        (string Name, Column<double> Values)[] optional =
        [
            .. new (string Name, Column<double> Values)[]
            {
                ("limiting_mag", batch.LimitingMag), ("limiting_mag_nsigma", batch.LimitingMagNsigma),
                ("ref_flux", batch.RefFlux), ("ref_flux_err", batch.RefFluxErr),
                ("ra", batch.Ra), ("dec", batch.Dec), ("ra_unc", batch.RaUnc), ("dec_unc", batch.DecUnc),
            }.Where(c => !(c.Values.IsOne && double.IsNaN(c.Values[0]))),
        ];
        await using var copy = await connection.BeginBinaryImportAsync($"""
            COPY photometry (id, source_key, instrument_id, mjd, band, flux, flux_err, magsys, origin, observer, altdata,
                assignment_id, upload_id, owner_id, audience_id{string.Concat(optional.Select(c => $", {c.Name}"))})
            FROM STDIN (FORMAT BINARY)
            """, ct);
        foreach (var row in which)
        {
            await copy.StartRowAsync(ct);
            await copy.WriteAsync(ids[row], NpgsqlDbType.Bigint, ct);
            await copy.WriteAsync(rows.SourceKeys[row], NpgsqlDbType.Integer, ct);
            await copy.WriteAsync(batch.InstrumentId[row], NpgsqlDbType.Integer, ct);
            await copy.WriteAsync(batch.Mjd[row], NpgsqlDbType.Double, ct);
            await copy.WriteAsync(batch.Band[row], NpgsqlDbType.Text, ct);
            await NumberAsync(batch.Flux[row]);
            await copy.WriteAsync(batch.FluxErr[row], NpgsqlDbType.Double, ct);
            await copy.WriteAsync(batch.Magsys[row], NpgsqlDbType.Text, ct);
            await copy.WriteAsync(batch.Origin[row], NpgsqlDbType.Text, ct);
            await TextAsync(batch.Observer[row], NpgsqlDbType.Text);
            await TextAsync(batch.Altdata[row], NpgsqlDbType.Jsonb);
            if (batch.AssignmentId[row] is { } assignment)
                await copy.WriteAsync(assignment, NpgsqlDbType.Integer, ct);
            else
                await copy.WriteNullAsync(ct);
            await copy.WriteAsync(uploadId, NpgsqlDbType.Uuid, ct);
            await copy.WriteAsync(db.Viewer.UserId, NpgsqlDbType.Integer, ct);
            await copy.WriteAsync(rows.AudienceId, NpgsqlDbType.Integer, ct);
            foreach (var (_, values) in optional)
                await NumberAsync(values[row]);
        }
        await copy.CompleteAsync(ct);

        Task NumberAsync(double value) =>
            double.IsNaN(value) ? copy.WriteNullAsync(ct) : copy.WriteAsync(value, NpgsqlDbType.Double, ct);

        Task TextAsync(string? value, NpgsqlDbType type) =>
            value is null ? copy.WriteNullAsync(ct) : copy.WriteAsync(value, type, ct);
    }
}
