using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Vigil.Access;
using Vigil.Data;

namespace Vigil.Dialects.SkyPortal;

/// <summary>/api/internal/profile: what the caller is and prefers.</summary>
static class ProfileRoutes
{
    public static void MapProfile(this RouteGroupBuilder api)
    {
        api.MapGet("/internal/profile", Get).WithSummary("The caller, with rights, tokens and preferences.");
        api.MapPatch("/internal/profile", Change).WithSummary("Changes the caller's names, contact and preferences.")
            .Reads("username string New name.", "first_name string Given name.", "last_name string Family name.",
                "affiliations string[] Institutes.",
                "contact_email string E-mail.", "contact_phone string Phone.", "preferences object Merged into those there are.");
    }

    static async Task<IResult> Get(Viewer viewer, VigilDb db, CancellationToken ct)
    {
        var user = await db.Users.FirstAsync(u => u.Id == viewer.UserId, ct);
        var tokens = await db.Tokens.Where(t => t.CreatedById == viewer.UserId).OrderBy(t => t.Id).ToListAsync(ct);
        var requests = await db.GroupAdmissionRequests.Where(r => r.UserId == viewer.UserId).OrderBy(r => r.Id).ToListAsync(ct);
        var json = AccessJson.WithRights(user);
        json["permissions"] = viewer.Acls.Order(StringComparer.Ordinal);
        json["tokens"] = tokens.Select(TokenRoutes.ToJson);
        json["preferences"] = Reply.Raw(user.Preferences ?? "{}");
        json["groupAdmissionRequests"] = requests.Select(r =>
            new { r.Id, r.UserId, r.GroupId, r.Status, r.CreatedAt, r.Modified });
        return Reply.Success(json);
    }

    static async Task<IResult> Change(Body body, Viewer viewer, ChangeUser change, CancellationToken ct)
    {
        await change.RunAsync(viewer.UserId, UserRoutes.Person(body) with { Preferences = Preferences(body) }, ct);
        return Reply.Success();
    }

    static JsonObject? Preferences(Body body) => body.JsonText("preferences", 100_000) is not { } text ? null
        : JsonNode.Parse(text) as JsonObject ?? throw new BadInput("preferences must be an object.", "preferences");
}
