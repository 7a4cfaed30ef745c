using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Npgsql;

namespace Vigil.Data;

/// <summary>
/// Vigil's own PostgreSQL: made on the first start, reached through a Unix socket in its folder only, restarted when it dies
/// and stopped with Vigil.
/// </summary>
sealed class PrivatePostgres : IAsyncDisposable
{
    const string Database = "vigil";
    const string Role = "vigil";
    const int Port = 5432; // Part of the socket's name, no more.
    const int MaxPath = 107; // of a Unix socket, bytes
    const int MaxStartsPerMinute = 8;
    static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(30);

    readonly PrivatePostgresOptions options;
    readonly string clusterDir;
    readonly DataDirLock dataDirLock;
    readonly PostgresAccount account;
    readonly PostgresBinaries binaries;
    readonly TaskCompletionSource failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Queue<string> lastLines = new();
    Thread? watch;
    volatile int serverPid; // 0: none
    volatile bool stopping;

    PrivatePostgres(PrivatePostgresOptions options, DataDirLock dataDirLock)
    {
        this.options = options;
        this.dataDirLock = dataDirLock;
        clusterDir = Path.Combine(Path.GetFullPath(options.DataDir), "postgres");
        if (System.Text.Encoding.UTF8.GetByteCount(SocketPath) is > MaxPath and var length)
            throw new StartupError($"The data folder {options.DataDir} has too long a path for PostgreSQL's socket: "
                + $"shorten it by {length - MaxPath} bytes, or link to it from elsewhere and give the link.");
        account = PostgresAccount.For(clusterDir);
        binaries = PostgresBinaries.Find(options.BinariesDir, account);
    }

    /// <summary>For Npgsql: the database <c>vigil</c> as its superuser.</summary>
    public string ConnectionString { get; private set; } = "";

    /// <summary>
    /// Ends, with a <see cref="StartupError"/>, only if PostgreSQL dies again and again; until then it is restarted.
    /// </summary>
    public Task Failed => failed.Task;

    /// <summary>Starts PostgreSQL and waits until it answers, be it a recovery of minutes after a crash.</summary>
    /// <exception cref="StartupError">It cannot be started; the message says why.</exception>
    public static async Task<PrivatePostgres> StartAsync(PrivatePostgresOptions options, CancellationToken ct)
    {
        var dataDirLock = DataDirLock.Take(options.DataDir);
        PrivatePostgres? postgres = null;
        try
        {
            postgres = new PrivatePostgres(options, dataDirLock);
            await postgres.StartAsync(ct);
            return postgres;
        }
        catch
        {
            if (postgres is null)
                dataDirLock.Dispose();
            else
                await postgres.DisposeAsync();
            throw;
        }
    }

    async Task StartAsync(CancellationToken ct)
    {
        if (!Directory.Exists(clusterDir))
            CreateCluster();
        RequireSameMajorVersion();
        await LeaveNothingOfAKilledVigilAsync(ct);
        File.WriteAllText(Path.Combine(clusterDir, "pg_hba.conf"), "local all all scram-sha-256\n");
        if (!File.Exists(PasswordPath))
            SetPassword();
        ConnectionString = new NpgsqlConnectionStringBuilder
        {
            Host = clusterDir,
            Port = Port,
            Database = Database,
            Username = Role,
            Password = File.ReadAllText(PasswordPath).Trim(),
            MaxPoolSize = options.MaxConnections - 10, // leaves some for psql and maintenance
        }.ConnectionString;

        watch = new Thread(Watch) { Name = "PostgreSQL watch", IsBackground = true };
        watch.Start();
        while (!await AnswersAsync(ct))
        {
            if (failed.Task.IsFaulted)
                await failed.Task;
            await Task.Delay(25, ct);
        }
    }

    /// <summary>
    /// Made beside its final place and renamed at the end, so that an interrupted first start leaves nothing half made.
    /// </summary>
    void CreateCluster()
    {
        var draft = clusterDir + ".draft";
        // Not by Directory.Delete: an initdb whose Vigil was killed just now may still be removing what it made.
        Tool.Run("rm", "-rf", draft);
        File.Delete(PasswordPath);
        account.CreateFolder(draft);

        // PostgreSQL is run inside its folder and told to use the current one: so every folder above may be closed to it.
        Tool.Run(account.Command(draft, binaries.Initdb, ["--pgdata=/proc/self/cwd", $"--username={Role}", "--auth=reject",
            "--locale=C", "--encoding=UTF8", "--data-checksums", .. options.Durable ? (string[])[] : ["--no-sync"]]));
        RunAlone(draft, $"CREATE DATABASE {Database}");
        Directory.Move(draft, clusterDir);
    }

    void RequireSameMajorVersion()
    {
        var cluster = File.ReadAllText(Path.Combine(clusterDir, "PG_VERSION")).Trim();
        if (cluster != binaries.MajorVersion)
            throw new StartupError(
                $"{clusterDir} was made by PostgreSQL {cluster}, but Vigil now brings {binaries.MajorVersion}. "
                + "docs/guides/operate.md tells how to move the data.");
    }

    void SetPassword()
    {
        var password = Convert.ToHexString(RandomNumberGenerator.GetBytes(24));
        RunAlone(clusterDir, $"ALTER ROLE {Role} PASSWORD '{password}'");
        var draft = PasswordPath + ".draft";
        File.Delete(draft);
        using (var file = new StreamWriter(draft, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
            file.WriteLine(password);
        File.Move(draft, PasswordPath);
    }

    /// <summary>Runs a statement in a PostgreSQL that listens nowhere and asks for no password.</summary>
    void RunAlone(string cluster, string sql) =>
        Tool.Run(account.Command(cluster, binaries.Postgres, "--single", "-D", "/proc/self/cwd", "postgres"), sql + "\n");

    string PasswordPath => clusterDir + ".password";

    string SocketPath => Path.Combine(clusterDir, $".s.PGSQL.{Port}");

    /// <summary>
    /// Stops the PostgreSQL of a Vigil that was killed. Since we hold the folder's lock, no living Vigil uses it.
    /// </summary>
    async Task LeaveNothingOfAKilledVigilAsync(CancellationToken ct)
    {
        var pidPath = Path.Combine(clusterDir, "postmaster.pid");
        if (!File.Exists(pidPath) || File.ReadAllLines(pidPath) is not [var first, .. var rest]
            || !int.TryParse(first, out var pid))
            return;
        if (IsOurs(pid))
            await StopOrphanAsync(pid, ct);
        else if (Directory.Exists($"/proc/{pid}"))
        {
            // The pid is another program's by now, and PostgreSQL would take that for its predecessor. It ignores the pid
            // of its parent, and goes on to check by the other lines that nobody uses its memory.
            File.WriteAllLines(pidPath, [$"{Environment.ProcessId}", .. rest]);
            File.Delete(SocketPath + ".lock");
        }
    }

    async Task StopOrphanAsync(int pid, CancellationToken ct)
    {
        options.Log.LogWarning("Stopping PostgreSQL {Pid}, left over from a Vigil that was killed", pid);
        Signal(pid, SigInt);
        var waited = Stopwatch.StartNew();
        while (IsOurs(pid))
        {
            if (waited.Elapsed > StopPatience)
                Signal(pid, SigQuit);
            if (waited.Elapsed > 2 * StopPatience)
                throw new StartupError($"PostgreSQL (process {pid}) on {clusterDir} does not stop. Stop it and start again.");
            await Task.Delay(25, ct);
        }
    }

    /// <summary>Whether a process is the PostgreSQL of our folder, which its command line names.</summary>
    bool IsOurs(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline").Split('\0').Contains(FolderSetting);
        }
        catch (IOException)
        {
            return false; // It has ended.
        }
    }

    string FolderSetting => $"vigil.cluster={clusterDir}";

    /// <summary>
    /// Runs PostgreSQL again and again. A thread of its own, since PostgreSQL gets its signal to stop when this thread ends,
    /// and threads of the pool come and go.
    /// </summary>
    void Watch()
    {
        var starts = new Queue<DateTime>();
        try
        {
            while (!stopping)
            {
                starts.Enqueue(DateTime.UtcNow);
                while (starts.Peek() < DateTime.UtcNow.AddMinutes(-1))
                    starts.Dequeue();
                if (starts.Count > MaxStartsPerMinute)
                    throw new StartupError($"PostgreSQL on {clusterDir} does not stay up: {LastLines()}");
                if (starts.Count > 1)
                    Thread.Sleep(TimeSpan.FromMilliseconds(250 * starts.Count));

                using var process = Process.Start(account.Command(clusterDir, binaries.Postgres, Settings()))!;
                process.ErrorDataReceived += (_, line) => Heard(line.Data);
                process.OutputDataReceived += (_, line) => Heard(line.Data);
                process.BeginErrorReadLine();
                process.BeginOutputReadLine();
                process.StandardInput.Close();
                serverPid = process.Id;
                if (stopping)
                    Signal(serverPid, SigInt);
                process.WaitForExit();
                serverPid = 0;
                if (!stopping)
                    options.Log.LogError("PostgreSQL ended with code {Code}: {Reason}", process.ExitCode, LastLines());
            }
        }
        catch (Exception e)
        {
            failed.TrySetException(e as StartupError
                ?? new StartupError($"PostgreSQL on {clusterDir} cannot be run: {e.Message}", e));
        }
    }

    IEnumerable<string> Settings()
    {
        List<string> settings =
        [
            FolderSetting,
            "listen_addresses=", "unix_socket_directories=.", $"port={Port}", "password_encryption=scram-sha-256",
            $"max_connections={options.MaxConnections}", $"shared_buffers={options.SharedBuffersMb}MB",
            $"work_mem={options.WorkMemMb}MB", "maintenance_work_mem=128MB", "max_wal_size=4GB", "checkpoint_timeout=15min",
            "jit=off", "random_page_cost=1.1", "timezone=UTC", "log_timezone=UTC", "log_line_prefix=",
            // Errors of statements reach Vigil as exceptions; the log is for what PostgreSQL itself goes through.
            "log_min_messages=log", "log_checkpoints=off",
        ];
        if (!options.Durable)
            settings.AddRange(["fsync=off", "synchronous_commit=off", "full_page_writes=off", "wal_level=minimal",
                "max_wal_senders=0", "autovacuum=off"]);
        return ["-D", "/proc/self/cwd", .. settings.SelectMany(setting => (string[])["-c", setting])];
    }

    void Heard(string? line)
    {
        if (string.IsNullOrEmpty(line))
            return;
        options.Log.LogInformation("PostgreSQL: {Line}", line);
        lock (lastLines)
        {
            lastLines.Enqueue(line);
            if (lastLines.Count > 5)
                lastLines.Dequeue();
        }
    }

    string LastLines()
    {
        lock (lastLines)
            return string.Join("; ", lastLines);
    }

    async Task<bool> AnswersAsync(CancellationToken ct)
    {
        try
        {
            await using var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false;Timeout=5");
            await connection.OpenAsync(ct);
            return true;
        }
        catch (NpgsqlException e) when (e.InnerException is SocketException or IOException or TimeoutException
            || e.SqlState is PostgresErrorCodes.CannotConnectNow)
        {
            return false;
        }
        catch (PostgresException e)
        {
            throw new StartupError($"The private PostgreSQL on {clusterDir} refuses Vigil: {e.MessageText}. "
                + $"If {PasswordPath} was changed, remove it and start again.", e);
        }
    }

    /// <summary>Stops PostgreSQL: statements under way are cancelled, what was committed is on disk.</summary>
    public async ValueTask DisposeAsync()
    {
        stopping = true;
        if (watch is not null)
            await Task.Run(() =>
            {
                foreach (var signal in (int[])[SigInt, SigQuit, SigKill])
                {
                    if (serverPid is not 0 and var pid)
                        Signal(pid, signal);
                    if (watch.Join(StopPatience))
                        break;
                }
            });
        if (ConnectionString.Length > 0)
            NpgsqlConnection.ClearPool(new NpgsqlConnection(ConnectionString));
        dataDirLock.Dispose();
    }

    const int SigInt = 2; // PostgreSQL: fast shutdown
    const int SigQuit = 3; // PostgreSQL: immediate shutdown, recovers on the next start
    const int SigKill = 9;

    static void Signal(int pid, int signal) => _ = Kill(pid, signal);

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int Kill(int pid, int signal);
}
