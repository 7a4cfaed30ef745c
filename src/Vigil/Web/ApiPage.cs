using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Http.Metadata;
using Vigil.Dialects;

namespace Vigil.Web;

/// <summary>GET /docs/NAME: the API reference of a dialect to browse, for anybody.</summary>
static class ApiPage
{
    public static IResult Get(string name, IReadOnlyList<Dialect> dialects, EndpointDataSource routes, SiteFiles files) =>
        ApiReference.Find(dialects, name) is { } dialect
            ? Results.Text(Html(dialect, dialects, routes, files), "text/html; charset=utf-8") : Results.NotFound();

    static string Html(Dialect dialect, IReadOnlyList<Dialect> dialects, EndpointDataSource routes, SiteFiles files)
    {
        var html = HtmlEncoder.Default;
        var styles = string.Concat(new[] { files.Url(SiteFiles.Pico), files.Url("vigil.css") }.OfType<string>()
            .Select(url => $"""<link rel="stylesheet" href="{html.Encode(url)}">"""));
        var others = string.Concat(dialects.Where(d => d != dialect)
            .Select(d => $"""<a href="/docs/{html.Encode(d.Name.ToLowerInvariant())}">{html.Encode(d.Name)} dialect</a>, """));
        var page = new StringBuilder($"""
            <!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Vigil: {html.Encode(dialect.Name)} dialect</title>{styles}
            <link rel="icon" type="image/svg+xml" href="{files.Url("vigil.svg")}"></head>
            <body><main class="container"><h1>{html.Encode(dialect.Name)} dialect</h1><p>{html.Encode(dialect.Description)}</p>
            <p>Authorization: <code>{html.Encode(dialect.TokenHeader)}</code>. As <a href="/docs/{html.Encode(dialect.Name.ToLowerInvariant())}/openapi.json">OpenAPI</a>.
            See also: {others}<a href="/">the pages</a>.</p>

            """);
        foreach (var (method, path, route) in ApiReference.Served(dialect, routes))
        {
            page.Append($"<details><summary><strong>{method}</strong> <code>{html.Encode(path)}</code> ")
                .Append(html.Encode(route.Metadata.GetMetadata<IEndpointSummaryMetadata>()?.Summary ?? "")).Append("</summary>");
            if (route.Metadata.GetMetadata<NeedsRight>() is { } needs)
                page.Append($"<p>Needs the right <em>{html.Encode(needs.Acl)}</em>.</p>");
            foreach (var (title, inQuery) in new[] { ("Query", true), ("Body", false) })
            {
                var fields = ApiReference.Declared(route, inQuery).ToList();
                if (fields.Count == 0)
                    continue;
                page.Append($"<div class=\"overflow-auto\"><table><caption>{title}</caption><tbody>");
                foreach (var field in fields)
                    page.Append($"<tr><td><code>{html.Encode(field.Name)}</code>{(field.Required ? " (required)" : "")}</td>")
                        .Append($"<td>{html.Encode(field.Type)}</td><td>{html.Encode(field.Description)}</td></tr>");
                page.Append("</tbody></table></div>");
            }
            if (route.Metadata.GetMetadata<ExampleBody>() is { } example)
                page.Append($"<pre><code>{html.Encode(example.Json)}</code></pre>");
            page.Append("</details>");
        }
        return page.Append("</main></body></html>").ToString();
    }
}
