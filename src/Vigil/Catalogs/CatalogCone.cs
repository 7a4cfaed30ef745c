namespace Vigil.Catalogs;

/// <summary>The cone that a service is asked for.</summary>
/// <param name="Ra">Degrees, ICRS.</param>
/// <param name="Dec">Degrees.</param>
/// <param name="Radius">Degrees.</param>
/// <param name="MaxStars">More stars than this are too many.</param>
readonly record struct CatalogCone(double Ra, double Dec, double Radius, int MaxStars)
{
    const double Step = 0.1; // degrees

    /// <summary>
    /// A cone around this one with round numbers, so that frames of one field ask the same and are answered from the cache.
    /// </summary>
    public CatalogCone Round()
    {
        var dec = Math.Clamp(Math.Round(Math.Round(Dec / Step) * Step, 6), -90, 90);
        // As many steps around as fit the circle of declination.
        var steps = Math.Max(1, Math.Round(360 / Step * Math.Cos(double.DegreesToRadians(dec))));
        var ra = Math.Round(Math.Round(Ra / 360 * steps) / steps * 360, 6) % 360;
        var apart = Sky.Sphere.Separation(Ra, Dec, ra, dec);
        var radius = Math.Round(Math.Ceiling((Radius + apart + 1e-6) / Step) * Step, 6);
        return new(ra, dec, Math.Min(radius, 180), MaxStars);
    }
}
