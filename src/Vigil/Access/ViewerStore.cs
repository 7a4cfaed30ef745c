using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Vigil.Data;

namespace Vigil.Access;

/// <summary>What a login or a token turned out to be.</summary>
enum CredentialState { Good, Unknown, Expired, Inactive }

/// <summary>Resolves tokens and users to viewers and remembers them until somebody's rights change.</summary>
sealed class ViewerStore(NpgsqlDataSource database, AudienceCatalog audiences, ObserverToken observerTokens)
{
    readonly ConcurrentDictionary<string, (CredentialState, Viewer?)> byToken = new();
    readonly ConcurrentDictionary<int, Viewer?> byUser = new();
    int generation;

    /// <summary>Rises whenever rights, memberships or groups may have changed.</summary>
    public int Generation => generation;

    /// <summary>Forgets everybody; called whenever rights may have changed.</summary>
    public void Forget()
    {
        Interlocked.Increment(ref generation);
        byToken.Clear();
        byUser.Clear();
    }

    /// <summary>Who a token acts for. Expired accounts and tokens are told apart from unknown ones.</summary>
    public async Task<(CredentialState State, Viewer? Viewer)> ForTokenAsync(string secret, CancellationToken ct)
    {
        if (secret.Length is 0 or > 200)
            return (CredentialState.Unknown, null);
        var hash = Convert.ToHexString(Hash(secret));
        if (byToken.TryGetValue(hash, out var known))
            return Current(known);
        var started = generation;
        var found = Current(await LoadAsync(secret, ct));
        // Unknown tokens are not remembered: anybody could fill the memory with them.
        if (found.State != CredentialState.Unknown && started == generation)
            byToken[hash] = found;
        return found;
    }

    /// <summary>The viewer of a logged-in user, or null for one who is gone or inactive.</summary>
    public async Task<Viewer?> ForUserAsync(int userId, CancellationToken ct)
    {
        if (byUser.TryGetValue(userId, out var viewer))
            return viewer;
        var started = generation;
        await using var db = OpenDb();
        var user = await WithAccess(db).FirstOrDefaultAsync(u => u.Id == userId && u.IsActive, ct);
        viewer = user is null ? null : new Viewer(user, null, audiences);
        if (started == generation)
            byUser[userId] = viewer;
        return viewer;
    }

    /// <summary>Vigil itself.</summary>
    public Viewer System() => Viewer.System(audiences);

    public static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    // Time passes for those who are remembered, too. An expired token reads like one that never was; an account is told.
    static (CredentialState State, Viewer? Viewer) Current((CredentialState State, Viewer? Viewer) found) => found switch
    {
        (CredentialState.Good, { } viewer) when viewer.ExpiresAt <= DateTimeOffset.UtcNow => (CredentialState.Unknown, null),
        (CredentialState.Good, { } viewer) when viewer.User.ExpirationDate <= DateTimeOffset.UtcNow =>
            (CredentialState.Expired, null),
        _ => found,
    };

    async Task<(CredentialState, Viewer?)> LoadAsync(string secret, CancellationToken ct)
    {
        await using var db = OpenDb();
        var hash = Hash(secret);
        var token = await db.Tokens.AsNoTracking().IgnoreQueryFilters([VigilDb.Visible])
            .FirstOrDefaultAsync(t => t.Hash == hash, ct);
        if (token is null && observerTokens.UserIdOf(secret) is { } id)
        {
            var observer = await WithAccess(db).FirstOrDefaultAsync(u => u.Id == id, ct);
            return observer is null || !observerTokens.Matches(observer, secret) ? (CredentialState.Unknown, null)
                : !observer.IsActive ? (CredentialState.Inactive, null)
                : (CredentialState.Good, new Viewer(observer, null, audiences));
        }
        if (token is null)
            return (CredentialState.Unknown, null);
        var user = await WithAccess(db).FirstAsync(u => u.Id == token.CreatedById, ct);
        return user.IsActive ? (CredentialState.Good, new Viewer(user, token, audiences)) : (CredentialState.Inactive, null);
    }

    static IQueryable<User> WithAccess(VigilDb db) =>
        db.Users.AsNoTracking().Include(u => u.Memberships).ThenInclude(m => m.Group)
            .Include(u => u.Streams).IgnoreQueryFilters([VigilDb.Visible]).AsSplitQuery();

    VigilDb OpenDb() => new(database, System(), "sign-in", this);
}
