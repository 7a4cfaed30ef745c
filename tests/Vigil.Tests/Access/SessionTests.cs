using System.Text.RegularExpressions;
using Vigil.Tests.Infrastructure;

namespace Vigil.Tests.Access;

/// <summary>A browser that is logged in may use the API, but other sites may not use the browser.</summary>
public class SessionTests(TestServer server) : IClassFixture<TestServer>
{
    const string Password = "a good password";

    async Task<HttpClient> LogInAsync()
    {
        var user = await server.AddUserAsync(password: Password);
        var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = server.Url };
        var answer = await PostLoginAsync(browser, user.Username, Password);
        Assert.Equal(302, (int)answer.StatusCode);
        var cookie = answer.Headers.GetValues("Set-Cookie").Single(c => c.StartsWith("vigil=", StringComparison.Ordinal));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        return browser;
    }

    static async Task<HttpResponseMessage> PostLoginAsync(HttpClient browser, string username, string password)
    {
        var page = await browser.GetStringAsync("/login", TestContext.Current.CancellationToken);
        var token = Regex.Match(page, "name=\"__RequestVerificationToken\" value=\"([^\"]+)\"").Groups[1].Value;
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["Username"] = username, ["Password"] = password, ["_handler"] = "login", ["__RequestVerificationToken"] = token,
        });
        return await browser.PostAsync("/login", form, TestContext.Current.CancellationToken);
    }

    static async Task<int> AddGroupAsync(HttpClient browser, params (string Name, string Value)[] headers)
    {
        // As a form of another site can send it: without a header that would make the browser ask first.
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/groups")
        {
            Content = new StringContent($$"""{"name": "group {{Guid.NewGuid()}}"}""", System.Text.Encoding.UTF8, "text/plain"),
        };
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);
        return (int)(await browser.SendAsync(request, TestContext.Current.CancellationToken)).StatusCode;
    }

    [Fact]
    public async Task Other_sites_cannot_make_it_write()
    {
        using var browser = await LogInAsync();
        Assert.Equal(200, (int)(await browser.GetAsync("/api/groups", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(403, await AddGroupAsync(browser));
        Assert.Equal(403, await AddGroupAsync(browser, ("Sec-Fetch-Site", "cross-site"), ("Origin", "https://evil.example")));
        Assert.Equal(403, await AddGroupAsync(browser, ("Sec-Fetch-Site", "same-site")));
        Assert.Equal(200, await AddGroupAsync(browser, ("Sec-Fetch-Site", "same-origin")));
        Assert.Equal(200, await AddGroupAsync(browser, ("X-Requested-With", "XMLHttpRequest")));
    }

    [Fact]
    public async Task A_cookie_that_was_tampered_with_is_none()
    {
        using var http = new HttpClient(new HttpClientHandler { UseCookies = false }) { BaseAddress = server.Url };
        http.DefaultRequestHeaders.Add("Cookie", "vigil=CfDJ8made-up");
        Assert.Equal(401, (int)(await http.GetAsync("/api/groups", TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task Passwords_are_not_guessed_fast()
    {
        var user = await server.AddUserAsync(password: Password);
        await using var strict = await server.StartAnotherAsync(s =>
            s with { LoginsPerSecond = 0.001, LoginBurst = 2, RatePerSecond = 0 });
        using var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = strict.Url };
        for (var i = 0; i < 2; i++)
            Assert.Contains("Unable to log in", await TryAsync("wrong password"), StringComparison.Ordinal);
        await TryAsync("wrong password");
        // Then not even the right one is looked at.
        Assert.Contains("Too many requests", await TryAsync(Password), StringComparison.Ordinal);

        async Task<string> TryAsync(string password) =>
            await (await PostLoginAsync(browser, user.Username, password))
                .Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Behind_a_TLS_proxy_the_cookie_travels_by_TLS_alone()
    {
        var user = await server.AddUserAsync(password: Password);
        await using var other = await server.StartAnotherAsync(s => s with { PublicUrl = "https://vigil.example.org" });
        using var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = other.Url };
        var answer = await PostLoginAsync(browser, user.Username, Password);
        Assert.Contains("secure", answer.Headers.GetValues("Set-Cookie")
            .Single(c => c.StartsWith("vigil=", StringComparison.Ordinal)), StringComparison.OrdinalIgnoreCase);
    }
}
