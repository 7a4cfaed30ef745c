using Microsoft.EntityFrameworkCore;
using Npgsql;
using Vigil.Data;

namespace Vigil.Access;

/// <summary>What the first start makes: the group of all users and an administrator.</summary>
static class FirstStart
{
    public const string AdminName = "admin";

    /// <summary>Makes the sitewide group and the administrator where there is no user yet.</summary>
    /// <returns>The administrator's password and token, shown once; null when there were users already.</returns>
    public static async Task<(string Password, string Token)?> EnsureAsync(
        NpgsqlDataSource database, ViewerStore viewers, CancellationToken ct)
    {
        // Without EF Core, whose model takes a good part of a second to build: nearly every start ends here.
        await using (var any = database.CreateCommand("SELECT EXISTS (SELECT FROM users)"))
            if (await any.ExecuteScalarAsync(ct) is true)
                return null;
        await using var db = new VigilDb(database, viewers.System(), "first start", viewers);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        // Two processes may start at once on one database: the second waits here and finds the first's user.
        await db.Database.ExecuteSqlRawAsync("LOCK TABLE users IN EXCLUSIVE MODE", ct);
        if (await db.Users.AnyAsync(ct))
            return null;
        db.Groups.Add(new Group { Name = Group.Sitewide });
        await db.SaveChangesAsync(ct);
        var (password, token) = (Password.Random(), Guid.NewGuid().ToString());
        var admin = await new AddUser(db).RunAsync(
            new User { Username = AdminName, Roles = [Role.SuperAdmin], PasswordHash = Password.Hash(password) }, ct);
        db.Tokens.Add(new Token
        {
            Name = "Initial admin token", Hash = ViewerStore.Hash(token), CreatedById = admin.Id, Acls = [.. Acl.All],
        });
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return (password, token);
    }
}
