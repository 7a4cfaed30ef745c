using Microsoft.EntityFrameworkCore;
using Npgsql;
using Vigil.Data;
using Vigil.Sources;

namespace Vigil.Candidates;

/// <summary>Records which sources passed the viewer's filters, and when.</summary>
sealed class CandidateStore(VigilDb db, SaveSource sources)
{
    /// <summary>Most filters that one candidate may be said to have passed.</summary>
    public const int MostFilters = 1000;

    /// <summary>The candidates of a source that the viewer sees, oldest first.</summary>
    public Task<List<Candidate>> OfSourceAsync(string sourceId, CancellationToken ct) =>
        db.Candidates.AsNoTracking().Where(c => c.Source!.Id == sourceId).OrderBy(c => c.PassedAt).ThenBy(c => c.Id)
            .ToListAsync(ct);

    public Task<bool> AnyAsync(string sourceId, CancellationToken ct) =>
        db.Candidates.AnyAsync(c => c.Source!.Id == sourceId, ct);

    /// <summary>Records that a source passed filters at a time; the source is made if it is new.</summary>
    /// <param name="source">What was given of it.</param>
    /// <param name="hasPosition">Without one, the source must be known by its id.</param>
    /// <param name="aliases">Other names.</param>
    /// <param name="passingAlertId">The broker's id of the alert, or null.</param>
    /// <returns>The ids of the candidates, one a filter.</returns>
    /// <exception cref="NotFound">A filter does not exist or is not for the viewer: both read the same.</exception>
    /// <exception cref="AlreadyThere">One of them is recorded already; nothing is written then.</exception>
    public async Task<List<int>> AddAsync(
        Source source, bool hasPosition, string[] aliases, int[] filterIds, DateTimeOffset passedAt, long? passingAlertId,
        CancellationToken ct)
    {
        filterIds = [.. filterIds.Distinct()];
        if (filterIds.Length == 0)
            throw new BadInput("Missing required filter_ids parameter: name at least one filter.", "filter_ids");
        var known = await db.StreamFilters.Where(f => filterIds.Contains(f.Id)).Select(f => f.Id).ToListAsync(ct);
        if (filterIds.Except(known).ToList() is { Count: > 0 } strange)
            throw new NotFound($"Invalid filter_ids: there is no filter with ID {string.Join(", ", strange)} among yours.");

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var key = await sources.MakeKnownAsync(source, hasPosition, aliases, ct);
        var candidates = filterIds.Select(id => new Candidate
        {
            SourceKey = key, FilterId = id, PassedAt = passedAt, PassingAlertId = passingAlertId, UploaderId = db.Viewer.UserId,
        }).ToList();
        db.Candidates.AddRange(candidates);
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            throw new AlreadyThere(
                $"Failed to post candidate: '{source.Id}' is known to have passed one of these filters at {passedAt:s}.",
                "passed_at");
        }
        await transaction.CommitAsync(ct);
        return [.. candidates.Select(c => c.Id)];
    }

    /// <summary>Takes back that a source ever passed a filter. The source stays.</summary>
    /// <exception cref="NotFound">It never did, as far as the viewer sees.</exception>
    public async Task RemoveAsync(string sourceId, int filterId, CancellationToken ct)
    {
        var candidates = await db.Candidates.Where(c => c.Source!.Id == sourceId && c.FilterId == filterId).ToListAsync(ct);
        if (candidates.Count == 0)
            throw new NotFound(
                $"Invalid (obj_id, filter_id): there is no candidate '{sourceId}' of a filter with ID {filterId} among yours.");
        db.Candidates.RemoveRange(candidates);
        await db.SaveChangesAsync(ct);
    }
}
