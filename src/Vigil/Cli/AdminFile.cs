using System.Text.Json;

namespace Vigil.Cli;

/// <summary>admin.json in the data folder: where the server is, and the login that the first start made.</summary>
/// <param name="Url">As of the latest start.</param>
sealed record AdminFile(string Url, string Username, string Password, string Token)
{
    static readonly JsonSerializerOptions json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static string PathIn(string dataDir) => Path.Combine(dataDir, "admin.json");

    /// <summary>Null where there is none: an operator may have taken it away.</summary>
    /// <exception cref="StartupError">It is not ours.</exception>
    public static AdminFile? Read(string path)
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<AdminFile>(File.ReadAllText(path), json) : null;
        }
        catch (JsonException e)
        {
            throw new StartupError($"{path} cannot be read: {e.Message} Remove it, or restore what the first start wrote.", e);
        }
    }

    /// <summary>Readable by its owner only, and never half written.</summary>
    public void Write(string path)
    {
        var draft = path + ".draft";
        File.Delete(draft); // Another's modes would stay.
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(draft, options))
        {
            JsonSerializer.Serialize(file, this, json);
            file.Flush(flushToDisk: true);
        }
        File.Move(draft, path, overwrite: true);
    }
}
