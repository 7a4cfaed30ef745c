using Vigil.Access;

namespace Vigil.Dialects.Bhtom;

/// <summary>BHTOM's REST API. Each family of endpoints is one <c>...Routes.cs</c> file beside this one.</summary>
sealed class BhtomDialect : Dialect
{
    /// <inheritdoc/>
    public override string Name => "BHTOM";

    /// <inheritdoc/>
    public override string Description => "BHTOM's REST API. Bodies are JSON or forms, lists are pages {count, num_pages, "
        + "current_page, data}. "
        + "Coordinates are degrees ICRS, times MJD or ISO 8601 in UTC; a negative error marks a limit.";

    /// <inheritdoc/>
    public override string TokenHeader => "Authorization: Token 0d1f...";

    static readonly string[] roots =
        ["/targets", "/observatory", "/calibration", "/common/api", "/upload", "/calibFile", "/dataproducts", "/api/token-auth",
            "/api/targets", "/users/me"];

    /// <inheritdoc/>
    public override bool Owns(PathString path) => roots.Any(root => path.StartsWithSegments(root));

    /// <inheritdoc/>
    public override bool TrailingCommas => true;

    // A script in use asks for the second page of a list so.
    /// <inheritdoc/>
    public override bool FormsCalledJson => true;

    /// <inheritdoc/>
    public override (string? Token, Problem? Problem) ReadToken(HttpContext context)
    {
        var parts = context.Request.Headers.Authorization.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return parts is [] || !parts[0].Equals("token", StringComparison.OrdinalIgnoreCase)
                && !parts[0].Equals("bearer", StringComparison.OrdinalIgnoreCase) ? (null, null)
            : parts is [_, var token] ? (token, null)
            : (null, Problem.MalformedCredentials);
    }

    /// <inheritdoc/>
    public override IResult Refuse(HttpContext context, Problem problem, string detail, Exception? error = null)
    {
        if (problem is Problem.NoCredentials or Problem.BadToken or Problem.MalformedCredentials
            or Problem.Inactive or Problem.Expired)
            context.Response.Headers.WWWAuthenticate = "Token";
        return problem switch
        {
            Problem.BadInput or Problem.Conflict when error is BadInput { Field: { } field } =>
                Reply.Json(new Dictionary<string, string[]> { [field] = [detail] }, 400),
            // What is refused while it is stored is a bare list.
            Problem.Conflict when error is AlreadyThere => Reply.Json(new[] { detail }, 400),
            Problem.BadInput or Problem.Conflict => Reply.Detail(detail, 400),
            Problem.NoCredentials => Reply.Detail("Authentication credentials were not provided.", 401),
            Problem.BadToken => Reply.Detail("Invalid token.", 401),
            Problem.MalformedCredentials => Reply.Detail("Invalid token header. No credentials provided.", 401),
            Problem.Inactive or Problem.Expired => Reply.Detail("User inactive or deleted.", 401),
            Problem.MissingRight when detail == Acl.SystemAdmin => Reply.Detail("Access denied. You must be an admin.", 403),
            Problem.MissingRight => Reply.Detail($"Access denied. It needs the right \"{detail}\".", 403),
            Problem.Forbidden => Reply.Detail(detail, 403),
            Problem.NotFound => Reply.Detail(detail, 404),
            Problem.NoSuchPath => Reply.Detail("Not found.", 404),
            Problem.NoSuchMethod => Reply.Detail($"Method \"{context.Request.Method}\" not allowed.", 405),
            Problem.TooLarge => Reply.Detail(detail, 413),
            Problem.TooMany => Reply.Detail(detail, 429),
            Problem.Away => Reply.Detail(detail, 503),
            Problem.Failed => Reply.Detail(detail, 500),
            _ => throw new ArgumentOutOfRangeException(nameof(problem), problem, null),
        };
    }

    /// <summary>One line a family.</summary>
    public static void Map(IEndpointRouteBuilder app)
    {
        var api = app.MapGroup("").WithMetadata(new BhtomDialect());
        api.MapTokens();
        api.MapAccount();
        api.MapTargets();
        api.MapPlots();
        api.MapUploads();
        api.MapDownloads();
        api.MapTargetGroups();
        api.MapCaches();
    }
}
