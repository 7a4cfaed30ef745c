using Microsoft.EntityFrameworkCore;
using Vigil.Data;

namespace Vigil.Sources;

/// <summary>Notes that the viewer has looked at a source for a group, or has not after all.</summary>
sealed class LabelSource(VigilDb db)
{
    /// <summary>Adds the viewer's label for each of the groups, once a group; or removes it.</summary>
    /// <exception cref="BadInput">The source is not there, or a group is not the viewer's.</exception>
    public async Task RunAsync(string id, int[] groupIds, bool labelled, CancellationToken ct)
    {
        var viewer = db.Viewer;
        var source = await db.Sources.AsNoTracking().SingleOrDefaultAsync(s => s.Id == id, ct)
            ?? throw new NotFound($"Source not found: no source '{id}'.");
        var known = await db.Groups.Where(g => groupIds.Contains(g.Id)).Select(g => g.Id).ToListAsync(ct);
        var strange = groupIds.Where(g => !known.Contains(g) || !(viewer.SeesAll || viewer.IsMemberOf(g))).Distinct().ToList();
        if (strange.Count > 0)
            throw new BadInput($"Invalid groupIds: you are in no group with ID {string.Join(", ", strange)}.", "groupIds");
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (labelled)
            await db.Database.ExecuteSqlAsync($"""
                INSERT INTO source_labels (source_key, labeller_id, group_id)
                    SELECT {source.Key}, {viewer.UserId}, unnest({groupIds}) ON CONFLICT DO NOTHING
                """, ct);
        else
            await db.SourceLabels
                .Where(l => l.SourceKey == source.Key && l.LabellerId == viewer.UserId && groupIds.Contains(l.GroupId))
                .ExecuteDeleteAsync(ct);
        await SourceChanged.AnnounceAsync(db, source.Key, ct);
        await transaction.CommitAsync(ct);
    }
}
