using Microsoft.EntityFrameworkCore;
using Vigil.Access;
using Vigil.Data;

namespace Vigil.Sources;

/// <summary>Which groups a source is saved to: saving, asking others to save, unsaving.</summary>
sealed class SourceGroups(VigilDb db)
{
    /// <summary>Groups that a source is saved to, or that were asked to save it, as far as the viewer sees them.</summary>
    public async Task<List<Group>?> ListAsync(string id, CancellationToken ct) =>
        await db.Sources.AnyAsync(s => s.Id == id, ct)
            ? await db.SavedSources.Where(v => v.Source!.Id == id && (v.Active || v.Requested)).OrderBy(v => v.Id)
                .Select(v => v.Group!).AsNoTracking().ToListAsync(ct)
            : null;

    /// <summary>Saves to the groups to which the viewer may save, asks the others to, and unsaves.</summary>
    /// <exception cref="BadInput">
    /// It is saved already, or not saved where it should be unsaved; nothing is changed then.
    /// </exception>
    public async Task ChangeAsync(string id, int[] save, int[] unsave, CancellationToken ct)
    {
        var source = await FindAsync(id, ct);
        var viewer = db.Viewer;
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        // A group that is asked to save may be somebody else's.
        var saves = await db.SavedSources.IgnoreQueryFilters([VigilDb.Visible]).AsTracking()
            .Where(v => v.SourceKey == source.Key && (save.Contains(v.GroupId) || unsave.Contains(v.GroupId)))
            .ToDictionaryAsync(v => v.GroupId, ct);
        var known = await db.Groups.Where(g => save.Contains(g.Id)).Select(g => g.Id).ToListAsync(ct);
        foreach (var groupId in save.Distinct())
        {
            if (!known.Contains(groupId))
                throw new BadInput($"There is no group with ID {groupId}.", "inviteGroupIds");
            if (!saves.TryGetValue(groupId, out var row))
                db.SavedSources.Add(row = new SavedSource { SourceKey = source.Key, GroupId = groupId, Active = false });
            else if (row.Active)
                throw new BadInput($"Source already saved to group w/ ID {groupId}.", "inviteGroupIds");
            (row.Active, row.Requested) = viewer.CanSaveTo(groupId) ? (true, false) : (false, true);
            (row.SavedById, row.SavedAt) = (viewer.UserId, DateTimeOffset.UtcNow);
            (row.UnsavedById, row.UnsavedAt) = (null, null);
        }
        foreach (var groupId in unsave.Distinct())
        {
            if (!saves.TryGetValue(groupId, out var row) || !(row.Active || row.Requested)
                || !(viewer.SeesAll || viewer.IsMemberOf(groupId)))
                throw new BadInput($"Source is not saved to group {groupId} from which it was to be unsaved.", "unsaveGroupIds");
            (row.Active, row.Requested) = (false, false);
            (row.UnsavedById, row.UnsavedAt) = (viewer.UserId, DateTimeOffset.UtcNow);
        }
        await db.SaveChangesAsync(ct);
        await SourceChanged.AnnounceAsync(db, source.Key, ct);
        await transaction.CommitAsync(ct);
    }

    /// <summary>Accepts or declines the request to save a source to a group of the viewer.</summary>
    public async Task DecideAsync(string id, int groupId, bool active, bool requested, CancellationToken ct)
    {
        var source = await FindAsync(id, ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var row = await db.SavedSources.AsTracking().SingleOrDefaultAsync(v => v.SourceKey == source.Key
            && v.GroupId == groupId, ct)
            ?? throw new NotFound($"The source '{id}' is neither saved to group {groupId} nor requested for it.");
        if (active && !row.Active)
        {
            if (!db.Viewer.CanSaveTo(groupId))
                throw new BadInput($"User does not have power to save to group with ID {groupId}.", "groupID");
            (row.SavedById, row.SavedAt) = (db.Viewer.UserId, DateTimeOffset.UtcNow);
            (row.UnsavedById, row.UnsavedAt) = (null, null);
        }
        else if (!active && row.Active)
            (row.UnsavedById, row.UnsavedAt) = (db.Viewer.UserId, DateTimeOffset.UtcNow);
        (row.Active, row.Requested) = (active, requested);
        await db.SaveChangesAsync(ct);
        await SourceChanged.AnnounceAsync(db, source.Key, ct);
        await transaction.CommitAsync(ct);
    }

    async Task<Source> FindAsync(string id, CancellationToken ct) =>
        await db.Sources.AsNoTracking().SingleOrDefaultAsync(s => s.Id == id, ct)
            ?? throw new NotFound($"Invalid objId: source not found, no source '{id}'.");
}
