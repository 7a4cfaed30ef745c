namespace Vigil.Sky.Observing;

/// <summary>When the Sun passes a height below the horizon; by default that of astronomical twilight.</summary>
public static class Twilight
{
    /// <summary>Altitude of the Sun's centre at which the sky is as dark as it gets, degrees.</summary>
    public const double Astronomical = -18;

    /// <summary>The next time at which the Sun sinks to an altitude: the evening; null where it does not within a day.</summary>
    /// <param name="mjd">After this, UTC.</param>
    /// <param name="latitude">Geodetic, degrees north, in [-90, 90].</param>
    /// <param name="longitude">Degrees east, any finite value.</param>
    /// <param name="altitude">Geometric altitude of the Sun's centre, degrees.</param>
    /// <returns>MJD, UTC.</returns>
    /// <remarks>
    /// As good as <see cref="Sun.Altitude"/>: at 18 degrees below the horizon the Sun sinks 0.01 degrees in some 3 s at
    /// middle latitudes, and ever more slowly towards the poles and the nights that do not get dark.
    /// </remarks>
    public static double? NextEvening(double mjd, double latitude, double longitude, double altitude = Astronomical) =>
        Next(mjd, latitude, longitude, altitude, rising: false);

    /// <summary>The next time at which the Sun rises to an altitude: the morning.</summary>
    /// <remarks>As for <see cref="NextEvening"/>.</remarks>
    public static double? NextMorning(double mjd, double latitude, double longitude, double altitude = Astronomical) =>
        Next(mjd, latitude, longitude, altitude, rising: true);

    // From its lower culmination, hour angle 180 degrees, the Sun climbs for half a day; then it sinks for half a day.
    static double? Next(double mjd, double latitude, double longitude, double altitude, bool rising)
    {
        var start = mjd - (new Horizon(new Site(longitude, latitude), mjd).HourAngle(Sun.At(mjd)) + 360 + (rising ? 180 : 0)) % 360 / 360;
        foreach (var day in (ReadOnlySpan<int>)[0, 1])
        {
            var (from, to) = (start + day, start + day + 0.5);
            if (IsPast(from) || !IsPast(to))
                continue;
            // Thirty halvings of half a day: 40 microseconds.
            for (var i = 0; i < 30; i++)
            {
                var middle = (from + to) / 2;
                if (IsPast(middle))
                    to = middle;
                else
                    from = middle;
            }
            if (to > mjd)
                return to;
        }
        return null;

        bool IsPast(double time) => Sun.Altitude(time, new Site(longitude, latitude)) >= altitude == rising;
    }
}
