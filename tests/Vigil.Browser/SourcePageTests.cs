using System.Text.Json;
using Microsoft.Playwright;

namespace Vigil.Browser;

public class SourcePageTests(SampleSky sky) : IClassFixture<SampleSky>
{
    static readonly string address = $"/source/{Uri.EscapeDataString(SampleSky.Source)}";

    async Task<Window> OpenAsync(string user = "member", int width = 1280, bool dark = false)
    {
        var window = await Browser.OpenAsync(sky.Server.Url, width, dark: dark);
        await window.LogInAsync(user, SampleSky.Password);
        await window.Page.GotoAsync(address);
        return window;
    }

    static Task<JsonElement?> PlotAsync(Window window, string expression) =>
        window.Page.EvaluateAsync($"() => {{ const plot = document.querySelector('light-curve .plot'); return {expression}; }}");

    static Task DrawnAsync(Window window) => Assertions.Expect(window.Page.Locator("light-curve[data-watching]"))
        .ToBeVisibleAsync();

    [Fact]
    public async Task The_light_curve_has_a_trace_for_each_band_and_instrument_and_fainter_is_down()
    {
        await using var window = await OpenAsync();
        await DrawnAsync(window);
        await window.ScreenshotAsync("source");
        var names = (await PlotAsync(window, "plot.data.filter(t => t.meta !== 'limits').map(t => t.name + '/' "
            + "+ t.x.length)"))!.Value;
        var traces = names.EnumerateArray().Select(n => n.GetString()!.Split('/'))
            .ToDictionary(n => n[0], n => int.Parse(n[1], null));
        Assert.Equal(["sdssi · Sky camera", "ztfg · ZTF", "ztfr · ZTF"], traces.Keys.Order());
        // Other tests of this class let points arrive in ztfg.
        Assert.Equal((12, 17), (traces["sdssi · Sky camera"], traces["ztfr · ZTF"]));
        Assert.InRange(traces["ztfg · ZTF"], 17, 19);
        var limits = (await PlotAsync(window, "plot.data.filter(t => t.meta === 'limits').reduce((n, t) => n + "
            + "t.x.length, 0)"))!.Value;
        Assert.Equal(11, limits.GetInt32()); // 5 without a flux, 6 with one below 3σ
        var range = (await PlotAsync(window, "plot.layout.yaxis.range"))!.Value;
        Assert.True(range[0].GetDouble() > range[1].GetDouble(), $"fainter magnitudes are at the bottom, got {range}");
        Assert.Equal(JsonValueKind.Array, (await PlotAsync(window, "plot.data[0].error_y.array"))!.Value.ValueKind);
        var hover = (await PlotAsync(window, "plot.data.find(t => t.name.startsWith('ztfg')).customdata[0]"))!.Value.GetString();
        Assert.Contains("P48 / ZTF", hover);
        Assert.Contains("2025-11-27", hover); // MJD 61006; astropy: Time(61006, format='mjd').iso
        await window.Page.EvaluateAsync("""
            () => {
              const plot = document.querySelector('.plot');
              Plotly.Fx.hover(plot, [{ curveNumber: plot.data.findIndex(t => t.name.startsWith('ztfg')), pointNumber: 0 }]);
            }
            """);
        // 400 µJy exp(-(12/12)²) = 147.15 µJy: 23.9 - 2.5 log10 of it, and 1.0857 * 8 / 147.15.
        await Assertions.Expect(window.Page.Locator(".hoverlayer")).ToContainTextAsync("ztfg 18.481 ± 0.059 mag");
        await Assertions.Expect(window.Page.Locator(".hoverlayer")).ToContainTextAsync("MJD 61006.00000");
        Assert.Empty(window.Errors);
    }

    [Fact]
    public async Task The_flux_switch_shows_fluxes_and_brighter_is_up()
    {
        await using var window = await OpenAsync();
        await DrawnAsync(window);
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Flux" }).ClickAsync();
        await Assertions.Expect(window.Page.Locator("light-curve[data-unit=flux]")).ToBeVisibleAsync();
        var range = (await PlotAsync(window, "plot.layout.yaxis.range"))!.Value;
        Assert.True(range[0].GetDouble() < range[1].GetDouble());
        Assert.Contains("µJy", (await PlotAsync(window, "plot.layout.yaxis.title.text"))!.Value.GetString());
        await window.ScreenshotAsync("source-flux", fullPage: false);
        Assert.Empty(window.Errors);
    }

    [Fact]
    public async Task The_page_tells_positions_in_both_notations_and_names_as_text()
    {
        await using var window = await OpenAsync();
        await Assertions.Expect(window.Page.Locator(".sexagesimal")).ToHaveTextAsync("10:00:00.00 +02:00:00.0");
        await Assertions.Expect(window.Page.Locator(".degrees")).ToHaveTextAsync("150.000000 +2.000000");
        await Assertions.Expect(window.Page.Locator(".facts")).ToContainTextAsync("0.0174");
        await Assertions.Expect(window.Page.Locator("hgroup")).ToContainTextAsync("ZTF26aaaaaaa (ZTF)");
        // The other known source within 5', east (left) and north (up) of the centre.
        var neighbour = window.Page.Locator(".finder .neighbour");
        await Assertions.Expect(neighbour).ToHaveCountAsync(1);
        Assert.True(double.Parse((await neighbour.GetAttributeAsync("cx"))!,
            System.Globalization.CultureInfo.InvariantCulture) < 0);
        Assert.True(double.Parse((await neighbour.GetAttributeAsync("cy"))!,
            System.Globalization.CultureInfo.InvariantCulture) < 0);
        await Assertions.Expect(window.Page.Locator(".finder a title")).ToHaveTextAsync("neighbour <i>");
    }

    [Fact]
    public async Task The_table_can_be_taken_away()
    {
        await using var window = await OpenAsync();
        var download = await window.Page.RunAndWaitForDownloadAsync(
            () => window.Page.GetByRole(AriaRole.Link, new() { Name = "CSV" }).ClickAsync());
        Assert.Equal("SN_2026abc.csv", download.SuggestedFilename);
        var lines = await File.ReadAllLinesAsync(await download.PathAsync());
        Assert.StartsWith("mjd,utc,band,", lines[0]);
        Assert.True(lines.Length >= 58, $"57 points and a header, got {lines.Length} lines");
        // The first is a limit: no magnitude, 23.9 - 2.5 log10(5 * 8 µJy).
        Assert.StartsWith("61000,2025-11-21T00:00:00.000Z,ztfg,P48,ZTF,,,19.8949,,8,", lines[1]);
    }

    [Fact]
    public async Task A_point_that_arrives_appears_by_itself()
    {
        await using var window = await OpenAsync();
        await DrawnAsync(window);
        var before = int.Parse((await window.Page.Locator("light-curve").GetAttributeAsync("data-points"))!, null);
        await sky.PostPointAsync(61100.25);
        await Assertions.Expect(window.Page.Locator("light-curve")).ToHaveAttributeAsync("data-points", $"{before + 1}");
        await Assertions.Expect(window.Page.Locator("#photometry tbody tr", new() { HasText = "61100.25" })).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Somebody_outside_the_group_sees_no_point_and_hears_of_none()
    {
        await using var window = await OpenAsync("outsider");
        await DrawnAsync(window);
        await Assertions.Expect(window.Page.Locator("light-curve")).ToHaveAttributeAsync("data-points", "0");
        await Assertions.Expect(window.Page.Locator("#photometry")).ToContainTextAsync("No measurement that you can see");
        await Assertions.Expect(window.Page.Locator(".facts")).Not.ToContainTextAsync("Supernova watch");
        await window.Page.EvaluateAsync("() => document.addEventListener('vigil:changed', () => "
            + "document.body.dataset.heard = 'yes')");
        await sky.PostPointAsync(61101.25);
        // Long enough for the members' pages to have heard of it.
        await Task.Delay(1000);
        Assert.Null(await window.Page.Locator("body").GetAttributeAsync("data-heard"));
        var csv = await window.Page.APIRequest.GetAsync($"{address}/photometry.csv");
        Assert.DoesNotContain("61101", await csv.TextAsync());
        Assert.Empty(window.Errors);
    }

    [Fact]
    public async Task Themes_are_dark_where_the_browser_is_and_red_in_the_dome()
    {
        await using var window = await OpenAsync(dark: true);
        await DrawnAsync(window);
        Assert.InRange(await LuminanceAsync(window), 0, 60);
        await window.ScreenshotAsync("source-dark");

        await window.Page.GetByRole(AriaRole.Button, new() { Name = "light" }).ClickAsync();
        await Assertions.Expect(window.Page.Locator("html[data-theme=light]")).ToBeVisibleAsync();
        await DrawnAsync(window); // The page is a new one, and its style comes later than its first line.
        Assert.InRange(await LuminanceAsync(window), 200, 255);

        await window.Page.GetByRole(AriaRole.Button, new() { Name = "dome" }).ClickAsync();
        await Assertions.Expect(window.Page.Locator("html[data-dome]")).ToBeVisibleAsync();
        await DrawnAsync(window);
        Assert.EndsWith(address, window.Page.Url);
        await window.ScreenshotAsync("source-dome", fullPage: false);
        Assert.Equal("0,0", await GreenAndBlueAsync(window));
    }

    [Fact]
    public async Task A_phone_shows_the_page_without_scrolling_sideways()
    {
        await using var window = await OpenAsync(width: 390);
        await DrawnAsync(window);
        await window.ScreenshotAsync("source-phone");
        foreach (var page in (string[])[address, "/sources", "/groups", "/uploads", "/docs/skyportal", "/docs/bhtom"])
        {
            await window.Page.GotoAsync(page);
            var width = await window.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth");
            Assert.True(width <= 390, $"{page} is {width} px wide");
        }
        await window.ScreenshotAsync("api-phone", fullPage: false);
        Assert.Empty(window.Errors);
    }

    [Fact]
    public async Task Without_JavaScript_the_numbers_and_the_finder_are_there()
    {
        await using var window = await Browser.OpenAsync(sky.Server.Url, javaScript: false);
        await window.LogInAsync("member", SampleSky.Password);
        await window.Page.GotoAsync(address);
        await Assertions.Expect(window.Page.Locator("#photometry tbody tr")).ToHaveCountAsync(50);
        await Assertions.Expect(window.Page.Locator(".finder")).ToBeVisibleAsync();
    }

    static Task<int> LuminanceAsync(Window window) => window.Page.EvaluateAsync<int>(
        "() => Math.max(...getComputedStyle(document.documentElement).backgroundColor.match(/\\d+/g).slice(0, 3).map(Number))");

    /// <summary>The most green and blue in any pixel of the window.</summary>
    static async Task<string> GreenAndBlueAsync(Window window)
    {
        var picture = Convert.ToBase64String(await window.Page.ScreenshotAsync());
        return await window.Page.EvaluateAsync<string>("""
            async (picture) => {
              const bitmap = await createImageBitmap(await (await fetch('data:image/png;base64,' + picture)).blob());
              const canvas = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
              canvas.drawImage(bitmap, 0, 0);
              const pixels = canvas.getImageData(0, 0, bitmap.width, bitmap.height).data;
              let green = 0, blue = 0;
              for (let i = 0; i < pixels.length; i += 4) {
                green = Math.max(green, pixels[i + 1]);
                blue = Math.max(blue, pixels[i + 2]);
              }
              return `${green},${blue}`;
            }
            """, picture);
    }
}
