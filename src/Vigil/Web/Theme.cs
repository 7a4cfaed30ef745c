namespace Vigil.Web;

/// <summary>How pages look: auto (as the browser is set), light, dark, or dome: red on black, kind to eyes in the dark.</summary>
sealed record Theme(string Name)
{
    const string Cookie = "vigil-theme";

    public static readonly IReadOnlyList<Theme> All = [new("auto"), new("light"), new("dark"), new("dome")];

    public static Theme Of(string? name) => All.FirstOrDefault(t => t.Name == name) ?? All[0];

    public static Theme Of(HttpContext? context) => Of(context?.Request.Cookies[Cookie]);

    /// <summary>What the style sheet is told: light or dark; null leaves it to the browser.</summary>
    public string? Colours => Name switch { "auto" => null, "light" => "light", _ => "dark" };

    public bool IsDome => Name == "dome";

    public void Remember(HttpContext context) => context.Response.Cookies.Append(Cookie, Name,
        new() { MaxAge = TimeSpan.FromDays(365), SameSite = SameSiteMode.Lax, HttpOnly = true });
}
