using Microsoft.EntityFrameworkCore;
using Vigil.Access;
using Vigil.Data;

namespace Vigil.Dialects.SkyPortal;

/// <summary>/api/invitations: links by which people become users.</summary>
static class InvitationRoutes
{
    static readonly string[] terms =
        ["groupAdmin boolean[] For each group, whether as administrator (false).",
            "canSave boolean[] For each group, may save sources (true).",
            "streamIDs integer[] Streams; default: those of the groups.", "role string Full user or View only.",
            "userExpirationDate date From then on the user's calls fail."];

    public static void MapInvitations(this RouteGroupBuilder api)
    {
        api.MapGet("/invitations", List).Needs(Acl.ManageUsers).WithSummary("The caller's invitations, newest first.")
            .Asks("pageNumber integer From 1.", "numPerPage integer Invitations a page (25).",
                "includeUsed boolean Also used ones (false).",
                "email string Part of the address.", "group string Exact name.", "stream string Exact name.",
                "invitedBy string Part of the username.");
        api.MapPost("/invitations", Add).Needs(Acl.ManageUsers).WithSummary("Invites somebody; the link works once, for 3 days.")
            .Reads(["userEmail* string Where to.", "groupIDs* integer[] Groups to join.", .. terms]);
        api.MapPatch("/invitations/{invitation_id:int}", Change).Needs(Acl.ManageUsers)
            .WithSummary("Changes one's own invitation.")
            .Reads(["groupIDs integer[] Groups to join.", .. terms]);
        api.MapDelete("/invitations/{invitation_id:int}", Delete).Needs(Acl.ManageUsers)
            .WithSummary("Withdraws one's own invitation.");
    }

    static async Task<IResult> List(Query query, VigilDb db, CancellationToken ct)
    {
        var includeUsed = query.Bool("includeUsed");
        var invitations = db.Invitations.Where(i => includeUsed || !i.Used);
        if (query.OptionalText("email") is { } email)
            invitations = invitations.Where(i => i.UserEmail!.Contains(email));
        if (query.OptionalText("group") is { } group)
            invitations = invitations.Where(i => db.Groups.Any(g => g.Name == group && i.GroupIds.Contains(g.Id)));
        if (query.OptionalText("stream") is { } stream)
            invitations = invitations.Where(i => db.Streams.IgnoreQueryFilters(new[] { VigilDb.Visible })
                .Any(s => s.Name == stream && i.StreamIds.Contains(s.Id)));
        if (query.OptionalText("invitedBy") is { } by)
            invitations = invitations.Where(i => i.InvitedBy!.Username.Contains(by));
        var (total, size) = (await invitations.CountAsync(ct), Paging.Size(query.OptionalInt("numPerPage") ?? 25, 500));
        var page = await invitations.Include(i => i.InvitedBy).OrderByDescending(i => i.Id)
            .Skip(Paging.Offset(query.OptionalInt("pageNumber") ?? 1, size, total)).Take(size).ToListAsync(ct);
        var groupIds = page.SelectMany(i => i.GroupIds).Distinct().ToArray();
        var streamIds = page.SelectMany(i => i.StreamIds).Distinct().ToArray();
        var groups = await db.Groups.Where(g => groupIds.Contains(g.Id)).ToDictionaryAsync(g => g.Id, ct);
        var streams = await db.Streams.IgnoreQueryFilters([VigilDb.Visible]).Where(s => streamIds.Contains(s.Id))
            .ToDictionaryAsync(s => s.Id, ct);
        return Reply.Success(new
        {
            invitations = page.Select(i => new
            {
                role_id = i.Role, i.AdminForGroups, i.UserEmail, i.UserExpirationDate, i.CreatedAt, i.CanSaveToGroups,
                i.Used, i.Id, i.Modified,
                streams = i.StreamIds.Where(streams.ContainsKey).Select(id => AccessJson.From(streams[id])),
                groups = i.GroupIds.Where(groups.ContainsKey).Select(id => AccessJson.From(groups[id])),
                invited_by = AccessJson.From(i.InvitedBy!),
            }),
            totalMatches = total,
        });
    }

    static async Task<IResult> Add(Body body, Invite invite, CancellationToken ct)
    {
        var email = body.OptionalText("userEmail", 254) is { Length: > 0 } given ? given
            : throw new BadInput("Missing required parameter `userEmail`", "userEmail");
        var (invitation, link) = await invite.AddAsync(email, Terms(body), ct);
        return link is null ? Reply.Success(new { invitation.Id }) : Reply.Success(new { invitation.Id, link });
    }

    static InvitationTerms Terms(Body body) => new(body.OptionalInts("groupIDs", 1000), body.OptionalBools("groupAdmin", 1000),
        body.OptionalBools("canSave", 1000), body.OptionalInts("streamIDs", 1000), body.OptionalText("role"),
        body.OptionalDate("userExpirationDate"));

    static async Task<IResult> Change(int invitation_id, Body body, Invite invite, CancellationToken ct)
    {
        await invite.ChangeAsync(invitation_id, Terms(body), ct);
        return Reply.Success();
    }

    static async Task<IResult> Delete(int invitation_id, Invite invite, CancellationToken ct)
    {
        await invite.DeleteAsync(invitation_id, ct);
        return Reply.Success();
    }
}
