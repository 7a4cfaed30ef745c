using System.Text.Json;
using System.Text.Json.Nodes;
using Vigil.Access;
using Vigil.Photometry;

namespace Vigil.Dialects.SkyPortal;

/// <summary>SkyPortal's statistics of light curves: of one source, and their upkeep by administrators.</summary>
static class PhotStatRoutes
{
    const int LargestPage = 500;

    static readonly string[] made =
    [
        "createdAtStartTime date Sources made at or after", "createdAtEndTime date Sources made at or before",
    ];

    static readonly string[] updated =
    [
        "quickUpdateStartTime date Statistics changed at or after", "quickUpdateEndTime date Statistics changed at or before",
        "fullUpdateStartTime date Statistics made anew at or after", "fullUpdateEndTime date Statistics made anew at or before",
    ];

    static readonly string[] paging = ["pageNumber integer From 1", "numPerPage integer Default 100, at most 500"];

    public static void MapPhotStats(this RouteGroupBuilder api)
    {
        api.MapGet("/sources/{objId}/phot_stat", Get).WithSummary("Statistics of the light curve of a source.");
        api.MapPost("/sources/{objId}/phot_stat", Add).Needs(Acl.SystemAdmin).WithSummary("Make the statistics of a source.");
        api.MapPut("/sources/{objId}/phot_stat", Put).Needs(Acl.SystemAdmin).WithSummary("Make the statistics of a source anew.");
        api.MapDelete("/sources/{objId}/phot_stat", Delete).Needs(Acl.SystemAdmin)
            .WithSummary("Forget the statistics of a source; its photometry stays.");
        api.MapGet("/phot_stats", Count).Needs(Acl.SystemAdmin).Asks([.. made, .. updated])
            .WithSummary("How many sources have statistics, and how many have not.");
        api.MapPost("/phot_stats", AddMissing).Needs(Acl.SystemAdmin).Asks([.. paging, .. made])
            .WithSummary("Make the statistics of some sources that have none; once made, they are no longer among those.");
        api.MapPatch("/phot_stats", Recompute).Needs(Acl.SystemAdmin).Asks([.. paging, .. made, .. updated])
            .WithSummary("Make the statistics of a page of sources anew.");
    }

    static async Task<IResult> Get(string objId, PhotometryStore photometry, PhotStatStore stats, CancellationToken ct)
    {
        var key = await KeyAsync(objId, photometry, ct);
        return Reply.Success(Json(objId, await stats.FindAsync(key, ct)
            ?? throw new NotFound($"Could not load photometry statistics of {objId}: it has none.")));
    }

    static async Task<IResult> Add(string objId, PhotometryStore photometry, PhotStatStore stats, CancellationToken ct)
    {
        var key = await KeyAsync(objId, photometry, ct);
        if (await stats.FindAsync(key, ct) is not null)
            throw new AlreadyThere($"PhotStat of {objId} already exists. Use PUT to make it anew.");
        await stats.RecomputeAsync([key], ct);
        return Reply.Success();
    }

    static async Task<IResult> Put(string objId, PhotometryStore photometry, PhotStatStore stats, CancellationToken ct)
    {
        await stats.RecomputeAsync([await KeyAsync(objId, photometry, ct)], ct);
        return Reply.Success();
    }

    static async Task<IResult> Delete(string objId, PhotometryStore photometry, PhotStatStore stats, CancellationToken ct)
    {
        await stats.RemoveAsync(await KeyAsync(objId, photometry, ct), ct);
        return Reply.Success();
    }

    static async Task<IResult> Count(Query query, PhotStatStore stats, CancellationToken ct)
    {
        var (without, with) = await stats.CountAsync(Question(query), ct);
        return Reply.Success(new Dictionary<string, int> { ["totalWithoutPhotStats"] = without, ["totalWithPhotStats"] = with });
    }

    static async Task<IResult> AddMissing(Query query, PhotStatStore stats, CancellationToken ct)
    {
        var size = Paging.Size(query.OptionalInt("numPerPage") ?? 100, LargestPage);
        return Page(query, size, await stats.AddMissingAsync(Question(query), size, ct));
    }

    static async Task<IResult> Recompute(Query query, PhotStatStore stats, CancellationToken ct)
    {
        var size = Paging.Size(query.OptionalInt("numPerPage") ?? 100, LargestPage);
        return Page(query, size, await stats.RecomputePageAsync(Question(query),
            total => Paging.Offset(PageNumber(query), size, total), size, ct));
    }

    static IResult Page(Query query, int size, int total) => Reply.Success(new Dictionary<string, int>
    {
        ["totalMatches"] = total, ["numPerPage"] = size, ["pageNumber"] = PageNumber(query),
    });

    static int PageNumber(Query query) => query.OptionalInt("pageNumber") ?? 1;

    static PhotStatQuestion Question(Query query) => new()
    {
        CreatedFrom = query.OptionalDate("createdAtStartTime"),
        CreatedTo = query.OptionalDate("createdAtEndTime"),
        QuickFrom = query.OptionalDate("quickUpdateStartTime"),
        QuickTo = query.OptionalDate("quickUpdateEndTime"),
        FullFrom = query.OptionalDate("fullUpdateStartTime"),
        FullTo = query.OptionalDate("fullUpdateEndTime"),
    };

    static async Task<int> KeyAsync(string objId, PhotometryStore photometry, CancellationToken ct) =>
        await photometry.SourceKeyAsync(objId, ct) ?? throw new NotFound($"Cannot find source with ID: {objId}.");

    /// <summary>Statistics in SkyPortal's words.</summary>
    public static JsonObject Json(string objId, PhotStat stat)
    {
        var json = JsonSerializer.SerializeToNode(stat, Reply.Json)!.AsObject();
        json.Remove("source_key");
        json["id"] = stat.SourceKey;
        json["obj_id"] = objId;
        return json;
    }
}
