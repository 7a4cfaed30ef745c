using Microsoft.EntityFrameworkCore;
using Vigil.Data;

namespace Vigil.Access;

/// <summary>Tokens of users. The secret is shown when the token is made and never again.</summary>
sealed class TokenStore(VigilDb db, Viewer viewer)
{
    /// <summary>Makes a token for oneself, or for another whom one may become.</summary>
    /// <returns>The secret.</returns>
    public async Task<string> AddAsync(string name, IEnumerable<string> acls, int? userId,
        DateTimeOffset? expiresAt, CancellationToken ct)
    {
        // Whoever holds a token acts as its user.
        if (userId is { } other && other != viewer.UserId && !viewer.Has(Acl.BecomeUser))
            throw new Forbidden($"Only those who have the right '{Acl.BecomeUser}' make tokens for others.");
        var id = userId ?? viewer.UserId;
        var user = await db.Users.FirstOrDefaultAsync(u => u.Id == id, ct)
            ?? throw new NotFound($"Cannot find user with ID {id}.");
        var wanted = Known(acls);
        RequireHeld(user, wanted);
        var own = db.Tokens.IgnoreQueryFilters([VigilDb.Visible]).Where(t => t.CreatedById == id);
        if (await own.AnyAsync(t => t.Name == name, ct))
            throw new AlreadyThere($"User {id} already has a token named '{name}'; choose another name.", "name");
        if (!viewer.SeesAll && !user.Permissions().Contains(Acl.SystemAdmin) && await own.AnyAsync(ct))
            throw new BadInput("You have reached the maximum number of tokens: one. Delete the other first, or "
                + "ask an administrator.");
        var secret = Guid.NewGuid().ToString();
        db.Tokens.Add(new Token
        {
            Name = name, Hash = ViewerStore.Hash(secret), CreatedById = id, Acls = wanted, ExpiresAt = expiresAt,
        });
        await db.SaveChangesAsync(ct);
        return secret;
    }

    /// <summary>One's own token by its id or by the secret itself; administrators find everybody's.</summary>
    public async Task<Token> FindAsync(string idOrSecret, CancellationToken ct)
    {
        var hash = ViewerStore.Hash(idOrSecret);
        var id = int.TryParse(idOrSecret, out var number) ? number : -1;
        return await db.Tokens.AsTracking().FirstOrDefaultAsync(t => t.Id == id || t.Hash == hash, ct)
            ?? throw new NotFound("Either the specified token does not exist, or the user does not have the necessary "
                + "permissions to delete it.");
    }

    /// <summary>Renames a token or gives it other rights; null leaves either.</summary>
    public async Task ChangeAsync(Token token, string? name, IEnumerable<string>? acls, CancellationToken ct)
    {
        if (acls is not null)
        {
            var user = await db.Users.FirstAsync(u => u.Id == token.CreatedById, ct);
            var wanted = Known(acls);
            RequireHeld(user, wanted);
            token.Acls = wanted;
        }
        if (name is not null && name != token.Name && await db.Tokens.IgnoreQueryFilters([VigilDb.Visible])
            .AnyAsync(t => t.CreatedById == token.CreatedById && t.Name == name, ct))
            throw new AlreadyThere($"There already is a token named '{name}'; choose another name.", "name");
        token.Name = name ?? token.Name;
        await db.SaveChangesAsync(ct);
    }

    /// <summary>Revokes a token; it is refused from the next call on.</summary>
    public async Task DeleteAsync(Token token, CancellationToken ct)
    {
        db.Tokens.Remove(token);
        await db.SaveChangesAsync(ct);
    }

    /// <exception cref="BadInput">A right is unknown.</exception>
    public static List<string> Known(IEnumerable<string> acls) => [.. acls.Select(acl => Acl.Find(acl)
        ?? throw new BadInput($"There is no right '{acl}'; GET /api/acls lists them.", "acls")).Distinct()];

    // A token makes no token that may do more than itself.
    void RequireHeld(User user, List<string> acls)
    {
        if (acls.Except(user.Permissions()).Any() || (viewer.IsToken && !viewer.SeesAll && acls.Except(viewer.Acls).Any()))
            throw new BadInput("User has attempted to grant token ACLs they do not have access to. Please try again.", "acls");
    }
}
