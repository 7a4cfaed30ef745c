using System.Diagnostics;

namespace Vigil.Data;

/// <summary>
/// The user PostgreSQL runs as. It refuses to run as root, so a root Vigil hands it to an unprivileged user;
/// any other Vigil runs it as itself.
/// </summary>
sealed record PostgresAccount(int UserId, int GroupId)
{
    static readonly bool IsRoot = Environment.IsPrivilegedProcess;

    /// <summary>The owner of an existing cluster, or who shall own a new one.</summary>
    public static PostgresAccount For(string clusterDir)
    {
        if (Directory.Exists(clusterDir))
            return Parse(Tool.Run("stat", "--format=%u:%g", clusterDir));
        var name = IsRoot
            ? Tool.Try(Tool.Command("id", "-u", "postgres")) is null ? "nobody" : "postgres"
            : Environment.UserName;
        return Parse(Tool.Run("id", "-u", name) + ":" + Tool.Run("id", "-g", name));
    }

    /// <summary>Makes an empty folder that only this user can enter.</summary>
    public void CreateFolder(string path)
    {
        Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        if (IsRoot)
            Tool.Run("chown", $"{UserId}:{GroupId}", path);
    }

    /// <summary>
    /// A command to be run as this user in <paramref name="folder"/>, in a session of its own, so that Ctrl-C on the terminal
    /// reaches Vigil alone, and sent SIGINT when the thread that started it ends.
    /// </summary>
    public ProcessStartInfo Command(string folder, string program, params IEnumerable<string> arguments)
    {
        string[] become = IsRoot ? [$"--reuid={UserId}", $"--regid={GroupId}", "--clear-groups"] : [];
        var command = Tool.Command("setsid", ["setpriv", .. become, "--pdeathsig", "INT", "--", program, .. arguments]);
        command.WorkingDirectory = folder;
        return command;
    }

    static PostgresAccount Parse(string ids)
    {
        var parts = ids.Split(':');
        return new(int.Parse(parts[0]), int.Parse(parts[1]));
    }
}
