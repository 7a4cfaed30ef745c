using System.Collections.Concurrent;
using System.Collections.Immutable;
using Npgsql;

namespace Vigil.Access;

/// <summary>All audiences, in memory: there are few (thousands) and they never change. Safe for concurrent use.</summary>
sealed class AudienceCatalog(NpgsqlDataSource database)
{
    readonly ConcurrentDictionary<string, int> ids = new();
    readonly ConcurrentDictionary<int, Audience> byId = new();
    ImmutableArray<Audience> audiences = [];
    readonly Lock growing = new();

    /// <summary>How many are known; grows when one is added, so a viewer can tell that its list of audiences is old.</summary>
    public int Count => audiences.Length;

    public ImmutableArray<Audience> All => audiences;

    public Audience this[int id] => byId.TryGetValue(id, out var audience) ? audience
        : throw new KeyNotFoundException($"No audience {id}.");

    /// <summary>The id of the audience of these groups and streams, which is made when it is new.</summary>
    public async Task<int> InternAsync(IEnumerable<int> groupIds, IEnumerable<int> streamIds, CancellationToken ct)
    {
        int[] groups = [.. groupIds.Distinct().Order()], streams = [.. streamIds.Distinct().Order()];
        if (ids.TryGetValue(Key(groups, streams), out var known))
            return known;
        // Its own transaction: an audience that nobody uses in the end harms nobody, a lock held for long would.
        await using var insert = database.CreateCommand("""
            WITH added AS (
                INSERT INTO audiences (group_ids, stream_ids) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING id)
            SELECT id FROM added UNION ALL SELECT id FROM audiences WHERE group_ids = $1 AND stream_ids = $2 LIMIT 1
            """);
        insert.Parameters.Add(new() { Value = groups });
        insert.Parameters.Add(new() { Value = streams });
        // Null when another connection added it between the two halves: then it is there for the next look.
        var id = await insert.ExecuteScalarAsync(ct) ?? await insert.ExecuteScalarAsync(ct);
        Add(new Audience { Id = (int)id!, GroupIds = groups, StreamIds = streams });
        return (int)id;
    }

    /// <summary>Reads what is new in the database, such as what other processes added.</summary>
    public async Task RefreshAsync(CancellationToken ct)
    {
        await using var select = database.CreateCommand("SELECT id, group_ids, stream_ids FROM audiences ORDER BY id");
        await using var rows = await select.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct))
            Add(new Audience
            {
                Id = rows.GetInt32(0),
                GroupIds = rows.GetFieldValue<int[]>(1),
                StreamIds = rows.GetFieldValue<int[]>(2),
            });
    }

    void Add(Audience audience)
    {
        lock (growing)
        {
            if (!byId.TryAdd(audience.Id, audience))
                return;
            ids[Key(audience.GroupIds, audience.StreamIds)] = audience.Id;
            audiences = audiences.Add(audience);
        }
    }

    static string Key(int[] groups, int[] streams) => $"{string.Join(',', groups)};{string.Join(',', streams)}";
}
