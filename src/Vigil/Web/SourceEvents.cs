using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Vigil.Access;
using Vigil.Data;

namespace Vigil.Web;

/// <summary>
/// GET /source/{id}/events: server-sent events, one "changed" whenever the source or what the viewer may see of its light
/// curve, spectra and comments has changed. What the viewer may not see announces itself to nobody.
/// </summary>
static class SourceEvents
{
    public static async Task<IResult> Stream(
        string id, LightCurveStore store, Viewer viewer, ViewerStore viewers, NpgsqlDataSource database, SourceChanges changes,
        IHostApplicationLifetime life, CancellationToken ct)
    {
        if (await store.KeyAsync(id, ct) is not { } key)
            return Results.NotFound();
        var ending = CancellationTokenSource.CreateLinkedTokenSource(life.ApplicationStopping, ct).Token;
        return TypedResults.ServerSentEvents(
            WatchAsync(() => changes.OfAsync(key, ending), () => StateAsync(key, viewer.UserId, viewers, database, ct), ending));
    }

    static async IAsyncEnumerable<SseItem<int>> WatchAsync(
        Func<Task<SourceChanges.Watch>> start, Func<Task<SourceState?>> state,
        [EnumeratorCancellation] CancellationToken ct)
    {
        using var watch = await start();
        var known = await state();
        yield return new SseItem<int>(known?.Points ?? 0, "watching");
        while (known is not null && await watch.WaitAsync(ct))
        {
            var now = await state();
            if (now == known)
                continue;
            known = now;
            yield return new SseItem<int>(now?.Points ?? 0, "changed");
        }
    }

    // The viewer is asked for anew each time: rights may have changed while the page was open.
    static async Task<SourceState?> StateAsync(
        int key, int userId, ViewerStore viewers, NpgsqlDataSource database, CancellationToken ct)
    {
        if (await viewers.ForUserAsync(userId, ct) is not { } viewer)
            return null;
        await using var db = new VigilDb(database, viewer, "", viewers);
        return await SourceState.OfAsync(db, key, ct);
    }
}

/// <summary>What the viewer sees of a source, in short: it differs whenever the page would.</summary>
/// <param name="Modified">When the latest change of any of it was.</param>
sealed record SourceState(int Points, int Spectra, int Comments, DateTimeOffset? Modified)
{
    public static async Task<SourceState> OfAsync(VigilDb db, int key, CancellationToken ct)
    {
        var source = await db.Sources.Where(s => s.Key == key).MaxAsync(s => (DateTimeOffset?)s.Modified, ct);
        var points = await OfAsync(db.Photometry.Where(p => p.SourceKey == key && p.Active).Select(p => p.Modified), ct);
        var spectra = await OfAsync(db.Spectra.Where(s => s.SourceKey == key).Select(s => s.Modified), ct);
        var comments = await OfAsync(db.Comments.Where(c => c.SourceKey == key).Select(c => c.Modified), ct);
        return new(points.Count, spectra.Count, comments.Count,
            new[] { source, points.Modified, spectra.Modified, comments.Modified }.Max());
    }

    static async Task<(int Count, DateTimeOffset? Modified)> OfAsync(IQueryable<DateTimeOffset> changes, CancellationToken ct) =>
        await changes.GroupBy(_ => 1).Select(all => new ValueTuple<int, DateTimeOffset?>(all.Count(), all.Max()))
            .FirstOrDefaultAsync(ct);
}
