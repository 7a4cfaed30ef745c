using Microsoft.EntityFrameworkCore;
using Npgsql;
using Vigil.Data;

namespace Vigil.Sources;

/// <summary>Changes what is known of a source; what was known before goes into the history.</summary>
sealed class ChangeSource(VigilDb db)
{
    /// <summary>Applies a change.</summary>
    /// <param name="aliases">All other names from now on; null: as they are.</param>
    /// <exception cref="NotFound">There is no such source.</exception>
    /// <exception cref="AlreadyThere">Its new name is that of another.</exception>
    public async Task RunAsync(string id, string[]? aliases, Action<Source> change, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        // Locked, so that two changes at once do not lose one another's entry of the redshift history.
        var key = await db.Database.SqlQuery<int>(
            $"SELECT key AS \"Value\" FROM sources WHERE id = {id} AND deleted_at IS NULL FOR UPDATE")
            .ToListAsync(ct);
        if (key.Count == 0)
            throw new NotFound($"Source not found: no source '{id}'.");
        var source = await db.Sources.Include(s => s.Aliases).AsTracking().SingleAsync(s => s.Key == key[0], ct);
        change(source);
        if (aliases is not null)
        {
            source.Aliases.RemoveAll(a => !aliases.Contains(a.Name));
            source.Aliases.AddRange(aliases.Except(source.Aliases.Select(a => a.Name))
                .Select(name => new SourceAlias { Name = name }));
        }
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException
        {
            SqlState: PostgresErrorCodes.UniqueViolation,
            TableName: "sources"
        })
        {
            throw CreateTarget.NameTaken();
        }
        await SourceChanged.AnnounceAsync(db, source.Key, ct);
        await transaction.CommitAsync(ct);
    }
}
