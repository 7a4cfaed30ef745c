using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;

namespace Vigil.Cli;

/// <summary>Options of the verbs, each said once.</summary>
static class Options
{
    /// <summary>Files that a verb works on. What looks like an option is none, and would otherwise be taken for a file.</summary>
    public static Argument<FileInfo[]> Files(string name, string description)
    {
        var files = new Argument<FileInfo[]>(name) { Description = description, Arity = ArgumentArity.OneOrMore };
        files.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
                if (token.Value.StartsWith('-') && !File.Exists(token.Value))
                    result.AddError($"There is no option {token.Value}; --help lists them. A file of that name is ./{token.Value}");
        });
        return files;
    }

    /// <param name="folder">Name of the folder below the user's data folder, where neither the option nor VIGIL_DATA is given.</param>
    public static Option<DirectoryInfo> Data(string folder = "vigil") => new("--data")
    {
        Description = "Folder for everything that Vigil keeps: its database, keys and files; also VIGIL_DATA.",
        HelpName = "DIR",
        DefaultValueFactory = _ => new DirectoryInfo(Environment.GetEnvironmentVariable("VIGIL_DATA") is { Length: > 0 } given ? given
            : Path.Combine(Environment.GetFolderPath(
                Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), folder)),
    };

    public static Option<string?> Database() => new("--database")
    {
        Description = "Connection string of a PostgreSQL (15 or newer) of yours, in place of the private one; also VIGIL_DATABASE. "
            + "Example: \"Host=db.example.org;Database=vigil;Username=vigil;Password=...\"",
        HelpName = "CONNECTION", // No default from VIGIL_DATABASE here: --help would print its password.
    };

    public static Option<int> Port() => Checked<int>(new("--port")
    {
        Description = "Port to listen on; 0 takes a free one.",
        HelpName = "N",
        DefaultValueFactory = _ => 5000,
    }, port => port is >= 0 and <= 65535, "must be in [0, 65535]");

    public static Option<string> Host() => Checked<string>(new("--host")
    {
        Description = "Address to listen on; 0.0.0.0 serves other machines, too.",
        HelpName = "ADDRESS",
        DefaultValueFactory = _ => "127.0.0.1",
    }, host => IPAddress.TryParse(host, out _), "must be an IP address of this machine, such as 127.0.0.1 or 0.0.0.0");

    public static Option<double> RateLimit() => Checked<double>(new("--rate-limit")
    {
        Description = "Calls a second and token after a burst of 10 (0: no limit); this machine's own calls are not limited.",
        HelpName = "N",
        DefaultValueFactory = _ => 5,
    }, rate => rate is >= 0 and <= 1e6, "must be in [0, 1000000] calls a second");

    public static Option<string?> Url() => new("--url")
    {
        Description = "Address that people open, such as https://vigil.example.org, for the links that Vigil sends; also VIGIL_URL. "
            + "Default: the address that it listens on.",
        HelpName = "URL",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("VIGIL_URL"),
    };

    public static Option<bool> JsonLogs() => new("--json-logs")
    {
        Description = "Log a JSON object a line, for programs that collect logs.",
    };

    public static Option<LogLevel> LogLevel() => new("--log-level")
    {
        Description = "Least important lines to log: Debug, Information, Warning or Error.",
        HelpName = "LEVEL",
        DefaultValueFactory = _ => Microsoft.Extensions.Logging.LogLevel.Warning,
    };

    static Option<T> Checked<T>(Option<T> option, Func<T, bool> good, string rule)
    {
        option.Validators.Add(result =>
        {
            // What is no value of the type is refused before.
            if (!result.Implicit && !Fits(result, option, good))
                result.AddError($"{option.Name} {rule}, got {result.Tokens[0].Value}.");
        });
        return option;
    }

    static bool Fits<T>(OptionResult result, Option<T> option, Func<T, bool> good) => good(result.GetValue(option)!);
}
