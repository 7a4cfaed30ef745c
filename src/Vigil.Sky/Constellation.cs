using System.Globalization;

namespace Vigil.Sky;

/// <summary>The constellations of the IAU: which part of the sky a position lies in.</summary>
/// <remarks>
/// N. G. Roman 1987, PASP 99, 695: the boundaries of E. Delporte 1930 run along right ascensions and declinations of the
/// equinox B1875. Within an arcsecond of a boundary either side may be told: neglected are the elliptic aberration of that time's
/// catalogues and the 20 mas between the axes of ICRS and of J2000.
/// </remarks>
public static class Constellation
{
    // Julian centuries from J2000.0 to B1875.0, JD 2405889.25855.
    const double Century = (2405889.25855 - 2451545.0) / 36525;

    // Equatorial precession angles ζ, z, θ from J2000, degrees: J. H. Lieske et al. 1977, A&A 58, 1 (IAU 1976).
    const double Zeta = (2306.2181 * Century + 0.30188 * Century * Century + 0.017998 * Century * Century * Century) / 3600;
    const double Z = (2306.2181 * Century + 1.09468 * Century * Century + 0.018203 * Century * Century * Century) / 3600;
    const double Theta = (2004.3109 * Century - 0.42665 * Century * Century - 0.041833 * Century * Century * Century) / 3600;

    // Degrees of B1875, from north to south; the first row that holds a position is the one.
    static readonly (double RaFrom, double RaTo, double DecFrom, string Name)[] rows = Read();

    /// <summary>The name of the constellation of a position, such as "Ursa Major".</summary>
    /// <param name="ra">Degrees, ICRS, any finite value.</param>
    /// <param name="dec">Degrees, ICRS, in [-90, 90].</param>
    /// <exception cref="ArgumentOutOfRangeException">The declination is outside [-90, 90].</exception>
    public static string At(double ra, double dec)
    {
        var (sin, cos) = Math.SinCos(double.DegreesToRadians(Sphere.CheckedDec(dec)));
        var (sinRa, cosRa) = Math.SinCos(double.DegreesToRadians(ra + Zeta));
        var (sinTheta, cosTheta) = Math.SinCos(double.DegreesToRadians(Theta));
        var (x, y, z) = (cosTheta * cos * cosRa - sinTheta * sin, cos * sinRa, sinTheta * cos * cosRa + cosTheta * sin);
        var ra1875 = Sphere.NormalizeRa(double.RadiansToDegrees(Math.Atan2(y, x)) + Z);
        var dec1875 = double.RadiansToDegrees(Math.Atan2(z, double.Hypot(x, y)));
        // The last row holds all that is left around the south pole.
        return rows.First(row => row.RaFrom <= ra1875 && ra1875 < row.RaTo && dec1875 >= row.DecFrom).Name;
    }

    static (double, double, double, string)[] Read()
    {
        using var reader = new StreamReader(typeof(Constellation).Assembly.GetManifestResourceStream("constellations.csv")!);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.StartsWith('#')).Skip(1).Select(line => line.Split(','))
            .Select(row => (15 * Number(row[0]), 15 * Number(row[1]), Number(row[2]), row[3]))];
    }

    static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
