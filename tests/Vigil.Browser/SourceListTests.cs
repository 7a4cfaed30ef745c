using Microsoft.Playwright;

namespace Vigil.Browser;

public class SourceListTests(SampleSky sky) : IClassFixture<SampleSky>
{
    async Task<Window> OpenAsync(string path)
    {
        var window = await Browser.OpenAsync(sky.Server.Url);
        await window.LogInAsync("member", SampleSky.Password);
        await window.Page.GotoAsync(path);
        return window;
    }

    [Fact]
    public async Task Sources_are_found_by_name_alias_cone_and_group()
    {
        await using var window = await OpenAsync("/sources");
        var names = window.Page.Locator("tbody td:first-child a");

        await window.Page.GetByLabel("Name or alias").FillAsync("ZTF26aa");
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Search" }).ClickAsync();
        await Assertions.Expect(names).ToHaveTextAsync([SampleSky.Source]);
        Assert.Contains("name=ZTF26aa", window.Page.Url);

        await window.Page.GotoAsync("/sources");
        await window.Page.GetByLabel("Around").FillAsync("10:00:00 +02:00:00 5'");
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Search" }).ClickAsync();
        // The nearest first, with its distance: hypot(0.02° cos 2°, 0.03°) = 2.16'.
        await Assertions.Expect(names).ToHaveTextAsync([SampleSky.Source, "neighbour <i>"]);
        await Assertions.Expect(window.Page.Locator("tbody tr").Nth(1)).ToContainTextAsync("2.16′");

        await window.Page.GotoAsync("/sources");
        await window.Page.GetByLabel("Saved to").SelectOptionAsync("Supernova watch");
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Search" }).ClickAsync();
        await Assertions.Expect(names).ToHaveTextAsync([SampleSky.Source]);
        Assert.Empty(window.Errors);
    }

    [Fact]
    public async Task The_list_is_sorted_and_paged_by_its_address()
    {
        await using var window = await OpenAsync("/sources?name=field");
        await Assertions.Expect(window.Page.Locator("#found")).ToContainTextAsync("60 sources, page 1 of 2");
        await window.ScreenshotAsync("sources");

        await window.Page.GetByRole(AriaRole.Link, new() { Name = "RA" }).ClickAsync();
        await Assertions.Expect(window.Page.Locator("tbody td:first-child a").First).ToHaveTextAsync("field-00");
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "RA" }).ClickAsync();
        await Assertions.Expect(window.Page.Locator("tbody td:first-child a").First).ToHaveTextAsync("field-59");
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "Next" }).ClickAsync();
        await Assertions.Expect(window.Page.Locator("tbody tr")).ToHaveCountAsync(10);
        Assert.EndsWith("/sources?name=field&sort=ra&order=desc&page=2", window.Page.Url);

        // The address is all there is to it: anybody who opens it sees the same.
        await window.Page.ReloadAsync();
        await Assertions.Expect(window.Page.Locator("tbody td:first-child a").First).ToHaveTextAsync("field-09");
    }

    [Theory]
    [InlineData("/sources?cone=400 2 1", "ra dec radius")]
    [InlineData("/sources?cone=10 2 1000", "in arcsec, divide by 3600")]
    [InlineData("/sources?page=0", "page must be in")]
    [InlineData("/sources?group=x", "group must be an integer")]
    [InlineData("/sources?group=999", "There is no group 999")]
    public async Task What_cannot_be_searched_for_is_explained(string address, string words)
    {
        await using var window = await OpenAsync("/sources");
        var answer = await window.Page.GotoAsync(address);
        Assert.Equal(400, answer!.Status);
        await Assertions.Expect(window.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync(words);
    }

    [Fact]
    public async Task What_is_not_there_is_said_kindly()
    {
        await using var window = await OpenAsync("/sources");
        foreach (var address in (string[])["/source/nobody", "/nowhere", $"/group/{sky.GroupId + 1000}"])
        {
            var answer = await window.Page.GotoAsync(address);
            Assert.Equal(404, answer!.Status);
            await Assertions.Expect(window.Page.GetByRole(AriaRole.Heading)).ToHaveTextAsync("Nothing here");
        }
    }

    [Fact]
    public async Task Groups_show_their_members_to_members()
    {
        await using var window = await OpenAsync("/groups");
        await Assertions.Expect(window.Page.Locator("table")).ToContainTextAsync("<b>People</b> & supernovae");
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "Supernova watch" }).ClickAsync();
        await Assertions.Expect(window.Page.Locator("tbody tr")).ToHaveCountAsync(1);
        await Assertions.Expect(window.Page.Locator("tbody")).ToContainTextAsync("member");
        await window.ScreenshotAsync("group");

        await using var other = await Browser.OpenAsync(sky.Server.Url);
        await other.LogInAsync("outsider", SampleSky.Password);
        Assert.Equal(404, (await other.Page.GotoAsync($"/group/{sky.GroupId}"))!.Status);
    }
}
