using System.Globalization;
using Npgsql;
using Vigil.Access;

namespace Vigil.Photometry;

/// <summary>Which rows of a batch the store knows already.</summary>
/// <param name="Ids">The id of each row's point, 0 where it is new.</param>
/// <param name="AudienceIds">The audience of each known point, by its id.</param>
sealed record KnownRows(long[] Ids, Dictionary<long, int> AudienceIds)
{
    readonly record struct Identity(
        int SourceKey, double Mjd, int InstrumentId, string Band, string Origin, double Flux, double FluxErr);

    // The LIMIT keeps the planner at one index look-up a row, whatever it thinks of the table.
    const string FindSql = """
        SELECT k.row::int, p.id, p.audience_id
        FROM unnest($1, $2, $3, $4, $5, $6, $7) WITH ORDINALITY
            AS k (source_key, mjd, instrument_id, band, origin, flux, flux_err, row),
        LATERAL (SELECT id, audience_id FROM photometry p
            WHERE p.source_key = k.source_key AND p.mjd = k.mjd AND p.instrument_id = k.instrument_id AND p.band = k.band
                AND p.origin = k.origin AND p.flux IS NOT DISTINCT FROM nullif(k.flux, 'NaN') AND p.flux_err = k.flux_err
            LIMIT 1) p
        """;

    /// <summary>Looks every row up.</summary>
    public static async Task<KnownRows> FindAsync(NpgsqlConnection connection, BatchRows rows, CancellationToken ct)
    {
        var batch = rows.Batch;
        var known = new KnownRows(new long[batch.Count], []);
        await using var find = new NpgsqlCommand(FindSql, connection);
        Add(rows.SourceKeys);
        Add(batch.Mjd.ToArray(batch.Count));
        Add(batch.InstrumentId.ToArray(batch.Count));
        Add(batch.Band.ToArray(batch.Count));
        Add(batch.Origin.ToArray(batch.Count));
        Add(batch.Flux.ToArray(batch.Count));
        Add(batch.FluxErr.ToArray(batch.Count));
        await using var found = await find.ExecuteReaderAsync(ct);
        while (await found.ReadAsync(ct))
        {
            var id = found.GetInt64(1);
            known.Ids[found.GetInt32(0) - 1] = id;
            known.AudienceIds[id] = found.GetInt32(2);
        }
        return known;

        void Add<T>(T[] values) => find.Parameters.Add(new NpgsqlParameter<T[]> { TypedValue = values });
    }

    /// <summary>Refuses a batch that has the same measurement twice.</summary>
    public static void RefuseRepeats(BatchRows rows)
    {
        var batch = rows.Batch;
        if (batch.Count == 1)
            return;
        var first = new Dictionary<Identity, int>(batch.Count);
        for (var row = 0; row < batch.Count; row++)
        {
            var identity = new Identity(rows.SourceKeys[row], batch.Mjd[row], batch.InstrumentId[row], batch.Band[row],
                batch.Origin[row], batch.Flux[row], batch.FluxErr[row]);
            if (!first.TryAdd(identity, row))
                throw new BadInput($"Row {row + 1} is the same measurement as row {first[identity] + 1}: "
                    + $"{Describe(batch, row)}. Give it once.");
        }
    }

    /// <summary>Rows to store, in the order given.</summary>
    public List<int> NewRows() => [.. Enumerable.Range(0, Ids.Length).Where(row => Ids[row] == 0)];

    /// <summary>Known points that more people than now shall see: their new audience, their ids, and their sources.</summary>
    public async Task<List<(int AudienceId, List<long> Ids, HashSet<int> SourceKeys)>> WidenedAsync(
        BatchRows rows, AudienceCatalog audiences, CancellationToken ct)
    {
        var widened = new Dictionary<int, (int AudienceId, List<long> Ids, HashSet<int> SourceKeys)>();
        for (var row = 0; row < Ids.Length; row++)
        {
            if (!AudienceIds.TryGetValue(Ids[row], out var old))
                continue;
            if (!widened.TryGetValue(old, out var wide))
            {
                var id = await audiences.InternAsync(
                    [.. audiences[old].GroupIds, .. rows.GroupIds], [.. audiences[old].StreamIds, .. rows.StreamIds], ct);
                widened[old] = wide = (id, [], []);
            }
            if (wide.AudienceId == old)
                continue;
            wide.Ids.Add(Ids[row]);
            wide.SourceKeys.Add(rows.SourceKeys[row]);
        }
        return [.. widened.Values.Where(w => w.Ids.Count > 0)];
    }

    /// <summary>Refuses a batch with a known row: names the first.</summary>
    public void Refuse(BatchRows rows)
    {
        var row = Array.FindIndex(Ids, id => id != 0);
        if (row >= 0)
            throw new AlreadyThere($"Row {row + 1}: the photometry of {Describe(rows.Batch, row)} already "
                + $"exists in the database. "
                + "Leave it out, or use PUT, which keeps what is known.");
    }

    static string Describe(PhotometryBatch batch, int row) => string.Create(CultureInfo.InvariantCulture,
        $"{batch.SourceId[row]} at mjd = {batch.Mjd[row]} in {batch.Band[row]} with instrument {batch.InstrumentId[row]}");
}
