using System.Net;
using System.Text.RegularExpressions;
using Vigil.Access;
using Vigil.Tests.Infrastructure;

namespace Vigil.Tests.Web;

/// <summary>The page where somebody who was invited becomes a user, as a browser without scripts uses it.</summary>
public class InvitationPageTests(TestServer server) : IClassFixture<TestServer>
{
    async Task<string> InviteAsync(Caller? inviter = null) => (await (inviter ?? server.Admin).PostAsync("/api/invitations",
        new { userEmail = "<b>new</b>@example.org", groupIDs = Array.Empty<int>() })).Ok().Data!["link"]!.GetValue<string>();

    static string Path(string link) => new Uri(link).AbsolutePath;

    static async Task<Answer> AcceptAsync(Caller browser, string path, string username, string password, bool forged = false)
    {
        var page = (await browser.GetAsync(path)).Text;
        var fields = new Dictionary<string, string> { ["Username"] = username, ["Password"] = password, ["_handler"] = "accept" };
        if (!forged)
            fields["__RequestVerificationToken"] = Regex.Match(page, "name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")
                .Groups[1].Value;
        return await browser.SendAsync("POST", path, new FormUrlEncodedContent(fields));
    }

    [Fact]
    public async Task A_name_and_a_password_make_a_user_who_is_logged_in()
    {
        var (path, browser) = (Path(await InviteAsync()), new Caller(server.Url, null));
        var page = (await browser.GetAsync(path)).Ok();
        Assert.Contains("admin invites you, &lt;b&gt;new&lt;/b&gt;@example.org", page.Text, StringComparison.Ordinal);
        Assert.Equal("no-store", page.Headers["Cache-Control"]);

        var accepted = await AcceptAsync(browser, path, "Vera Rubin", "dark matters");
        Assert.Equal((302, "/"), (accepted.Status, accepted.Headers["Location"]));
        Assert.Contains("vera-rubin", (await browser.GetAsync("/groups")).Ok().Text, StringComparison.Ordinal);

        // Once only, and the refusal is that of a link that never was.
        var again = await new Caller(server.Url, null).GetAsync(path);
        var unknown = await new Caller(server.Url, null).GetAsync($"/invitation/{Guid.NewGuid()}");
        Assert.Equal((410, 410), (again.Status, unknown.Status));
        Assert.Contains("was used or has expired", again.Text, StringComparison.Ordinal);
        Assert.Contains("was used or has expired", unknown.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_at_once_make_one_user()
    {
        var path = Path(await InviteAsync());
        var answers = await Task.WhenAll(Enumerable.Range(0, 4)
            .Select(i => AcceptAsync(new Caller(server.Url, null), path, $"twin-{i}", "a good password")));
        Assert.Single(answers, a => a.Status == 302);
        Assert.Equal(1, (await server.Admin.GetAsync("/api/user?username=twin-")).Ok().Data!["totalMatches"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("short", "1234567", "password must have 8 to 200")]
    [InlineData("", "a good password", "username must have a letter")]
    [InlineData("admin", "a good password", "taken")]
    [InlineData("Sitewide-Group", "", "password must have")]
    public async Task What_is_refused_leaves_the_link_good(string username, string password, string words)
    {
        var path = Path(await InviteAsync());
        var refused = (await AcceptAsync(new Caller(server.Url, null), path, username, password)).Ok();
        Assert.Contains(words, WebUtility.HtmlDecode(refused.Text), StringComparison.Ordinal);
        Assert.Equal(302, (await AcceptAsync(new Caller(server.Url, null), path, $"ok-{Guid.NewGuid():N}", "a good password"))
            .Status);
    }

    [Fact]
    public async Task A_form_that_another_site_sends_makes_nobody()
    {
        var path = Path(await InviteAsync());
        var answer = await AcceptAsync(new Caller(server.Url, null), path, "forged", "a good password", forged: true);
        Assert.StartsWith("/form-expired", answer.Headers["Location"], StringComparison.Ordinal);
        Assert.Equal(0, (await server.Admin.GetAsync("/api/user?username=forged")).Ok().Data!["totalMatches"]!.GetValue<int>());
    }

    [Fact]
    public async Task Links_lead_to_the_public_address_whatever_the_request_claims()
    {
        await using var other = await server.StartAnotherAsync(s => s with { PublicUrl = "https://vigil.example.org/" });
        Assert.StartsWith("https://vigil.example.org/invitation/", await InviteAsync(other.Admin), StringComparison.Ordinal);

        using var http = new HttpClient { BaseAddress = server.Url };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/invitations")
        {
            Headers = { Host = "evil.example" },
            Content = new StringContent("""{"userEmail": "a@example.org", "groupIDs": []}""", System.Text.Encoding.UTF8, "application/json"),
        };
        request.Headers.TryAddWithoutValidation("Authorization", $"token {server.Admin.Token}");
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains($"{server.Url}invitation/", text, StringComparison.Ordinal);
        Assert.DoesNotContain("evil.example", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_invites_to_more_than_he_is()
    {
        var (mine, others) = (await server.AddGroupAsync(), await server.AddGroupAsync());
        var inviter = await server.AddUserAsync(role: Role.ViewOnly, groups: [mine]);
        (await server.Admin.PostAsync($"/api/user/{inviter.UserId}/acls", new { aclIds = new[] { Acl.ManageUsers } })).Ok();
        var secret = (await server.Admin.PostAsync("/api/internal/tokens",
            new { name = "inviting", user_id = inviter.UserId, acls = new[] { Acl.ManageUsers } })).Ok()
            .Data!["token_id"]!.GetValue<string>();
        var caller = new Caller(server.Url, secret);

        (await caller.PostAsync("/api/invitations", new { userEmail = "a", groupIDs = new[] { mine } }))
            .Refused(400, "Insufficient permissions", "Comment");
        (await caller.PostAsync("/api/invitations", new { userEmail = "a", groupIDs = new[] { others }, role = Role.ViewOnly }))
            .Refused(400, "no member");
        (await caller.PostAsync("/api/invitations",
            new { userEmail = "a", groupIDs = new[] { mine }, groupAdmin = new[] { true }, role = Role.ViewOnly }))
            .Refused(400, "no administrator");
        var id = (await caller.PostAsync("/api/invitations",
            new { userEmail = "a", groupIDs = new[] { mine }, role = Role.ViewOnly })).Ok().Data!["id"];
        (await caller.PatchAsync($"/api/invitations/{id}", new { role = Role.FullUser }))
            .Refused(400, "Insufficient permissions");
        (await caller.PatchAsync($"/api/invitations/{id}", new { groupIDs = new[] { others } })).Refused(400, "no member");
        (await caller.PostAsync("/api/user",
            new
            {
                username = "spy", roles = new[] { Role.ViewOnly },
                groupIDsAndAdmin = new object[] { new object[] { others, true } }
            }))
            .Refused(400, "no administrator");
        Assert.Equal(0, (await server.Admin.GetAsync("/api/user?username=spy")).Ok().Data!["totalMatches"]!.GetValue<int>());
    }
}
