using System.CommandLine;
using Spectre.Console;

namespace Vigil.Cli;

/// <summary>vigil demo: a server with real light curves in it, and what to try with it.</summary>
static class DemoVerb
{
    public static Command Create()
    {
        var (data, database, port) = (Options.Data("vigil-demo"), Options.Database(), Options.Port());
        var verb = new Command("demo", """
            Serve real light curves to look around in, until Ctrl-C; its data are kept apart from those of serve.

            Prints where to look, a login, and calls to copy. A second start goes on with the same data.
            """)
        {
            data, database, port,
        };
        verb.SetAction((parse, ct) => Verb.RunAsync(() => ShowAsync(new ServerSettings
        {
            DataDir = parse.GetValue(data)!.FullName,
            Database = parse.GetValue(database) ?? "",
            Port = parse.GetValue(port),
        }, ct), ct));
        return verb;
    }

    static async Task ShowAsync(ServerSettings settings, CancellationToken ct)
    {
        // What is done for now goes to the terminal; what is asked for, to the output.
        var terminal = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(Console.Error), Ansi = Console.IsErrorRedirected ? AnsiSupport.No : AnsiSupport.Detect,
        });
        await using var running = await terminal.Status().StartAsync(
            "Starting PostgreSQL and Vigil", _ => RunningServer.StartAsync(settings, ct));
        var login = AdminFile.Read(running.AdminFilePath)
            ?? throw new StartupError($"There is no {running.AdminFilePath}, so the demo cannot log in. "
                + "Give it an empty database and folder of its own.");
        var demo = DemoData.Read();
        var instruments = await terminal.Progress().HideCompleted(true).StartAsync(async progress =>
        {
            using var loader = new DemoLoader(running.Url, login.Token);
            var bar = progress.AddTask("Loading light curves", maxValue: demo.Steps);
            return await loader.LoadAsync(demo, () => bar.Increment(1), ct);
        });
        Console.WriteLine(Invitation(running.Url, login, demo.LightCurves[0].Source, instruments["KAIT camera"]));
        await running.WaitAsync(ct);
    }

    /// <summary>What to do now. The commands are one line each, so that they can be copied.</summary>
    static string Invitation(string url, AdminFile login, string source, int instrument) => $$"""

        Vigil is up. Look at a supernova:

          {{url}}/source/{{source}}
          username {{login.Username}}, password {{login.Password}}

        Ask about it in another terminal; SkyPortal's way, BHTOM's way, and a new point that appears on the open page:

          curl -s -H 'Authorization: token {{login.Token}}' '{{url}}/api/sources/{{source}}'

          curl -s -H 'Authorization: Token {{login.Token}}' -H 'Content-Type: application/json' -d '{"name": "{{source}}"}' '{{url}}/targets/getTargetList/'

          curl -s -H 'Authorization: token {{login.Token}}' -H 'Content-Type: application/json' -d '{"obj_id": "{{source}}", "instrument_id": {{instrument}}, "mjd": 54100, "filter": "bessellv", "mag": 17, "magerr": 0.05, "limiting_mag": 19, "magsys": "vega"}' '{{url}}/api/photometry'

        Ctrl-C stops it; ./vigil demo goes on with the same data.
        """;
}
