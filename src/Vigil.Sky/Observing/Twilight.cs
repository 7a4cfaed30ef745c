namespace Vigil.Sky.Observing;

/// <summary>When the Sun passes a height below the horizon; by default that of astronomical twilight.</summary>
public static class Twilight
{
    /// <summary>Altitude of the Sun's centre at which the brightest stars come out, degrees.</summary>
    public const double Civil = -6;

    /// <summary>Altitude of the Sun's centre at which the horizon of the sea can no longer be seen, degrees.</summary>
    public const double Nautical = -12;

    /// <summary>Altitude of the Sun's centre at which the sky is as dark as it gets, degrees.</summary>
    public const double Astronomical = -18;

    /// <summary>The next time at which the Sun sinks to an altitude: the evening; null where it does not within a day.</summary>
    /// <param name="mjd">After this, UTC.</param>
    /// <param name="site">The observer.</param>
    /// <param name="altitude">Geometric altitude of the Sun's centre, degrees; <see cref="RiseSet.Sun"/> for sunset.</param>
    /// <returns>MJD, UTC.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The date or the site is none.</exception>
    /// <remarks>
    /// As good as <see cref="Sun.Altitude"/>: at 18 degrees below the horizon the Sun sinks 0.004 degrees in some 1 s at
    /// middle latitudes, and ever more slowly towards the poles and the nights that do not get dark.
    /// </remarks>
    public static double? NextEvening(double mjd, Site site, double altitude = Astronomical) =>
        Next(mjd, site, altitude, rising: false);

    /// <summary>The next time at which the Sun rises to an altitude: the morning.</summary>
    /// <inheritdoc cref="NextEvening"/>
    public static double? NextMorning(double mjd, Site site, double altitude = Astronomical) =>
        Next(mjd, site, altitude, rising: true);

    // From its lower culmination, hour angle 180 degrees, the Sun climbs for half a day; then it sinks for half a day. What it
    // moves among the stars makes its turning points come up to 6 minutes earlier or later, at the poles by more: there RiseSet
    // looks closer.
    static double? Next(double mjd, Site site, double altitude, bool rising)
    {
        if (Math.Abs(site.Latitude) > 89)
            return rising ? RiseSet.Next(site, mjd, Sun.At, altitude).Rise : RiseSet.Next(site, mjd, Sun.At, altitude).Set;
        var moment = new Moment(mjd);
        var hourAngle = new Horizon(site, moment).HourAngle(-1 * moment.Earth.FromSun) + 360;
        var start = mjd - (hourAngle + (rising ? 180 : 0)) % 360 / 360;
        foreach (var day in (ReadOnlySpan<int>)[0, 1])
        {
            var (from, to) = (Math.Max(start + day, mjd), start + day + 0.5);
            if (from >= to)
                continue;
            var (first, last) = (Above(from), Above(to));
            if (rising ? first < 0 && last >= 0 : first >= 0 && last < 0)
            {
                var root = RiseSet.Root(Above, from, first, to, last);
                return root <= mjd + 1 ? root : null;
            }
        }
        return null;

        double Above(double time) => Sun.Altitude(time, site) - altitude;
    }
}
