using Npgsql;
using Vigil.Access;
using Vigil.Tests.Infrastructure;

namespace Vigil.Tests.Dialects.SkyPortal;

public class SourcePostTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task A_new_source_is_saved_to_the_groups_given()
    {
        var group = await AddGroupAsync();
        var user = await server.AddUserAsync(groups: [group]);
        var answer = (await user.PostAsync("/api/sources", new
        {
            id = "ZTF18aabcvnq", ra = 233.85, dec = 67.51, redshift = 0.03, redshift_origin = "host", transient = true,
            altdata = new { a = 1 }, alias = new[] { "foo", "bar" }, group_ids = new[] { group },
        })).Ok();
        Assert.Equal("ZTF18aabcvnq", answer.Data!["id"]!.GetValue<string>());

        await using var row = await server.Database.CreateCommand("""
            SELECT ra, dec, redshift, transient, altdata ->> 'a', owner_id, redshift_history -> 0 ->> 'origin',
                (SELECT string_agg(name, ' ' ORDER BY name) FROM source_aliases WHERE source_key = key),
                (SELECT string_agg(group_id || ' ' || saved_by_id || ' ' || active, ';') FROM saved_sources WHERE source_key = key)
            FROM sources WHERE id = 'ZTF18aabcvnq'
            """).ExecuteReaderAsync();
        Assert.True(await row.ReadAsync());
        Assert.Equal((233.85, 67.51, 0.03, true), (row.GetDouble(0), row.GetDouble(1), row.GetDouble(2), row.GetBoolean(3)));
        Assert.Equal(("1", user.UserId, "host", "bar foo"),
            (row.GetString(4), row.GetInt32(5), row.GetString(6), row.GetString(7)));
        Assert.Equal($"{group} {user.UserId} true", row.GetString(8));
    }

    [Fact]
    public async Task Without_groups_it_is_saved_to_all_of_the_caller()
    {
        var user = await server.AddUserAsync();
        (await user.PostAsync("/api/sources", new { id = "ungrouped", ra = 1, dec = 1 })).Ok();
        Assert.Equal(2L, await ScalarAsync("SELECT count(*) FROM saved_sources JOIN sources ON key = source_key WHERE "
            + "sources.id = 'ungrouped'"));
    }

    [Fact]
    public async Task A_known_source_is_saved_again_and_keeps_what_was_known()
    {
        var user = await server.AddUserAsync();
        (await user.PostAsync("/api/sources", new { id = "again", ra = 10, dec = 10, redshift = 0.1 })).Ok();
        // 1" away, and without any position.
        (await user.PostAsync("/api/sources",
            new { id = "again", ra = 10, dec = 10 + 1 / 3600.0, redshift = 0.2, redshift_error = 0.01, origin = "x" })).Ok();
        (await user.PostAsync("/api/sources", new { id = "again" })).Ok();
        Assert.Equal("10 0.1 null x 1", await ScalarAsync("""
            SELECT concat_ws(' ', dec, redshift, coalesce(redshift_error::text, 'null'), origin, jsonb_array_length(redshift_history))
            FROM sources WHERE id = 'again'
            """));
    }

    [Fact]
    public async Task A_known_id_at_another_place_is_refused_and_nothing_written()
    {
        var group = await AddGroupAsync();
        (await server.Admin.PostAsync("/api/sources", new { id = "elsewhere", ra = 359.9999, dec = 10, group_ids = new[] { 1 } }))
            .Ok();
        // Across RA 0 but near: the same place.
        (await server.Admin.PostAsync("/api/sources", new { id = "elsewhere", ra = 0.0001, dec = 10, group_ids = new[] { 1 } }))
            .Ok();
        (await server.Admin.PostAsync("/api/sources",
            new { id = "elsewhere", ra = 0.01, dec = 10, origin = "x", group_ids = new[] { group } }))
            .Refused(400, "elsewhere", "ra = 359.9999", "ra = 0.01", "5\\\"", "another id");
        Assert.Equal(0L, await ScalarAsync($"SELECT count(*) FROM saved_sources WHERE group_id = {group}"));
        Assert.Equal(DBNull.Value, await ScalarAsync("SELECT origin FROM sources WHERE id = 'elsewhere'"));
    }

    [Theory]
    [InlineData("""{"id": "bad", "ra": 400, "dec": 1}""", "ra must be in [0, 360)", "got 400", "40")]
    [InlineData("""{"id": "bad", "ra": -1, "dec": 1}""", "ra must be in [0, 360)", "got -1", "359")]
    [InlineData("""{"id": "bad", "ra": 1, "dec": 90.5}""", "dec must be in [-90, 90]", "got 90.5", "exchanged")]
    [InlineData("""{"id": "bad", "ra": 1, "dec": "abc"}""", "dec must be a number", "abc", "Not a valid number")]
    [InlineData("""{"id": "bad", "ra": "NaN", "dec": 1}""", "ra must be a finite number", "NaN", "ra")]
    [InlineData("""{"id": "bad", "ra": 1, "dec": "Infinity"}""", "dec must be a finite number", "Infinity", "dec")]
    [InlineData("""{"id": "bad", "ra": NaN, "dec": 1}""", "JSON parse error", "line 1", "'N' is an invalid")]
    [InlineData("""{"id": "bad", "ra": 1, "dec": 1,}""", "JSON parse error", "trailing comma", "line 1")]
    [InlineData("""{"id": "bad", "ra": 1""", "JSON parse error", "end", "line 1")]
    [InlineData("""{"id": "bad name", "ra": 1, "dec": 1}""", "No spaces allowed in source ID", "bad name", "'")]
    [InlineData("""{"id": "bad/name", "ra": 1, "dec": 1}""", "No slash", "bad/name", "'")]
    [InlineData("""{"id": "", "ra": 1, "dec": 1}""", "id is required", "id", "Missing")]
    [InlineData("""{"ra": 1, "dec": 1}""", "id is required", "id", "Missing")]
    [InlineData("""{"id": "bad"}""", "RA/Declination must not be null for a new Obj", "ra", "dec")]
    [InlineData("""{"id": "bad", "ra": null, "dec": null}""", "RA/Declination must not be null for a new Obj", "ra", "dec")]
    [InlineData("""{"id": "bad", "ra": 1}""", "ra and dec belong together", "both", "dec")]
    [InlineData("""{"id": "bad", "ra": 1, "dec": 1, "nosuchfield": 1}""", "Invalid/missing parameters", "nosuchfield", "Unknown field")]
    [InlineData("""{"id": "bad", "ra": 1, "dec": 1, "redshift": "far"}""", "redshift must be a number", "far", "Not a valid number")]
    [InlineData("""{"id": "bad", "ra": 1, "dec": 1, "group_ids": [9999]}""", "Invalid group_ids field", "9999", "group")]
    [InlineData("""{"id": "bad", "ra": 1, "dec": 1, "group_ids": []}""", "Invalid group_ids field", "group", "belong")]
    [InlineData("""{"id": "bad", "ra": 1, "dec": 1, "group_ids": ["x"]}""", "group_ids must be an integer", "'x'", "group_ids")]
    [InlineData("""{"id": "bad", "ra": 1, "dec": 1, "alias": [""]}""", "alias must be a list of names", "alias", "200")]
    public async Task Bad_input_is_refused_and_nothing_written(string body, params string[] words)
    {
        (await server.Admin.PostAsync("/api/sources", body)).Refused(400, words);
        var user = await server.AddUserAsync();
        (await user.PostAsync("/api/sources", body)).Refused(400);
        Assert.Equal(0L, await ScalarAsync("SELECT count(*) FROM sources WHERE id LIKE 'bad%' OR id = ''"));
    }

    [Fact]
    public async Task A_name_of_ten_thousand_characters_is_refused() =>
        (await server.Admin.PostAsync("/api/sources", new { id = new string('x', 10_000), ra = 1, dec = 1 }))
            .Refused(400, "id is too long", "10000", "200");

    [Fact]
    public async Task Groups_of_others_and_groups_without_can_save_are_refused()
    {
        var (mine, theirs) = (await AddGroupAsync(), await AddGroupAsync());
        var user = await server.AddUserAsync(groups: [mine]);
        (await user.PostAsync("/api/sources", new { id = "notmine", ra = 1, dec = 1, group_ids = new[] { mine, theirs } }))
            .Refused(400, "Invalid group_ids field", $"{theirs}");
        await using (var db = server.OpenDb())
        {
            db.GroupUsers.Single(m => m.GroupId == mine && m.UserId == user.UserId).CanSave = false;
            await db.SaveChangesAsync();
        }
        (await user.PostAsync("/api/sources", new { id = "notmine", ra = 1, dec = 1, group_ids = new[] { mine } }))
            .Refused(400, "does not have power to save", $"{mine}");
        Assert.Equal(0L, await ScalarAsync("SELECT count(*) FROM sources WHERE id = 'notmine'"));
    }

    [Fact]
    public async Task Text_is_stored_as_text()
    {
        const string nasty = "<script>alert('x')</script>'; DROP TABLE sources; --";
        (await server.Admin.PostAsync("/api/sources",
            new { id = "nasty';--<b>", ra = 1, dec = 1, origin = nasty, alias = new[] { nasty } })).Ok();
        Assert.Equal(nasty, await ScalarAsync("SELECT origin FROM sources WHERE id = 'nasty'';--<b>'"));
    }

    [Fact]
    public async Task It_needs_the_right_to_upload() =>
        (await (await server.AddUserAsync(role: Role.ViewOnly)).PostAsync("/api/sources", new { id = "x", ra = 1, dec = 1 }))
            .Refused(401);

    async Task<int> AddGroupAsync()
    {
        await using var db = server.OpenDb();
        var group = new Group { Name = $"group {Guid.NewGuid():N}" };
        db.Groups.Add(group);
        await db.SaveChangesAsync();
        return group.Id;
    }

    async Task<object?> ScalarAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, await server.Database.OpenConnectionAsync());
        await using (command.Connection)
            return await command.ExecuteScalarAsync();
    }
}
