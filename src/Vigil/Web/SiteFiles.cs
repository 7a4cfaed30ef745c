using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Net.Http.Headers;

namespace Vigil.Web;

/// <summary>
/// Style sheets and scripts: our own, beside the executable, and the few files that we serve of npm packages, unchanged.
/// Their addresses carry a hash of the content, so that browsers may keep them for good.
/// </summary>
sealed class SiteFiles
{
    public const string Path = "/assets";

    /// <summary>Style of all pages, MIT.</summary>
    public const string Pico = "pico.min.css";
    /// <summary>Draws light curves, MIT.</summary>
    public const string Plotly = "plotly.min.js";
    /// <summary>Shows sky surveys, GPL 3: an optional package, served as it is.</summary>
    public const string Aladin = "aladin.js";

    static readonly Dictionary<string, string> packaged = new()
    {
        [Pico] = "@picocss/pico/css/pico.min.css",
        [Plotly] = "plotly.js-dist-min/plotly.min.js",
        [Aladin] = "aladin-lite/dist/aladin.js",
    };

    static readonly FileExtensionContentTypeProvider contentTypes = new();

    readonly Dictionary<string, string> files;
    readonly ConcurrentDictionary<string, string> versions = new();

    public SiteFiles()
    {
        files = new DirectoryInfo(System.IO.Path.Combine(AppContext.BaseDirectory, "Web", "wwwroot"))
            .EnumerateFiles().ToDictionary(f => f.Name, f => f.FullName);
        if (PackageFolder() is { } modules)
            foreach (var (name, file) in packaged)
                if (System.IO.Path.Combine(modules, file) is var path && File.Exists(path))
                    files[name] = path;
    }

    /// <summary>Whether the file is there; packages may not be installed.</summary>
    public bool Has(string name) => files.ContainsKey(name);

    /// <summary>The address of a file, or null where it is not installed.</summary>
    public string? Url(string name) => Has(name) ? $"{Path}/{name}?v={Version(name)}" : null;

    public IResult Get(string name, HttpContext context)
    {
        if (!files.TryGetValue(name, out var path))
            return Results.NotFound();
        var version = Version(name);
        context.Response.Headers.CacheControl =
            context.Request.Query["v"] == version ? "public, max-age=31536000, immutable" : "no-cache";
        contentTypes.TryGetContentType(name, out var type);
        return Results.File(path, type, entityTag: new EntityTagHeaderValue($"\"{version}\""));
    }

    string Version(string name) => versions.GetOrAdd(name, n =>
    {
        using var file = File.OpenRead(files[n]);
        return Convert.ToHexStringLower(SHA256.HashData(file))[..12];
    });

    static string? PackageFolder()
    {
        for (var dir = new DirectoryInfo(AppContext.BaseDirectory); dir is not null; dir = dir.Parent)
            if (System.IO.Path.Combine(dir.FullName, "node_modules") is var folder && Directory.Exists(folder))
                return folder;
        return null;
    }
}
