using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace Vigil.Access;

/// <summary>A browser that is logged in: a signed cookie that names the user. Rights are looked up at every request.</summary>
static class Session
{
    const string UserId = "user_id";

    public static Task StartAsync(HttpContext context, User user) => context.SignInAsync(new ClaimsPrincipal(new ClaimsIdentity(
        [new Claim(UserId, user.Id.ToString(CultureInfo.InvariantCulture))], CookieAuthenticationDefaults.AuthenticationScheme)));

    public static Task EndAsync(HttpContext context) => context.SignOutAsync();

    /// <summary>Who is logged in; null where nobody is, or where the user is gone or inactive.</summary>
    public static async Task<Viewer?> ViewerAsync(HttpContext context, ViewerStore viewers)
    {
        if (!int.TryParse(context.User.FindFirst(UserId)?.Value, CultureInfo.InvariantCulture, out var userId))
            return null;
        var viewer = await viewers.ForUserAsync(userId, context.RequestAborted);
        return viewer?.User.ExpirationDate <= DateTimeOffset.UtcNow ? null : viewer;
    }

    /// <summary>
    /// Whether a request that carries the cookie was meant by us: browsers send the cookie along when another site's page
    /// makes them write, but no other site can set this header, and only our own pages are of the same origin.
    /// </summary>
    public static bool IsOurs(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method)
        || request.Headers["Sec-Fetch-Site"] == "same-origin" || request.Headers.ContainsKey("X-Requested-With");
}
