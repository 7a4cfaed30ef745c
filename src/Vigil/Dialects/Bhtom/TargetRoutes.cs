using Vigil.Access;
using Vigil.Sky;
using Vigil.Sources;

namespace Vigil.Dialects.Bhtom;

/// <summary>/targets/: create, change, list and delete. What a target is, and who may see it, lives in Sources/.</summary>
static class TargetRoutes
{
    static readonly string[] targetFields =
    [
        "epoch string Julian year: 2000.0 or J2000.", "classification string Such as SN, Star, \"Microlensing Event\".",
        "discovery_date date In UTC.", "importance number 0 (leave it) to 10 (observe at once); 9.98 unless given.",
        "cadence number Wanted days between observations, 0 for none; 1 unless given.",
        "description string At most 200 characters.",
        "has_optical boolean Has such data.", "has_infrared boolean Has such data.", "has_radio boolean Has such data.",
        "has_xray boolean Has such data.", "has_gamma boolean Has such data.", "has_polarimetry boolean Has such data.",
    ];

    public static void MapTargets(this RouteGroupBuilder api)
    {
        api.MapPost("/targets/createTarget", Create).Needs(Acl.UploadData)
            .WithSummary("Creates a target; 3 arcsec from any other.")
            .Reads(["name* string At most 100 characters.", "ra* number Degrees, ICRS.",
                "dec* number Degrees, ICRS.", .. targetFields,
                "aliases any Other names: pairs [survey, name]."])
            .Example("""{"name": "Example Star", "ra": 123.456, "dec": -45.678, "epoch": 2000.0, "classification": "Star", "discovery_date": "2023-09-28T10:00:00Z", "importance": 5, "cadence": 24}""");
        api.MapMethods("/targets/updateTarget/{name}", ["PATCH", "POST", "PUT"], Update).Needs(Acl.UploadData)
            .WithSummary("Changes what is given of a target; by its owner or an administrator.")
            .Reads(["name string A new name.", "ra number Degrees, ICRS.", "dec number Degrees, ICRS.", .. targetFields]);
        api.MapMethods("/api/targets/updateTarget/{name}", ["PATCH", "POST", "PUT"], Update).Needs(Acl.UploadData)
            .WithSummary("Another spelling of /targets/updateTarget/{name}.");
        api.MapPost("/targets/getTargetList", List).WithSummary("Targets, 200 a page.").Reads(TargetListFilter.Declared);
        api.MapGet("/targets/getTargetList", List).WithSummary("Targets, 200 a page.").Asks(TargetListFilter.Declared);
        api.MapMethods("/targets/deleteTarget", ["DELETE", "POST"], Delete).Needs(Acl.UploadData)
            .WithSummary("Takes a target off all lists; by its owner or an administrator. Its data are kept.")
            .Reads("name* string Name of the target.");
    }

    static async Task<IResult> Create(Body body, CreateTarget create, CancellationToken ct)
    {
        var target = TargetFields.Create(body);
        target.Key = await create.RunAsync(target, ct);
        return Reply.Json(TargetJson.Short(target), 201);
    }

    static async Task<IResult> Update(string name, Body body, Viewer viewer, ChangeSource change, CancellationToken ct)
    {
        await change.RunAsync(name, null, target =>
        {
            RefuseStrangers(target, viewer);
            TargetFields.Update(body, target);
        }, ct);
        return Reply.Json(new { Status = "updated" }, 201);
    }

    static async Task<IResult> List(Parameters parameters, TargetStore targets, TimeProvider time, CancellationToken ct)
    {
        TargetSearch search;
        try
        {
            search = await TargetListFilter.ReadAsync(parameters, targets, ct);
        }
        catch (BadInput e)
        {
            return Reply.Json($"Wrong format: {e.Message}", 400);
        }
        var mjd = Mjd.From(time.GetUtcNow());
        var page = await targets.SearchAsync(search, mjd, ct);
        return Reply.Page(page.Rows.Select(t => TargetJson.Full(t, mjd)), page.Total, page.Number);
    }

    static async Task<IResult> Delete(Parameters parameters, Viewer viewer, ChangeSource change,
        TimeProvider time, CancellationToken ct)
    {
        var name = parameters.OptionalText("name") is { Length: > 0 } given
            ? given : throw new BadInput("This field is required.", "name");
        await change.RunAsync(name, null, target =>
        {
            RefuseStrangers(target, viewer);
            target.DeletedAt = time.GetUtcNow();
        }, ct);
        return Reply.Json(new { status = "deleted" });
    }

    static void RefuseStrangers(Source target, Viewer viewer)
    {
        if (!viewer.SeesAll && target.OwnerId != viewer.UserId)
            throw new Forbidden($"Only its owner or an administrator may change the target '{target.Id}'.");
    }
}
