using Npgsql;

namespace Vigil.Operation;

/// <summary>How much there is at this site, whoever may see it, for administrators.</summary>
sealed class SiteStatistics(NpgsqlDataSource database)
{
    // Of the large table only the planner's estimate: counting it would take seconds.
    const string Sql = """
        SELECT 'photometry', (SELECT coalesce(sum(reltuples), -1)::bigint FROM pg_class WHERE oid = 'photometry'::regclass)
        UNION ALL SELECT 'saved sources', count(*) FROM saved_sources
        UNION ALL SELECT 'source views', count(*) FROM source_views
        UNION ALL SELECT 'sources', count(*) FROM sources
        UNION ALL SELECT 'spectra', count(*) FROM spectra
        UNION ALL SELECT 'groups', count(*) FROM groups
        UNION ALL SELECT 'users', count(*) FROM users
        UNION ALL SELECT 'tokens', count(*) FROM tokens
        UNION ALL SELECT 'filters', count(*) FROM stream_filters
        UNION ALL SELECT 'candidates', count(*) FROM candidates
        UNION ALL SELECT 'telescopes', count(*) FROM telescopes
        UNION ALL SELECT 'instruments', count(*) FROM instruments
        UNION ALL SELECT 'comments', count(*) FROM comments
        """;

    /// <summary>Rows by what they are; of photometry roughly, -1 where PostgreSQL has not looked yet.</summary>
    public async Task<IReadOnlyDictionary<string, long>> CountAsync(CancellationToken ct)
    {
        await using var select = database.CreateCommand(Sql);
        await using var rows = await select.ExecuteReaderAsync(ct);
        var counts = new Dictionary<string, long>();
        while (await rows.ReadAsync(ct))
            counts[rows.GetString(0)] = rows.GetInt64(1);
        return counts;
    }

    /// <summary>Whether anybody has saved a source, and PostgreSQL's version, such as 18.1.</summary>
    public async Task<(bool AnySaved, string PostgresVersion)> DatabaseAsync(CancellationToken ct)
    {
        await using var select = database.CreateCommand(
            "SELECT EXISTS (SELECT FROM saved_sources), split_part(current_setting('server_version'), ' ', 1)");
        await using var rows = await select.ExecuteReaderAsync(ct);
        await rows.ReadAsync(ct);
        return (rows.GetBoolean(0), rows.GetString(1));
    }
}
