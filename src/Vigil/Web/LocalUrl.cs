namespace Vigil.Web;

/// <summary>Addresses to go back to, which strangers can put into a link.</summary>
static class LocalUrl
{
    /// <summary>The address where it is a path on this server, else the other: nobody is sent elsewhere by our login.</summary>
    public static string Or(string? url, string otherwise) =>
        url is ['/', ..] and not ['/', '/' or '\\', ..] && !url.Any(char.IsControl) ? url : otherwise;
}
