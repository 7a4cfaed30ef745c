using Npgsql;
using NpgsqlTypes;

namespace Vigil.Photometry;

/// <summary>Writes rows of a batch into the table of photometry: many by COPY, few by INSERT.</summary>
/// <param name="Rows">The batch.</param>
/// <param name="Ids">The id of each row's point.</param>
/// <param name="UploadId">The receipt that they belong to.</param>
/// <param name="OwnerId">The user who brings them.</param>
sealed record PhotometryRows(BatchRows Rows, long[] Ids, Guid UploadId, int OwnerId)
{
    const string Columns = """
        id, source_key, instrument_id, mjd, band, flux_err, magsys, origin, upload_id, owner_id, audience_id, observer, altdata,
        assignment_id, flux, limiting_mag, limiting_mag_nsigma, ref_flux, ref_flux_err, ra, dec, ra_unc, dec_unc
        """;

    static readonly string insertSql =
        $"INSERT INTO photometry ({Columns}) VALUES ({string.Join(", ", Enumerable.Range(1, Columns.Count(c => c == ',') + 1).Select(n => $"${n}"))})";

    PhotometryBatch Batch => Rows.Batch;

    // The last of the columns: numbers, NaN where there is none.
    Column<double>[] Numbers =>
    [
        Batch.Flux, Batch.LimitingMag, Batch.LimitingMagNsigma, Batch.RefFlux, Batch.RefFluxErr, Batch.Ra, Batch.Dec, Batch.RaUnc,
        Batch.DecUnc,
    ];

    /// <summary>Writes the given rows.</summary>
    public async Task CopyAsync(NpgsqlConnection connection, IReadOnlyList<int> which, CancellationToken ct)
    {
        var numbers = Numbers;
        await using var copy = await connection.BeginBinaryImportAsync($"COPY photometry ({Columns}) FROM STDIN "
            + $"(FORMAT BINARY)", ct);
        foreach (var row in which)
        {
            await copy.StartRowAsync(ct);
            await copy.WriteAsync(Ids[row], NpgsqlDbType.Bigint, ct);
            await copy.WriteAsync(Rows.SourceKeys[row], NpgsqlDbType.Integer, ct);
            await copy.WriteAsync(Batch.InstrumentId[row], NpgsqlDbType.Integer, ct);
            await copy.WriteAsync(Batch.Mjd[row], NpgsqlDbType.Double, ct);
            await copy.WriteAsync(Batch.Band[row], NpgsqlDbType.Text, ct);
            await copy.WriteAsync(Batch.FluxErr[row], NpgsqlDbType.Double, ct);
            await copy.WriteAsync(Batch.Magsys[row], NpgsqlDbType.Text, ct);
            await copy.WriteAsync(Batch.Origin[row], NpgsqlDbType.Text, ct);
            await copy.WriteAsync(UploadId, NpgsqlDbType.Uuid, ct);
            await copy.WriteAsync(OwnerId, NpgsqlDbType.Integer, ct);
            await copy.WriteAsync(Rows.AudienceId, NpgsqlDbType.Integer, ct);
            await TextAsync(Batch.Observer[row], NpgsqlDbType.Text);
            await TextAsync(Batch.Altdata[row], NpgsqlDbType.Jsonb);
            await (Batch.AssignmentId[row] is { } assignment
                ? copy.WriteAsync(assignment, NpgsqlDbType.Integer, ct) : copy.WriteNullAsync(ct));
            foreach (var number in numbers)
                await (double.IsNaN(number[row]) ? copy.WriteNullAsync(ct)
                    : copy.WriteAsync(number[row], NpgsqlDbType.Double, ct));
        }
        await copy.CompleteAsync(ct);

        Task TextAsync(string? value, NpgsqlDbType type) =>
            value is null ? copy.WriteNullAsync(ct) : copy.WriteAsync(value, type, ct);
    }

    /// <summary>A command that writes one row.</summary>
    public NpgsqlBatchCommand Insert(int row)
    {
        var insert = new NpgsqlBatchCommand(insertSql);
        Add(Ids[row]);
        Add(Rows.SourceKeys[row]);
        Add(Batch.InstrumentId[row]);
        Add(Batch.Mjd[row]);
        Add(Batch.Band[row]);
        Add(Batch.FluxErr[row]);
        Add(Batch.Magsys[row]);
        Add(Batch.Origin[row]);
        Add(UploadId);
        Add(OwnerId);
        Add(Rows.AudienceId);
        AddOptional(Batch.Observer[row], NpgsqlDbType.Text);
        AddOptional(Batch.Altdata[row], NpgsqlDbType.Jsonb);
        AddOptional(Batch.AssignmentId[row], NpgsqlDbType.Integer);
        foreach (var number in Numbers)
            AddOptional(double.IsNaN(number[row]) ? null : number[row], NpgsqlDbType.Double);
        return insert;

        void Add<T>(T value) => insert.Parameters.Add(new NpgsqlParameter<T> { TypedValue = value });

        void AddOptional(object? value, NpgsqlDbType type) =>
            insert.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value, NpgsqlDbType = type });
    }
}
