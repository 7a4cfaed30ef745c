namespace Vigil.Dialects.SkyPortal;

/// <summary>SkyPortal's REST API below /api. Each family of endpoints is one <c>...Routes.cs</c> file beside this one.</summary>
sealed class SkyPortalDialect : Dialect
{
    /// <inheritdoc/>
    public override string Name => "SkyPortal";

    /// <inheritdoc/>
    public override string Description => "SkyPortal's REST API. Every answer is {status, data, version}, an error "
        + "{status, message, data, "
        + "version}. Coordinates are degrees ICRS, times MJD or ISO 8601 in UTC, fluxes microjansky unless a zero "
        + "point says otherwise.";

    /// <inheritdoc/>
    public override string TokenHeader => "Authorization: token 0d1f...";

    /// <inheritdoc/>
    public override bool Owns(PathString path) => path.StartsWithSegments("/api");

    /// <inheritdoc/>
    public override (string? Token, Problem? Problem) ReadToken(HttpContext context)
    {
        var header = context.Request.Headers.Authorization.ToString();
        if (header.Length == 0)
            return (null, null);
        return header.Split(' ', 2, StringSplitOptions.TrimEntries) is [var scheme, { Length: > 0 } token]
            && scheme.ToLowerInvariant() is "token" or "bearer"
            ? (token, null) : (null, Problem.MalformedCredentials);
    }

    /// <inheritdoc/>
    public override IResult Refuse(HttpContext context, Problem problem, string detail, Exception? error = null) => problem switch
    {
        // SkyPortal answers 400 to nearly everything, not found and not readable included; clients rely on it.
        Problem.BadInput or Problem.NotFound or Problem.Conflict => Reply.Error(detail),
        Problem.NoCredentials => Reply.Error("HTTP 401: Unauthorized", 401),
        Problem.MalformedCredentials => Reply.Error(
            "HTTP 401: Unauthorized (Credentials malformed; expected form \"Authorization: token abc123\")", 401),
        Problem.BadToken => Reply.Error("HTTP 401: Unauthorized", 401),
        Problem.Inactive => Reply.Error("HTTP 401: Unauthorized (The account is not active)", 401),
        Problem.MissingRight => Reply.Error("HTTP 401: Unauthorized", 401),
        Problem.Expired => Reply.Error("User account expired", 403),
        Problem.Forbidden => Reply.Error(detail, 403),
        Problem.NoSuchPath when HttpMethods.IsGet(context.Request.Method) => Reply.Error("Invalid API endpoint"),
        Problem.NoSuchPath when HttpMethods.IsHead(context.Request.Method) => Reply.Error("Not found", 404),
        Problem.NoSuchPath or Problem.NoSuchMethod => Reply.Error("HTTP 405: Method Not Allowed", 405),
        Problem.TooLarge => Reply.Error(detail, 413),
        Problem.TooMany => Reply.Error(detail, 429),
        Problem.Away => Reply.Error(detail, 503),
        Problem.Failed => Reply.Error(detail, 500),
        _ => throw new ArgumentOutOfRangeException(nameof(problem), problem, null),
    };

    /// <summary>One line a family.</summary>
    public static void Map(IEndpointRouteBuilder app)
    {
        var api = app.MapGroup("/api").WithMetadata(new SkyPortalDialect());
        api.MapSite();
        api.MapUsers();
        api.MapTokens();
        api.MapProfile();
        api.MapGroups();
        api.MapAdmissionRequests();
        api.MapInvitations();
        api.MapStreams();
        api.MapFilters();
        api.MapCandidates();
        api.MapTelescopes();
        api.MapInstruments();
        api.MapSpectra();
        api.MapComments();
        api.MapNewsFeed();
        api.MapSources();
        api.MapSourceGroups();
        api.MapPhotometry();
        api.MapUploads();
        api.MapPhotStats();
        api.MapSharing();
        api.MapListings();
        api.MapHistory();
    }
}
