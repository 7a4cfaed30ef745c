using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Vigil.Cli;
using Vigil.Tests.Infrastructure;

namespace Vigil.Tests.Cli;

public sealed class RunningServerTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task The_first_start_writes_a_login_for_its_owner_alone_and_the_next_keeps_it()
    {
        JsonElement first;
        await using (var running = await StartAsync())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(running.AdminFilePath));
            first = ReadAdminFile();
            Assert.Equal(running.Url, first.GetProperty("url").GetString());
            Assert.Equal("admin", first.GetProperty("username").GetString());
            Assert.Equal(HttpStatusCode.OK, await AskAsync(running.Url, first.GetProperty("token").GetString()!));
        }
        await using (var running = await StartAsync())
        {
            var second = ReadAdminFile();
            Assert.Equal(running.Url, second.GetProperty("url").GetString());
            Assert.Equal(first.GetProperty("password").GetString(), second.GetProperty("password").GetString());
            Assert.Equal(HttpStatusCode.OK, await AskAsync(running.Url, first.GetProperty("token").GetString()!));
        }
    }

    [Fact]
    public async Task A_port_in_use_is_told_before_anything_is_made()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        var error = await Assert.ThrowsAsync<StartupError>(() => StartAsync(port));
        Assert.Equal($"Port {port} is in use by another program. Choose another with --port; 0 takes a free one.", error.Message);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    Task<RunningServer> StartAsync(int port = 0) => RunningServer.StartAsync(
        new ServerSettings { DataDir = folder.Path, Database = "", Port = port, LogLevel = LogLevel.None }, default);

    JsonElement ReadAdminFile() => JsonDocument.Parse(File.ReadAllText(Path.Combine(folder.Path, "admin.json"))).RootElement;

    static async Task<HttpStatusCode> AskAsync(string url, string token)
    {
        using var http = new HttpClient { BaseAddress = new(url) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("token", token);
        using var answer = await http.GetAsync("/api/internal/profile");
        return answer.StatusCode;
    }
}
