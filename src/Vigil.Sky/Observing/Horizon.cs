using System.Numerics;

namespace Vigil.Sky.Observing;

/// <summary>
/// The sky of one observer at one time: altitudes, azimuths and hour angles of what is up, as an eye would see it.
/// </summary>
/// <remarks>
/// Precession IAU 2006, nutation IAU 2000B, annual and diurnal aberration, light bent by the Sun; parallax for the near. No
/// refraction: see <see cref="Refraction"/>. Within 2 mas of ERFA's apco13, atciqz and atioq with the same UT1 - UTC and polar
/// motion.
/// </remarks>
public readonly struct Horizon
{
    // of the Earth, rad/s: the rate of ERA, IERS Conventions (2010), equation 5.15
    const double RotationSpeed = 7.292115855306589e-5;

    // The observer's axes in ICRS, and the way from the centre of the Earth.
    readonly SpaceVector north, east, up, fromEarth;
    readonly Observer observer;
    readonly double sinLatitude, cosLatitude;

    /// <summary>The sky of a site at a time.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The site's latitude is outside [-90, 90], or a number of it is not
    /// finite.</exception>
    public Horizon(Site site, in Moment moment)
    {
        if (!(site.Latitude is >= -90 and <= 90) || !double.IsFinite(site.Longitude) || !double.IsFinite(site.Height))
            throw new ArgumentOutOfRangeException(nameof(site), site,
                "A site has a latitude in [-90, 90] degrees, a longitude and a height.");
        (Site, Moment) = (site, moment);
        (sinLatitude, cosLatitude) = Math.SinCos(double.DegreesToRadians(site.Latitude));
        var (sin, cos) = Math.SinCos(double.DegreesToRadians(site.Longitude));
        var toSky = moment.ToEarth.Transposed;
        up = toSky.Apply(new SpaceVector(cosLatitude * cos, cosLatitude * sin, sinLatitude));
        east = toSky.Apply(new SpaceVector(-sin, cos, 0));
        north = toSky.Apply(new SpaceVector(-sinLatitude * cos, -sinLatitude * sin, cosLatitude));
        var metres = site.Geocentric;
        const double au = 1 / (Earth.AuKm * 1000);
        fromEarth = au * toSky.Apply(metres);
        var turning = toSky.Apply(new SpaceVector(-RotationSpeed * metres.Y, RotationSpeed * metres.X, 0));
        observer = new Observer(moment.Earth.Velocity + 86400 * au * turning, moment.Earth.FromSun + fromEarth);
    }

    /// <inheritdoc cref="Horizon(Site, in Moment)"/>
    public Horizon(Site site, double mjd) : this(site, new Moment(mjd))
    {
    }

    /// <summary>The observer.</summary>
    public Site Site { get; }

    /// <summary>The time.</summary>
    public Moment Moment { get; }

    /// <summary>The observer from the centre of the Earth: au, ICRS.</summary>
    internal SpaceVector FromEarth => fromEarth;

    /// <summary>Where a star stands.</summary>
    /// <param name="ra">Degrees, ICRS, any finite value; after its proper motion (<see cref="SpaceMotion"/>).</param>
    /// <param name="dec">Degrees, ICRS, in [-90, 90].</param>
    /// <exception cref="ArgumentOutOfRangeException">The declination is outside [-90, 90], or a number is not finite.</exception>
    public Horizontal AltAz(double ra, double dec) => Local(Seen(ra, dec));

    /// <summary>Where a body of the solar system stands: its parallax counts.</summary>
    /// <param name="body">From the centre of the Earth, au, ICRS, where its light shows it: <c>Sun.At</c>, <c>Moon.At</c>,
    /// <c>Orbit.At</c>.</param>
    public Horizontal AltAz(SpaceVector body) => Local(Seen(body));

    /// <summary>The right ascension and declination, ICRS, of a star that stands in a direction: degrees.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The altitude is outside [-90, 90], or a number is not finite.</exception>
    public (double Ra, double Dec) ToIcrs(Horizontal direction)
    {
        // Azimuth grows from north to east as right ascension does from x to y.
        var local = SpaceVector.From(direction.Azimuth, direction.Altitude);
        var seen = local.X * north + local.Y * east + local.Z * up;
        // The aberration is undone by trying: each step leaves 1e-4 of what was left.
        var star = seen;
        for (var i = 0; i < 4; i++)
        {
            star = star + seen - Unit(observer.Aberrated(observer.Bent(star)));
            star = Unit(star);
        }
        return star.ToDegrees();
    }

    /// <summary>
    /// The right ascension and declination of a body as seen from here, on the axes of ICRS, with its aberration left out:
    /// degrees.
    /// </summary>
    /// <param name="body">As for <see cref="AltAz(SpaceVector)"/>.</param>
    public (double Ra, double Dec) Place(SpaceVector body) => Topocentric(body).ToDegrees();

    /// <summary>The angle between a body of the solar system, as seen from here, and a star: degrees in [0, 180].</summary>
    /// <param name="body">As for <see cref="AltAz(SpaceVector)"/>; its centre.</param>
    /// <param name="ra">Degrees, ICRS, any finite value.</param>
    /// <param name="dec">Degrees, ICRS, in [-90, 90].</param>
    /// <exception cref="ArgumentOutOfRangeException">The declination is outside [-90, 90], or a number is not finite.</exception>
    public double Separation(SpaceVector body, double ra, double dec)
    {
        var (body1, star1) = (Unit(Seen(body)), Unit(Seen(ra, dec)));
        return double.RadiansToDegrees(2 * Math.Asin(Math.Min((body1 - star1).Length / 2, 1)));
    }

    /// <summary>The apparent hour angle, from the meridian towards the west: degrees, in [-180, 180].</summary>
    /// <exception cref="ArgumentOutOfRangeException">The declination is outside [-90, 90], or a number is not finite.</exception>
    public double HourAngle(double ra, double dec) => FromMeridian(Seen(ra, dec));

    /// <inheritdoc cref="HourAngle(double, double)"/>
    public double HourAngle(SpaceVector body) => FromMeridian(Seen(body));

    /// <summary>
    /// The angle at a star from the celestial pole of date to the zenith, from north through east: degrees, in [-180, 180].
    /// </summary>
    /// <returns>Negative in the east. J. Meeus, Astronomical Algorithms, 2nd ed., chapter 14.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The declination is outside [-90, 90], or a number is not finite.</exception>
    public double ParallacticAngle(double ra, double dec)
    {
        var star = Unit(Seen(ra, dec));
        var (n, e, u) = (north.Dot(star), east.Dot(star), up.Dot(star));
        // Both scaled with the cosine of the altitude; of the triangle pole, zenith, star.
        return double.RadiansToDegrees(Math.Atan2(-e * cosLatitude, sinLatitude * (n * n + e * e) - cosLatitude * u * n));
    }

    /// <summary>Where N stars stand. Allocates nothing.</summary>
    /// <param name="stars">N positions.</param>
    /// <param name="altitude">Receives degrees in [-90, 90], shape (N).</param>
    /// <param name="azimuth">Receives degrees in [0, 360), shape (N); may be empty if they are not wanted.</param>
    /// <exception cref="ArgumentException">A span has another length.</exception>
    /// <remarks>Equal to <see cref="AltAz(double, double)"/> within 1e-12 degrees.</remarks>
    public void AltAz(StarList stars, Span<double> altitude, Span<double> azimuth)
    {
        var n = stars.Count;
        if (altitude.Length != n || (azimuth.Length != n && azimuth.Length != 0))
            throw new ArgumentException(
                $"altitude must have the {n} places of the stars, azimuth as many or none; "
                + $"got {altitude.Length} and {azimuth.Length}.");
        var width = Vector<double>.Count;
        // The list is padded, so that a vector may begin at any star.
        var i = 0;
        for (; i <= n - width; i += width)
        {
            var (alt, az) = AltAz(stars, i, azimuth.Length > 0);
            alt.CopyTo(altitude[i..]);
            if (azimuth.Length > 0)
                az.CopyTo(azimuth[i..]);
        }
        if (i == n)
            return;
        var (altRest, azRest) = AltAz(stars, i, azimuth.Length > 0);
        for (var lane = 0; i < n; i++, lane++)
        {
            altitude[i] = altRest[lane];
            if (azimuth.Length > 0)
                azimuth[i] = azRest[lane];
        }
    }

    (Vector<double> Altitude, Vector<double> Azimuth) AltAz(StarList stars, int i, bool withAzimuth)
    {
        var (x, y, z) = (new Vector<double>(stars.X, i), new Vector<double>(stars.Y, i), new Vector<double>(stars.Z, i));
        var (n, e, u) = (Dot(north, x, y, z), Dot(east, x, y, z), Dot(up, x, y, z));
        // As in Observer.Bent: add to the star w (fromSun - cos star), of which only these components are needed.
        var (fromSun, velocity) = (observer.FromSun, observer.Velocity);
        var cos = Dot(fromSun, x, y, z);
        var w = new Vector<double>(observer.Bending)
            / Vector.Max(Vector<double>.One + cos, new Vector<double>(Observer.SunLimit));
        n += w * (new Vector<double>(fromSun.Dot(north)) - cos * n);
        e += w * (new Vector<double>(fromSun.Dot(east)) - cos * e);
        u += w * (new Vector<double>(fromSun.Dot(up)) - cos * u);
        // As in Observer.Aberrated; the bending of 1e-8 does not count in a product with the velocity of 1e-4.
        var f = Vector<double>.One + Dot(velocity, x, y, z) / (1 + observer.Slowing);
        n = observer.Slowing * n + f * velocity.Dot(north);
        e = observer.Slowing * e + f * velocity.Dot(east);
        u = observer.Slowing * u + f * velocity.Dot(up);
        var altitude = Angles.Atan2(u, Vector.SquareRoot(n * n + e * e));
        if (!withAzimuth)
            return (altitude, default);
        var azimuth = Angles.Atan2(e, n);
        var turn = new Vector<double>(360);
        azimuth = Vector.ConditionalSelect(Vector.LessThan(azimuth, Vector<double>.Zero), azimuth + turn, azimuth);
        // A hair below north rounds up to 360.
        return (altitude, Vector.ConditionalSelect(Vector.GreaterThanOrEqual(azimuth, turn), Vector<double>.Zero, azimuth));
    }

    static Vector<double> Dot(SpaceVector v, Vector<double> x, Vector<double> y, Vector<double> z) =>
        Vector.FusedMultiplyAdd(new Vector<double>(v.X), x,
            Vector.FusedMultiplyAdd(new Vector<double>(v.Y), y, new Vector<double>(v.Z) * z));

    SpaceVector Seen(double ra, double dec) => observer.Aberrated(observer.Bent(SpaceVector.From(ra, dec)));

    SpaceVector Seen(SpaceVector body) => observer.Aberrated(Topocentric(body));

    SpaceVector Topocentric(SpaceVector body) => Unit(body - fromEarth);

    Horizontal Local(SpaceVector seen)
    {
        var (n, e, u) = (north.Dot(seen), east.Dot(seen), up.Dot(seen));
        return new Horizontal(double.RadiansToDegrees(Math.Atan2(u, double.Hypot(n, e))),
            Sphere.NormalizeRa(double.RadiansToDegrees(Math.Atan2(e, n))));
    }

    double FromMeridian(SpaceVector seen) => double.RadiansToDegrees(
        Math.Atan2(-east.Dot(seen), up.Dot(seen) * cosLatitude - north.Dot(seen) * sinLatitude));

    static SpaceVector Unit(SpaceVector v) => 1 / v.Length * v;
}
