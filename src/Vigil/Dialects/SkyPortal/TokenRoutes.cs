using Microsoft.EntityFrameworkCore;
using Vigil.Access;
using Vigil.Data;

namespace Vigil.Dialects.SkyPortal;

/// <summary>
/// /api/internal/tokens: keys for scripts. In SkyPortal a token's id is the secret; ours is a number, and the secret is shown
/// once.
/// </summary>
static class TokenRoutes
{
    public static void MapTokens(this RouteGroupBuilder api)
    {
        api.MapPost("/internal/tokens", Add).WithSummary("A new token; the answer is the only place where it can be read.")
            .Reads("name* string Unique among the user's tokens.", "acls string[] Rights; at most those of the user.",
                "user_id integer For whom; for those who may become other users.", "expires_at date From then on it is refused.")
            .Example("""{"name": "my script", "acls": ["Upload data"]}""");
        api.MapGet("/internal/tokens", async (VigilDb db, CancellationToken ct) =>
            Reply.Success((await db.Tokens.OrderBy(t => t.Id).ToListAsync(ct)).Select(ToJson)))
                .WithSummary("The caller's tokens; an administrator's are everybody's.");
        api.MapGet("/internal/tokens/{token}", async (string token, TokenStore tokens, CancellationToken ct) =>
            Reply.Success(ToJson(await tokens.FindAsync(token, ct)))).WithSummary("One token, by its id or the secret itself.");
        api.MapPut("/internal/tokens/{token}", Change).WithSummary("Renames a token, or gives it other rights.")
            .Reads("name string Unique among the user's tokens.", "acls string[] Rights; at most those of the user.");
        api.MapDelete("/internal/tokens/{token}", async (string token, TokenStore tokens, CancellationToken ct) =>
        {
            await tokens.DeleteAsync(await tokens.FindAsync(token, ct), ct);
            return Reply.Success();
        }).WithSummary("Revokes a token.");
    }

    public static object ToJson(Token token) => new
    {
        token.Id, token.Name, acls = token.Acls.Order(StringComparer.Ordinal), token.CreatedById, token.CreatedAt,
        token.Modified, token.ExpiresAt,
    };

    static async Task<IResult> Add(Body body, TokenStore tokens, CancellationToken ct) => Reply.Success(new
    {
        token_id = await tokens.AddAsync(body.Text("name", 200), body.OptionalTexts("acls") ?? [], body.OptionalInt("user_id"),
            body.OptionalDate("expires_at"), ct),
    });

    static async Task<IResult> Change(string token, Body body, TokenStore tokens, CancellationToken ct)
    {
        await tokens.ChangeAsync(await tokens.FindAsync(token, ct), body.OptionalText("name", 200),
            body.OptionalTexts("acls"), ct);
        return Reply.Success();
    }
}
