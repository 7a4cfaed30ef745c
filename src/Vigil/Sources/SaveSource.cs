using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;
using Vigil.Data;

namespace Vigil.Sources;

/// <summary>
/// Saves a source to groups, and makes it known if it was not. A source that was known keeps what was known of it; what
/// was not is filled in. One round trip, one transaction.
/// </summary>
sealed class SaveSource(NpgsqlDataSource database, VigilDb db)
{
    /// <summary>Longest name of a source.</summary>
    public const int LongestId = 200;

    /// <summary>Two positions this close, in arcsec, are taken for the same when they come under one name.</summary>
    public const double SamePlaceArcsec = 5;

    // What goes together is filled in together, where the first of it was not known.
    static readonly string[][] columnsByLeader =
    [
        ["ra_err", "dec_err"], ["ra_dis", "dec_dis"], ["\"offset\""],
        ["redshift", "redshift_error", "redshift_origin", "redshift_history"], ["host_id"], ["summary", "summary_history"],
        ["altdata"], ["dist_nearest_source", "mag_nearest_source", "e_mag_nearest_source"], ["mpc_name"], ["gcn_crossmatch"],
        ["tns_name"], ["tns_info"], ["score"], ["origin"], ["detect_photometry_count"],
    ];

    static readonly string addSql = $"""
        WITH source AS (
            INSERT INTO sources (id, ra, dec, healpix, ra_err, dec_err, ra_dis, dec_dis, "offset", redshift, redshift_error,
                redshift_origin, redshift_history, host_id, summary, summary_history, altdata, dist_nearest_source,
                mag_nearest_source, e_mag_nearest_source, transient, varstar, is_roid, mpc_name, gcn_crossmatch, tns_name,
                tns_info, score, origin, detect_photometry_count, owner_id)
            VALUES ($4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25,
                $26, $27, $28, $29, $30, $31, $32, $33, $3)
            ON CONFLICT (id) DO UPDATE SET deleted_at = NULL,
                {string.Join(", ", columnsByLeader.SelectMany(columns => columns.Select(c =>
                    $"{c} = CASE WHEN sources.{columns[0]} IS NULL THEN excluded.{c} ELSE sources.{c} END")))}
            WHERE {ConeSql.Within("sources", "excluded.ra", "excluded.dec",
                (SamePlaceArcsec / 3600).ToString(CultureInfo.InvariantCulture))}
            RETURNING key, id)
        """;

    const string FindSql = "WITH source AS (UPDATE sources SET deleted_at = NULL WHERE id = $4 RETURNING key, id)";

    const string SaveSql = $"""
        , aliases AS (
            INSERT INTO source_aliases (source_key, name) SELECT key, unnest($2) FROM source ON CONFLICT DO NOTHING),
        saves AS (
            INSERT INTO saved_sources (source_key, group_id, saved_by_id) SELECT key, unnest($1), $3 FROM source
            ON CONFLICT (source_key, group_id) DO UPDATE SET active = true, requested = false, saved_by_id = $3,
                saved_at = now(), unsaved_by_id = NULL, unsaved_at = NULL, modified = now()
            WHERE NOT saved_sources.active)
        SELECT key, pg_notify('{SourceChanged.Channel}' || key, '') FROM source
        """;

    /// <summary>Saves a source.</summary>
    /// <param name="source">What was given of it.</param>
    /// <param name="hasPosition">Without one, the source must be known by its id.</param>
    /// <param name="aliases">Other names.</param>
    /// <param name="groupIds">Groups to save to; null: all to which the viewer may save.</param>
    /// <returns>Its key.</returns>
    /// <exception cref="BadInput">
    /// The viewer may not save to one of the groups, or the id is known for another position.
    /// </exception>
    public async Task<int> RunAsync(Source source, bool hasPosition, string[] aliases, int[]? groupIds, CancellationToken ct)
    {
        var groups = GroupsToSaveTo(groupIds);
        await using var connection = await database.OpenConnectionAsync(ct);
        return await SaveAsync(connection, source, hasPosition, aliases, groups, ct);
    }

    /// <summary>Makes a source known without saving it to a group, inside the context's open transaction.</summary>
    /// <returns>Its key.</returns>
    /// <exception cref="BadInput">The id is known for another position.</exception>
    public Task<int> MakeKnownAsync(Source source, bool hasPosition, string[] aliases, CancellationToken ct) =>
        SaveAsync((NpgsqlConnection)db.Database.GetDbConnection(), source, hasPosition, aliases, groups: [], ct);

    async Task<int> SaveAsync(
        NpgsqlConnection connection, Source source, bool hasPosition, string[] aliases, int[] groups, CancellationToken ct)
    {
        // One batch is one transaction, where none is open.
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(Actor.Command(db.Viewer.UserId, db.Via));
        var save = new NpgsqlBatchCommand((hasPosition ? addSql : FindSql) + SaveSql);
        save.Parameters.Add(new NpgsqlParameter<int[]> { TypedValue = groups });
        save.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = aliases });
        save.Parameters.Add(new NpgsqlParameter<int> { TypedValue = db.Viewer.UserId });
        save.Parameters.Add(new NpgsqlParameter<string> { TypedValue = source.Id });
        if (hasPosition)
            AddColumns(save.Parameters, source);
        batch.BatchCommands.Add(save);
        try
        {
            await using var saved = await batch.ExecuteReaderAsync(ct);
            await saved.NextResultAsync(ct);
            if (await saved.ReadAsync(ct))
                return saved.GetInt32(0);
        }
        catch (PostgresException e) when (e is { SqlState: PostgresErrorCodes.ForeignKeyViolation, TableName: "saved_sources" })
        {
            throw new BadInput(
                $"Invalid group_ids field. Please specify group IDs that exist, got {string.Join(", ", groups)}.", "group_ids");
        }
        throw await WhyNotAsync(connection, source, hasPosition, ct);
    }

    int[] GroupsToSaveTo(int[]? given)
    {
        var viewer = db.Viewer;
        int[] groups = [.. (given ?? viewer.GroupIds.Where(viewer.CanSaveTo)).Distinct()];
        if (groups.Length == 0 && given is null)
            throw new BadInput("You must belong to one or more groups before you can add sources.");
        // Vigil itself and administrators save to any group.
        var strange = groups.Where(id => !viewer.SeesAll && !viewer.IsMemberOf(id)).ToList();
        if (groups.Length == 0 || strange.Count > 0)
            throw new BadInput("Invalid group_ids field. Please specify at least one valid group ID that you belong to"
                + (strange.Count > 0 ? $"; you are not in {string.Join(", ", strange)}." : "."), "group_ids");
        if (groups.Where(id => !viewer.CanSaveTo(id)).ToList() is { Count: > 0 } refused)
            throw new BadInput($"User does not have power to save to group with ID {string.Join(", ", refused)}.", "group_ids");
        return groups;
    }

    static void AddColumns(NpgsqlParameterCollection parameters, Source s)
    {
        parameters.Add(new NpgsqlParameter<double> { TypedValue = s.Ra });
        parameters.Add(new NpgsqlParameter<double> { TypedValue = s.Dec });
        parameters.Add(new NpgsqlParameter<long> { TypedValue = s.Healpix });
        Add(NpgsqlDbType.Double, s.RaErr, s.DecErr, s.RaDis, s.DecDis, s.Offset, s.Redshift, s.RedshiftError);
        Add(NpgsqlDbType.Text, s.RedshiftOrigin);
        Add(NpgsqlDbType.Jsonb, s.RedshiftHistory);
        Add(NpgsqlDbType.Integer, s.HostId);
        Add(NpgsqlDbType.Text, s.Summary);
        Add(NpgsqlDbType.Jsonb, s.SummaryHistory, s.Altdata);
        Add(NpgsqlDbType.Double, s.DistNearestSource, s.MagNearestSource, s.EMagNearestSource);
        Add(NpgsqlDbType.Boolean, s.Transient, s.Varstar, s.IsRoid);
        Add(NpgsqlDbType.Text, s.MpcName);
        Add(NpgsqlDbType.Array | NpgsqlDbType.Text, s.GcnCrossmatch);
        Add(NpgsqlDbType.Text, s.TnsName);
        Add(NpgsqlDbType.Jsonb, s.TnsInfo);
        Add(NpgsqlDbType.Double, s.Score);
        Add(NpgsqlDbType.Text, s.Origin);
        Add(NpgsqlDbType.Integer, s.DetectPhotometryCount);

        void Add(NpgsqlDbType type, params object?[] values)
        {
            foreach (var value in values)
                parameters.Add(new NpgsqlParameter { NpgsqlDbType = type, Value = value ?? DBNull.Value });
        }
    }

    static async Task<BadInput> WhyNotAsync(NpgsqlConnection connection, Source source, bool hasPosition, CancellationToken ct)
    {
        if (!hasPosition)
            return new BadInput("RA/Declination must not be null for a new Obj: give ra and dec in degrees.", "ra");
        await using var find = new NpgsqlCommand("SELECT ra, dec FROM sources WHERE id = $1", connection)
        {
            Parameters = { new NpgsqlParameter<string> { TypedValue = source.Id } },
        };
        await using var known = await find.ExecuteReaderAsync(ct);
        await known.ReadAsync(ct);
        var (ra, dec) = (known.GetDouble(0), known.GetDouble(1));
        return new AlreadyThere(string.Create(CultureInfo.InvariantCulture,
            $"The source '{source.Id}' is known at ra = {ra}, dec = {dec}; the position given, ra = {source.Ra}, dec = "
            + $"{source.Dec}, is more than {SamePlaceArcsec}\" away. ")
            + "Choose another id, or change the position of the known source.", "ra");
    }
}
