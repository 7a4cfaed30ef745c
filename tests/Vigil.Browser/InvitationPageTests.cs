using Microsoft.Playwright;

namespace Vigil.Browser;

public class InvitationPageTests(SampleSky sky) : IClassFixture<SampleSky>
{
    [Fact]
    public async Task Somebody_who_is_invited_joins_on_a_phone()
    {
        var link = (await sky.Server.Admin.PostAsync("/api/invitations",
            new { userEmail = "new@example.org", groupIDs = new[] { sky.GroupId } }))
            .Ok().Data!["link"]!.GetValue<string>();
        await using var window = await Browser.OpenAsync(sky.Server.Url, width: 360, height: 740);
        await window.Page.GotoAsync(link);
        await Assertions.Expect(window.Page.GetByRole(AriaRole.Heading, new() { Name = "Welcome to Vigil" })).ToBeVisibleAsync();
        Assert.True(await window.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= window.innerWidth"),
            "The page is wider than a phone.");
        await window.ScreenshotAsync("invitation-phone");

        await window.Page.GetByLabel("Username").FillAsync("Newcomer");
        await window.Page.GetByLabel("Password").FillAsync(SampleSky.Password);
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Join" }).ClickAsync();
        await Assertions.Expect(window.Page.Locator("tbody")).ToContainTextAsync(SampleSky.Source);
        Assert.Empty(window.Errors);

        await window.Page.GotoAsync(link);
        await Assertions.Expect(window.Page.GetByRole(AriaRole.Heading, new() { Name = "No such invitation" }))
            .ToBeVisibleAsync();
    }
}
