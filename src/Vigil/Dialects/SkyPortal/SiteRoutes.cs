using Vigil.Access;

namespace Vigil.Dialects.SkyPortal;

/// <summary>What the site tells of itself.</summary>
static class SiteRoutes
{
    public static void MapSite(this RouteGroupBuilder api)
    {
        api.MapGet("/sysinfo", () => Reply.Success(new { gitlog = Array.Empty<object>() }))
            .NeedsNoLogin().WithSummary("That the server is there, and its recent changes.");
        api.MapGet("/roles", () => Reply.Success(Role.All.Select(r => new { id = r.Key, acls = r.Value })))
            .WithSummary("All roles with their rights.");
        api.MapGet("/acls", () => Reply.Success(Acl.All)).WithSummary("All rights.");
    }
}
