using Npgsql;
using Vigil.Access;

namespace Vigil.Photometry;

/// <summary>A batch whose names have been looked up.</summary>
/// <param name="SourceKeys">The key of each row's source.</param>
/// <param name="GroupIds">Who may see it, the uploader's own group among them.</param>
sealed record BatchRows(PhotometryBatch Batch, int[] SourceKeys, int[] GroupIds, int[] StreamIds, int AudienceId)
{
    /// <summary>
    /// Commands that look up what a batch names: sources, instruments, groups, streams. <see cref="ReadAsync"/> reads them.
    /// </summary>
    public static IEnumerable<NpgsqlBatchCommand> Look(Viewer viewer, PhotometryBatch batch, int[] groupIds, int[] streamIds)
    {
        yield return With("SELECT id, key FROM sources WHERE id = ANY ($1) AND deleted_at IS NULL", batch.SourceId.Distinct());
        yield return With("SELECT id, name, filters FROM instruments WHERE id = ANY ($1)", batch.InstrumentId.Distinct());
        if (Others(viewer, groupIds) is { Length: > 0 } others)
            yield return With("SELECT id FROM groups WHERE id = ANY ($1)", others);
        if (streamIds.Length > 0)
            yield return With("SELECT id FROM streams WHERE id = ANY ($1)", streamIds);

        static NpgsqlBatchCommand With<T>(string sql, T[] ids) =>
            new(sql) { Parameters = { new NpgsqlParameter<T[]> { TypedValue = ids } } };
    }

    /// <summary>Reads the answers of <see cref="Look"/> and goes on to the result after them.</summary>
    /// <exception cref="BadInput">Something is not there, or not for the viewer, or an instrument has not the filter.</exception>
    public static async Task<BatchRows> ReadAsync(NpgsqlDataReader rows, Viewer viewer, AudienceCatalog audiences,
        PhotometryBatch batch, int[] groupIds, int[] streamIds, CancellationToken ct)
    {
        var sources = new Dictionary<string, int>();
        var filters = new Dictionary<int, (string Name, string[] Filters)>();
        var missingGroups = Others(viewer, groupIds).ToHashSet();
        var missingStreams = streamIds.ToHashSet();
        while (await rows.ReadAsync(ct))
            sources[rows.GetString(0)] = rows.GetInt32(1);
        await rows.NextResultAsync(ct);
        while (await rows.ReadAsync(ct))
            filters[rows.GetInt32(0)] = (rows.GetString(1), rows.GetFieldValue<string[]>(2));
        await rows.NextResultAsync(ct);
        await StrikeAsync(missingGroups);
        await StrikeAsync(missingStreams);
        if (missingGroups.Count > 0)
            throw new BadInput($"No group with ID {string.Join(", ", missingGroups)}.", "group_ids");
        missingStreams.UnionWith(streamIds.Where(id => !viewer.SeesAll && !viewer.StreamIds.Contains(id)));
        if (missingStreams.Count > 0)
            throw new BadInput($"No stream with ID {string.Join(", ", missingStreams)} that you can use.", "stream_ids");

        var keys = new int[batch.Count];
        for (var row = 0; row < keys.Length; row++)
        {
            if (!sources.TryGetValue(batch.SourceId[row], out keys[row]))
                throw new BadInput($"{batch.Row(row, batch.SourceId)}Invalid object ID: {batch.SourceId[row]}. Save the "
                    + $"source first.", "obj_id");
            if (!filters.TryGetValue(batch.InstrumentId[row], out var instrument))
                throw new BadInput($"{batch.Row(row, batch.InstrumentId)}Invalid instrument ID: {batch.InstrumentId[row]}.",
                    "instrument_id");
            if (instrument.Filters.Length > 0 && !instrument.Filters.Contains(batch.Band[row]))
                throw new BadInput($"{batch.Row(row, batch.Band)}Instrument {instrument.Name} has no filter {batch.Band[row]}. "
                    + $"It has {string.Join(", ", instrument.Filters)}.", "filter");
        }
        if (viewer.OwnGroupId is { } own)
            groupIds = [.. groupIds, own];
        return new BatchRows(batch, keys, groupIds, streamIds, await audiences.InternAsync(groupIds, streamIds, ct));

        async Task StrikeAsync(HashSet<int> asked)
        {
            if (asked.Count == 0)
                return;
            while (await rows.ReadAsync(ct))
                asked.Remove(rows.GetInt32(0));
            await rows.NextResultAsync(ct);
        }
    }

    // That groups of the viewer's own exist need not be asked.
    static int[] Others(Viewer viewer, int[] groupIds) => [.. groupIds.Where(id => !viewer.IsMemberOf(id))];
}
