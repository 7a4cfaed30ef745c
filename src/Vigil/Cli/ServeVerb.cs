using System.CommandLine;
using Vigil.Access;
using Vigil.Operation;

namespace Vigil.Cli;

/// <summary>vigil serve: the server, with its private database unless another is named.</summary>
static class ServeVerb
{
    public static Command Create()
    {
        var (data, database, port, host) = (Options.Data(), Options.Database(), Options.Port(), Options.Host());
        var (url, rate, json, level) = (Options.Url(), Options.RateLimit(), Options.JsonLogs(), Options.LogLevel());
        var verb = new Command("serve", """
            Serve both APIs and the pages until Ctrl-C.

            The first start makes a private PostgreSQL in the data folder, and an administrator whose login it writes to
            admin.json there. Mail for invitations: VIGIL_SMTP_HOST, _PORT, _FROM, _USER, _PASSWORD, _TLS. Traces and metrics go
            to OTEL_EXPORTER_OTLP_ENDPOINT.
            """)
        {
            data, database, port, host, url, rate, json, level,
        };
        verb.SetAction((parse, ct) => Verb.RunAsync(() => ServeAsync(new ServerSettings
        {
            DataDir = parse.GetValue(data)!.FullName,
            Database = parse.GetValue(database) ?? "",
            Port = parse.GetValue(port),
            Host = parse.GetValue(host)!,
            PublicUrl = SiteAddress.Checked(parse.GetValue(url)),
            RatePerSecond = parse.GetValue(rate),
            JsonLogs = parse.GetValue(json),
            LogLevel = parse.GetValue(level),
            Smtp = SmtpSettings.FromEnvironment(),
        }, ct), ct));
        return verb;
    }

    static async Task ServeAsync(ServerSettings settings, CancellationToken ct)
    {
        await using var running = await RunningServer.StartAsync(settings, ct);
        Console.WriteLine($"Vigil serves {running.Url} (login in {running.AdminFilePath}). Ctrl-C stops it.");
        await running.WaitAsync(ct);
    }
}
