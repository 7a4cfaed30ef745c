using System.Text;
using System.Text.Json;
using Microsoft.Playwright;

namespace Vigil.Browser;

public class SpectraAndCommentsTests(SampleSky sky) : IClassFixture<SampleSky>
{
    static readonly string address = $"/source/{Uri.EscapeDataString(SampleSky.Source)}";

    async Task<Window> OpenAsync(string user = "member", int width = 1280)
    {
        var window = await Browser.OpenAsync(sky.Server.Url, width);
        await window.LogInAsync(user, SampleSky.Password);
        await window.Page.GotoAsync(address);
        await Assertions.Expect(window.Page.Locator("light-curve[data-watching]")).ToBeVisibleAsync();
        return window;
    }

    async Task PostSpectrumAsync(string units, Func<double, double> flux)
    {
        double[] wavelengths = [.. Enumerable.Range(0, 6001).Select(i => 3500 + 0.9 * i)];
        (await sky.Server.Admin.PostAsync("/api/spectra", new
        {
            obj_id = SampleSky.Source, instrument_id = 1, observed_at = "2026-11-20T06:30:00", label = units, units, wavelengths,
            fluxes = wavelengths.Select(flux).ToArray(), group_ids = new[] { sky.GroupId },
        })).Ok();
    }

    [Fact]
    public async Task Spectra_of_any_units_appear_in_one_plot_and_as_tables()
    {
        await using var window = await OpenAsync();
        await using var stranger = await OpenAsync("outsider");
        await Assertions.Expect(window.Page.Locator("#spectra")).ToBeHiddenAsync();
        // The same light thrice: f_λ = 1e-15 λ^-2, so that f_ν is constant.
        await PostSpectrumAsync("erg/s/cm/cm/AA", wavelength => 1e-15 / (wavelength * wavelength));
        await PostSpectrumAsync("Jy", _ => 0.004);
        await PostSpectrumAsync("AB", _ => 17);
        await Assertions.Expect(window.Page.Locator("spectrum-plot[data-spectra='3']")).ToBeVisibleAsync();

        var traces = (await window.Page.EvaluateAsync(
            "() => document.querySelector('spectrum-plot .plot').data.map(t => ({ x: [...t.x], y: [...t.y] }))"))!.Value;
        foreach (var trace in traces.EnumerateArray())
        {
            var (x, y) = (Numbers(trace.GetProperty("x")), Numbers(trace.GetProperty("y")));
            Assert.InRange(x.Length, 2000, 3000); // 6001 points, three at a time
            // Over their median λ² is that of the median wavelength, 6200 Å; averaging three neighbours of 0.9 Å changes less.
            Assert.Equal(6200.0 * 6200 / (x[0] * x[0]), y[0], 1e-4);
            Assert.Equal(6200.0 * 6200 / (x[^1] * x[^1]), y[^1], 1e-4);
        }
        await Assertions.Expect(window.Page.Locator("#spectra tbody tr")).ToHaveCountAsync(3);
        await window.ScreenshotAsync("spectra");

        var download = await window.Page.RunAndWaitForDownloadAsync(
            () => window.Page.Locator("#spectra tbody tr", new() { HasText = "Jy" }).GetByRole(AriaRole.Link).ClickAsync());
        Assert.StartsWith("SN_2026abc_20261120_", download.SuggestedFilename, StringComparison.Ordinal);
        var lines = await File.ReadAllLinesAsync(await download.PathAsync());
        Assert.Equal(["wavelength_angstrom,flux_jy,flux_err_jy", "3500,0.004,"], lines[..2]);
        Assert.Equal(6002, lines.Length);

        await stranger.Page.ReloadAsync();
        await Assertions.Expect(stranger.Page.Locator("#spectra")).ToBeHiddenAsync();
        Assert.DoesNotContain("wavelengths", await (await stranger.Page.APIRequest.GetAsync($"{address}/spectra.json"))
            .TextAsync());
        Assert.Empty(window.Errors);

        static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(n => n.GetDouble())];
    }

    [Fact]
    public async Task A_comment_with_a_file_is_read_by_its_group_as_text()
    {
        await using var window = await OpenAsync();
        await using var reader = await OpenAsync(width: 390);
        var form = window.Page.Locator("form.say");
        await form.Locator("textarea").FillAsync("Host is <b>UGC 3218</b>\nsecond line");
        await form.Locator("input[type=file]").SetInputFilesAsync(
            new FilePayload { Name = "finder.txt", MimeType = "text/plain", Buffer = Encoding.UTF8.GetBytes("north is up") });
        await form.Locator("select").SelectOptionAsync("for Supernova watch");
        await form.GetByRole(AriaRole.Button, new() { Name = "Comment" }).ClickAsync();

        foreach (var page in new[] { window.Page, reader.Page }) // who wrote it, and who had the page open
            await Assertions.Expect(page.Locator(".comment p")).ToHaveTextAsync("Host is <b>UGC 3218</b>\nsecond line");
        await Assertions.Expect(reader.Page.Locator(".comment header")).ToContainTextAsync("member");
        await reader.ScreenshotAsync("comments-phone");
        var download = await reader.Page.RunAndWaitForDownloadAsync(
            () => reader.Page.GetByRole(AriaRole.Link, new() { Name = "finder.txt" }).ClickAsync());
        Assert.Equal("north is up", await File.ReadAllTextAsync(await download.PathAsync()));

        var told = (await sky.Member.GetAsync($"/api/sources/{Uri.EscapeDataString(SampleSky.Source)}/comments"))
            .Ok().Data!.AsArray();
        Assert.Equal(("Host is <b>UGC 3218</b>\nsecond line", false),
            (told[0]!["text"]!.GetValue<string>().ReplaceLineEndings("\n"), told[0]!["bot"]!.GetValue<bool>()));
        await using var stranger = await OpenAsync("outsider");
        await Assertions.Expect(stranger.Page.Locator(".comment")).ToHaveCountAsync(0);
        Assert.Empty(window.Errors);
    }

    [Fact]
    public async Task Of_a_light_curve_of_12000_points_as_many_are_drawn_as_one_can_see()
    {
        const int points = 12_000;
        (await sky.Server.Admin.PostAsync("/api/sources",
            new { id = "long", ra = 30, dec = 30, group_ids = new[] { sky.GroupId } })).Ok();
        (await sky.Server.Admin.PostAsync("/api/photometry", new
        {
            obj_id = "long", instrument_id = 1, magsys = "ab", zp = 23.9, group_ids = new[] { sky.GroupId },
            mjd = Enumerable.Range(0, points).Select(i => 60000 + i / 10.0).ToArray(),
            filter = Enumerable.Range(0, points).Select(i => i % 2 == 0 ? "ztfg" : "ztfr").ToArray(),
            flux = Enumerable.Range(0, points).Select(i => 500 + 400 * Math.Sin(i / 300.0)).ToArray(),
            fluxerr = Enumerable.Repeat(5.0, points).ToArray(),
        })).Ok();
        await using var window = await OpenAsync();
        await window.Page.GotoAsync("/source/long");
        await Assertions.Expect(window.Page.Locator($"light-curve[data-points='{points}']"))
            .ToBeVisibleAsync(new() { Timeout = 120_000 });
        const string drawn = "() => document.querySelector('.plot').data.reduce((n, t) => n + t.x.length, 0)";
        Assert.Equal(points / 6, await window.Page.EvaluateAsync<int>(drawn));
        await Assertions.Expect(window.Page.Locator("light-curve .tools")).ToContainTextAsync("1 of 6 points is drawn");
        await window.ScreenshotAsync("long", fullPage: false);
        // Ten points a day.
        await window.Page.EvaluateAsync("() => Plotly.relayout(document.querySelector('.plot'), { 'xaxis.range': "
            + "[60100.05, 60200.05] })");
        await Assertions.Expect(window.Page.Locator("light-curve .tools")).Not.ToContainTextAsync("points is drawn");
        Assert.Equal(1000, await window.Page.EvaluateAsync<int>(drawn));
        await window.Page.EvaluateAsync("() => Plotly.relayout(document.querySelector('.plot'), { 'xaxis.autorange': true })");
        await Assertions.Expect(window.Page.Locator("light-curve .tools")).ToContainTextAsync("1 of 6 points is drawn");
        Assert.Empty(window.Errors);
    }
}
