using Microsoft.EntityFrameworkCore;
using Vigil.Data;

namespace Vigil.Access;

/// <summary>Adds a user with the private group of their own and membership in the sitewide group.</summary>
sealed class AddUser(VigilDb db)
{
    /// <exception cref="AlreadyThere">The username, or a group of that name, exists.</exception>
    public async Task<User> RunAsync(User user, CancellationToken ct)
    {
        if (await db.Users.AnyAsync(u => u.Username == user.Username, ct))
            throw new AlreadyThere($"The username '{user.Username}' is taken; choose another.", "username");
        if (await db.Groups.AnyAsync(g => g.Name == user.Username, ct))
            throw new AlreadyThere($"A group is named '{user.Username}', and every user gets a group of that name; choose another.", "username");
        var sitewide = await db.Groups.SingleAsync(g => g.Name == Group.Sitewide, ct);
        user.Memberships.Add(new GroupUser { Group = new Group { Name = user.Username, SingleUserGroup = true }, CanSave = true });
        user.Memberships.Add(new GroupUser { GroupId = sitewide.Id, CanSave = true });
        db.Users.Add(user);
        await db.SaveChangesAsync(ct);
        return user;
    }
}
