using Microsoft.EntityFrameworkCore;
using Vigil.Data;

namespace Vigil.Access;

/// <summary>Turns an invitation's link, once, into a user with the role, groups and streams that it promises.</summary>
sealed class AcceptInvitation(VigilDb db, AddUser add)
{
    /// <summary>The invitation of a link that still works.</summary>
    /// <exception cref="NotFound">
    /// It is unknown, withdrawn, used or older than <see cref="Invite.Validity"/>: all read the same.
    /// </exception>
    public async Task<Invitation> FindAsync(string secret, CancellationToken ct)
    {
        var (hash, oldest) = (ViewerStore.Hash(secret), DateTimeOffset.UtcNow - Invite.Validity);
        return await db.Invitations.IgnoreQueryFilters([VigilDb.Visible]).Include(i => i.InvitedBy)
            .FirstOrDefaultAsync(i => i.TokenHash == hash && !i.Used && i.CreatedAt > oldest, ct)
            ?? throw new NotFound("This invitation does not exist, is used or has expired; ask for another.");
    }

    /// <summary>Makes the user, who then logs in with name and password.</summary>
    /// <param name="username">Any text; becomes a username as <see cref="ChangeUser.Slug"/> does it.</param>
    public async Task<User> RunAsync(string secret, string username, string password, CancellationToken ct)
    {
        var invitation = await FindAsync(secret, ct);
        Password.Checked(password);
        if (username.Length > 200)
            throw new BadInput($"username must have at most 200 characters, got {username.Length}.", "username");
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        // Of two at once, the second waits here and then finds it used.
        if (await db.Invitations.IgnoreQueryFilters([VigilDb.Visible]).Where(i => i.Id == invitation.Id && !i.Used)
            .ExecuteUpdateAsync(set => set.SetProperty(i => i.Used, true), ct) == 0)
            throw new NotFound("This invitation does not exist, is used or has expired; ask for another.");
        // Groups and streams may have gone since.
        var groups = await db.Groups.Where(g => invitation.GroupIds.Contains(g.Id)).Select(g => g.Id).ToListAsync(ct);
        var streams = await db.Streams.IgnoreQueryFilters([VigilDb.Visible]).AsTracking()
            .Where(s => invitation.StreamIds.Contains(s.Id)).ToListAsync(ct);
        var user = await add.RunAsync(new User
        {
            Username = ChangeUser.Slug(username), ContactEmail = invitation.UserEmail, Roles = [invitation.Role],
            PasswordHash = Password.Hash(password), ExpirationDate = invitation.UserExpirationDate, Streams = streams,
        }, [.. groups.Select(id => (Id: id, At: invitation.GroupIds.IndexOf(id))).Select(g => new GroupUser
        {
            GroupId = g.Id, Admin = invitation.AdminForGroups[g.At], CanSave = invitation.CanSaveToGroups[g.At],
        })], ct);
        await transaction.CommitAsync(ct);
        return user;
    }
}
