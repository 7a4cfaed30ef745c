using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Vigil.Access;
using Vigil.Tests.Infrastructure;

namespace Vigil.Tests.Access;

public class InvitationMailTests(TestServer server) : IClassFixture<TestServer>
{
    static object Invitation(string email) => new { userEmail = email, groupIDs = Array.Empty<int>() };

    async Task<int> CountAsync(string email) =>
        (await server.Admin.GetAsync($"/api/invitations?email={Uri.EscapeDataString(email)}")).Ok()
            .Data!["totalMatches"]!.GetValue<int>();

    [Fact]
    public async Task The_link_goes_by_mail_and_to_nobody_else()
    {
        await using var mail = new FakeMailServer();
        await using var mailing = await server.StartAnotherAsync(s => s with
        {
            PublicUrl = "https://vigil.example.org/",
            Smtp = new SmtpSettings("127.0.0.1", mail.Port, "vigil@example.org", "mailer", "pass phrase", Tls: false),
        });
        var answer = (await mailing.Admin.PostAsync("/api/invitations", Invitation("new@example.com"))).Ok();
        Assert.Null(answer.Data!["link"]);

        foreach (var said in new[] { "AUTH login bWFpbGVy", "pass phrase", "MAIL FROM:<vigil@example.org>", "RCPT "
            + "TO:<new@example.com>" })
            Assert.Contains(said, mail.Commands);
        var letter = Assert.Single(mail.Mails);
        Assert.Matches("(?m)^Subject: Invitation to Vigil$", letter);
        // Long lines come quoted-printable.
        var link = Regex.Match(letter.Replace("=\n", "", StringComparison.Ordinal),
            "https://vigil.example.org/invitation/([0-9a-f-]{36})");
        Assert.True(link.Success, letter);
        Assert.Contains("Choose a name", (await new Caller(server.Url, null).GetAsync($"/invitation/{link.Groups[1].Value}")).Ok()
            .Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_mail_nobody_is_invited()
    {
        await using var mail = new FakeMailServer();
        await using var mailing = await server.StartAnotherAsync(s => s with
        {
            Smtp = new SmtpSettings("127.0.0.1", mail.Port, "vigil@example.org", null, null, Tls: false),
        });
        foreach (var (email, words) in new[]
        {
            ("somebody@nowhere.example", "5.1.1"), ("no address", "mail address"), ("Somebody <c@example.org>", "mail address"),
            ("a@example.org\r\nBcc: b@example.org", "mail address"), ("a@example.org, b@example.org", "mail address"),
        })
        {
            (await mailing.Admin.PostAsync("/api/invitations", Invitation(email))).Refused(400, words);
            Assert.Equal(0, await CountAsync(email));
        }
        Assert.Empty(mail.Mails);
    }

    [Fact]
    public async Task A_server_without_the_TLS_that_is_demanded_gets_neither_password_nor_mail()
    {
        await using var mail = new FakeMailServer();
        await using var mailing = await server.StartAnotherAsync(s => s with
        {
            Smtp = new SmtpSettings("127.0.0.1", mail.Port, "vigil@example.org", "mailer", "pass phrase", Tls: true),
        });
        (await mailing.Admin.PostAsync("/api/invitations", Invitation("tls@example.org")))
            .Refused(400, "could not be sent", "secure");
        Assert.DoesNotContain("pass phrase", mail.Commands);
        Assert.Empty(mail.Mails);
        Assert.Equal(0, await CountAsync("tls@example.org"));
    }

    [Fact]
    public async Task A_mail_server_that_is_down_is_told()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        taken.Stop();
        await using var mailing = await server.StartAnotherAsync(s => s with
        {
            Smtp = new SmtpSettings("127.0.0.1", port, "vigil@example.org", null, null, Tls: false),
        });
        (await mailing.Admin.PostAsync("/api/invitations", Invitation("down@example.org"))).Refused(400, "could not be sent");
        Assert.Equal(0, await CountAsync("down@example.org"));
    }
}
