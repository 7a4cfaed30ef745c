using Vigil.History;

namespace Vigil.Dialects.SkyPortal;

/// <summary>/api/internal/history: what became of a row. Vigil's own addition to the API.</summary>
static class HistoryRoutes
{
    public static void MapHistory(this RouteGroupBuilder api) =>
        api.MapGet("/internal/history", List)
            .WithSummary("Changes of one row, newest first; system administrators see all, others what they changed themselves.")
            .Asks("table* string Table, such as sources.", "key* string The row's key in that table.",
                "pageNumber integer From 1.",
                "numPerPage integer Changes a page (100, at most 1000).");

    static async Task<IResult> List(Query query, HistoryStore history, CancellationToken ct)
    {
        var (page, size) = (query.OptionalInt("pageNumber") ?? 1, Paging.Size(query.OptionalInt("numPerPage") ?? 100, 1000));
        var (changes, total) = await history.OfRowAsync(
            query.Text("table", 100), query.Text("key", 200), count => Paging.Offset(page, size, count), size, ct);
        return Reply.Success(new
        {
            changes = changes.Select(c => new
            {
                c.Change.Id, c.Change.At, c.Change.ActorId, c.Actor, c.Change.Via, table = c.Change.TableName,
                key = c.Change.RowKey,
                c.Change.Action, old_values = Reply.Raw(c.Change.OldValues), new_values = Reply.Raw(c.Change.NewValues),
            }),
            totalMatches = total,
        });
    }
}
