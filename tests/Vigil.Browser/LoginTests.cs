using Microsoft.Playwright;

namespace Vigil.Browser;

public class LoginTests(SampleSky sky) : IClassFixture<SampleSky>
{
    [Fact]
    public async Task A_page_asks_for_a_login_and_comes_back_after_it()
    {
        await using var window = await Browser.OpenAsync(sky.Server.Url);
        await window.Page.GotoAsync("/sources?name=far");
        Assert.Contains("/login?returnUrl=", window.Page.Url);
        await window.ScreenshotAsync("login");

        await window.Page.GetByLabel("Username").FillAsync("member");
        await window.Page.GetByLabel("Password").FillAsync(SampleSky.Password);
        await window.Page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Button).ClickAsync();

        Assert.EndsWith("/sources?name=far", window.Page.Url);
        await Assertions.Expect(window.Page.Locator("tbody tr")).ToHaveCountAsync(1);
        Assert.Empty(window.Errors);
    }

    [Fact]
    public async Task A_wrong_password_is_refused_in_words()
    {
        await using var window = await Browser.OpenAsync(sky.Server.Url);
        await window.LogInAsync("member", "wrong");
        await Assertions.Expect(window.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Unable to log in");
        await window.Page.GotoAsync("/sources");
        Assert.Contains("/login", window.Page.Url);
    }

    [Theory]
    [InlineData("https://elsewhere.example/")]
    [InlineData("//elsewhere.example/")]
    [InlineData("/\\elsewhere.example/")]
    public async Task A_login_leads_to_no_other_site(string returnUrl)
    {
        await using var window = await Browser.OpenAsync(sky.Server.Url);
        await window.Page.GotoAsync($"/login?returnUrl={Uri.EscapeDataString(returnUrl)}");
        await window.Page.GetByLabel("Username").FillAsync("outsider");
        await window.Page.GetByLabel("Password").FillAsync(SampleSky.Password);
        await window.Page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Button).ClickAsync();
        Assert.Equal(new Uri(sky.Server.Url, "/sources").ToString(), window.Page.Url);
    }

    [Fact]
    public async Task After_logging_out_pages_are_closed()
    {
        await using var window = await Browser.OpenAsync(sky.Server.Url);
        await window.LogInAsync("member", SampleSky.Password);
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Log out" }).ClickAsync();
        Assert.Contains("/login", window.Page.Url);
        await window.Page.GotoAsync("/groups");
        Assert.Contains("/login", window.Page.Url);
    }

    [Fact]
    public async Task A_form_that_was_open_too_long_is_said_to_be()
    {
        await using var window = await Browser.OpenAsync(sky.Server.Url);
        await window.Page.GotoAsync("/login?returnUrl=%2Fgroups");
        await window.Page.Context.ClearCookiesAsync();
        await window.Page.GetByLabel("Username").FillAsync("member");
        await window.Page.GetByLabel("Password").FillAsync(SampleSky.Password);
        await window.Page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Button).ClickAsync();
        await Assertions.Expect(window.Page.GetByRole(AriaRole.Heading)).ToHaveTextAsync("The form was open too long");
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "Go back" }).ClickAsync();
        Assert.EndsWith("/login?returnUrl=%2Fgroups", window.Page.Url);
    }

    [Fact]
    public async Task A_session_that_ended_asks_for_a_login_and_comes_back()
    {
        await using var window = await Browser.OpenAsync(sky.Server.Url);
        await window.LogInAsync("member", SampleSky.Password);
        await window.Page.GotoAsync("/groups");
        await window.Page.Context.ClearCookiesAsync();
        await window.Page.ReloadAsync();
        Assert.EndsWith("/login?returnUrl=%2Fgroups", window.Page.Url);
    }
}
