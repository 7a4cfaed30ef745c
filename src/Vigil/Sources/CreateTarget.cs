using System.Globalization;
using Npgsql;
using NpgsqlTypes;
using Vigil.Access;
using Vigil.Data;
using Vigil.Sky;

namespace Vigil.Sources;

/// <summary>
/// Makes a new source known to all who observe: saved to the sitewide group, owned by its creator, with a comment that tells
/// who that is. One round trip, one transaction.
/// </summary>
sealed class CreateTarget(NpgsqlDataSource database, VigilDb db, AudienceCatalog audiences)
{
    /// <summary>No two targets lie nearer to each other, in arcsec.</summary>
    public const double NearestArcsec = 3;

    // Two at once must not both find the place free. The number only has to differ from those of other locks.
    const string LockSql = "SELECT pg_advisory_xact_lock(7461726765)";

    static readonly string sql = $"""
        WITH near AS (
            SELECT s.id FROM {ConeSql.From("c", 24)} JOIN sources s USING (key) WHERE s.deleted_at IS NULL LIMIT 1),
        added AS (
            INSERT INTO sources (id, ra, dec, healpix, epoch, classification, discovery_date, description, importance, cadence,
                has_optical, has_infrared, has_radio, has_xray, has_gamma, has_polarimetry, owner_id)
            SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17 WHERE NOT EXISTS (SELECT FROM near)
            -- A target that was deleted may come back, at its place.
            ON CONFLICT (id) DO UPDATE SET ra = excluded.ra, dec = excluded.dec, healpix = excluded.healpix,
                epoch = excluded.epoch, classification = excluded.classification, discovery_date = excluded.discovery_date,
                description = excluded.description, importance = excluded.importance, cadence = excluded.cadence,
                has_optical = excluded.has_optical, has_infrared = excluded.has_infrared, has_radio = excluded.has_radio,
                has_xray = excluded.has_xray, has_gamma = excluded.has_gamma, has_polarimetry = excluded.has_polarimetry,
                owner_id = excluded.owner_id, deleted_at = NULL, modified = now()
            WHERE sources.deleted_at IS NOT NULL AND {ConeSql.Within("sources", "excluded.ra", "excluded.dec",
                (SaveSource.SamePlaceArcsec / 3600).ToString(CultureInfo.InvariantCulture))}
            RETURNING key, id),
        aliases AS (
            INSERT INTO source_aliases (source_key, survey, name, url)
            SELECT key, a.survey, a.name, a.url FROM added, unnest($18, $19, $20) AS a (survey, name, url) ON CONFLICT DO NOTHING),
        saves AS (
            INSERT INTO saved_sources (source_key, group_id, saved_by_id) SELECT key, $21, $17 FROM added
            ON CONFLICT (source_key, group_id) DO UPDATE SET active = true, requested = false, saved_by_id = $17,
                saved_at = now(), unsaved_by_id = NULL, unsaved_at = NULL, modified = now()),
        remarks AS (
            INSERT INTO comments (source_key, text, bot, owner_id, audience_id)
            SELECT key, $22 || to_char(now() AT TIME ZONE 'UTC', ' "on" YYYY-MM-DD HH24:MI:SS'), true, $17, $23 FROM added)
        SELECT key, pg_notify('{SourceChanged.Channel}' || key, '')::text FROM added UNION ALL SELECT NULL, id FROM near
        """;

    /// <summary>Creates it.</summary>
    /// <returns>Its key.</returns>
    /// <exception cref="AlreadyThere">
    /// Its name is taken (field "name"), or another source lies at its place (no field).
    /// </exception>
    /// <exception cref="Forbidden">The viewer may not save to the sitewide group.</exception>
    public async Task<int> RunAsync(Source target, CancellationToken ct)
    {
        var sitewide = db.Viewer.User.Memberships.FirstOrDefault(m => m.Group is { Name: Group.Sitewide })?.GroupId;
        if (sitewide is null || !db.Viewer.CanSaveTo(sitewide.Value))
            throw new Forbidden($"You may not save to the {Group.Sitewide}, so you cannot create targets; ask an administrator.");
        var everybody = await audiences.InternAsync([sitewide.Value], [], ct);
        await using var connection = await database.OpenConnectionAsync(ct);
        // One batch is one transaction.
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands = { Actor.Command(db.Viewer.UserId, db.Via), new(LockSql), Command(target, sitewide.Value, everybody) },
        };
        await using var made = await batch.ExecuteReaderAsync(ct);
        await made.NextResultAsync(ct);
        await made.NextResultAsync(ct);
        if (!await made.ReadAsync(ct))
            throw NameTaken();
        if (!made.IsDBNull(0))
            return made.GetInt32(0);
        var near = made.GetString(1);
        throw near == target.Id ? NameTaken() : new AlreadyThere(string.Create(CultureInfo.InvariantCulture,
            $"Source found already at these coordinates (rad {NearestArcsec} arcsec): '{near}'."));
    }

    /// <summary>The error for a name that another source has.</summary>
    public static AlreadyThere NameTaken() => new("target with this Name already exists.", "name");

    NpgsqlBatchCommand Command(Source t, int sitewide, int everybody)
    {
        var command = new NpgsqlBatchCommand(sql);
        Add(t.Id);
        Add(t.Ra);
        Add(t.Dec);
        Add(t.Healpix);
        Add(t.Epoch);
        Add(t.Classification);
        command.Parameters.Add(new NpgsqlParameter
        {
            NpgsqlDbType = NpgsqlDbType.TimestampTz, Value = (object?)t.DiscoveryDate?.ToUniversalTime() ?? DBNull.Value,
        });
        Add(t.Description);
        Add(t.Importance);
        Add(t.Cadence);
        Add(t.HasOptical);
        Add(t.HasInfrared);
        Add(t.HasRadio);
        Add(t.HasXray);
        Add(t.HasGamma);
        Add(t.HasPolarimetry);
        Add(db.Viewer.UserId);
        Add(t.Aliases.Select(a => a.Survey).ToArray());
        Add(t.Aliases.Select(a => a.Name).ToArray());
        Add(t.Aliases.Select(a => a.Url).ToArray());
        Add(sitewide);
        Add($"Target created by {$"{db.Viewer.User.FirstName} {db.Viewer.User.LastName}".Trim()}({db.Viewer.Username})");
        Add(everybody);
        ConeSql.AddTo(command.Parameters, new Cone(t.Ra, t.Dec, NearestArcsec / 3600));
        return command;

        void Add<T>(T value) => command.Parameters.Add(new NpgsqlParameter<T> { TypedValue = value });
    }
}
