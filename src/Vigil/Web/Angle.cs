using System.Globalization;

namespace Vigil.Web;

/// <summary>Small angles for people.</summary>
static class Angle
{
    /// <summary>In the unit that makes it a handy number: 0.35″, 4.2′ or 1.5°.</summary>
    public static string Text(double arcsec) => arcsec switch
    {
        < 60 => string.Create(CultureInfo.InvariantCulture, $"{arcsec:0.##}″"),
        < 3600 => string.Create(CultureInfo.InvariantCulture, $"{arcsec / 60:0.##}′"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{arcsec / 3600:0.##}°"),
    };
}
