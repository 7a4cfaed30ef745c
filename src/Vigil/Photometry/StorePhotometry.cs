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
        var rows = await ResolveAsync(connection, batch, [.. groupIds.Distinct()], [.. streamIds.Distinct()], ct);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var points = known == KnownPoints.Refuse ? new KnownRows(new long[batch.Count], [], [])
                    : await KnownRows.FindAsync(connection, rows, ct);
                return await WriteAsync(connection, rows, points, ct);
            }
            catch (PostgresException e) when (e is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "photometry_point" })
            {
                if (known == KnownPoints.Refuse)
                    throw (await KnownRows.FindAsync(connection, rows, ct)).Refusal(rows) is { } refusal ? refusal : e;
                // Somebody stored the same point between the look and the write; now it is known.
                if (attempt == 3)
                    throw;
            }
        }
    }

    /// <summary>Looks up what the batch names: sources, instruments, groups, streams.</summary>
    async Task<BatchRows> ResolveAsync(
        NpgsqlConnection connection, PhotometryBatch batch, int[] groupIds, int[] streamIds, CancellationToken ct)
    {
        var sources = new Dictionary<string, int>();
        var filters = new Dictionary<int, (string Name, string[] Filters)>();
        var missingGroups = groupIds.ToHashSet();
        var missingStreams = streamIds.ToHashSet();
        await using (var batchOfQueries = new NpgsqlBatch(connection))
        {
            Add("SELECT id, key FROM sources WHERE id = ANY ($1) AND deleted_at IS NULL", Distinct(batch.SourceId));
            Add("SELECT id, name, filters FROM instruments WHERE id = ANY ($1)", Distinct(batch.InstrumentId));
            Add("SELECT id FROM groups WHERE id = ANY ($1)", groupIds);
            Add("SELECT id FROM streams WHERE id = ANY ($1)", streamIds);
            await using var rows = await batchOfQueries.ExecuteReaderAsync(ct);
            while (await rows.ReadAsync(ct))
                sources[rows.GetString(0)] = rows.GetInt32(1);
            await rows.NextResultAsync(ct);
            while (await rows.ReadAsync(ct))
                filters[rows.GetInt32(0)] = (rows.GetString(1), rows.GetFieldValue<string[]>(2));
            await rows.NextResultAsync(ct);
            while (await rows.ReadAsync(ct))
                missingGroups.Remove(rows.GetInt32(0));
            await rows.NextResultAsync(ct);
            while (await rows.ReadAsync(ct))
                missingStreams.Remove(rows.GetInt32(0));

            void Add<T>(string sql, T[] ids) => batchOfQueries.BatchCommands.Add(
                new(sql) { Parameters = { new NpgsqlParameter<T[]> { TypedValue = ids } } });
        }
        if (missingGroups.Count > 0)
            throw new BadInput($"No group with ID {string.Join(", ", missingGroups)}.", "group_ids");
        missingStreams.UnionWith(streamIds.Where(id => !db.Viewer.SeesAll && !db.Viewer.StreamIds.Contains(id)));
        if (missingStreams.Count > 0)
            throw new BadInput($"No stream with ID {string.Join(", ", missingStreams)} that you can use.", "stream_ids");

        var keys = new int[batch.Count];
        for (var row = 0; row < keys.Length; row++)
        {
            if (!sources.TryGetValue(batch.SourceId[row], out keys[row]))
                throw new BadInput($"{batch.Row(row, batch.SourceId)}Invalid object ID: {batch.SourceId[row]}. Save the source first.", "obj_id");
            if (!filters.TryGetValue(batch.InstrumentId[row], out var instrument))
                throw new BadInput($"{batch.Row(row, batch.InstrumentId)}Invalid instrument ID: {batch.InstrumentId[row]}.", "instrument_id");
            if (instrument.Filters.Length > 0 && !instrument.Filters.Contains(batch.Band[row]))
                throw new BadInput($"{batch.Row(row, batch.Band)}Instrument {instrument.Name} has no filter {batch.Band[row]}. "
                    + $"It has {string.Join(", ", instrument.Filters)}.", "filter");
        }
        if (db.Viewer.OwnGroupId is { } own)
            groupIds = [.. groupIds, own];
        return new BatchRows(batch, keys, groupIds, streamIds, await audiences.InternAsync(groupIds, streamIds, ct));
    }

    static T[] Distinct<T>(Column<T> column) => column.IsOne ? [column[0]] : [.. column.ToArray(0).Distinct()];

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
        known.CopyRepeats();
        await CopyAsync(connection, rows, fresh, ids, uploadId, ct);

        foreach (var row in fresh)
        {
            var (magsys, band) = (batch.Magsys[row], batch.Band[row]);
            stats[rows.SourceKeys[row]].Add(batch.Mjd[row], band, batch.Flux[row], batch.FluxErr[row],
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

/// <summary>A batch whose names have been looked up.</summary>
sealed record BatchRows(PhotometryBatch Batch, int[] SourceKeys, int[] GroupIds, int[] StreamIds, int AudienceId);
