using Vigil.Access;

namespace Vigil.Dialects.Bhtom;

/// <summary>/api/token-auth/: a name and a password for a token.</summary>
static class TokenRoutes
{
    public static void MapTokens(this RouteGroupBuilder api) =>
        api.MapPost("/api/token-auth", LogIn).NeedsNoLogin().WithSummary("The caller's permanent token.")
            .Reads("username* string Name of the account.", "password* string Its password.");

    static async Task<IResult> LogIn(Body body, Login login, HttpContext context, CancellationToken ct)
    {
        if (body.OptionalText("username") is not { Length: > 0 } username)
            return Reply.Json(new { username = new[] { "This field is required." } }, 400);
        if (body.OptionalText("password") is not { Length: > 0 } password)
            return Reply.Json(new { password = new[] { "This field is required." } }, 400);
        return await login.TryAsync(username, password, context, ct) switch
        {
            { User: { } user } => Reply.Json(new { token = login.ObserverTokenOf(user) }),
            { Refusal: var refusal } => Reply.Json(new { non_field_errors = new[] { refusal } },
                refusal == login.TooMany ? 429 : 400),
        };
    }
}
