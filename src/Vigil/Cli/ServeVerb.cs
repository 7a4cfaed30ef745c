using System.CommandLine;
using Vigil.Access;
using Vigil.Operation;

namespace Vigil.Cli;

/// <summary>vigil serve: the server, with its private database unless another is named.</summary>
static class ServeVerb
{
    public static Command Create()
    {
        var data = Options.Data();
        var database = Options.Database();
        var port = new Option<int>("--port") { Description = "Port to listen on; 0 takes a free one.", DefaultValueFactory = _ => 5000 };
        var host = new Option<string>("--host")
        {
            Description = "Address to listen on; 0.0.0.0 serves other machines, too.",
            DefaultValueFactory = _ => "127.0.0.1",
        };
        var url = new Option<string?>("--url")
        {
            Description = "Address that people open, such as https://vigil.example.org, for the links that Vigil sends; also VIGIL_URL. "
                + "Default: the address that it listens on.",
            DefaultValueFactory = _ => Environment.GetEnvironmentVariable("VIGIL_URL"),
        };
        var rate = new Option<double>("--rate-limit")
        {
            Description = "Calls a second and token after a burst of 10 (0: no limit); this machine's own calls are not limited.",
            DefaultValueFactory = _ => 5,
        };
        var json = new Option<bool>("--json-logs") { Description = "Log a JSON object a line, for programs that collect logs." };
        var level = new Option<LogLevel>("--log-level")
        {
            Description = "Least important lines to log: Debug, Information, Warning or Error.",
            DefaultValueFactory = _ => LogLevel.Warning,
        };
        var verb = new Command("serve", "Serve both APIs and the pages until Ctrl-C.")
        {
            data, database, port, host, url, rate, json, level,
        };
        verb.SetAction((parse, ct) => RunAsync(new ServerSettings
        {
            DataDir = parse.GetValue(data)!.FullName,
            Database = parse.GetValue(database) ?? "",
            Port = parse.GetValue(port),
            Host = parse.GetValue(host)!,
            PublicUrl = parse.GetValue(url),
            RatePerSecond = parse.GetValue(rate),
            JsonLogs = parse.GetValue(json),
            LogLevel = parse.GetValue(level),
        }, ct));
        return verb;
    }

    static async Task<int> RunAsync(ServerSettings settings, CancellationToken ct)
    {
        try
        {
            await using var running = await RunningServer.StartAsync(
                settings with { PublicUrl = SiteAddress.Checked(settings.PublicUrl), Smtp = SmtpSettings.FromEnvironment() }, ct);
            Console.WriteLine($"Vigil serves {running.Url} (login in {running.AdminFile}). Ctrl-C stops it.");
            await running.WaitAsync(ct);
            return 0;
        }
        catch (StartupError e)
        {
            await Console.Error.WriteLineAsync($"vigil: {e.Message}");
            return 1;
        }
    }
}
