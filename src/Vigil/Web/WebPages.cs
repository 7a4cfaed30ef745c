using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Vigil.Access;
using Vigil.Data;
using Vigil.Dialects;
using Vigil.Web.Components;

namespace Vigil.Web;

/// <summary>The web application: server-rendered pages, and what their few moving parts ask for.</summary>
static class WebPages
{
    /// <summary>
    /// Scripts are ours alone. Plotly writes style attributes; the sky survey's pictures come from CDS in Strasbourg, and
    /// their viewer is WebAssembly that starts workers.
    /// </summary>
    const string ContentPolicy =
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; "
        + "img-src 'self' data: blob: " + Surveys + "; connect-src 'self' data: " + Surveys + "; worker-src 'self' blob:; "
        + "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    const string Surveys = "https://*.cds.unistra.fr https://*.u-strasbg.fr";

    public static void AddWeb(this IServiceCollection services)
    {
        services.AddRazorComponents();
        services.AddCascadingAuthenticationState();
        services.AddAntiforgery(o => o.Cookie.Name = "vigil-form");
        services.AddResponseCompression();
        services.AddSingleton<SiteFiles>();
        services.AddSingleton<SourceChanges>();
        services.AddHostedService(s => s.GetRequiredService<SourceChanges>());
        services.AddScoped<SourceList>();
        services.AddScoped<LightCurveStore>();
    }

    /// <summary>What a person reads when a page is not there or fails; the dialects phrase their errors themselves.</summary>
    public static void UseErrorPages(this WebApplication app)
    {
        var dialects = app.Services.GetRequiredService<IReadOnlyList<Dialect>>();
        app.UseWhen(context => !dialects.Any(d => d.Owns(context.Request.Path)), pages =>
        {
            pages.UseExceptionHandler(new ExceptionHandlerOptions
            {
                ExceptionHandlingPath = "/error",
                CreateScopeForErrors = true,
                StatusCodeSelector = e => DatabaseAway.Caused(e) ? 503 : 500,
                SuppressDiagnosticsCallback = failure => DatabaseAway.Caused(failure.Exception), // no bug, and said by others
            });
            pages.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true);
        });
    }

    /// <summary>What goes before every page. The dialects' endpoints have their own middleware and none of this.</summary>
    public static void UsePages(this WebApplication app) =>
        app.UseWhen(context => context.GetEndpoint()?.Metadata.GetMetadata<Dialect>() is null, pages =>
        {
            pages.Use(BeginAsync);
            pages.UseAuthorization();
            pages.UseAntiforgery();
            pages.Use(ExplainExpiredFormAsync);
            // Not the pages, which hold secrets beside what others wrote: their compressed length could tell.
            pages.UseWhen(context => context.Request.Path.StartsWithSegments(SiteFiles.Path)
                || context.Request.Path.Value!.EndsWith(".json", StringComparison.Ordinal), files =>
                files.UseResponseCompression());
        });

    /// <summary>Who looks at the page, and what its answer tells the browser.</summary>
    static async Task BeginAsync(HttpContext context, RequestDelegate next)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = ContentPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        var request = context.RequestServices.GetRequiredService<Request>();
        request.Via = $"{context.Request.Method} {(context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText}";
        // The page that says so must not ask the database who looks at it.
        if (context.Response.StatusCode != 503)
            request.Viewer = await Session.ViewerAsync(context, context.RequestServices.GetRequiredService<ViewerStore>());
        // The cookie of somebody who is gone opens nothing.
        if (request.Viewer is null)
            context.User = new();
        await next(context);
    }

    /// <summary>A form outlives its cookie, or Vigil's keys: the person is told so and sent back.</summary>
    static Task ExplainExpiredFormAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Features.Get<IAntiforgeryValidationFeature>() is not { IsValid: false })
            return next(context);
        var back = Uri.TryCreate(context.Request.Headers.Referer, UriKind.Absolute, out var from)
            && from.Authority == context.Request.Host.Value ? LocalUrl.Or(from.PathAndQuery, "/") : "/";
        context.Response.Redirect($"/form-expired?returnUrl={Uri.EscapeDataString(back)}");
        return Task.CompletedTask;
    }

    public static void MapPages(this WebApplication app)
    {
        app.MapRazorComponents<App>();
        app.MapGet("/", () => TypedResults.LocalRedirect("/sources"));
        app.MapGet(SiteFiles.Path + "/{name}", (string name, SiteFiles files, HttpContext context) => files.Get(name, context));
        app.MapGet("/docs/{name}", ApiPage.Get);
        app.MapPost("/logout", LogOutAsync);
        app.MapPost("/theme", SetTheme);
        app.MapGet("/source/{id}/photometry.json", LightCurveData.JsonAsync).RequireAuthorization();
        app.MapGet("/source/{id}/photometry.csv", LightCurveData.CsvAsync).RequireAuthorization();
        app.MapGet("/source/{id}/spectra.json", SpectrumData.JsonAsync).RequireAuthorization();
        app.MapGet("/source/{id}/spectrum/{spectrumId:int}.csv", SpectrumData.CsvAsync).RequireAuthorization();
        app.MapGet("/source/{id}/events", SourceEvents.Stream).RequireAuthorization();
    }

    // The parameter makes the antiforgery check apply.
    static async Task<RedirectHttpResult> LogOutAsync(HttpContext context, [FromForm] string? returnUrl)
    {
        await Session.EndAsync(context);
        return TypedResults.LocalRedirect($"/login?returnUrl={Uri.EscapeDataString(LocalUrl.Or(returnUrl, "/"))}");
    }

    static RedirectHttpResult SetTheme(HttpContext context, [FromForm] string? theme, [FromForm] string? returnUrl)
    {
        Theme.Of(theme).Remember(context);
        return TypedResults.LocalRedirect(LocalUrl.Or(returnUrl, "/"));
    }
}
