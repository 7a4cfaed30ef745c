using System.Runtime.CompilerServices;
using Npgsql;
using Vigil.Access;
using Vigil.Data;

namespace Vigil.Photometry;

/// <summary>A point with the names of what it refers to.</summary>
readonly record struct NamedPoint(PhotometryPoint Point, string SourceId, string InstrumentName);

/// <summary>Which points to read; what is null does not restrict.</summary>
sealed record PhotometryQuestion
{
    public long? Id { get; init; }
    public int? SourceKey { get; init; }
    public int[]? InstrumentIds { get; init; }
    /// <summary>MJD, UTC.</summary>
    public double? FromMjd { get; init; }
    public double? ToMjd { get; init; }
}

/// <summary>Reads photometry that the viewer may see.</summary>
sealed class PhotometryStore(NpgsqlDataSource database, Viewer viewer)
{
    const string Columns = """
        p.id, p.source_key, p.instrument_id, p.mjd, p.band, p.flux, p.flux_err, p.ra, p.dec, p.ra_unc, p.dec_unc, p.ref_flux,
        p.ref_flux_err, p.magsys, p.limiting_mag, p.limiting_mag_nsigma, p.origin, p.observer, p.altdata, p.assignment_id,
        p.upload_id, p.owner_id, p.audience_id, p.created_at, p.modified, s.id, i.name
        """;

    /// <summary>Points in order of time. One statement, whatever their number; rows are read as they are asked for.</summary>
    public async IAsyncEnumerable<NamedPoint> ReadAsync(
        PhotometryQuestion question, [EnumeratorCancellation] CancellationToken ct)
    {
        var sql = new SqlText();
        var where = Where(question, sql);
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(sql.Command($"""
            SELECT {Columns} FROM photometry p JOIN sources s ON s.key = p.source_key JOIN instruments i ON i.id = p.instrument_id
            WHERE {where} ORDER BY p.mjd, p.id
            """));
        await using var rows = await batch.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct))
            yield return Read(rows);
    }

    /// <summary>Whether there are more points than that.</summary>
    public async Task<bool> AreMoreThanAsync(int limit, PhotometryQuestion question, CancellationToken ct)
    {
        var sql = new SqlText();
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(sql.Command(
            $"SELECT EXISTS (SELECT FROM photometry p WHERE {Where(question, sql)} OFFSET {sql.Value(limit)})"));
        return (bool)(await batch.ExecuteScalarAsync(ct))!;
    }

    string Where(PhotometryQuestion question, SqlText sql) => viewer.VisibleSql("p", sql) + " AND p.active"
        + (question.Id is { } id ? $" AND p.id = {sql.Value(id)}" : "")
        + (question.SourceKey is { } key ? $" AND p.source_key = {sql.Value(key)}" : "")
        + (question.InstrumentIds is { } instruments ? $" AND p.instrument_id = ANY ({sql.Value(instruments)})" : "")
        + (question.FromMjd is { } from ? $" AND p.mjd >= {sql.Value(from)}" : "")
        + (question.ToMjd is { } to ? $" AND p.mjd <= {sql.Value(to)}" : "");

    /// <summary>One point, or null where there is none that the viewer may see.</summary>
    public async Task<NamedPoint?> FindAsync(long id, CancellationToken ct)
    {
        await foreach (var point in ReadAsync(new() { Id = id }, ct))
            return point;
        return null;
    }

    /// <summary>The error for a point that is not there, or not for this viewer.</summary>
    public static NotFound Missing(long id) => new($"Cannot find photometry point with ID: {id}.");

    /// <summary>The different origins of what the viewer may see, or might before it was removed; sorted.</summary>
    public async Task<List<string>> OriginsAsync(CancellationToken ct)
    {
        var sql = new SqlText();
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(sql.Command(
            $"SELECT DISTINCT origin FROM photometry_origins p WHERE {viewer.VisibleSql("p", sql)} ORDER BY origin"));
        await using var rows = await batch.ExecuteReaderAsync(ct);
        var origins = new List<string>();
        while (await rows.ReadAsync(ct))
            origins.Add(rows.GetString(0));
        return origins;
    }

    /// <summary>The key of a source by its id, or null.</summary>
    public async Task<int?> SourceKeyAsync(string sourceId, CancellationToken ct)
    {
        await using var command = database.CreateCommand("SELECT key FROM sources WHERE id = $1 AND deleted_at IS NULL");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = sourceId });
        return (int?)await command.ExecuteScalarAsync(ct);
    }

    static NamedPoint Read(NpgsqlDataReader row)
    {
        var point = new PhotometryPoint
        {
            Id = row.GetInt64(0),
            SourceKey = row.GetInt32(1),
            InstrumentId = row.GetInt32(2),
            Mjd = row.GetDouble(3),
            Band = row.GetString(4),
            Flux = Number(row, 5),
            FluxErr = row.GetDouble(6),
            Ra = Number(row, 7),
            Dec = Number(row, 8),
            RaUnc = Number(row, 9),
            DecUnc = Number(row, 10),
            RefFlux = Number(row, 11),
            RefFluxErr = Number(row, 12),
            Magsys = row.GetString(13),
            LimitingMag = Number(row, 14),
            LimitingMagNsigma = Number(row, 15),
            Origin = row.GetString(16),
            Observer = row.IsDBNull(17) ? null : row.GetString(17),
            Altdata = row.IsDBNull(18) ? null : row.GetString(18),
            AssignmentId = row.IsDBNull(19) ? null : row.GetInt32(19),
            UploadId = row.GetGuid(20),
            OwnerId = row.IsDBNull(21) ? null : row.GetInt32(21),
            AudienceId = row.GetInt32(22),
            CreatedAt = row.GetFieldValue<DateTimeOffset>(23),
            Modified = row.GetFieldValue<DateTimeOffset>(24),
        };
        return new NamedPoint(point, row.GetString(25), row.GetString(26));
    }

    static double? Number(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetDouble(column);
}
