using Npgsql;
using Vigil.Access;
using Vigil.Data;

namespace Vigil.Sources;

/// <summary>A page of targets: its number, and how many targets there are on all pages.</summary>
sealed record TargetPage(IReadOnlyList<Target> Rows, long Total, int Number);

/// <summary>Reads targets: a source is one for every viewer to whose groups it is saved. One statement a list.</summary>
sealed class TargetStore(NpgsqlDataSource database, Viewer viewer)
{
    /// <summary>Rows a page.</summary>
    public const int PageSize = 200;

    /// <summary>A page, in the order in which the targets were made.</summary>
    /// <param name="mjd">Now, for what changes with time.</param>
    public async Task<TargetPage> SearchAsync(TargetSearch search, double mjd, CancellationToken ct)
    {
        var sql = new SqlText();
        var pages = $"greatest(1, (n + {PageSize - 1}) / {PageSize})";
        var from = search.From(viewer, mjd, sql);
        var page = sql.Value(search.Page);
        var command = sql.Command($"""
            WITH found AS MATERIALIZED (SELECT s.key, s.created_at {from}),
            total AS (SELECT n, CASE WHEN {page} BETWEEN 1 AND {pages} THEN {page} ELSE {pages} END AS number
                FROM (SELECT count(*) AS n FROM found) counted),
            page AS (SELECT key FROM found ORDER BY created_at, key LIMIT {PageSize} OFFSET (SELECT (number - 1) * {PageSize} FROM total))
            SELECT total.n, total.number::int, s.key, s.id, s.type, s.has_optical, s.has_infrared, s.has_radio, s.has_xray, s.has_gamma,
                s.has_polarimetry, s.created_at, s.modified, s.ra, s.dec, s.epoch, s.parallax, s.pm_ra, s.pm_dec, s.distance,
                s.distance_err, s.orbit, s.classification, s.discovery_date, s.importance, s.cadence, s.description,
                last.mjd, last.flux, last.band,
                (SELECT array_agg(ARRAY[a.survey, a.name] ORDER BY a.id) FROM source_aliases a WHERE a.source_key = s.key),
                (SELECT array_agg(ARRAY[l.name, l.id::text] ORDER BY l.id) FROM target_list_members m
                    JOIN target_lists l ON l.id = m.target_list_id WHERE m.source_key = s.key)
            FROM total LEFT JOIN page ON true LEFT JOIN sources s USING (key)
                LEFT JOIN LATERAL ({TargetSql.LastDetection(viewer, sql)}) last ON true
            ORDER BY s.created_at, s.key
            """);
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { command } };
        await using var rows = await batch.ExecuteReaderAsync(ct);
        var (targets, total, number) = (new List<Target>(), 0L, 1);
        while (await rows.ReadAsync(ct))
        {
            (total, number) = (rows.GetInt64(0), rows.GetInt32(1));
            if (total > 0)
                targets.Add(Read(rows));
        }
        return new(targets, total, number);
    }

    /// <summary>Key and name of the source of a name, or of another name of a source; null where there is none.</summary>
    public async Task<(int Key, string Id)?> FindAsync(string name, CancellationToken ct)
    {
        await using var command = database.CreateCommand($"SELECT key, id FROM sources WHERE key = ({TargetSql.KeyOf("$1")})");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? (row.GetInt32(0), row.GetString(1)) : null;
    }

    /// <summary>
    /// The keys of the sources of some names, each as <see cref="FindAsync"/> finds it; those not found are absent.
    /// </summary>
    public async Task<Dictionary<string, int>> KeysAsync(string[] names, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            $"SELECT name, key FROM unnest($1) AS given (name), LATERAL (SELECT {TargetSql.KeyOf("given.name")} AS key) found WHERE key IS NOT NULL");
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = names });
        var keys = new Dictionary<string, int>();
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct))
            keys[rows.GetString(0)] = rows.GetInt32(1);
        return keys;
    }

    /// <summary>Where the target lies whose name, or else another name of which, is or else has this text in it.</summary>
    public async Task<(double Ra, double Dec)?> PositionAsync(string name, CancellationToken ct)
    {
        await using var command = database.CreateCommand($"""
            SELECT ra, dec FROM sources WHERE key = coalesce(({TargetSql.KeyOf("$1")}),
                (SELECT min(s.key) FROM sources s LEFT JOIN source_aliases a ON a.source_key = s.key
                    WHERE s.deleted_at IS NULL AND (strpos(lower(s.id), lower($1)) > 0 OR strpos(lower(a.name), lower($1)) > 0)))
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? (row.GetDouble(0), row.GetDouble(1)) : null;
    }

    static Target Read(NpgsqlDataReader row)
    {
        var source = new Source
        {
            Key = row.GetInt32(2), Id = row.GetString(3), Type = row.GetString(4), HasOptical = row.GetBoolean(5),
            HasInfrared = row.GetBoolean(6), HasRadio = row.GetBoolean(7), HasXray = row.GetBoolean(8),
            HasGamma = row.GetBoolean(9),
            HasPolarimetry = row.GetBoolean(10), CreatedAt = row.Date(11), Modified = row.Date(12), Ra = row.GetDouble(13),
            Dec = row.GetDouble(14), Epoch = row.GetDouble(15), Parallax = row.Number(16), PmRa = row.Number(17),
            PmDec = row.Number(18),
            Distance = row.Number(19), DistanceErr = row.Number(20), Orbit = row.Text(21), Classification = row.GetString(22),
            DiscoveryDate = row.IsDBNull(23) ? null : row.Date(23), Importance = row.GetDouble(24), Cadence = row.GetDouble(25),
            Description = row.GetString(26),
        };
        foreach (var (survey, name) in Pairs(row, 30))
            source.Aliases.Add(new SourceAlias { SourceKey = source.Key, Survey = survey, Name = name });
        return new Target(source)
        {
            LastMjd = row.Number(27), LastFlux = row.Number(28), LastBand = row.Text(29),
            Lists = [.. Pairs(row, 31).Select(l => (l.First, int.Parse(l.Second, null)))],
        };
    }

    static IEnumerable<(string First, string Second)> Pairs(NpgsqlDataReader row, int column)
    {
        if (row.IsDBNull(column))
            yield break;
        var pairs = row.GetFieldValue<string[,]>(column);
        for (var i = 0; i < pairs.GetLength(0); i++)
            yield return (pairs[i, 0], pairs[i, 1]);
    }
}
