using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Vigil.Tests.Catalogs;

/// <summary>
/// A service of stars on this machine that speaks as TAP 1.1 (POST to /tap/sync), VizieR and Simple Cone Search 1.03 do (GET). It
/// answers what it is told to and keeps what it was asked.
/// </summary>
sealed class FakeCatalogService : IAsyncDisposable
{
    readonly WebApplication app;
    readonly ConcurrentQueue<IReadOnlyDictionary<string, string>> questions = [];

    FakeCatalogService(WebApplication app) => this.app = app;

    /// <summary>What it answers; told the number of the question, from 1.</summary>
    public Func<int, HttpResponse, Task> Answer { get; set; } = (_, response) => WriteAsync(response, OneStar);

    /// <summary>The parameters of each question, from the address or the form.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, string>> Questions => [.. questions];

    public Uri Address => new(app.Urls.Single());

    public Uri Tap => new(Address, "/tap");

    public static async Task<FakeCatalogService> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var service = new FakeCatalogService(builder.Build());
        service.app.MapPost("/tap/sync", async (HttpContext context) =>
        {
            var form = await context.Request.ReadFormAsync();
            await service.TellAsync(form.ToDictionary(pair => pair.Key, pair => $"{pair.Value}"), context.Response);
        });
        service.app.MapGet("/{**path}", (HttpContext context) => service.TellAsync(
            context.Request.Query.ToDictionary(pair => pair.Key, pair => $"{pair.Value}"), context.Response));
        await service.app.StartAsync();
        return service;
    }

    Task TellAsync(Dictionary<string, string> question, HttpResponse response)
    {
        questions.Enqueue(question);
        return Answer(questions.Count, response);
    }

    public static Task WriteAsync(HttpResponse response, string text, int status = 200, string type = "application/x-votable+xml")
    {
        (response.StatusCode, response.ContentType) = (status, type);
        return response.WriteAsync(text);
    }

    public static string OneStar =>
        Table("<TR><TD>4295806720</TD><TD>44.9961</TD><TD>0.0056</TD><TD>2016</TD><TD>17.64</TD></TR>");

    /// <summary>A VOTable in the form that the Gaia archive writes.</summary>
    public static string Table(string rows, string behind = "") => $"""
        <?xml version="1.0" encoding="UTF-8"?>
        <VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3"><RESOURCE type="results">
        <INFO name="QUERY_STATUS" value="OK"/><TABLE>
        <FIELD datatype="long" name="source_id"/><FIELD datatype="double" name="ra" unit="deg"/><FIELD datatype="double" name="dec" unit="deg"/>
        <FIELD datatype="double" name="ref_epoch" unit="yr"/><FIELD datatype="float" name="phot_g_mean_mag" unit="mag"/>
        <DATA><TABLEDATA>{rows}</TABLEDATA></DATA></TABLE>{behind}</RESOURCE></VOTABLE>
        """;

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
