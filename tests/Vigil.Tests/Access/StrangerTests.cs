using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Vigil.Access;
using Vigil.Tests.Infrastructure;

namespace Vigil.Tests.Access;

/// <summary>
/// Somebody with every right but that of an administrator tries all calls on rows that are none of theirs: the answers are those
/// to an id that does not exist, and nothing changes.
/// </summary>
public class StrangerTests(TestServer server) : IClassFixture<TestServer>
{
    const string Missing = "987654";

    static readonly (string Kind, string Method, string Path, string? Body)[] calls =
    [
        ("token", "GET", "/api/internal/tokens/{0}", null),
        ("token", "PUT", "/api/internal/tokens/{0}", """{"name": "mine"}"""),
        ("token", "DELETE", "/api/internal/tokens/{0}", null),
        ("invitation", "PATCH", "/api/invitations/{0}", """{"role": "View only"}"""),
        ("invitation", "DELETE", "/api/invitations/{0}", null),
        ("admission", "GET", "/api/group_admission_requests/{0}", null),
        ("admission", "PATCH", "/api/group_admission_requests/{0}", """{"status": "accepted"}"""),
        ("admission", "PATCH", "/api/group_admission_requests/{0}", """{"status": "perhaps"}"""),
        ("admission", "DELETE", "/api/group_admission_requests/{0}", null),
        ("filter", "GET", "/api/filters/{0}", null),
        ("filter", "PATCH", "/api/filters/{0}", """{"name": "mine"}"""),
        ("filter", "DELETE", "/api/filters/{0}", null),
        ("stream", "GET", "/api/streams/{0}", null),
        ("stream", "PATCH", "/api/streams/{0}", """{"name": "mine"}"""),
        ("stream", "DELETE", "/api/streams/{0}", null),
        ("stream", "POST", "/api/streams/{0}/users", """{"user_id": 1}"""),
        ("stream", "POST", "/api/filters", """{"name": "f", "group_id": OWN, "stream_id": {0}}"""),
        ("stream", "POST", "/api/invitations", """{"userEmail": "a@example.org", "groupIDs": [], "streamIDs": [{0}]}"""),
        ("listing", "PATCH", "/api/listing/{0}", """{"list_name": "mine"}"""),
        ("listing", "DELETE", "/api/listing/{0}", null),
        ("group", "PUT", "/api/groups/{0}", """{"description": "mine"}"""),
        ("group", "DELETE", "/api/groups/{0}", null),
        ("group", "POST", "/api/groups/{0}/users", """{"userID": OWNER}"""),
        ("group", "POST", "/api/groups/{0}/users", """{"userID": ME, "admin": true}"""),
        ("group", "PATCH", "/api/groups/{0}/users", """{"userID": OWNER, "admin": true}"""),
        ("group", "DELETE", "/api/groups/{0}/users/OWNER", null),
        ("group", "POST", "/api/groups/{0}/usersFromGroups", """{"fromGroupIDs": [OWN]}"""),
        ("group", "POST", "/api/groups/{0}/streams", """{"stream_id": 1}"""),
        ("group", "DELETE", "/api/groups/{0}/streams/1", null),
        ("group", "POST", "/api/filters", """{"name": "f", "group_id": {0}, "stream_id": 1}"""),
        ("user", "PATCH", "/api/user/{0}", """{"password": "taken over"}"""),
        ("user", "DELETE", "/api/user/{0}", null),
        ("user", "POST", "/api/user/{0}/acls", """{"aclIds": ["System admin"]}"""),
        ("user", "POST", "/api/user/{0}/roles", """{"roleIds": ["Super admin"]}"""),
        ("user", "POST", "/api/internal/tokens", """{"name": "t", "user_id": {0}}"""),
        ("user", "POST", "/api/group_admission_requests", """{"groupID": 1, "userID": {0}}"""),
        ("user", "POST", "/api/listing", """{"obj_id": "x", "list_name": "favorites", "user_id": {0}}"""),
    ];

    [Fact]
    public async Task A_row_of_others_answers_as_one_that_is_not_there()
    {
        var owner = await PrivateRows.AddAsync(server);
        // Everything short of managing users, whom one may see.
        var stranger = await server.AddUserAsync(role: Role.GroupAdmin,
            acls: [.. Role.All[Role.GroupAdmin].Except([Acl.ManageUsers]),
                .. Acl.All.Except([Acl.SystemAdmin, Acl.ManageUsers])]);
        var inviter = await server.AddUserAsync(role: Role.GroupAdmin);
        var ids = await IdsAsync(owner.UserId);
        var own = (await OwnGroupAsync(stranger)).ToString(CultureInfo.InvariantCulture);
        var before = await StateAsync();

        var told = new List<string>();
        foreach (var (kind, method, path, body) in calls)
        {
            // Who manages users sees that the others' invitations are not theirs, and nothing else.
            var caller = path.StartsWith("/api/invitations", StringComparison.Ordinal) ? inviter : stranger;
            var (real, missing) = (await CallAsync(ids[kind]), await CallAsync(Missing));
            if (real.Status is < 400 or >= 500 || real.Status != missing.Status || Nameless(real.Text) != Nameless(missing.Text))
                told.Add($"{method} {path}: {real.Status} {real.Text} but {missing.Status} {missing.Text}");

            // A short id may be part of the other one, or of the version.
            string Nameless(string text) => text.Replace(Missing, "#", StringComparison.Ordinal)
                .Replace(ids[kind], "#", StringComparison.Ordinal);
            Task<Answer> CallAsync(string id) => caller.SendAsync(method, Fill(path, id), body is null ? null : Fill(body, id));
            string Fill(string text, string id) => text.Replace("{0}", id, StringComparison.Ordinal)
                .Replace("OWNER", ids["user"], StringComparison.Ordinal)
                .Replace("OWN", own, StringComparison.Ordinal).Replace("ME", $"{stranger.UserId}", StringComparison.Ordinal);
        }
        Assert.Empty(told);
        Assert.Equal(before, await StateAsync());
    }

    [Fact]
    public async Task Lists_leave_out_what_is_others()
    {
        var owner = await PrivateRows.AddAsync(server);
        var inviter = await server.AddUserAsync(role: Role.GroupAdmin);
        var ids = await IdsAsync(owner.UserId);
        foreach (var path in new[] { "/api/filters", "/api/streams", "/api/group_admission_requests",
            $"/api/listing/{owner.UserId}", "/api/newsfeed", "/api/photometry/uploads" })
            Assert.Equal("[]", (await inviter.GetAsync(path)).Ok().Data!.ToJsonString() is var text
                && text.Contains("\"uploads\":[]", StringComparison.Ordinal) ? "[]" : text);
        Assert.Equal(0, (await inviter.GetAsync("/api/invitations?includeUsed=true")).Ok()
            .Data!["totalMatches"]!.GetValue<int>());
        Assert.DoesNotContain((await inviter.GetAsync("/api/internal/tokens")).Ok().Data!.AsArray(),
            t => t!["id"]!.ToString() == ids["token"]);
        foreach (var table in new[] { "users", "tokens", "groups", "group_users", "streams", "invitations", "sources" })
            Assert.Equal(0, (await inviter.GetAsync($"/api/internal/history?table={table}&key=1")).Ok()
                .Data!["totalMatches"]!.GetValue<int>());
    }

    async Task<Dictionary<string, string>> IdsAsync(int ownerId)
    {
        await using var db = server.OpenDb();
        var filter = await db.StreamFilters.OrderBy(f => f.Id).LastAsync();
        return new Dictionary<string, int>
        {
            ["user"] = ownerId,
            ["token"] = (await db.Tokens.SingleAsync(t => t.CreatedById == ownerId)).Id,
            ["invitation"] = (await db.Invitations.SingleAsync(i => i.InvitedById == ownerId)).Id,
            ["admission"] = (await db.GroupAdmissionRequests.SingleAsync(r => r.UserId == ownerId)).Id,
            ["listing"] = (await db.Listings.SingleAsync(l => l.UserId == ownerId)).Id,
            ["filter"] = filter.Id, ["group"] = filter.GroupId, ["stream"] = filter.StreamId,
        }.ToDictionary(i => i.Key, i => i.Value.ToString(CultureInfo.InvariantCulture));
    }

    async Task<int> OwnGroupAsync(Caller caller)
    {
        await using var db = server.OpenDb();
        return (await db.Groups.SingleAsync(g => g.Name == caller.Username)).Id;
    }

    // All rows of the tables that the calls would write, as text.
    async Task<string> StateAsync()
    {
        var tables = new[] { "users", "tokens", "invitations", "group_admission_requests", "stream_filters", "streams",
            "stream_users", "listings", "groups", "group_users", "group_streams" };
        await using var read = server.Database.CreateCommand(string.Join(" UNION ALL ",
            tables.Select(t => $"(SELECT '{t}: ' || coalesce(string_agg(r::text, ';' ORDER BY r::text), '') FROM {t} r)")));
        await using var rows = await read.ExecuteReaderAsync();
        var state = new List<string>();
        while (await rows.ReadAsync())
            state.Add(rows.GetString(0));
        return string.Join('\n', state);
    }
}
