using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Vigil.Tests.Infrastructure;

/// <summary>
/// A mail server that talks as RFC 5321 says (and RFC 4954 for the login) and keeps what it is given. It offers no TLS.
/// </summary>
sealed class FakeMailServer : IAsyncDisposable
{
    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly Task serving;
    readonly List<string> commands = [];
    readonly List<string> mails = [];

    public FakeMailServer()
    {
        listener.Start();
        serving = ServeAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Recipients at this domain are refused.</summary>
    public string Refused { get; init; } = "nowhere.example";

    /// <summary>What clients said, without the mails.</summary>
    public IReadOnlyList<string> Commands
    {
        get
        {
            lock (commands)
                return [.. commands];
        }
    }

    /// <summary>The mails as they came, headers and all.</summary>
    public IReadOnlyList<string> Mails
    {
        get
        {
            lock (commands)
                return [.. mails];
        }
    }

    async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync();
                await TalkAsync(client.GetStream());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    async Task TalkAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII);
        await SayAsync("220 mail.example ESMTP");
        while (await reader.ReadLineAsync() is { } line)
        {
            lock (commands)
                commands.Add(line);
            switch (line.Split(' ', ':')[0].ToUpperInvariant())
            {
                case "EHLO":
                    await SayAsync("250-mail.example", "250-8BITMIME", "250 AUTH LOGIN");
                    break;
                case "AUTH":
                    // The name comes with the command or after it; the password is asked for. Both in base64.
                    if (line.Split(' ').Length == 2)
                        await AskAsync(reader, "334 VXNlcm5hbWU6");
                    await AskAsync(reader, "334 UGFzc3dvcmQ6");
                    await SayAsync("235 2.7.0 Authentication successful");
                    break;
                case "RCPT" when line.Contains(Refused, StringComparison.OrdinalIgnoreCase):
                    await SayAsync("550 5.1.1 No such mailbox");
                    break;
                case "DATA":
                    await SayAsync("354 End data with <CR><LF>.<CR><LF>");
                    var mail = new StringBuilder();
                    while (await reader.ReadLineAsync() is { } text && text != ".")
                        mail.Append(text.StartsWith("..", StringComparison.Ordinal) ? text[1..] : text).Append('\n');
                    lock (commands)
                        mails.Add(mail.ToString());
                    await SayAsync("250 2.0.0 Queued");
                    break;
                case "QUIT":
                    await SayAsync("221 2.0.0 Bye");
                    return;
                case "MAIL" or "RCPT" or "RSET" or "NOOP":
                    await SayAsync("250 2.0.0 OK");
                    break;
                default:
                    await SayAsync("502 5.5.1 Command not implemented");
                    break;
            }
        }

        Task SayAsync(params string[] lines) =>
            stream.WriteAsync(Encoding.ASCII.GetBytes(string.Concat(lines.Select(l => l + "\r\n")))).AsTask();

        async Task AskAsync(StreamReader from, string question)
        {
            await SayAsync(question);
            var answer = await from.ReadLineAsync() ?? "";
            lock (commands)
                commands.Add(Encoding.UTF8.GetString(Convert.FromBase64String(answer)));
        }
    }

    public async ValueTask DisposeAsync()
    {
        listener.Stop();
        await serving;
    }
}
