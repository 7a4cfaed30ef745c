using System.CommandLine;

namespace Vigil.Cli;

/// <summary>Options that several verbs share.</summary>
static class Options
{
    /// <param name="folder">Name of the folder below the user's data folder, where neither the option nor VIGIL_DATA is given.</param>
    public static Option<DirectoryInfo> Data(string folder = "vigil") => new("--data")
    {
        Description = "Folder for everything that Vigil keeps: its database, keys and files.",
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
}
