using System.CommandLine;
using System.Text.Json;
using Spectre.Console;

namespace Vigil.Cli;

/// <summary>vigil demo: a server with real light curves in it, and what to try with it.</summary>
static class DemoVerb
{
    public static Command Create()
    {
        var data = Options.Data("vigil-demo");
        var database = Options.Database();
        var port = new Option<int>("--port") { Description = "Port to listen on; 0 takes a free one.", DefaultValueFactory = _ => 5000 };
        var verb = new Command("demo", "Serve real light curves to look around in, until Ctrl-C; its data are kept apart from those of serve.")
        {
            data, database, port,
        };
        verb.SetAction((parse, ct) => RunAsync(new ServerSettings
        {
            DataDir = parse.GetValue(data)!.FullName,
            Database = parse.GetValue(database) ?? "",
            Port = parse.GetValue(port),
        }, ct));
        return verb;
    }

    static async Task<int> RunAsync(ServerSettings settings, CancellationToken ct)
    {
        // What is done for now goes to the terminal; what is asked for, to the output.
        var terminal = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(Console.Error), Ansi = Console.IsErrorRedirected ? AnsiSupport.No : AnsiSupport.Detect,
        });
        try
        {
            await using var running = await terminal.Status().StartAsync(
                "Starting PostgreSQL and Vigil", _ => RunningServer.StartAsync(settings, ct));
            var login = Login.Read(running.AdminFile);
            var demo = DemoData.Read();
            var instruments = await terminal.Progress().HideCompleted(true).StartAsync(async progress =>
            {
                using var loader = new DemoLoader(running.Url, login.Token);
                var bar = progress.AddTask("Loading light curves", maxValue: demo.Steps);
                return await loader.LoadAsync(demo, () => bar.Increment(1), ct);
            });
            Console.WriteLine(Invitation(running.Url, login, demo.LightCurves[0].Source, instruments["KAIT camera"]));
            await running.WaitAsync(ct);
            return 0;
        }
        catch (StartupError e)
        {
            await Console.Error.WriteLineAsync($"vigil: {e.Message}");
            return 1;
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return 0;
        }
    }

    /// <summary>What to do now. The commands are one line each, so that they can be copied.</summary>
    static string Invitation(string url, Login login, string source, int instrument) => $$"""

        Vigil is up. Look at a supernova:

          {{url}}/source/{{source}}
          username {{login.Username}}, password {{login.Password}}

        Ask about it in another terminal; SkyPortal's way, BHTOM's way, and a new point that appears on the open page:

          curl -s -H 'Authorization: token {{login.Token}}' '{{url}}/api/sources/{{source}}'

          curl -s -H 'Authorization: Token {{login.Token}}' -H 'Content-Type: application/json' -d '{"name": "{{source}}"}' '{{url}}/targets/getTargetList/'

          curl -s -H 'Authorization: token {{login.Token}}' -H 'Content-Type: application/json' -d '{"obj_id": "{{source}}", "instrument_id": {{instrument}}, "mjd": 54100, "filter": "bessellv", "mag": 17, "magerr": 0.05, "limiting_mag": 19, "magsys": "vega"}' '{{url}}/api/photometry'

        Ctrl-C stops it; ./vigil demo goes on with the same data.
        """;

    /// <summary>The administrator, as the first start wrote it down.</summary>
    sealed record Login(string Username, string Password, string Token)
    {
        public static Login Read(string file)
        {
            if (!File.Exists(file))
                throw new StartupError($"There is no {file}, so the demo cannot log in. Give it an empty database and folder of its own.");
            return JsonSerializer.Deserialize<Login>(File.ReadAllText(file), JsonSerializerOptions.Web)!;
        }
    }
}
