using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Npgsql;
using Vigil.Access;
using Vigil.Data;

namespace Vigil.Tests.Infrastructure;

/// <summary>
/// A server on a database of its own, cloned from the run's template; one per test class
/// (<c>IClassFixture&lt;TestServer&gt;</c>). Tests talk to it over HTTP as <see cref="Admin"/> or as users that they add.
/// </summary>
public sealed class TestServer : IAsyncLifetime
{
    WebApplication? app;
    readonly TemporaryFolder folder = new();
    string database = "";

    /// <summary>The administrator, with all rights.</summary>
    public Caller Admin { get; private set; } = null!;

    /// <summary>Nobody.</summary>
    public Caller Stranger { get; private set; } = null!;

    public Uri Url { get; private set; } = null!;

    internal IServiceProvider Services => app!.Services;

    internal string ConnectionString => database;

    internal NpgsqlDataSource Database => Services.GetRequiredService<NpgsqlDataSource>();

    public async ValueTask InitializeAsync()
    {
        database = await TestCluster.CloneAsync();
        app = await Server.BuildAsync(new ServerSettings
        {
            DataDir = folder.Path, Database = database, Port = 0, LogLevel = LogLevel.Error,
        }, CancellationToken.None);
        await app.StartAsync();
        Url = new Uri(app.Urls.First());
        Admin = new Caller(Url, TestCluster.AdminToken);
        Stranger = new Caller(Url, null);
    }

    /// <summary>Starts another server on the same database, set up differently.</summary>
    internal async Task<OtherServer> StartAnotherAsync(Func<ServerSettings, ServerSettings> change)
    {
        var other = await Server.BuildAsync(change(new ServerSettings
        {
            DataDir = folder.Path, Database = database, Port = 0, LogLevel = LogLevel.Error,
        }), CancellationToken.None);
        await other.StartAsync();
        return new OtherServer(other);
    }

    /// <summary>The database as Vigil itself sees it.</summary>
    internal VigilDb OpenDb()
    {
        var viewers = Services.GetRequiredService<ViewerStore>();
        return new VigilDb(Database, viewers.System(), "test", viewers);
    }

    /// <summary>
    /// Adds a user with a token of these rights (default: those of a full user), in the given groups and streams.
    /// </summary>
    internal async Task<Caller> AddUserAsync(
        string? name = null, string role = Role.FullUser, string[]? acls = null, int[]? groups = null, int[]? streams = null,
        string? password = null)
    {
        await using var db = OpenDb();
        var user = await new AddUser(db).RunAsync(new User
        {
            Username = name ?? $"user-{Guid.NewGuid():N}"[..13], Roles = [role], FirstName = "Test", LastName = "User",
            PasswordHash = password is null ? null : Password.Hash(password),
        }, CancellationToken.None);
        foreach (var group in groups ?? [])
            user.Memberships.Add(new GroupUser { GroupId = group, UserId = user.Id, CanSave = true });
        foreach (var stream in streams ?? [])
            user.Streams.Add(db.Streams.Single(s => s.Id == stream));
        var secret = Guid.NewGuid().ToString();
        db.Tokens.Add(new Token
        {
            Name = "test", Hash = ViewerStore.Hash(secret), CreatedById = user.Id, Acls = [.. acls ?? Role.All[role]],
        });
        await db.SaveChangesAsync();
        return new Caller(Url, secret) { UserId = user.Id, Username = user.Username };
    }

    public async ValueTask DisposeAsync()
    {
        if (app is not null)
        {
            await app.StopAsync();
            await app.DisposeAsync();
        }
        if (database.Length > 0)
            await TestCluster.DropAsync(database);
        folder.Dispose();
    }
}

/// <summary>A second server, stopped when it is disposed.</summary>
sealed class OtherServer(WebApplication app) : IAsyncDisposable
{
    public Uri Url { get; } = new(app.Urls.First());

    /// <summary>The administrator, at this server.</summary>
    public Caller Admin { get; } = new(new Uri(app.Urls.First()), TestCluster.AdminToken);

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }
}

/// <summary>Somebody who calls the server.</summary>
public sealed class Caller(Uri url, string? token)
{
    readonly HttpClient http = new(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = url };

    public int UserId { get; init; }
    public string Username { get; init; } = "";
    public string? Token => token;

    /// <summary>Sends a request; an object becomes JSON, a string is sent as it is with the given content type.</summary>
    public async Task<Answer> SendAsync(
        string method, string path, object? body = null, string contentType = "application/json", string scheme = "token")
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (token is not null)
            request.Headers.TryAddWithoutValidation("Authorization", $"{scheme} {token}");
        request.Content = body switch
        {
            null => null,
            HttpContent content => content,
            string text => new StringContent(text, System.Text.Encoding.UTF8, contentType),
            _ => JsonContent.Create(body),
        };
        using var response = await http.SendAsync(request);
        return new Answer((int)response.StatusCode, await response.Content.ReadAsStringAsync(),
            response.Content.Headers.ContentType?.MediaType,
            response.Headers.ToDictionary(h => h.Key, h => string.Join(",", h.Value)));
    }

    public Task<Answer> GetAsync(string path) => SendAsync("GET", path);
    public Task<Answer> PostAsync(string path, object? body = null) => SendAsync("POST", path, body);
    public Task<Answer> PutAsync(string path, object? body = null) => SendAsync("PUT", path, body);
    public Task<Answer> PatchAsync(string path, object? body = null) => SendAsync("PATCH", path, body);
    public Task<Answer> DeleteAsync(string path, object? body = null) => SendAsync("DELETE", path, body);
}

/// <summary>What came back.</summary>
public sealed record Answer(int Status, string Text, string? ContentType, IReadOnlyDictionary<string, string> Headers)
{
    public JsonNode Json => JsonNode.Parse(Text)!;

    /// <summary>SkyPortal's payload.</summary>
    public JsonNode? Data => Json["data"];

    /// <summary>SkyPortal's error text.</summary>
    public string Message => Json["message"]!.GetValue<string>();

    /// <summary>Fails unless the answer is a success.</summary>
    public Answer Ok()
    {
        Assert.True(Status is >= 200 and < 300, $"{Status}: {Text}");
        return this;
    }

    /// <summary>Fails unless the answer has this status and, where given, these words in it.</summary>
    public Answer Refused(int status, params string[] words)
    {
        Assert.True(Status == status, $"expected {status}, got {Status}: {Text}");
        Assert.All(words, word => Assert.Contains(word, Text, StringComparison.OrdinalIgnoreCase));
        return this;
    }
}
