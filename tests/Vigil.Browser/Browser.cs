using Microsoft.Playwright;

namespace Vigil.Browser;

/// <summary>Debian's Chromium, started once for the whole run.</summary>
static class Browser
{
    static readonly Lazy<Task<IBrowser>> chromium = new(StartAsync);

    /// <summary>Where screenshots go, for people to look at.</summary>
    static readonly string screenshots = Directory.CreateDirectory(
        Path.Combine(Repository(), "artifacts", "screenshots")).FullName;

    /// <summary>A window of its own: no cookies yet, and nothing of the outside world.</summary>
    public static async Task<Window> OpenAsync(Uri server, int width = 1280, int height = 900, bool dark = false,
        bool javaScript = true)
    {
        var context = await (await chromium.Value).NewContextAsync(new()
        {
            BaseURL = server.ToString(), ViewportSize = new() { Width = width, Height = height }, JavaScriptEnabled = javaScript,
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light, AcceptDownloads = true,
        });
        await context.RouteAsync(url => !url.StartsWith(server.ToString(), StringComparison.Ordinal),
            route => route.AbortAsync());
        return new Window(await context.NewPageAsync(), server);
    }

    public static string ScreenshotPath(string name) => Path.Combine(screenshots, $"{name}.png");

    static async Task<IBrowser> StartAsync()
    {
        // Generous, since other work may keep the machine busy.
        Assertions.SetDefaultExpectTimeout(30_000);
        var playwright = await Playwright.CreateAsync();
        return await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Environment.GetEnvironmentVariable("VIGIL_CHROMIUM") is { Length: > 0 } given
                ? given : "/usr/bin/chromium",
            // Chromium's own sandbox refuses to run as root.
            Args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
        });
    }

    static string Repository()
    {
        var dir = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(dir.FullName, "Vigil.slnx")))
            dir = dir.Parent ?? throw new DirectoryNotFoundException("The tests run inside Vigil's folder.");
        return dir.FullName;
    }
}

/// <summary>A page in a browser window, and what went wrong in it.</summary>
sealed class Window : IAsyncDisposable
{
    readonly List<string> errors = [];

    public Window(IPage page, Uri server)
    {
        Page = page;
        page.PageError += (_, error) => errors.Add(error);
        page.Console += (_, message) =>
        {
            // A survey server that cannot be reached is no error of ours.
            if (message.Type == "error" && message.Location.StartsWith(server.ToString(), StringComparison.Ordinal))
                errors.Add(message.Text);
        };
    }

    public IPage Page { get; }

    public async Task LogInAsync(string username, string password)
    {
        await Page.GotoAsync("/login");
        await Page.GetByLabel("Username").FillAsync(username);
        await Page.GetByLabel("Password").FillAsync(password);
        await Page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Button, new() { Name = "Log in" }).ClickAsync();
    }

    /// <summary>Keeps a picture of the whole page as an artefact of the run.</summary>
    public Task ScreenshotAsync(string name, bool fullPage = true) =>
        Page.ScreenshotAsync(new() { Path = Browser.ScreenshotPath(name), FullPage = fullPage });

    /// <summary>What the browser complained about, scripts and blocked content included.</summary>
    public IReadOnlyList<string> Errors => errors;

    public async ValueTask DisposeAsync() => await Page.Context.CloseAsync();
}
