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
            .Reads("username string New name.", "first_name string Given name.", "last_name string Family name.", "affiliations string[] Institutes.",
                "contact_email string E-mail.", "contact_phone string Phone.", "preferences object Merged into those there are.");
    }

    static async Task<IResult> Get(Viewer viewer, VigilDb db, CancellationToken ct)
    {
        var user = await db.Users.FirstAsync(u => u.Id == viewer.UserId, ct);
        var tokens = await db.Tokens.OrderBy(t => t.Id).ToListAsync(ct);
        var requests = await db.GroupAdmissionRequests.Where(r => r.UserId == viewer.UserId).OrderBy(r => r.Id).ToListAsync(ct);
        var json = AccessJson.WithRights(user);
        json["permissions"] = viewer.Acls.Order(StringComparer.Ordinal);
        json["tokens"] = tokens.Select(TokenRoutes.ToJson);
        json["preferences"] = Reply.Raw(user.Preferences ?? "{}");
        json["groupAdmissionRequests"] = requests.Select(r => new { r.Id, r.UserId, r.GroupId, r.Status, r.CreatedAt, r.Modified });
        return Reply.Success(json);
    }

    static async Task<IResult> Change(Body body, Viewer viewer, VigilDb db, ChangeUser change, CancellationToken ct)
    {
        var user = await db.Users.AsTracking().FirstAsync(u => u.Id == viewer.UserId, ct);
        if (body.OptionalText("username", 200) is { } name)
            await change.RenameAsync(user, name, ct);
        if (body.Has("first_name"))
            user.FirstName = body.OptionalText("first_name", 200);
        if (body.Has("last_name"))
            user.LastName = body.OptionalText("last_name", 200);
        if (body.Has("affiliations"))
            user.Affiliations = [.. body.OptionalTexts("affiliations", 100) ?? []];
        if (body.Has("contact_email"))
            user.ContactEmail = body.OptionalText("contact_email", 254) is { Length: > 0 } email ? ChangeUser.Email(email) : null;
        if (body.Has("contact_phone"))
            user.ContactPhone = body.OptionalText("contact_phone", 30) is { Length: > 0 } phone ? ChangeUser.PhoneNumber(phone) : null;
        if (body.JsonText("preferences", 100_000) is { } preferences)
        {
            if (JsonNode.Parse(preferences) is not JsonObject given)
                throw new BadInput("preferences must be an object.", "preferences");
            var merged = JsonNode.Parse(user.Preferences ?? "{}")!.AsObject();
            Merge(merged, given);
            user.Preferences = merged.ToJsonString();
        }
        await db.SaveChangesAsync(ct);
        return Reply.Success();
    }

    // Objects are merged key by key, as the pages send only what changed; anything else replaces.
    static void Merge(JsonObject into, JsonObject from)
    {
        foreach (var (key, value) in from)
        {
            if (value is JsonObject inner && into[key] is JsonObject there)
                Merge(there, inner);
            else
                into[key] = value?.DeepClone();
        }
    }
}
