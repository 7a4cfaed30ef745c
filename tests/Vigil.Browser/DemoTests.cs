using Microsoft.Playwright;
using Vigil.Cli;
using Vigil.Tests.Infrastructure;

namespace Vigil.Browser;

public class DemoTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task The_demo_opens_on_a_light_curve_in_eight_bands_and_loads_only_once()
    {
        var demo = DemoData.Read();
        using (var loader = new DemoLoader(server.Url.ToString(), server.Admin.Token!))
        {
            var steps = 0;
            await loader.LoadAsync(demo, () => steps++, default);
            Assert.Equal(demo.Steps, steps);
            await loader.LoadAsync(demo, () => { }, default);
        }
        // As many as the files have rows; see demo/README.md.
        await using (var db = server.OpenDb())
            Assert.Equal(287 + 1121 + 384, db.Photometry.Count());

        await server.AddUserAsync("visitor", Access.Role.SuperAdmin, password: SampleSky.Password);
        foreach (var dark in (bool[])[false, true])
        {
            await using var window = await Browser.OpenAsync(server.Url, 1280, 820, dark);
            await window.LogInAsync("visitor", SampleSky.Password);
            foreach (var source in demo.LightCurves.Select(c => c.Source).Distinct())
            {
                await window.Page.GotoAsync($"/source/{source}");
                await Assertions.Expect(window.Page.Locator("light-curve[data-watching]")).ToBeVisibleAsync();
                await window.ScreenshotAsync($"demo-{source}{(dark ? "-dark" : "")}", fullPage: false);
            }
            await window.Page.GotoAsync($"/source/{demo.LightCurves[0].Source}");
            await Assertions.Expect(window.Page.Locator("light-curve[data-points='287']")).ToBeVisibleAsync();
            var bands = await window.Page.EvaluateAsync<string[]>(
                "() => [...new Set(document.querySelector('.plot').data.map(t => t.name.split(' ')[0]))]");
            Assert.Equal(["bessellux", "bessellb", "bessellv", "bessellr", "besselli", "2massj", "2massh", "2massks"], bands);
            Assert.Empty(window.Errors);
        }
    }
}
