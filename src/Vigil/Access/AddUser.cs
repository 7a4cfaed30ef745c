using Microsoft.EntityFrameworkCore;
using Vigil.Data;

namespace Vigil.Access;

/// <summary>Adds a user with the private group of their own and membership in the sitewide group.</summary>
sealed class AddUser(VigilDb db)
{
    public Task<User> RunAsync(User user, CancellationToken ct) => RunAsync(user, [], ct);

    /// <param name="joining">Memberships of further groups, whose streams the user gets, since every member holds them.</param>
    /// <exception cref="AlreadyThere">The username, or a group of that name, exists.</exception>
    /// <exception cref="BadInput">There is no such group to join.</exception>
    public async Task<User> RunAsync(User user, IReadOnlyCollection<GroupUser> joining, CancellationToken ct)
    {
        if (await db.Users.AnyAsync(u => u.Username == user.Username, ct))
            throw new AlreadyThere($"The username '{user.Username}' is taken; choose another.", "username");
        if (await db.Groups.AnyAsync(g => g.Name == user.Username, ct))
            throw new AlreadyThere($"A group is named '{user.Username}', and every user gets a group of that name; choose "
                + $"another.", "username");
        var sitewide = await db.Groups.SingleAsync(g => g.Name == Group.Sitewide, ct);
        user.Memberships.Add(new GroupUser
        {
            Group = new Group { Name = user.Username, SingleUserGroup = true },
            CanSave = true
        });
        user.Memberships.Add(new GroupUser { GroupId = sitewide.Id, CanSave = true });
        var ids = joining.Select(m => m.GroupId).ToArray();
        var groups = await db.Groups.IgnoreQueryFilters([VigilDb.Visible]).Include(g => g.Streams).AsTracking()
            .Where(g => ids.Contains(g.Id)).ToListAsync(ct);
        if (joining.FirstOrDefault(m => groups.All(g => g.Id != m.GroupId)) is { } unknown)
            throw new BadInput($"There is no group with ID {unknown.GroupId}.");
        user.Memberships.AddRange(joining.Where(m => m.GroupId != sitewide.Id));
        user.Streams.AddRange(groups.SelectMany(g => g.Streams).Except(user.Streams));
        db.Users.Add(user);
        await db.SaveChangesAsync(ct);
        return user;
    }
}
