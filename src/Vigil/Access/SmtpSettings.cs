using System.Globalization;

namespace Vigil.Access;

/// <summary>The mail server through which invitations go.</summary>
/// <param name="Host">Its name.</param>
/// <param name="Port">587 as a rule.</param>
/// <param name="From">Address of the sender.</param>
/// <param name="User">Name to log in with; null sends without.</param>
/// <param name="Password">Its password.</param>
/// <param name="Tls">Whether STARTTLS is demanded.</param>
sealed record SmtpSettings(string Host, int Port, string From, string? User, string? Password, bool Tls)
{
    /// <summary>
    /// From VIGIL_SMTP_HOST, _PORT (587), _FROM, _USER, _PASSWORD and _TLS (true); null without a host.
    /// </summary>
    /// <exception cref="StartupError">One of them cannot be used.</exception>
    public static SmtpSettings? FromEnvironment()
    {
        if (Read("HOST") is not { } host)
            return null;
        var port = 587;
        if (Read("PORT") is { } text && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port)
            || port is < 1 or > 65535))
            throw new StartupError($"VIGIL_SMTP_PORT must be a port from 1 to 65535, got '{text}'.");
        var tls = true;
        if (Read("TLS") is { } wanted && !bool.TryParse(wanted, out tls))
            throw new StartupError($"VIGIL_SMTP_TLS must be true or false, got '{wanted}'.");
        return new SmtpSettings(host, port, Read("FROM")
            ?? throw new StartupError("VIGIL_SMTP_FROM must name the sender of mails."),
            Read("USER"), Read("PASSWORD"), tls);
    }

    static string? Read(string name) => Environment.GetEnvironmentVariable($"VIGIL_SMTP_{name}") is { Length: > 0 } value
        ? value : null;
}
