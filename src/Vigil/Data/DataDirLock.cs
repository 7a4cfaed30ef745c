namespace Vigil.Data;

/// <summary>Holds a data folder for one Vigil; the kernel releases it however the process ends.</summary>
sealed class DataDirLock : IDisposable
{
    readonly FileStream file;

    DataDirLock(FileStream file) => this.file = file;

    /// <exception cref="StartupError">Another Vigil holds the folder, or it cannot be written.</exception>
    public static DataDirLock Take(string dataDir)
    {
        var pidPath = Path.Combine(dataDir, "vigil.pid");
        try
        {
            Directory.CreateDirectory(dataDir);
            var file = new FileStream(Path.Combine(dataDir, "vigil.lock"), FileMode.OpenOrCreate,
                FileAccess.ReadWrite, FileShare.None);
            // The pid has a file of its own because nobody else can read a locked one.
            File.WriteAllText(pidPath, $"{Environment.ProcessId}\n");
            return new DataDirLock(file);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new StartupError($"Cannot write to the data folder {dataDir}. Choose another with --data.", e);
        }
        catch (IOException e) when (File.Exists(pidPath))
        {
            throw new StartupError($"Another Vigil (process {File.ReadAllText(pidPath).Trim()}) uses the data folder {dataDir}. "
                + "Stop it, or choose another folder with --data.", e);
        }
        catch (IOException e)
        {
            throw new StartupError($"Cannot use the data folder {dataDir}: {e.Message}", e);
        }
    }

    public void Dispose() => file.Dispose();
}
