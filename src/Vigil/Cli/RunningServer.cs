using System.Net;
using System.Net.Sockets;
using Npgsql;
using Vigil.Access;
using Vigil.Data;

namespace Vigil.Cli;

/// <summary>A server with everything behind it: database, schema, first administrator.</summary>
sealed class RunningServer : IAsyncDisposable
{
    readonly OpenDatabase database;
    readonly WebApplication app;

    RunningServer(OpenDatabase database, WebApplication app, string url, string adminFile)
    {
        (this.database, this.app) = (database, app);
        (Url, AdminFilePath) = (url, adminFile);
    }

    public string Url { get; }

    /// <summary>Where the first start wrote the administrator's login; readable by its owner only.</summary>
    public string AdminFilePath { get; }

    public IServiceProvider Services => app.Services;

    /// <exception cref="StartupError">Something is in the way; the message says what to do.</exception>
    public static async Task<RunningServer> StartAsync(ServerSettings settings, CancellationToken ct)
    {
        RequireFreePort(settings.Host, settings.Port);
        CreateFolder(settings.DataDir);
        var database = await OpenDatabase.StartAsync(
            new DirectoryInfo(settings.DataDir), settings.Database.Length > 0 ? settings.Database : null, ct);
        WebApplication? app = null;
        try
        {
            settings = settings with { Database = database.ConnectionString };
            await using (var source = NpgsqlDataSource.Create(settings.Database))
                await Migrations.ApplyAsync(source, ct);
            app = await Server.BuildAsync(settings, ct);
            var adminFile = AdminFile.PathIn(settings.DataDir);
            await FirstStart.EnsureAsync(
                app.Services.GetRequiredService<NpgsqlDataSource>(), app.Services.GetRequiredService<ViewerStore>(),
                (password, token) => new AdminFile("", FirstStart.AdminName, password, token).Write(adminFile), ct);
            // Not to be interrupted half way; it takes no time.
            await app.StartAsync(CancellationToken.None);
            var url = Reachable(app.Urls.First());
            if (AdminFile.Read(adminFile) is { } login && login.Url != url)
                (login with { Url = url }).Write(adminFile);
            return new RunningServer(database, app, url, adminFile);
        }
        catch
        {
            if (app is not null)
                await app.DisposeAsync();
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

    /// <summary>Asked before anything is made: one wants to know at once, and the web server would say it at great length.</summary>
    static void RequireFreePort(string host, int port)
    {
        var address = IPAddress.Parse(host);
        try
        {
            using var probe = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            probe.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true); // closed connections linger there
            probe.Bind(new IPEndPoint(address, port));
            probe.Listen();
        }
        catch (SocketException e)
        {
            throw new StartupError(e.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse => $"Port {port} is in use by another program. Choose another with --port; 0 takes a free one.",
                SocketError.AccessDenied => $"Port {port} is for root only. Choose one above 1023 with --port.",
                SocketError.AddressNotAvailable => $"This machine has no address {host}. Choose one of its own with --host.",
                _ => $"Vigil cannot listen on port {port} of {host}: {e.Message}.",
            }, e);
        }
    }

    static void CreateFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupError($"Vigil cannot make its data folder {folder}: {e.Message} Choose another with --data.", e);
        }
    }

    /// <summary>Where a browser on this machine finds a server that listens on all of its addresses.</summary>
    static string Reachable(string url) => url.Replace("//0.0.0.0:", "//127.0.0.1:").Replace("//[::]:", "//[::1]:");
}
