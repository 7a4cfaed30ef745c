using Npgsql;
using NpgsqlTypes;
using Vigil.Access;
using Vigil.Data;
using Vigil.Sources;

namespace Vigil.Photometry;

/// <summary>Changes and removes points, for their owner or an administrator. The old values stay in the history.</summary>
sealed class ChangePhotometry(NpgsqlDataSource database, VigilDb db, AudienceCatalog audiences, PhotometryStore points)
{
    /// <summary>Puts other values into a point.</summary>
    /// <param name="batch">One row. Its origin, altdata and observer count only where the flags say so.</param>
    /// <param name="groupIds">Who may see it from now on, beside the owner; null: who may see it now.</param>
    /// <param name="streamIds">Streams that are added.</param>
    /// <exception cref="BadInput">There is no such point, it is somebody else's, or the values cannot be.</exception>
    public async Task ReplaceAsync(long id, PhotometryBatch batch, bool withOrigin, bool withAltdata, bool withObserver,
        int[]? groupIds, int[] streamIds, CancellationToken ct)
    {
        var old = await FindOwnAsync(id, ct);
        if (groupIds?.FirstOrDefault(g => !db.Viewer.SeesAll && !db.Viewer.IsMemberOf(g)) is { } strange and not 0)
            throw new BadInput($"group_ids: you are not in group {strange}.", "group_ids");
        batch.Check();
        if (batch.Count != 1)
            throw new BadInput($"A point has one value in each field, got {batch.Count}.");
        await using var connection = await database.OpenConnectionAsync(ct);
        groupIds ??= audiences[old.AudienceId].GroupIds;
        streamIds = [.. audiences[old.AudienceId].StreamIds, .. streamIds];
        BatchRows rows;
        await using (var look = new NpgsqlBatch(connection))
        {
            foreach (var command in BatchRows.Look(db.Viewer, batch, groupIds, streamIds))
                look.BatchCommands.Add(command);
            await using var answers = await look.ExecuteReaderAsync(ct);
            rows = await BatchRows.ReadAsync(answers, db.Viewer, audiences, batch, groupIds, streamIds, ct);
        }
        int[] sources = [old.SourceKey, rows.SourceKeys[0]];

        await using var transaction = await connection.BeginTransactionAsync(ct);
        await Actor.SetAsync(connection, db, ct);
        await PhotStatUpdate.LockAsync(connection, sources, ct);
        try
        {
            await using var update = Update(connection, id, rows, withOrigin, withAltdata, withObserver);
            await update.ExecuteNonQueryAsync(ct);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            throw new AlreadyThere($"Another point already has these values; point {id} is as it was.");
        }
        await FinishAsync(connection, transaction, sources, ct);
    }

    static NpgsqlCommand Update(
        NpgsqlConnection connection, long id, BatchRows rows, bool withOrigin, bool withAltdata, bool withObserver)
    {
        var batch = rows.Batch;
        var update = new NpgsqlCommand($"""
            UPDATE photometry SET source_key = $2, instrument_id = $3, mjd = $4, band = $5, flux = $6, flux_err = $7, magsys = $8,
                limiting_mag = $9, limiting_mag_nsigma = $10, ref_flux = $11, ref_flux_err = $12, ra = $13, dec = $14,
                ra_unc = $15, dec_unc = $16, audience_id = $17, modified = now(),
                origin = CASE WHEN $18 THEN $19 ELSE origin END, altdata = CASE WHEN $20 THEN $21 ELSE altdata END,
                observer = CASE WHEN $22 THEN $23 ELSE observer END
            WHERE id = $1
            """, connection);
        Add(id, NpgsqlDbType.Bigint);
        Add(rows.SourceKeys[0], NpgsqlDbType.Integer);
        Add(batch.InstrumentId[0], NpgsqlDbType.Integer);
        Add(batch.Mjd[0], NpgsqlDbType.Double);
        Add(batch.Band[0], NpgsqlDbType.Text);
        Number(batch.Flux);
        Number(batch.FluxErr);
        Add(batch.Magsys[0], NpgsqlDbType.Text);
        foreach (var column in (Column<double>[])[batch.LimitingMag, batch.LimitingMagNsigma, batch.RefFlux, batch.RefFluxErr,
            batch.Ra, batch.Dec, batch.RaUnc, batch.DecUnc])
            Number(column);
        Add(rows.AudienceId, NpgsqlDbType.Integer);
        Add(withOrigin, NpgsqlDbType.Boolean);
        Add(batch.Origin[0], NpgsqlDbType.Text);
        Add(withAltdata, NpgsqlDbType.Boolean);
        Add(batch.Altdata[0], NpgsqlDbType.Jsonb);
        Add(withObserver, NpgsqlDbType.Boolean);
        Add(batch.Observer[0], NpgsqlDbType.Text);
        return update;

        void Number(Column<double> column) => Add(double.IsNaN(column[0]) ? null : column[0], NpgsqlDbType.Double);

        void Add(object? value, NpgsqlDbType type) =>
            update.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value, NpgsqlDbType = type });
    }

    /// <summary>Removes one point.</summary>
    public async Task RemoveAsync(long id, CancellationToken ct)
    {
        await FindOwnAsync(id, ct);
        await RemoveAsync(sql => $"id = {sql.Value(id)}", null, ct);
    }

    /// <summary>Removes those points of a source that are the viewer's.</summary>
    /// <returns>How many.</returns>
    public Task<int> RemoveOfSourceAsync(int sourceKey, CancellationToken ct) =>
        RemoveAsync(sql => $"source_key = {sql.Value(sourceKey)}", null, ct);

    /// <summary>Removes what is left of an upload, as a whole, and says so on its receipt.</summary>
    /// <returns>How many points.</returns>
    public Task<int> UndoAsync(Upload upload, CancellationToken ct) => upload is not { FirstId: { } first, LastId: { } last }
        ? Task.FromResult(0)
        : RemoveAsync(sql => $"id BETWEEN {sql.Value(first)} AND {sql.Value(last)} AND upload_id = {sql.Value(upload.Id)}",
            upload.Id, ct);

    /// <summary>Removes the viewer's points among those of a condition.</summary>
    async Task<int> RemoveAsync(Func<SqlText, string> condition, Guid? undone, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await Actor.SetAsync(connection, db, ct);
        var sources = new List<int>();
        await using (var find = Where("SELECT DISTINCT source_key FROM photometry"))
        await using (var rows = await find.ExecuteReaderAsync(ct))
        {
            while (await rows.ReadAsync(ct))
                sources.Add(rows.GetInt32(0));
        }
        await PhotStatUpdate.LockAsync(connection, sources, ct);
        await using var remove = Where("DELETE FROM photometry");
        var removed = await remove.ExecuteNonQueryAsync(ct);
        if (undone is { } uploadId && removed > 0)
        {
            await using var mark = new NpgsqlCommand("UPDATE uploads SET undone_at = now() WHERE id = $1", connection);
            mark.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = uploadId });
            await mark.ExecuteNonQueryAsync(ct);
        }
        await FinishAsync(connection, transaction, [.. sources], ct);
        return removed;

        NpgsqlBatch Where(string statement)
        {
            var sql = new SqlText();
            var where = condition(sql) + (db.Viewer.SeesAll ? "" : $" AND owner_id = {sql.Value(db.Viewer.UserId)}");
            return new NpgsqlBatch(connection) { BatchCommands = { sql.Command($"{statement} WHERE {where}") } };
        }
    }

    static async Task FinishAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, int[] sources, CancellationToken ct)
    {
        await PhotStatUpdate.RecomputeAsync(connection, sources, ct);
        await SourceChanged.AnnounceAsync(connection, sources, ct);
        await transaction.CommitAsync(ct);
    }

    async Task<PhotometryPoint> FindOwnAsync(long id, CancellationToken ct)
    {
        var found = await points.FindAsync(id, ct) ?? throw PhotometryStore.Missing(id);
        return db.Viewer.SeesAll || found.Point.OwnerId == db.Viewer.UserId ? found.Point
            : throw new BadInput($"Only its owner can change or delete photometry point {id}.");
    }
}
