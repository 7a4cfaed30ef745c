using Microsoft.EntityFrameworkCore;
using Npgsql;
using Vigil.Data;

namespace Vigil.Access;

/// <summary>What the first start makes: the group of all users and an administrator.</summary>
static class FirstStart
{
    public const string AdminName = "admin";

    /// <summary>Makes the sitewide group and the administrator where there is no user yet.</summary>
    /// <param name="database">Migrated.</param>
    /// <param name="viewers">Whose system viewer makes them.</param>
    /// <param name="keep">
    /// Is given the administrator's password and token, which are known nowhere else, before they count.
    /// </param>
    /// <param name="ct">Ends the waiting.</param>
    public static async Task EnsureAsync(
        NpgsqlDataSource database, ViewerStore viewers, Action<string, string> keep, CancellationToken ct)
    {
        // Without EF Core, whose model takes a good part of a second to build: nearly every start ends here.
        await using (var any = database.CreateCommand("SELECT EXISTS (SELECT FROM users)"))
            if (await any.ExecuteScalarAsync(ct) is true)
                return;
        await using var db = new VigilDb(database, viewers.System(), "first start", viewers);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        // Two processes may start at once on one database: the second waits here and finds the first's user.
        await db.Database.ExecuteSqlRawAsync("LOCK TABLE users IN EXCLUSIVE MODE", ct);
        if (await db.Users.AnyAsync(ct))
            return;
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
        // If we are killed in between, the next start keeps others; the other way round nobody could ever log in.
        keep(password, token);
        await transaction.CommitAsync(ct);
    }
}
