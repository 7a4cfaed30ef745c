using System.CommandLine;

namespace Vigil.Cli;

/// <summary>Options that several verbs share.</summary>
static class Options
{
    public static Option<DirectoryInfo> Data() => new("--data")
    {
        Description = "Folder for everything that Vigil keeps: its database, keys and files.",
        HelpName = "DIR",
        DefaultValueFactory = _ => new DirectoryInfo(Environment.GetEnvironmentVariable("VIGIL_DATA") is { Length: > 0 } given ? given
            : Path.Combine(Environment.GetFolderPath(
                Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "vigil")),
    };

    public static Option<string?> Database() => new("--database")
    {
        Description = "Connection string of a PostgreSQL (15 or newer) of yours, in place of the private one; also VIGIL_DATABASE. "
            + "Example: \"Host=db.example.org;Database=vigil;Username=vigil;Password=...\"",
        HelpName = "CONNECTION", // No default from VIGIL_DATABASE here: --help would print its password.
    };
}
