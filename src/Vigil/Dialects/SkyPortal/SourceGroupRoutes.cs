using Vigil.Access;
using Vigil.Sources;

namespace Vigil.Dialects.SkyPortal;

/// <summary>SkyPortal's words for which groups a source is saved to, and for whether a source is known at all.</summary>
static class SourceGroupRoutes
{
    public static void MapSourceGroups(this RouteGroupBuilder api)
    {
        api.MapGet("/sources/{obj_id}/groups", Groups).WithSummary("The groups that a source is saved to or requested for.");
        api.MapPost("/source_groups", Change).Needs(Acl.UploadData)
            .WithSummary("Save a source to groups, ask other groups to save it, unsave it.")
            .Reads("objId* string The source", "inviteGroupIds integer[] Groups to save to, or to ask",
                "unsaveGroupIds integer[] Groups to unsave from");
        api.MapPatch("/source_groups/{obj_id}", Decide).Needs(Acl.UploadData)
            .WithSummary("Accept or decline a request to save a source.")
            .Reads("groupID* integer The group", "active* boolean Saved from now on", "requested* boolean Still asked for");
        string[] cone = ["ra number Centre of a cone, degrees", "dec number Centre of a cone, degrees",
            "radius number Radius of a cone, degrees"];
        api.MapGet("/source_exists", (Query query, Viewer viewer, SourceStore sources, CancellationToken ct) =>
            Exists(null, query, viewer, sources, ct)).WithSummary("Whether there is a source at a position.").Asks(cone);
        api.MapGet("/source_exists/{obj_id}", (string obj_id, Query query, Viewer viewer, SourceStore sources,
            CancellationToken ct) =>
            Exists(obj_id, query, viewer, sources, ct)).WithSummary("Whether there is a source of a name, or at a position.")
                .Asks(cone);
        api.MapPost("/sources/{obj_id}/labels", (string obj_id, Body body, LabelSource label, CancellationToken ct) =>
            Label(obj_id, body, label, true, ct)).WithSummary("Note that you have looked at a source for groups.")
                .Reads("groupIds* integer[] The groups");
        api.MapDelete("/sources/{obj_id}/labels", (string obj_id, Body body, LabelSource label, CancellationToken ct) =>
            Label(obj_id, body, label, false, ct)).WithSummary("Take your labels back.").Reads("groupIds* integer[] The groups");
    }

    static async Task<IResult> Groups(string obj_id, SourceGroups groups, CancellationToken ct) =>
        await groups.ListAsync(obj_id, ct) is { } list
            ? Reply.Success(list.Select(AccessJson.From))
            : Reply.Error($"Source not found: no source '{obj_id}'.", 404);

    static async Task<IResult> Change(Body body, SourceGroups groups, CancellationToken ct)
    {
        var id = body.OptionalText("objId") ?? throw new BadInput("Missing required parameter: objId", "objId");
        var (save, unsave) = (body.OptionalInts("inviteGroupIds") ?? [], body.OptionalInts("unsaveGroupIds") ?? []);
        if (save.Length + unsave.Length == 0)
            throw new BadInput("Missing required parameter: one of either unsaveGroupIds or inviteGroupIds must be provided");
        await groups.ChangeAsync(id, save, unsave, ct);
        return Reply.Success();
    }

    static async Task<IResult> Decide(string obj_id, Body body, SourceGroups groups, CancellationToken ct)
    {
        var groupId = body.OptionalInt("groupID") ?? throw new BadInput("Missing required parameter: groupID", "groupID");
        var active = body.OptionalBool("active") ?? throw new BadInput("Missing required parameter: active", "active");
        var requested = body.OptionalBool("requested")
            ?? throw new BadInput("Missing required parameter: requested", "requested");
        await groups.DecideAsync(obj_id, groupId, active, requested, ct);
        return Reply.Success();
    }

    // In prose, as SkyPortal says it; clients look for these words.
    static async Task<IResult> Exists(string? id, Query query, Viewer viewer, SourceStore sources, CancellationToken ct)
    {
        if (id is not null && await sources.IsKnownAsync(id, ct))
            return Reply.Success("A source of that name already exists.");
        var near = SourceQuery.Cone(query) is { } cone ? await sources.InConeAsync(viewer, cone, ct) : [];
        return Reply.Success(near switch
        {
            [] => "A source of that name does not exist.",
            [var one] => $"A source at that location already exists: {one}.",
            _ => $"Sources at that location already exist: {string.Join(",", near)}.",
        });
    }

    static async Task<IResult> Label(string id, Body body, LabelSource label, bool labelled, CancellationToken ct)
    {
        var groupIds = body.OptionalInts("groupIds") ?? throw new BadInput("Missing required parameter: `groupIds`", "groupIds");
        await label.RunAsync(id, groupIds, labelled, ct);
        return Reply.Success();
    }
}
