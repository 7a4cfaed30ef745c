using Vigil.Access;
using Vigil.Tests.Infrastructure;

namespace Vigil.Tests.Dialects.SkyPortal;

public class TokenTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task A_revoked_token_is_refused_at_once()
    {
        var user = await server.AddUserAsync();
        (await user.GetAsync("/api/groups")).Ok();
        (await user.DeleteAsync($"/api/internal/tokens/{user.Token}")).Ok();
        (await user.GetAsync("/api/groups")).Refused(401);
    }

    [Fact]
    public async Task A_token_serves_until_it_expires()
    {
        var secret = (await server.Admin.PostAsync("/api/internal/tokens",
            new { name = "old", expires_at = "2020-01-01T00:00:00" }))
            .Ok().Data!["token_id"]!.GetValue<string>();
        (await new Caller(server.Url, secret).GetAsync("/api/groups")).Refused(401);
        secret = (await server.Admin.PostAsync("/api/internal/tokens", new { name = "new", expires_at = "2999-01-01T00:00:00" }))
            .Ok().Data!["token_id"]!.GetValue<string>();
        (await new Caller(server.Url, secret).GetAsync("/api/groups")).Ok();
    }

    [Fact]
    public async Task A_token_that_was_in_use_expires_like_any_other()
    {
        var expires_at = DateTimeOffset.UtcNow.AddSeconds(10); // the first use may wait for a busy machine
        var secret = (await server.Admin.PostAsync("/api/internal/tokens", new { name = "brief", expires_at })).Ok()
            .Data!["token_id"]!.GetValue<string>();
        var caller = new Caller(server.Url, secret);
        (await caller.GetAsync("/api/groups")).Ok();
        await Task.Delay(expires_at - DateTimeOffset.UtcNow + TimeSpan.FromMilliseconds(50),
            TestContext.Current.CancellationToken);
        (await caller.GetAsync("/api/groups")).Refused(401);
    }

    [Fact]
    public async Task A_token_goes_with_its_user_and_rests_while_the_account_is_locked()
    {
        var user = await server.AddUserAsync();
        (await user.GetAsync("/api/groups")).Ok();
        (await server.Admin.PatchAsync($"/api/user/{user.UserId}", new { is_active = false })).Ok();
        (await user.GetAsync("/api/groups")).Refused(401, "not active");
        (await server.Admin.PatchAsync($"/api/user/{user.UserId}", new { is_active = true })).Ok();
        (await user.GetAsync("/api/groups")).Ok();
        (await server.Admin.DeleteAsync($"/api/user/{user.UserId}")).Ok();
        (await user.GetAsync("/api/groups")).Refused(401);
    }

    [Fact]
    public async Task A_token_makes_no_token_that_may_do_more()
    {
        var user = await server.AddUserAsync(role: Role.SuperAdmin, acls: [Acl.Comment]);
        (await user.PostAsync("/api/internal/tokens", new { name = "more", acls = new[] { Acl.SystemAdmin } }))
            .Refused(400, "ACLs they do not have");
        (await user.PutAsync($"/api/internal/tokens/{user.Token}", new { acls = new[] { Acl.Comment, Acl.UploadData } }))
            .Refused(400, "ACLs they do not have");
        (await user.PostAsync("/api/internal/tokens", new { name = "same", acls = new[] { Acl.Comment } })).Ok();
    }

    [Fact]
    public async Task Only_a_hash_of_a_token_is_kept()
    {
        var secret = (await server.Admin.PostAsync("/api/internal/tokens", new { name = "hashed" })).Ok()
            .Data!["token_id"]!.GetValue<string>();
        Assert.DoesNotContain(secret, (await server.Admin.GetAsync("/api/internal/tokens")).Ok().Text, StringComparison.Ordinal);
        await using var find = server.Database.CreateCommand("SELECT count(*) FROM tokens t WHERE t::text LIKE '%' || $1 || '%'");
        find.Parameters.Add(new() { Value = secret });
        Assert.Equal(0L, await find.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("token", "nobody's", "Unauthorized")]
    [InlineData("token", "'; DROP TABLE tokens; --", "Unauthorized")]
    [InlineData("token", "two words", "Unauthorized")]
    [InlineData("token", "0000000000000000000000000000000000000000", "Unauthorized")]
    [InlineData("Digest", "x", "malformed")]
    [InlineData("Basic", "dXNlcjpwdw==", "malformed")]
    [InlineData("token", "", "malformed")]
    public async Task Other_credentials_are_refused(string scheme, string secret, string word) =>
        (await new Caller(server.Url, secret).SendAsync("GET", "/api/groups", scheme: scheme)).Refused(401, word);

    [Fact]
    public async Task An_account_that_expired_is_told_so()
    {
        var user = await server.AddUserAsync();
        (await server.Admin.PatchAsync($"/api/user/{user.UserId}", new { expirationDate = "2020-01-01T00:00:00" })).Ok();
        (await user.GetAsync("/api/groups")).Refused(403, "expired");
    }

    [Fact]
    public async Task A_token_holds_at_most_the_rights_of_its_user()
    {
        var user = await server.AddUserAsync();
        var other = await server.AddUserAsync();
        (await user.DeleteAsync($"/api/internal/tokens/{other.Token}")).Refused(400, "does not exist");
        (await server.Admin.PostAsync("/api/internal/tokens", new { name = "x", acls = new[] { "Fly" } })).Refused(400, "Fly");
        (await server.Admin.PostAsync("/api/internal/tokens",
            new { name = "x", user_id = user.UserId, acls = new[] { Acl.SystemAdmin } }))
            .Refused(400, "ACLs they do not have");
        (await user.PostAsync("/api/internal/tokens", new { name = "x", user_id = other.UserId })).Refused(403);
        (await user.PostAsync("/api/internal/tokens", new { name = new string('x', 10_000) })).Refused(400, "name", "200");
    }

    [Fact]
    public async Task A_token_of_10_000_characters_is_refused() =>
        (await new Caller(server.Url, new string('x', 10_000)).GetAsync("/api/groups")).Refused(401);

    [Fact]
    public async Task Too_many_calls_are_told_to_wait()
    {
        await using var strict = await server.StartAnotherAsync(
            s => s with { RatePerSecond = 0.01, RateBurst = 3, RateLimitLoopback = true });
        var caller = strict.Admin;
        for (var i = 0; i < 3; i++)
            (await caller.GetAsync("/api/groups")).Ok();
        await caller.GetAsync("/api/groups");
        (await caller.GetAsync("/api/groups")).Refused(429, "Too many requests");
        // The limit is each credential's own, and a wrong one has one, too.
        var other = new Caller(strict.Url, (await server.AddUserAsync()).Token);
        (await other.GetAsync("/api/groups")).Ok();
        var wrong = new Caller(strict.Url, "wrong");
        for (var i = 0; i < 5; i++)
            await wrong.GetAsync("/api/groups");
        (await wrong.GetAsync("/api/groups")).Refused(429);
        (await new Caller(strict.Url, null).GetAsync("/api/sysinfo")).Ok();
    }
}
