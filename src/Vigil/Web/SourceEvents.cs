using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Npgsql;
using Vigil.Access;
using Vigil.Data;

namespace Vigil.Web;

/// <summary>
/// GET /source/{id}/events: server-sent events, one "changed" whenever the source or what the viewer may see of its light
/// curve has changed. What the viewer may not see announces itself to nobody.
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
            WatchAsync(() => changes.Of(id), () => StateAsync(key, viewer.UserId, viewers, database, ct), ending));
    }

    static async IAsyncEnumerable<SseItem<int>> WatchAsync(
        Func<SourceChanges.Watch> start, Func<Task<(int Count, DateTimeOffset? Modified)?>> state,
        [EnumeratorCancellation] CancellationToken ct)
    {
        using var watch = start();
        var known = await state();
        yield return new SseItem<int>(known?.Count ?? 0, "watching");
        while (known is not null && await watch.WaitAsync(ct))
        {
            var now = await state();
            if (now == known)
                continue;
            known = now;
            yield return new SseItem<int>(now?.Count ?? 0, "changed");
        }
    }

    // The viewer is asked for anew each time: rights may have changed while the page was open.
    static async Task<(int Count, DateTimeOffset? Modified)?> StateAsync(
        int key, int userId, ViewerStore viewers, NpgsqlDataSource database, CancellationToken ct)
    {
        if (await viewers.ForUserAsync(userId, ct) is not { } viewer)
            return null;
        await using var db = new VigilDb(database, viewer, "", viewers);
        return await new LightCurveStore(db).StateAsync(key, ct);
    }
}
