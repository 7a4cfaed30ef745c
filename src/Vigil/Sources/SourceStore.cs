using Npgsql;
using Vigil.Access;
using Vigil.Data;
using Vigil.Sky;

namespace Vigil.Sources;

/// <summary>What is read along with a source.</summary>
[Flags]
enum SourceParts
{
    None = 0,
    Groups = 1,
    PhotometryExists = 2,
    SpectrumExists = 4,
    CommentExists = 8,
    Labellers = 16,
}

/// <summary>A source as a viewer sees it.</summary>
sealed record SourceSeen(Source Source)
{
    /// <summary>Whether there is any that the viewer may see; meaningful where it was asked for.</summary>
    public bool PhotometryExists { get; init; }
    public bool SpectrumExists { get; init; }
    public bool CommentExists { get; init; }

    /// <summary>Who has labelled it in groups of the viewer.</summary>
    public List<User> Labellers { get; } = [];

    /// <summary>Other sources, on lists that the viewer sees, so near that they may be the same.</summary>
    public List<string> Duplicates { get; } = [];
}

/// <summary>A page of a list, with the number of all that match.</summary>
sealed record Page<T>(IReadOnlyList<T> Rows, long Total);

/// <summary>
/// Reads sources. That one exists is known to everybody; a list has those saved to a group of the viewer. Straight SQL: a
/// list costs two statements at any page size, one for each kind of thing asked for along with it.
/// </summary>
sealed class SourceStore(NpgsqlDataSource database)
{
    /// <summary>Sources nearer to each other than this, in arcsec, may be the same.</summary>
    const double DuplicateArcsec = 4;

    /// <summary>One source, or null. One round trip.</summary>
    public async Task<SourceSeen?> FindAsync(Viewer viewer, string id, SourceParts parts, Saves saves, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        var sql = new SqlText();
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                sql.Command($"SELECT {Columns(viewer, parts, sql)} FROM sources s WHERE s.id = {sql.Value(id)} AND s.deleted_at IS NULL"),
                Duplicates(viewer, id),
            },
        };
        AddDetails(batch, viewer, parts, saves, s => $"= (SELECT key FROM sources WHERE id = {s.Value(id)})");
        await using var rows = await batch.ExecuteReaderAsync(ct);
        if (!await rows.ReadAsync(ct))
            return null;
        var seen = Read(rows);
        await rows.NextResultAsync(ct);
        while (await rows.ReadAsync(ct))
            seen.Duplicates.Add(rows.GetString(0));
        await rows.NextResultAsync(ct);
        await ReadDetailsAsync(rows, parts, _ => seen, ct);
        return seen;
    }

    // Where the source lies is not known before the statement runs, so no ranges of HEALPix can be given: a strip of
    // declination is read instead, and within it what is near.
    static NpgsqlBatchCommand Duplicates(Viewer viewer, string id)
    {
        var sql = new SqlText();
        var radius = sql.Value(DuplicateArcsec / 3600);
        return sql.Command($"""
            SELECT DISTINCT s.id FROM sources here
                JOIN LATERAL (SELECT key, ra, dec FROM sources WHERE dec BETWEEN here.dec - {radius} AND here.dec + {radius} OFFSET 0) c
                ON c.key <> here.key AND {ConeSql.Within("c", "here.ra", "here.dec", radius)}
                JOIN sources s ON s.key = c.key JOIN saved_sources v ON v.source_key = s.key
            WHERE here.id = {sql.Value(id)} AND s.deleted_at IS NULL AND {viewer.InGroupsSql("v", sql)} AND {Saves.Active.Condition("v")}
            ORDER BY s.id LIMIT 100
            """);
    }

    /// <summary>A page of sources, or null where the page is past the end.</summary>
    public async Task<Page<SourceSeen>?> SearchAsync(Viewer viewer, SourceSearch search, SourceParts parts, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        var sql = new SqlText();
        var from = search.From(viewer, sql);
        // The key decides between equals, so that no source is on two pages.
        var order = $"place {search.Direction}, key {search.Direction}";
        var page = sql.Command($"""
            WITH page AS (
                SELECT s.key, count(*) OVER () AS total, {search.SortValue()} AS place {from}
                GROUP BY s.key ORDER BY {order} LIMIT {sql.Value(search.PageSize)} OFFSET {sql.Value(search.Offset)})
            SELECT {Columns(viewer, parts, sql)}, page.total FROM page JOIN sources s USING (key) ORDER BY {order}
            """);
        var found = new List<SourceSeen>();
        var total = 0L;
        await using (var batch = new NpgsqlBatch(connection) { BatchCommands = { page } })
        await using (var rows = await batch.ExecuteReaderAsync(ct))
            while (await rows.ReadAsync(ct))
            {
                found.Add(Read(rows));
                total = rows.GetInt64(rows.FieldCount - 1);
            }
        if (found.Count == 0)
            return search.Page == 1 ? new([], 0) : null;
        await using (var batch = new NpgsqlBatch(connection))
        {
            int[] keys = [.. found.Select(f => f.Source.Key)];
            AddDetails(batch, viewer, parts, search.Saves, s => $"= ANY ({s.Value(keys)})");
            if (batch.BatchCommands.Count > 0)
            {
                var byKey = found.ToDictionary(f => f.Source.Key);
                await using var rows = await batch.ExecuteReaderAsync(ct);
                await ReadDetailsAsync(rows, parts, key => byKey[key], ct);
            }
        }
        return new(found, total);
    }

    /// <summary>A page of saves as they are stored, or null where the page is past the end.</summary>
    public async Task<Page<(string SourceId, SavedSource Save)>?> SavesAsync(Viewer viewer,
        SourceSearch search, CancellationToken ct)
    {
        var sql = new SqlText();
        var from = search.From(viewer, sql);
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                sql.Command($"""
                    SELECT s.id, v.id, v.group_id, v.active, v.requested, v.saved_by_id, v.saved_at, v.unsaved_by_id, v.unsaved_at,
                        v.created_at, v.modified, count(*) OVER () {from}
                    ORDER BY v.id LIMIT {sql.Value(search.PageSize)} OFFSET {sql.Value(search.Offset)}
                    """),
            },
        };
        var found = new List<(string, SavedSource)>();
        var total = 0L;
        await using var rows = await batch.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct))
        {
            found.Add((rows.GetString(0), new SavedSource
            {
                Id = rows.GetInt32(1), GroupId = rows.GetInt32(2), Active = rows.GetBoolean(3), Requested = rows.GetBoolean(4),
                SavedById = rows.Int(5), SavedAt = rows.Date(6), UnsavedById = rows.Int(7),
                UnsavedAt = rows.IsDBNull(8) ? null : rows.Date(8), CreatedAt = rows.Date(9), Modified = rows.Date(10),
            }));
            total = rows.GetInt64(11);
        }
        return found.Count == 0 && search.Page > 1 ? null : new(found, total);
    }

    /// <summary>Refuses to list by groups that are not the viewer's.</summary>
    /// <exception cref="BadInput">One of the groups is not there, or not for the viewer.</exception>
    public async Task CheckGroupsAsync(Viewer viewer, int[]? groupIds, CancellationToken ct)
    {
        int[] strange = [.. (groupIds ?? []).Where(id => !viewer.IsMemberOf(id)).Distinct()];
        if (strange.Length == 0)
            return;
        var known = 0L;
        if (viewer.SeesAll)
        {
            await using var count = database.CreateCommand("SELECT count(*) FROM groups WHERE id = ANY ($1)");
            count.Parameters.Add(new NpgsqlParameter<int[]> { TypedValue = strange });
            known = (long)(await count.ExecuteScalarAsync(ct))!;
        }
        if (known < strange.Length)
            throw new BadInput($"One of the requested groups in '[{string.Join(", ", groupIds!)}]' is inaccessible to user.",
                "group_ids");
    }

    /// <summary>Whether a source is saved to a group that the viewer sees, or was.</summary>
    public async Task<bool> IsSavedAsync(Viewer viewer, string id, CancellationToken ct)
    {
        var sql = new SqlText();
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                sql.Command($"""
                    SELECT EXISTS (SELECT FROM sources s JOIN saved_sources v ON v.source_key = s.key
                        WHERE s.id = {sql.Value(id)} AND s.deleted_at IS NULL AND {viewer.InGroupsSql("v", sql)})
                    """),
            },
        };
        return await batch.ExecuteScalarAsync(ct) is true;
    }

    /// <summary>Whether there is a source of that id, saved or not.</summary>
    public async Task<bool> IsKnownAsync(string id, CancellationToken ct)
    {
        await using var find = database.CreateCommand("SELECT EXISTS (SELECT FROM sources WHERE id = $1 AND deleted_at IS NULL)");
        find.Parameters.Add(new NpgsqlParameter<string> { TypedValue = id });
        return await find.ExecuteScalarAsync(ct) is true;
    }

    /// <summary>Ids of the sources in a cone that are saved to a group that the viewer sees; the first hundred.</summary>
    public async Task<List<string>> InConeAsync(Viewer viewer, Cone cone, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        var sql = new SqlText();
        var from = new SourceSearch { Cone = cone }.From(viewer, sql);
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands = { sql.Command($"SELECT DISTINCT s.id {from} ORDER BY s.id LIMIT 100") },
        };
        var ids = new List<string>();
        await using var rows = await batch.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct))
            ids.Add(rows.GetString(0));
        return ids;
    }

    /// <summary>Adds the statements for what is read along with sources.</summary>
    /// <param name="isOne">The condition on source_key that keeps the sources in question.</param>
    static void AddDetails(NpgsqlBatch batch, Viewer viewer, SourceParts parts, Saves saves, Func<SqlText, string> isOne)
    {
        if (parts.HasFlag(SourceParts.Groups))
        {
            var sql = new SqlText();
            batch.BatchCommands.Add(sql.Command($"""
                SELECT v.source_key, v.active, v.requested, v.saved_at, g.id, g.name, g.nickname, g.description, g.private,
                    g.single_user_group, g.created_at, g.modified, {UserColumns}
                FROM saved_sources v JOIN groups g ON g.id = v.group_id LEFT JOIN users u ON u.id = v.saved_by_id
                WHERE v.source_key {isOne(sql)} AND {viewer.InGroupsSql("v", sql)} AND {saves.Condition("v")} ORDER BY v.id
                """));
        }
        if (parts.HasFlag(SourceParts.Labellers))
        {
            var sql = new SqlText();
            batch.BatchCommands.Add(sql.Command($"""
                SELECT l.source_key, {UserColumns} FROM users u JOIN (
                    SELECT DISTINCT source_key, labeller_id FROM source_labels l
                    WHERE l.source_key {isOne(sql)} AND {viewer.InGroupsSql("l", sql)}) l ON l.labeller_id = u.id
                ORDER BY u.id
                """));
        }
    }

    // Reads the results of AddDetails, in its order.
    static async Task ReadDetailsAsync(NpgsqlDataReader rows, SourceParts parts,
        Func<int, SourceSeen> byKey, CancellationToken ct)
    {
        // A page repeats few groups and people.
        var (groups, users) = (new Dictionary<int, Group>(), new Dictionary<int, User>());
        if (parts.HasFlag(SourceParts.Groups))
        {
            while (await rows.ReadAsync(ct))
            {
                var groupId = rows.GetInt32(4);
                if (!groups.TryGetValue(groupId, out var group))
                    groups[groupId] = group = new Group
                    {
                        Id = groupId, Name = rows.GetString(5), Nickname = rows.Text(6), Description = rows.Text(7),
                        Private = rows.GetBoolean(8), SingleUserGroup = rows.GetBoolean(9), CreatedAt = rows.Date(10),
                        Modified = rows.Date(11),
                    };
                byKey(rows.GetInt32(0)).Source.Saves.Add(new SavedSource
                {
                    Active = rows.GetBoolean(1), Requested = rows.GetBoolean(2), SavedAt = rows.Date(3), GroupId = groupId,
                    Group = group, SavedBy = ReadUser(rows, 12, users),
                });
            }
            await rows.NextResultAsync(ct);
        }
        if (parts.HasFlag(SourceParts.Labellers))
            while (await rows.ReadAsync(ct))
                byKey(rows.GetInt32(0)).Labellers.Add(ReadUser(rows, 1, users)!);
    }

    const string UserColumns = """
        u.id, u.username, u.first_name, u.last_name, u.affiliations, u.contact_email, u.contact_phone, u.oauth_uid,
        u.expiration_date, u.created_at, u.modified
        """;

    static User? ReadUser(NpgsqlDataReader rows, int first, Dictionary<int, User> known)
    {
        if (rows.Int(first) is not { } id)
            return null;
        if (!known.TryGetValue(id, out var user))
            known[id] = user = new User
            {
                Id = id, Username = rows.GetString(first + 1), FirstName = rows.Text(first + 2), LastName = rows.Text(first + 3),
                Affiliations = rows.GetFieldValue<List<string>>(first + 4), ContactEmail = rows.Text(first + 5),
                ContactPhone = rows.Text(first + 6), OauthUid = rows.Text(first + 7),
                ExpirationDate = rows.IsDBNull(first + 8) ? null : rows.Date(first + 8), CreatedAt = rows.Date(first + 9),
                Modified = rows.Date(first + 10),
            };
        return user;
    }

    /// <summary>The columns that <see cref="Read"/> reads of sources <c>s</c>.</summary>
    static string Columns(Viewer viewer, SourceParts parts, SqlText sql)
    {
        return $"""
            s.key, s.id, s.ra, s.dec, s.healpix, s.ra_err, s.dec_err, s.ra_dis, s.dec_dis, s."offset", s.redshift, s.redshift_error,
            s.redshift_origin, s.redshift_history, s.host_id, s.summary, s.summary_history, s.altdata, s.dist_nearest_source,
            s.mag_nearest_source, s.e_mag_nearest_source, s.transient, s.varstar, s.is_roid, s.mpc_name, s.gcn_crossmatch,
            s.tns_name, s.tns_info, s.score, s.origin, s.internal_key, s.detect_photometry_count, s.created_at, s.modified,
            (SELECT array_agg(name ORDER BY a.id) FROM source_aliases a WHERE a.source_key = s.key),
            {Exists(SourceParts.PhotometryExists, "photometry")}, {Exists(SourceParts.SpectrumExists, "spectra")},
            {Exists(SourceParts.CommentExists, "comments", "x.spectrum_id IS NULL AND ")}
            """;

        string Exists(SourceParts part, string table, string condition = "") => parts.HasFlag(part)
            ? $"EXISTS (SELECT FROM {table} x WHERE x.source_key = s.key AND {condition}{viewer.VisibleSql("x", sql)})" : "false";
    }

    static SourceSeen Read(NpgsqlDataReader rows)
    {
        var source = new Source
        {
            Key = rows.GetInt32(0), Id = rows.GetString(1), Ra = rows.GetDouble(2), Dec = rows.GetDouble(3),
            Healpix = rows.GetInt64(4),
            RaErr = rows.Number(5), DecErr = rows.Number(6), RaDis = rows.Number(7), DecDis = rows.Number(8),
            Offset = rows.Number(9),
            Redshift = rows.Number(10), RedshiftError = rows.Number(11), RedshiftOrigin = rows.Text(12),
            RedshiftHistory = rows.Text(13),
            HostId = rows.Int(14), Summary = rows.Text(15), SummaryHistory = rows.Text(16), Altdata = rows.Text(17),
            DistNearestSource = rows.Number(18), MagNearestSource = rows.Number(19), EMagNearestSource = rows.Number(20),
            Transient = rows.GetBoolean(21), Varstar = rows.GetBoolean(22), IsRoid = rows.GetBoolean(23), MpcName = rows.Text(24),
            GcnCrossmatch = rows.IsDBNull(25) ? null : rows.GetFieldValue<List<string>>(25), TnsName = rows.Text(26),
            TnsInfo = rows.Text(27), Score = rows.Number(28), Origin = rows.Text(29), InternalKey = rows.GetGuid(30),
            DetectPhotometryCount = rows.Int(31), CreatedAt = rows.Date(32), Modified = rows.Date(33),
        };
        if (!rows.IsDBNull(34))
            foreach (var name in rows.GetFieldValue<string[]>(34))
                source.Aliases.Add(new SourceAlias { SourceKey = source.Key, Name = name });
        return new SourceSeen(source)
        {
            PhotometryExists = rows.GetBoolean(35), SpectrumExists = rows.GetBoolean(36), CommentExists = rows.GetBoolean(37),
        };
    }
}
