using Microsoft.AspNetCore.Http.Features;
using Npgsql;
using Vigil.Access;
using Vigil.Data;

namespace Vigil.Dialects;

/// <summary>
/// What every request to a dialect goes through: limit of calls, who asks, the right that the endpoint needs, and one
/// place where an exception becomes an answer.
/// </summary>
sealed partial class DialectMiddleware(
    RequestDelegate next, IReadOnlyList<Dialect> dialects, ViewerStore viewers, RateLimit limit, ILogger<DialectMiddleware> log)
{
    public async Task InvokeAsync(HttpContext context, Request request)
    {
        var endpoint = context.GetEndpoint();
        var dialect = endpoint?.Metadata.GetMetadata<Dialect>() ?? dialects.FirstOrDefault(d => d.Owns(context.Request.Path));
        if (dialect is null)
        {
            await next(context);
            return;
        }
        try
        {
            var credential = context.Request.Headers.Authorization.ToString();
            if (credential.Length > 0 && !limit.Allows(credential, context))
            {
                await AnswerAsync(dialect.Refuse(context, Problem.TooMany, limit.Refusal));
                return;
            }
            var refusal = await SignInAsync(context, dialect, request);
            var matched = endpoint?.Metadata.GetMetadata<Dialect>() is not null;
            if (refusal is { } problem && endpoint?.Metadata.GetMetadata<OpenToAll>() is null)
                await AnswerAsync(dialect.Refuse(context, problem, ""));
            else if (!matched)
                // Routing gives wrong methods an endpoint of its own, without our metadata.
                await AnswerAsync(dialect.Refuse(context, endpoint is null ? Problem.NoSuchPath : Problem.NoSuchMethod, ""));
            else if (endpoint!.Metadata.GetMetadata<NeedsRight>() is { } needs && request.Viewer?.Has(needs.Acl) != true)
                await AnswerAsync(dialect.Refuse(context, Problem.MissingRight, needs.Acl));
            else
            {
                request.Via = $"{context.Request.Method} {(endpoint as RouteEndpoint)?.RoutePattern.RawText}";
                await next(context);
            }
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            if (e is OperationCanceledException && context.RequestAborted.IsCancellationRequested)
                return;
            var (problem, detail) = Explain(e);
            if (problem == Problem.TooLarge)
                await DrainAsync(context);
            if (problem == Problem.Failed)
                Failed(log, e, context.Request.Method, context.Request.Path);
            if (problem == Problem.Away)
            {
                Away(log, context.Request.Method, context.Request.Path, e.GetBaseException().Message);
                context.Response.Headers.RetryAfter = "5";
            }
            await AnswerAsync(dialect.Refuse(context, problem, detail, e));
        }

        Task AnswerAsync(IResult answer) => answer.ExecuteAsync(context);
    }

    async Task<Problem?> SignInAsync(HttpContext context, Dialect dialect, Request request)
    {
        var (token, problem) = dialect.ReadToken(context);
        if (token is null)
        {
            // A browser that is logged in may call the API, too, but only our own pages may make it write.
            if (await Session.ViewerAsync(context, viewers) is not { } viewer)
                return problem ?? Problem.NoCredentials;
            if (!Session.IsOurs(context.Request))
                throw new Forbidden("A browser's login writes only from Vigil's own pages. Send the header "
                    + "X-Requested-With, or use a token.");
            request.Viewer = viewer;
            return null;
        }
        var (state, found) = await viewers.ForTokenAsync(token, context.RequestAborted);
        request.Viewer = found;
        return state switch
        {
            CredentialState.Good => null,
            CredentialState.Expired => Problem.Expired,
            CredentialState.Inactive => Problem.Inactive,
            _ => Problem.BadToken,
        };
    }

    /// <summary>
    /// Reads what the caller still sends and drops it: most clients read no answer before they have sent all. Ten times
    /// the limit is the end of our patience; then the connection is cut.
    /// </summary>
    static async Task DrainAsync(HttpContext context)
    {
        var limit = context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>();
        if (limit.IsReadOnly || limit.MaxRequestBodySize is not { } most || context.Request.ContentLength > 10 * most)
            return;
        limit.MaxRequestBodySize = null;
        try
        {
            var buffer = new byte[81920];
            for (long dropped = 0; dropped < 10 * most;)
            {
                var read = await context.Request.Body.ReadAsync(buffer, context.RequestAborted);
                if (read == 0)
                    return;
                dropped += read;
            }
        }
        catch (IOException)
        {
            // The caller has gone; nobody is left to answer.
        }
    }

    static (Problem Problem, string Detail) Explain(Exception error) => error switch
    {
        NotFound => (Problem.NotFound, error.Message),
        Forbidden => (Problem.Forbidden, error.Message),
        AlreadyThere => (Problem.Conflict, error.Message),
        BadInput => (Problem.BadInput, error.Message),
        // The numeric library's word for a value out of range; it is written for people.
        ArgumentOutOfRangeException e => (Problem.BadInput, e.Message.Split(" (Parameter")[0]),
        BadHttpRequestException { StatusCode: 413 } => (Problem.TooLarge, "The request body is too large: at most 100 MB."),
        BadHttpRequestException e => (Problem.BadInput, e.Message),
        // Numbers that PostgreSQL cannot hold, and rows that somebody else removed meanwhile.
        PostgresException { SqlState: PostgresErrorCodes.NumericValueOutOfRange } e => (Problem.BadInput, e.MessageText),
        PostgresException { SqlState: PostgresErrorCodes.ForeignKeyViolation } e =>
            (Problem.BadInput, $"Something that this refers to is not there, or is still referred to: "
                + $"{e.Detail ?? e.MessageText}"),
        // What an address or JSON can write and is no character; the readers of bodies refuse most of it, naming the field.
        System.Text.EncoderFallbackException or PostgresException
        {
            SqlState: PostgresErrorCodes.UntranslatableCharacter or PostgresErrorCodes.CharacterNotInRepertoire
            or PostgresErrorCodes.InvalidTextRepresentation
        } =>
            (Problem.BadInput, "A text has a zero character in it, or half of a surrogate pair (an escape from \\ud800 to "
                + "\\udfff). Leave it out."),
        Microsoft.EntityFrameworkCore.DbUpdateException { InnerException: { } inner } => Explain(inner),
        PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } e => (Problem.Conflict, e.Detail ?? e.MessageText),
        _ when DatabaseAway.Caused(error) => (Problem.Away, "The database does not answer just now. Try again in a few seconds."),
        _ => (Problem.Failed, "Vigil failed to answer; the log has the reason."),
    };

    [LoggerMessage(LogLevel.Error, "{Method} {Path} failed.")]
    static partial void Failed(ILogger log, Exception error, string method, PathString path);

    [LoggerMessage(LogLevel.Warning, "{Method} {Path} was put off, since the database does not answer: {Reason}")]
    static partial void Away(ILogger log, string method, PathString path, string reason);
}

/// <summary>What is known of the request under way. One a request.</summary>
sealed class Request
{
    public Viewer? Viewer { get; set; }

    /// <summary>The call, such as "PATCH /api/sources/{obj_id}", for the history.</summary>
    public string Via { get; set; } = "";
}
