using Vigil.Access;

namespace Vigil.Dialects.Bhtom;

/// <summary>
/// BHTOM keeps lists and pages of targets in a cache that administrators clear. Vigil reads its database each time, so there
/// is nothing to clear, and the answer is that all is fresh.
/// </summary>
static class CacheRoutes
{
    public static void MapCaches(this RouteGroupBuilder api)
    {
        foreach (var path in new[] { "/targets/cleanTargetListCache", "/targets/cleanTargetDetailsCache",
            "/targets/cleanTargetDetailCache" })
            api.MapPost(path, () => Reply.Json("OK")).Needs(Acl.SystemAdmin)
                .WithSummary("Lists are fresh afterwards, as they are before.");
    }
}
