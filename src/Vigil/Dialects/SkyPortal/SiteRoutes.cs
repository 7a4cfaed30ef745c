using Microsoft.EntityFrameworkCore;
using Vigil.Access;
using Vigil.Data;
using Vigil.Sky.Photometry;

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
        api.MapGet("/enum_types", EnumTypes).WithSummary("The values that fields of other endpoints may take.");
        api.MapGet("/internal/dbinfo", DbInfo).WithSummary("Whether there is a source yet, and PostgreSQL's version.");
        api.MapGet("/acls", () => Reply.Success(Acl.All)).WithSummary("All rights.");
    }

    static IResult EnumTypes() => Reply.Success(new
    {
        ALLOWED_SPECTRUM_TYPES = new[] { "source", "host", "host_center" },
        ALLOWED_MAGSYSTEMS = new[] { "jla1", "ab", "vega", "bd17", "csp", "ab-b12" },
        ALLOWED_BANDPASSES = Bands.All.Select(b => b.Name),
        THUMBNAIL_TYPES = new[] { "new", "ref", "sub", "sdss", "dr8", "ls", "ps1", "new_gz", "ref_gz", "sub_gz" },
        FOLLOWUP_PRIORITIES = new[] { "1", "2", "3", "4", "5" },
        // Facilities and analysis services are none of ours.
        ALLOWED_API_CLASSNAMES = Array.Empty<string>(),
        ANALYSIS_TYPES = Array.Empty<string>(),
        ANALYSIS_INPUT_TYPES = Array.Empty<string>(),
        AUTHENTICATION_TYPES = Array.Empty<string>(),
    });

    static async Task<IResult> DbInfo(VigilDb db, CancellationToken ct) => Reply.Success(new
    {
        source_table_empty = !await db.SavedSources.IgnoreQueryFilters([VigilDb.Visible]).AnyAsync(ct),
        postgres_version = (await db.Database.SqlQueryRaw<string>("SELECT current_setting('server_version') AS \"Value\"")
            .SingleAsync(ct)).Split(' ')[0],
    });
}
