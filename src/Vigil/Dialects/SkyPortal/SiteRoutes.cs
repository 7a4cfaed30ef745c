using Vigil.Access;
using Vigil.Operation;
using Vigil.Sky.Photometry;
using Vigil.Spectra;

namespace Vigil.Dialects.SkyPortal;

/// <summary>What the site tells of itself.</summary>
static class SiteRoutes
{
    static readonly string[] thumbnailTypes = ["new", "ref", "sub", "sdss", "dr8", "ls", "ps1", "new_gz", "ref_gz", "sub_gz"];
    static readonly string[] priorities = ["1", "2", "3", "4", "5"];
    static readonly object[] none = [];

    public static void MapSite(this RouteGroupBuilder api)
    {
        api.MapGet("/sysinfo", SysInfo).NeedsNoLogin()
            .WithSummary("That the server is there, and the last commits that it was built from.");
        api.MapGet("/config", Config).WithSummary("How the site is set up, as far as clients need to know.");
        api.MapGet("/roles", () => Reply.Success(Role.All.Select(r => new { id = r.Key, acls = r.Value })))
            .WithSummary("All roles with their rights.");
        api.MapGet("/acls", () => Reply.Success(Acl.All)).WithSummary("All rights.");
        api.MapGet("/enum_types", EnumTypes).WithSummary("The values that fields of other endpoints may take.");
        api.MapGet("/db_stats", DbStats).Needs(Acl.SystemAdmin).WithSummary("How many rows of each kind there are.");
        api.MapGet("/internal/dbinfo", DbInfo).WithSummary("Whether there is a source yet, and PostgreSQL's version.");
    }

    // No addresses of people: anybody may ask.
    static IResult SysInfo() => Reply.Success(new
    {
        gitlog = Build.Commits.Select(c => new
        {
            name = "Vigil", time = c.At.ToString("yyyy-MM-dd'T'HH:mm:sszzz", null), sha = c.Hash, description = c.Subject,
            pr_nr = (string?)null, pr_url = "", commit_url = "",
        }),
    });

    // What Vigil does not do is false, null or empty.
    static IResult Config() => Reply.Success(new Dictionary<string, object?>
    {
        ["slackPreamble"] = null,
        ["invitationsEnabled"] = true,
        ["cosmology"] = "FlatLambdaCDM(name=\"Planck18\", H0=67.66 km / (Mpc s), Om0=0.30966, Tcmb0=2.7255 K, Neff=3.046, "
            + "m_nu=[0.   0.   0.06] eV, Ob0=0.04897)",
        ["cosmoref"] = "Planck Collaboration VI 2020, A&A 641, A6, table 2 (TT, TE, EE + lowE + lensing + BAO)",
        ["allowedSpectrumTypes"] = Spectrum.Types,
        ["defaultSpectrumType"] = Spectrum.Types[0],
        ["gcnNoticeTypes"] = none,
        ["maxNumDaysUsingLocalization"] = null,
        ["image_analysis"] = false,
        ["allowedRecurringAPIMethods"] = none,
        ["classificationsClasses"] = new { },
        ["summary_sourcesClasses"] = none,
        ["gcnTagsClasses"] = new { },
        ["colorPalette"] = none,
        ["openai_summary_apikey_set"] = false,
        ["openai_summary_parameters"] = new { },
    });

    // A dictionary, since these names are written in capitals.
    static IResult EnumTypes() => Reply.Success(new Dictionary<string, object>
    {
        ["ALLOWED_SPECTRUM_TYPES"] = Spectrum.Types,
        ["ALLOWED_MAGSYSTEMS"] = MagnitudeSystem.Names,
        ["ALLOWED_BANDPASSES"] = Bands.All.Select(b => b.Name),
        ["THUMBNAIL_TYPES"] = thumbnailTypes,
        ["FOLLOWUP_PRIORITIES"] = priorities,
        // Facilities and analysis services are none of ours.
        ["ALLOWED_API_CLASSNAMES"] = none,
        ["ANALYSIS_TYPES"] = none,
        ["ANALYSIS_INPUT_TYPES"] = none,
        ["AUTHENTICATION_TYPES"] = none,
    });

    static async Task<IResult> DbStats(SiteStatistics statistics, CancellationToken ct)
    {
        var counts = await statistics.CountAsync(ct);
        return Reply.Success(new Dictionary<string, object>
        {
            ["Number of photometry (approx)"] = counts["photometry"],
            ["Number of candidates"] = counts["candidates"],
            ["Number of sources"] = counts["saved sources"],
            ["Number of source views"] = counts["source views"],
            ["Number of objs"] = counts["sources"],
            ["Number of spectra"] = counts["spectra"],
            ["Number of groups"] = counts["groups"],
            ["Number of users"] = counts["users"],
            ["Number of tokens"] = counts["tokens"],
            ["Number of filters"] = counts["filters"],
            ["Number of telescopes"] = counts["telescopes"],
            ["Number of instruments"] = counts["instruments"],
            ["Number of comments"] = counts["comments"],
            ["Number of annotations"] = 0,
            ["Number of thumbnails"] = 0,
            ["Number of GCN events"] = 0,
            ["Latest cron job run times & statuses"] = none,
        });
    }

    static async Task<IResult> DbInfo(SiteStatistics statistics, CancellationToken ct)
    {
        var (anySaved, version) = await statistics.DatabaseAsync(ct);
        return Reply.Success(new { source_table_empty = !anySaved, postgres_version = version });
    }
}
