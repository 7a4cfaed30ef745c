using Microsoft.EntityFrameworkCore;
using Vigil.Data;
using Vigil.Sources;

namespace Vigil.Dialects.Bhtom;

/// <summary>Named lists of targets.</summary>
static class TargetGroupRoutes
{
    public static void MapTargetGroups(this RouteGroupBuilder api)
    {
        api.MapPost("/targets/target-groups", Groups).WithSummary("All target groups, newest first.")
            .Reads("page integer From 1; 200 a page.");
        api.MapPost("/targets/targets-from-group", Targets).WithSummary("The targets of a group.")
            .Reads("id integer Of the group; or:", "name string Of the group.", "page integer From 1; 200 a page.");
    }

    static async Task<IResult> Groups(Parameters parameters, VigilDb db, CancellationToken ct)
    {
        var total = await db.TargetLists.CountAsync(ct);
        var page = Paging.Given(Paging.Asked(parameters), total);
        var lists = await db.TargetLists.AsNoTracking().OrderByDescending(l => l.CreatedAt).ThenByDescending(l => l.Id)
            .Skip((page - 1) * Paging.Size).Take(Paging.Size).ToListAsync(ct);
        return Reply.Page(lists.Select(l => new { id = l.Id, name = l.Name, created = Reply.Microseconds(l.CreatedAt) }),
            total, page);
    }

    static async Task<IResult> Targets(Parameters parameters, VigilDb db, TargetStore targets, CancellationToken ct)
    {
        var id = parameters.OptionalInt("id");
        var name = parameters.OptionalText("name") is { Length: > 0 } text ? text : null;
        if (id is null && name is null)
            return Reply.Detail("Please provide either 'id' or 'name' of the target group.", 400);
        if (id is not null && name is not null)
            return Reply.Detail("Please provide only one parameter: either 'id' or 'name', not both.", 400);
        var lists = await db.TargetLists.Where(l => l.Id == id || l.Name == name).Select(l => l.Id).OrderBy(i => i)
            .Take(10).ToListAsync(ct);
        if (lists.Count == 0)
            return Reply.Detail("Target group not found.", 404);
        if (lists.Count > 1)
            return Reply.Detail($"Several target groups are named '{name}'; give the id, one of: {string.Join(", ", lists)}.",
                400);
        var page = await targets.SearchAsync(new TargetSearch { ListId = lists[0], Page = Paging.Asked(parameters) }, mjd: 0, ct);
        return Reply.Json(new
        {
            count = page.Total,
            num_pages = Paging.Pages(page.Total),
            current_page = page.Number,
            data = page.Rows.Select(t => TargetJson.Short(t.Source)),
            group = (object?)name ?? id!.Value,
        });
    }
}
