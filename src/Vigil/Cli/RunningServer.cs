using System.Text.Json;
using Npgsql;
using Vigil.Access;
using Vigil.Data;

namespace Vigil.Cli;

/// <summary>A server with everything behind it: database, schema, first administrator.</summary>
sealed class RunningServer : IAsyncDisposable
{
    static readonly JsonSerializerOptions indented = new() { WriteIndented = true };

    readonly OpenDatabase database;
    readonly WebApplication app;

    RunningServer(OpenDatabase database, WebApplication app, string url, string adminFile)
    {
        (this.database, this.app) = (database, app);
        (Url, AdminFile) = (url, adminFile);
    }

    public string Url { get; }

    /// <summary>Where the first start wrote the administrator's login; readable by its owner only.</summary>
    public string AdminFile { get; }

    public IServiceProvider Services => app.Services;

    /// <exception cref="StartupError">Something is in the way; the message says what to do.</exception>
    public static async Task<RunningServer> StartAsync(ServerSettings settings, CancellationToken ct)
    {
        Directory.CreateDirectory(settings.DataDir);
        var database = await OpenDatabase.StartAsync(
            new DirectoryInfo(settings.DataDir), settings.Database.Length > 0 ? settings.Database : null, ct);
        try
        {
            settings = settings with { Database = database.ConnectionString };
            await using (var source = NpgsqlDataSource.Create(settings.Database))
                await Migrations.ApplyAsync(source, ct);
            var app = await Server.BuildAsync(settings, ct);
            var admin = await FirstStart.EnsureAsync(app.Services.GetRequiredService<NpgsqlDataSource>(),
                app.Services.GetRequiredService<ViewerStore>(), ct);
            try
            {
                await app.StartAsync(ct);
            }
            catch (IOException e)
            {
                throw new StartupError($"Port {settings.Port} cannot be used: {e.Message} Choose another with --port.", e);
            }
            var url = app.Urls.First();
            var adminFile = Path.Combine(settings.DataDir, "admin.json");
            if (admin is { } login)
                WriteAdminFile(adminFile, url, login.Password, login.Token);
            return new RunningServer(database, app, url, adminFile);
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    /// <summary>Returns when the server is told to stop.</summary>
    /// <exception cref="StartupError">The private PostgreSQL is gone for good.</exception>
    public async Task WaitAsync(CancellationToken ct)
    {
        var stopped = app.WaitForShutdownAsync(ct);
        if (await Task.WhenAny(stopped, database.Private?.Failed ?? Task.Delay(Timeout.Infinite, ct)) is var first && first != stopped)
            await first;
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        NpgsqlConnection.ClearAllPools();
        await database.DisposeAsync();
    }

    static void WriteAdminFile(string path, string url, string password, string token)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new FileStream(path, options);
        JsonSerializer.Serialize(file, new { url, username = FirstStart.AdminName, password, token }, indented);
    }
}
