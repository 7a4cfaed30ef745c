namespace Vigil.Sky.Imaging;

/// <summary>The plane that touches the sphere at a direction: gnomonic projection, radians, first to the east, second to the
/// north.</summary>
readonly struct TangentPlane
{
    readonly UnitVector origin, east, north;

    /// <param name="ra">Of the origin: degrees.</param>
    /// <param name="dec">Likewise, in [-90, 90].</param>
    public TangentPlane(double ra, double dec)
    {
        (Ra, Dec) = (ra, dec);
        var (sinRa, cosRa) = Math.SinCos(double.DegreesToRadians(ra));
        var (sinDec, cosDec) = Math.SinCos(double.DegreesToRadians(dec));
        origin = new(cosDec * cosRa, cosDec * sinRa, sinDec);
        east = new(-sinRa, cosRa, 0);
        north = new(-sinDec * cosRa, -sinDec * sinRa, cosDec);
    }

    /// <summary>Right ascension of the origin: degrees.</summary>
    public double Ra { get; }

    /// <summary>Declination of the origin: degrees.</summary>
    public double Dec { get; }

    /// <summary>The point of a direction; NaN beyond 84 degrees from the origin, where the plane ends for us.</summary>
    public (double Xi, double Eta) Project(UnitVector star)
    {
        var z = Dot(origin, star);
        return z > 0.1 ? (Dot(east, star) / z, Dot(north, star) / z) : (double.NaN, double.NaN);
    }

    /// <summary>The position of a point: ra in [0, 360) and dec in [-90, 90], degrees.</summary>
    public (double Ra, double Dec) Deproject(double xi, double eta) => new UnitVector(
        origin.X + xi * east.X + eta * north.X,
        origin.Y + xi * east.Y + eta * north.Y,
        origin.Z + xi * east.Z + eta * north.Z).ToDegrees();

    static double Dot(UnitVector a, UnitVector b) => a.X * b.X + a.Y * b.Y + a.Z * b.Z;
}
