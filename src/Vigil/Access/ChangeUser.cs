using System.Net.Mail;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Vigil.Data;

namespace Vigil.Access;

/// <summary>What may be written of a user, and the checks of it.</summary>
sealed partial class ChangeUser(VigilDb db)
{
    /// <summary>Usernames are made of these; anything else becomes a hyphen, as SkyPortal's are.</summary>
    [GeneratedRegex("[^a-z0-9_-]+")]
    private static partial Regex NotInUsername();

    [GeneratedRegex(@"^\+?[0-9][0-9 ().-]{5,24}$")]
    private static partial Regex Phone();

    /// <summary>The username that a wished one becomes: "Alice@example.org" is alice-example-org.</summary>
    public static string Slug(string username) => NotInUsername().Replace(username.Trim().ToLowerInvariant(), "-").Trim('-') is { Length: > 0 } slug
        ? slug : throw new BadInput($"username must have a letter or digit, got '{username}'.", "username");

    public static string Email(string text) => MailAddress.TryCreate(text, out var address) && address.Host.Contains('.', StringComparison.Ordinal)
        ? text : throw new BadInput("Email does not appear to be valid", "contact_email");

    public static string PhoneNumber(string text) => Phone().IsMatch(text)
        ? text : throw new BadInput("Phone number given is not valid", "contact_phone");

    /// <summary>Gives the user another name; the private group follows.</summary>
    public async Task RenameAsync(User user, string wished, CancellationToken ct)
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
    /// are shared with, without an owner.
    /// </summary>
    public async Task DeleteAsync(User user, CancellationToken ct)
    {
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
