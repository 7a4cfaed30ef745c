namespace Vigil.Dialects;

/// <summary>Why a request gets no answer, in our words; each dialect has its own way to say it.</summary>
enum Problem
{
    BadInput, NoCredentials, BadToken, MalformedCredentials, Expired, Inactive, MissingRight, Forbidden, NotFound,
    Conflict, NoSuchPath, NoSuchMethod, TooLarge, TooMany, Away, Failed
}

/// <summary>
/// One REST API that we speak: how a caller says who he is, and how an error reads. The endpoints of a dialect carry it as
/// metadata; <see cref="DialectMiddleware"/> does for all of them what does not depend on the endpoint.
/// </summary>
abstract class Dialect
{
    /// <summary>As in the address of its API reference.</summary>
    public abstract string Name { get; }

    /// <summary>What it is for, a sentence or two.</summary>
    public abstract string Description { get; }

    /// <summary>How a caller's token is sent, as an example.</summary>
    public abstract string TokenHeader { get; }

    /// <summary>Whether paths that no route serves are this dialect's to refuse.</summary>
    public abstract bool Owns(PathString path);

    /// <summary>Whether JSON may have commas before a closing bracket.</summary>
    public virtual bool TrailingCommas => false;

    /// <summary>Whether a form is read as one even where its content type says JSON.</summary>
    public virtual bool FormsCalledJson => false;

    /// <summary>The token in the Authorization header; null with a problem where there is none to be read.</summary>
    public abstract (string? Token, Problem? Problem) ReadToken(HttpContext context);

    /// <summary>Phrases an error.</summary>
    /// <param name="detail">Text for the user; empty where the problem says it all.</param>
    /// <param name="error">The exception behind it, if any.</param>
    public abstract IResult Refuse(HttpContext context, Problem problem, string detail, Exception? error = null);
}

/// <summary>The caller needs this right; an administrator has all.</summary>
sealed record NeedsRight(string Acl);

/// <summary>Who asks need not be known.</summary>
sealed record OpenToAll;

static class DialectEndpoints
{
    /// <summary>The endpoint asks for a right beyond being known.</summary>
    public static RouteHandlerBuilder Needs(this RouteHandlerBuilder route, string acl) =>
        route.WithMetadata(new NeedsRight(acl));

    /// <summary>The endpoint answers anybody.</summary>
    public static RouteHandlerBuilder NeedsNoLogin(this RouteHandlerBuilder route) => route.WithMetadata(new OpenToAll());

    /// <summary>
    /// Declares what an endpoint reads, for the API reference: "name* type description" each, where * means required.
    /// Types: string, integer, number, boolean, object, file, date, and string[], integer[], number[].
    /// </summary>
    public static RouteHandlerBuilder Reads(this RouteHandlerBuilder route, params string[] body) =>
        route.WithMetadata(new Declared(InQuery: false, [.. body.Select(Parameter.Parse)]));

    /// <summary>Declares the parameters of the query string, in the form of <see cref="Reads"/>.</summary>
    public static RouteHandlerBuilder Asks(this RouteHandlerBuilder route, params string[] query) =>
        route.WithMetadata(new Declared(InQuery: true, [.. query.Select(Parameter.Parse)]));

    /// <summary>A body that works, as JSON; the API reference shows it and a test sends it.</summary>
    public static RouteHandlerBuilder Example(this RouteHandlerBuilder route, string json) =>
        route.WithMetadata(new ExampleBody(json));
}

/// <summary>Parameters that an endpoint declares.</summary>
sealed record Declared(bool InQuery, IReadOnlyList<Parameter> Parameters);

/// <summary>An example body of an endpoint.</summary>
sealed record ExampleBody(string Json);

/// <summary>A declared parameter.</summary>
sealed record Parameter(string Name, bool Required, string Type, string Description)
{
    public static Parameter Parse(string text) => text.Split(' ', 3) is [var name, var type, var description]
        ? new(name.TrimEnd('*'), name.EndsWith('*'), type, description)
        : throw new ArgumentException($"A parameter is declared as 'name* type description', got '{text}'.", nameof(text));
}
