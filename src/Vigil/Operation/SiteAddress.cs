using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Vigil.Operation;

/// <summary>
/// Where people reach this site: the address that the operator gave, or else the one that the server listens on. Never what
/// a request claims in its Host header, which anybody can forge to send others to a site of theirs.
/// </summary>
sealed class SiteAddress(ServerSettings settings, IServer server)
{
    /// <summary>Without a slash at the end.</summary>
    public string Url => settings.PublicUrl?.TrimEnd('/') ?? Listening();

    string Listening()
    {
        var url = new UriBuilder(server.Features.Get<IServerAddressesFeature>()!.Addresses.First());
        // "Every address" is none that a browser could open.
        if (IPAddress.TryParse(url.Host, out var address) && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)))
            url.Host = Dns.GetHostName();
        return url.Uri.GetLeftPart(UriPartial.Authority);
    }

    /// <summary>An address that an operator gave.</summary>
    /// <exception cref="StartupError">It is not one of a web site.</exception>
    public static string? Checked(string? url) => string.IsNullOrWhiteSpace(url) ? null
        : Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Scheme is "http" or "https"
        && parsed is { Query: "", Fragment: "" }
            ? url : throw new StartupError($"--url (VIGIL_URL) must be the address that people open, such as "
                + $"https://vigil.example.org; got '{url}'.");
}
