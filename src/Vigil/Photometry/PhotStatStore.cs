using Microsoft.EntityFrameworkCore;
using Npgsql;
using Vigil.Data;
using Vigil.Sources;

namespace Vigil.Photometry;

/// <summary>
/// Which sources' statistics: by when the source was made, and when its statistics were. Null does not restrict.
/// </summary>
sealed record PhotStatQuestion
{
    public DateTimeOffset? CreatedFrom { get; init; }
    public DateTimeOffset? CreatedTo { get; init; }
    public DateTimeOffset? QuickFrom { get; init; }
    public DateTimeOffset? QuickTo { get; init; }
    public DateTimeOffset? FullFrom { get; init; }
    public DateTimeOffset? FullTo { get; init; }
}

/// <summary>
/// The statistics of light curves: reading them, and making them anew. They count all points, whoever may see those.
/// </summary>
sealed class PhotStatStore(VigilDb db)
{
    public Task<PhotStat?> FindAsync(int sourceKey, CancellationToken ct) =>
        db.PhotStats.AsNoTracking().FirstOrDefaultAsync(s => s.SourceKey == sourceKey, ct);

    /// <summary>How many sources have no statistics, and how many have.</summary>
    public async Task<(int Without, int With)> CountAsync(PhotStatQuestion question, CancellationToken ct) =>
        (await Without(question).CountAsync(ct), await With(question).CountAsync(ct));

    /// <summary>Makes the statistics of some sources that have none.</summary>
    /// <returns>How many there were without.</returns>
    public async Task<int> AddMissingAsync(PhotStatQuestion question, int count, CancellationToken ct)
    {
        var without = Without(question);
        var total = await without.CountAsync(ct);
        await RecomputeAsync(await without.OrderBy(s => s.Key).Select(s => s.Key).Take(count).ToArrayAsync(ct), ct);
        return total;
    }

    /// <summary>Makes the statistics of a page of sources anew.</summary>
    /// <returns>How many have some.</returns>
    public async Task<int> RecomputePageAsync(PhotStatQuestion question, Func<int, int> offset, int count, CancellationToken ct)
    {
        var with = With(question);
        var total = await with.CountAsync(ct);
        await RecomputeAsync(
            await with.OrderBy(s => s.SourceKey).Select(s => s.SourceKey).Skip(offset(total)).Take(count).ToArrayAsync(ct), ct);
        return total;
    }

    /// <summary>Makes the statistics of sources from all their points.</summary>
    public async Task RecomputeAsync(int[] sourceKeys, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await PhotStatUpdate.RecomputeAsync((NpgsqlConnection)db.Database.GetDbConnection(), sourceKeys, ct);
        await transaction.CommitAsync(ct);
    }

    public Task RemoveAsync(int sourceKey, CancellationToken ct) =>
        db.PhotStats.Where(s => s.SourceKey == sourceKey).ExecuteDeleteAsync(ct);

    IQueryable<Source> Without(PhotStatQuestion question) =>
        Made(db.Sources, question).Where(s => !db.PhotStats.Any(p => p.SourceKey == s.Key));

    IQueryable<PhotStat> With(PhotStatQuestion question)
    {
        var stats = db.PhotStats.Where(p => Made(db.Sources, question).Any(s => s.Key == p.SourceKey));
        if (question.QuickFrom is { } quickFrom)
            stats = stats.Where(p => p.LastUpdate >= quickFrom);
        if (question.QuickTo is { } quickTo)
            stats = stats.Where(p => p.LastUpdate <= quickTo);
        if (question.FullFrom is { } fullFrom)
            stats = stats.Where(p => p.LastFullUpdate >= fullFrom);
        if (question.FullTo is { } fullTo)
            stats = stats.Where(p => p.LastFullUpdate <= fullTo);
        return stats;
    }

    static IQueryable<Source> Made(IQueryable<Source> sources, PhotStatQuestion question)
    {
        if (question.CreatedFrom is { } from)
            sources = sources.Where(s => s.CreatedAt >= from);
        if (question.CreatedTo is { } to)
            sources = sources.Where(s => s.CreatedAt <= to);
        return sources;
    }
}
