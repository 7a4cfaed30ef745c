using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Npgsql;
using Vigil.Access;
using Vigil.Candidates;
using Vigil.Data;
using Vigil.Dialects;
using Vigil.Dialects.Bhtom;
using Vigil.Dialects.SkyPortal;
using Vigil.Discussion;
using Vigil.History;
using Vigil.Operation;
using Vigil.Photometry;
using Vigil.Sources;
using Vigil.Spectra;
using Vigil.Web;

namespace Vigil;

/// <summary>What a server is told when it is started.</summary>
sealed record ServerSettings
{
    /// <summary>Where Vigil keeps what is not in the database: keys, files, its private PostgreSQL.</summary>
    public required string DataDir { get; init; }
    public required string Database { get; init; }
    /// <summary>An IP address.</summary>
    public string Host { get; init; } = "127.0.0.1";
    /// <summary>0: any free port.</summary>
    public int Port { get; init; } = 5000;
    /// <summary>
    /// The address that people open, such as https://vigil.example.org; null: the one that the server listens on.
    /// </summary>
    public string? PublicUrl { get; init; }
    /// <summary>Calls a second and credential; 0: no limit.</summary>
    public double RatePerSecond { get; init; } = 5;
    public int RateBurst { get; init; } = 10;
    /// <summary>Whether calls from this machine are limited, too.</summary>
    public bool RateLimitLoopback { get; init; }
    /// <summary>Tries of a password a second and username, after a burst; wherever they come from.</summary>
    public double LoginsPerSecond { get; init; } = 1;
    public int LoginBurst { get; init; } = 10;
    /// <summary>Longest body of a request, bytes.</summary>
    public long MaxBodyBytes { get; init; } = 100_000_000;
    /// <summary>Null: nothing is mailed, links go to those who ask for them.</summary>
    public SmtpSettings? Smtp { get; init; }
    public bool JsonLogs { get; init; }
    public LogLevel LogLevel { get; init; } = LogLevel.Warning;
}

/// <summary>The web server: what it is made of and what it serves.</summary>
static class Server
{
    /// <summary>Puts the server together; the database must be migrated and have its first administrator.</summary>
    public static async Task<WebApplication> BuildAsync(ServerSettings settings, CancellationToken ct)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelHttpsConfiguration();
        // A request goes on in the thread of the pool that read it, not through a queue into another: fewer switches.
        builder.WebHost.UseSockets(o => o.UnsafePreferInlineScheduling = true);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = settings.MaxBodyBytes;
        });
        builder.WebHost.UseUrls($"http://{(settings.Host.Contains(':') ? $"[{settings.Host}]" : settings.Host)}:{settings.Port}");
        builder.Logging.ClearProviders().SetMinimumLevel(settings.LogLevel);
        // It warns that the keys of sessions are not encrypted on disk: only their owner can read the files.
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        // Its own id is what a line needs to be found by; the ids of traces go with the traces.
        builder.Logging.Configure(o => o.ActivityTrackingOptions = ActivityTrackingOptions.None);
        if (settings.JsonLogs)
            builder.Logging.AddJsonConsole(o => o.IncludeScopes = true);
        else
            builder.Logging.AddSimpleConsole(o => (o.SingleLine, o.IncludeScopes, o.TimestampFormat) = (true, true, "HH:mm:ss "));

        var services = builder.Services;
        services.AddSingleton(settings);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(OpenDatabase(settings.Database));
        AddAccess(services, settings);
        services.AddScoped<Request>();
        services.AddScoped(s => s.GetRequiredService<Request>().Viewer ?? s.GetRequiredService<ViewerStore>().System());
        services.AddScoped(s => new VigilDb(s.GetRequiredService<NpgsqlDataSource>(), s.GetRequiredService<Viewer>(),
            s.GetRequiredService<Request>().Via, s.GetRequiredService<ViewerStore>()));
        services.AddSingleton<IReadOnlyList<Dialect>>([new BhtomDialect(), new SkyPortalDialect()]);
        services.AddHostedService<Telemetry>();
        services.AddSingleton<Metrics>();
        services.AddSingleton<ChangeListener>();
        services.AddHostedService(s => s.GetRequiredService<ChangeListener>());
        services.AddSingleton<AudienceJson>();
        AddFeatures(services);
        services.AddWeb();

        var app = builder.Build();
        await app.Services.GetRequiredService<AudienceCatalog>().RefreshAsync(ct);
        app.UseMiddleware<CorrelationId>();
        app.UseErrorPages();
        app.UseRouting();
        app.UseAuthentication();
        app.UseMiddleware<DialectMiddleware>();
        app.UsePages();
        app.MapHealth();
        Metrics.Map(app);
        app.MapApiReference();
        SkyPortalDialect.Map(app);
        BhtomDialect.Map(app);
        app.MapPages();
        return app;
    }

    // Statements that repeat are prepared. Nothing of ours outlives its transaction in a session, so none needs a reset.
    static NpgsqlDataSource OpenDatabase(string database) => NpgsqlDataSource.Create(
        new NpgsqlConnectionStringBuilder(database) { MaxAutoPrepare = 100, NoResetOnClose = true }.ConnectionString);

    static void AddAccess(IServiceCollection services, ServerSettings settings)
    {
        services.AddSingleton(_ => SiteSecret.Open(settings.DataDir));
        services.AddSingleton<ObserverToken>();
        services.AddSingleton<AudienceCatalog>();
        services.AddSingleton<ViewerStore>();
        services.AddSingleton(s => new RateLimit(
            settings.RatePerSecond, settings.RateBurst, settings.RateLimitLoopback, s.GetRequiredService<TimeProvider>()));
        // Guessing passwords is limited from this machine, too: a proxy makes everybody look like it.
        services.AddSingleton(s => new LoginLimit(new RateLimit(
            settings.LoginsPerSecond, settings.LoginBurst, limitLoopback: true, s.GetRequiredService<TimeProvider>())));
        services.AddScoped<Login>();
        services.AddScoped<GroupMembers>();
        services.AddScoped<AdmissionRequests>();
        services.AddScoped<Delegation>();
        services.AddSingleton<SiteAddress>();
        services.AddScoped<Invite>();
        services.AddScoped<AcceptInvitation>();
        services.AddScoped<ShareWith>();
        services.AddScoped<AddUser>();
        services.AddScoped<ChangeUser>();
        services.AddScoped<TokenStore>();
        services.AddDataProtection().SetApplicationName("Vigil")
            .PersistKeysToFileSystem(new DirectoryInfo(Path.Combine(settings.DataDir, "keys")));
        services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(cookie =>
        {
            cookie.Cookie.Name = "vigil";
            cookie.Cookie.HttpOnly = true;
            cookie.Cookie.SameSite = SameSiteMode.Lax;
            // Behind a proxy requests look like plain http; the public address tells better.
            if (settings.PublicUrl?.StartsWith("https:", StringComparison.OrdinalIgnoreCase) == true)
                cookie.Cookie.SecurePolicy = CookieSecurePolicy.Always;
            cookie.LoginPath = "/login";
            cookie.ReturnUrlParameter = "returnUrl";
            cookie.ExpireTimeSpan = TimeSpan.FromDays(14);
            cookie.SlidingExpiration = true;
        });
        services.AddAuthorization();
    }

    /// <summary>One line a feature: its stores and operations.</summary>
    static void AddFeatures(IServiceCollection services)
    {
        services.AddScoped<SaveSource>();
        services.AddSingleton<SourceStore>();
        services.AddSingleton<SourceViewLog>();
        services.AddHostedService(s => s.GetRequiredService<SourceViewLog>());
        services.AddScoped<SourceExtras>();
        services.AddScoped<ChangeSource>();
        services.AddScoped<SourceGroups>();
        services.AddScoped<LabelSource>();
        services.AddScoped<CreateTarget>();
        services.AddScoped<TargetStore>();
        services.AddScoped<CandidateStore>();
        services.AddScoped<CommentStore>();
        services.AddScoped<NewsFeed>();
        services.AddSingleton<SiteStatistics>();
        services.AddScoped<StoreSpectrum>();
        services.AddScoped<StorePhotometry>();
        services.AddScoped<PhotometryStore>();
        services.AddScoped<LightCurve>();
        services.AddScoped<ChangePhotometry>();
        services.AddScoped<UploadStore>();
        services.AddScoped<PhotStatStore>();
        services.AddScoped<ShareRows>();
        services.AddScoped<KeepListing>();
        services.AddScoped<HistoryStore>();
    }
}
