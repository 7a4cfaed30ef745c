namespace Vigil.Sky.Observing;

/// <summary>Where an observer stands on the Earth.</summary>
/// <param name="Longitude">Degrees east, any finite value.</param>
/// <param name="Latitude">Geodetic, degrees north, in [-90, 90].</param>
/// <param name="Height">Above the ellipsoid of WGS 84: m.</param>
public readonly record struct Site(double Longitude, double Latitude, double Height = 0)
{
    // WGS 84 (NGA.STND.0036, 2014): equatorial radius, m, and flattening.
    const double EquatorialRadius = 6378137, Flattening = 1 / 298.257223563;

    /// <summary>A site from numbers that somebody typed.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range; the message says what to do.</exception>
    public static Site FromDegrees(double longitude, double latitude, double height = 0)
    {
        if (!(longitude is >= -180 and <= 360))
            throw new ArgumentOutOfRangeException(nameof(longitude), longitude, "longitude must be in [-180, 360] degrees east.");
        if (!(latitude is >= -90 and <= 90))
            throw new ArgumentOutOfRangeException(nameof(latitude), latitude,
                "latitude must be in [-90, 90] degrees. Check that longitude and latitude are not exchanged.");
        if (!(height is >= -500 and <= 100_000))
            throw new ArgumentOutOfRangeException(nameof(height), height,
                "height must be in [-500, 100000] m. If it is in km, multiply by 1000.");
        return new Site(longitude, latitude, height);
    }

    /// <summary>
    /// The site from the centre of the Earth, on axes that turn with it: m, x towards longitude 0, z towards the pole.
    /// </summary>
    internal SpaceVector Geocentric
    {
        get
        {
            var (sin, cos) = Math.SinCos(double.DegreesToRadians(Latitude));
            var (sinLongitude, cosLongitude) = Math.SinCos(double.DegreesToRadians(Longitude));
            const double squashed = (1 - Flattening) * (1 - Flattening);
            var normal = EquatorialRadius / Math.Sqrt(cos * cos + squashed * sin * sin);
            var across = (normal + Height) * cos;
            return new SpaceVector(across * cosLongitude, across * sinLongitude, (squashed * normal + Height) * sin);
        }
    }
}
