using Microsoft.EntityFrameworkCore;
using Vigil.Data;

namespace Vigil.Access;

/// <summary>A name and a password for a user. Attempts are limited per name, wherever they come from.</summary>
sealed class Login(VigilDb db, ObserverToken observerTokens, LoginLimit limit)
{
    public string TooMany => limit.Refusal;

    /// <summary>The user, or why not, in words that tell a stranger nothing about which names exist.</summary>
    public async Task<(User? User, string Refusal)> TryAsync(string username, string password,
        HttpContext context, CancellationToken ct)
    {
        if (!limit.Allows(username, context))
            return (null, limit.Refusal);
        var user = await db.Users.AsTracking().FirstOrDefaultAsync(u => u.Username == username, ct);
        if (!Password.Matches(password, user?.PasswordHash) || user is null)
            return (null, "Unable to log in with provided credentials.");
        if (!user.IsActive)
            return (null, "The account waits for approval by an administrator.");
        if (user.ExpirationDate <= DateTimeOffset.UtcNow)
            return (null, "The account has expired; ask an administrator.");
        return (user, "");
    }

    public string ObserverTokenOf(User user) => observerTokens.Of(user);
}

/// <summary>How often somebody may try a password for one name.</summary>
sealed class LoginLimit(RateLimit limit)
{
    public string Refusal => limit.Refusal;

    public bool Allows(string username, HttpContext context) => limit.Allows($"login:{username}", context);
}
