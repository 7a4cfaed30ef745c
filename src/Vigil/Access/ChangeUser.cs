using System.Net.Mail;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Vigil.Data;

namespace Vigil.Access;

/// <summary>What may be written of a user: null leaves a value as it is, an empty text removes it.</summary>
sealed record Person
{
    /// <summary>Any text; becomes a username as <see cref="ChangeUser.Slug"/> does it.</summary>
    public string? Username { get; init; }
    public string? FirstName { get; init; }
    public string? LastName { get; init; }
    public string[]? Affiliations { get; init; }
    public string? ContactEmail { get; init; }
    public string? ContactPhone { get; init; }
    public string? OauthUid { get; init; }
    public string? Password { get; init; }
    public bool? IsActive { get; init; }
    public DateTimeOffset? ExpirationDate { get; init; }
    /// <summary>Takes an expiration date away.</summary>
    public bool NeverExpires { get; init; }
    /// <summary>Merged into those there are.</summary>
    public JsonObject? Preferences { get; init; }
}

/// <summary>What may be written of a user, by whom, and the checks of it.</summary>
sealed partial class ChangeUser(VigilDb db, Viewer viewer, Delegation delegation)
{
    /// <summary>Usernames are made of these; anything else becomes a hyphen, as SkyPortal's are.</summary>
    [GeneratedRegex("[^a-z0-9_-]+")]
    private static partial Regex NotInUsername();

    [GeneratedRegex(@"^\+?[0-9 ().-]+$")]
    private static partial Regex LikePhone();

    [GeneratedRegex(@"^\+?[0-9][0-9 ().-]{5,24}$")]
    private static partial Regex Phone();

    /// <summary>The username that a wished one becomes: "Alice@example.org" is alice-example-org.</summary>
    public static string Slug(string username) => NotInUsername().Replace(username.Trim().ToLowerInvariant(), "-")
        .Trim('-') is { Length: > 0 } slug
        ? slug : throw new BadInput($"username must have a letter or digit, got '{username}'.", "username");

    /// <summary>The user, to be changed.</summary>
    public async Task<User> FindAsync(int id, CancellationToken ct) =>
        await db.Users.AsTracking().FirstOrDefaultAsync(u => u.Id == id, ct)
            ?? throw new NotFound($"Cannot find user with ID {id}.");

    /// <summary>Changes a user: oneself, or somebody whose rights the viewer has, too.</summary>
    public async Task RunAsync(int userId, Person person, CancellationToken ct)
    {
        var user = await FindAsync(userId, ct);
        delegation.RequireReach(user);
        if (person.Username is { } name)
            await RenameAsync(user, name, ct);
        Write(user, person);
        await db.SaveChangesAsync(ct);
    }

    /// <summary>Writes all but the username into a user, new or old.</summary>
    public static void Write(User user, Person person)
    {
        user.FirstName = Kept(person.FirstName, user.FirstName);
        user.LastName = Kept(person.LastName, user.LastName);
        user.Affiliations = person.Affiliations is { } affiliations ? [.. affiliations] : user.Affiliations;
        user.ContactEmail = Kept(person.ContactEmail, user.ContactEmail, CheckEmail);
        user.ContactPhone = Kept(person.ContactPhone, user.ContactPhone, CheckPhone);
        user.OauthUid = Kept(person.OauthUid, user.OauthUid);
        user.PasswordHash = person.Password is { } password ? Password.Hash(Password.Checked(password)) : user.PasswordHash;
        user.IsActive = person.IsActive ?? user.IsActive;
        user.ExpirationDate = person.NeverExpires ? null : person.ExpirationDate ?? user.ExpirationDate;
        if (person.Preferences is { } given)
        {
            var preferences = JsonNode.Parse(user.Preferences ?? "{}")!.AsObject();
            Merge(preferences, given);
            user.Preferences = preferences.ToJsonString();
        }
    }

    static string? Kept(string? given, string? old, Action<string>? check = null)
    {
        if (given is { Length: > 0 })
            check?.Invoke(given);
        return given is null ? old : given.Length == 0 ? null : given;
    }

    static void CheckEmail(string text)
    {
        if (!MailAddress.TryCreate(text, out var address) || !address.Host.Contains('.', StringComparison.Ordinal))
            throw new BadInput($"Email does not appear to be valid: '{text}'.", "contact_email");
    }

    static void CheckPhone(string text)
    {
        if (!LikePhone().IsMatch(text))
            throw new BadInput($"Could not parse input as a phone number: '{text}'. Write it like +48 22 123 45 67.",
                "contact_phone");
        if (!Phone().IsMatch(text))
            throw new BadInput("Phone number given is not valid", "contact_phone");
    }

    // Objects are merged key by key, as the pages send only what changed; anything else replaces.
    static void Merge(JsonObject into, JsonObject from)
    {
        foreach (var (key, value) in from)
        {
            if (value is JsonObject inner && into[key] is JsonObject there)
                Merge(there, inner);
            else
                into[key] = value?.DeepClone();
        }
    }

    /// <summary>Gives a user roles and rights on top of those they have.</summary>
    public async Task GiveAsync(int userId, IReadOnlyCollection<string> roles,
        IReadOnlyCollection<string> acls, CancellationToken ct)
    {
        delegation.RequireRights(roles, acls);
        var user = await FindAsync(userId, ct);
        delegation.RequireReach(user);
        user.Roles = [.. user.Roles.Union(roles)];
        user.Acls = [.. user.Acls.Union(acls)];
        await db.SaveChangesAsync(ct);
    }

    /// <summary>Takes a role from a user.</summary>
    public async Task TakeRoleAsync(int userId, string role, CancellationToken ct)
    {
        var user = await FindAsync(userId, ct);
        delegation.RequireReach(user);
        if (!user.Roles.Contains(role))
            throw new NotFound($"UserRole does not exist: user {userId} has no role '{role}'.");
        user.Roles = [.. user.Roles.Where(r => r != role)];
        await db.SaveChangesAsync(ct);
    }

    /// <summary>Takes a right that a user has beside those of the roles.</summary>
    public async Task TakeAclAsync(int userId, string acl, CancellationToken ct)
    {
        var user = await FindAsync(userId, ct);
        delegation.RequireReach(user);
        if (!user.Acls.Contains(acl))
            throw new NotFound($"UserACL does not exist: user {userId} has no right '{acl}' of their own.");
        user.Acls = [.. user.Acls.Where(a => a != acl)];
        await db.SaveChangesAsync(ct);
    }

    // The private group follows.
    async Task RenameAsync(User user, string wished, CancellationToken ct)
    {
        var name = Slug(wished);
        if (name == user.Username)
            return;
        if (await db.Users.AnyAsync(u => u.Username == name, ct) || await db.Groups.AnyAsync(g => g.Name == name, ct))
            throw new AlreadyThere($"The username '{name}' is taken; choose another.", "username");
        var own = await db.Groups.AsTracking().FirstAsync(g => g.SingleUserGroup && g.Name == user.Username, ct);
        (user.Username, own.Name) = (name, name);
    }

    /// <summary>
    /// Removes a user with the private group, memberships, tokens, lists and comments. Measurements stay, for the groups they
    /// are shared with, without an owner. For the user and for administrators.
    /// </summary>
    public async Task DeleteAsync(int userId, CancellationToken ct)
    {
        var user = await FindAsync(userId, ct);
        if (user.Id != viewer.UserId && !viewer.SeesAll)
            throw new BadInput($"Insufficient permissions to delete user {user.Id}: only the user and administrators may.");
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.Photometry.IgnoreQueryFilters([VigilDb.Visible]).Where(p => p.OwnerId == user.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(p => p.OwnerId, (int?)null), ct);
        await db.Groups.Where(g => g.SingleUserGroup && g.Members.Any(m => m.UserId == user.Id)).ExecuteDeleteAsync(ct);
        db.Users.Remove(user);
        db.AccessChanged();
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
    }
}
