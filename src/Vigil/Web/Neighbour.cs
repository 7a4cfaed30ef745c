using Microsoft.EntityFrameworkCore;
using Vigil.Data;
using Vigil.Sky;

namespace Vigil.Web;

/// <summary>A source on a finder chart.</summary>
/// <param name="X">Offset to the east in arcsec, on the plane that touches the sky at the chart's centre.</param>
/// <param name="Y">Offset to the north, arcsec.</param>
public sealed record Neighbour(string Id, double Ra, double Dec, double X, double Y)
{
    const int Most = 200;

    /// <summary>The sources of a small cone, projected around its centre, at most 200.</summary>
    internal static async Task<IReadOnlyList<Neighbour>> FindAsync(VigilDb db, Cone cone, CancellationToken ct)
    {
        // A cone of a few arcmin needs few ranges; one statement for each would be many, so they are one OR.
        var ranges = cone.Ranges(maxRanges: 4);
        long[] first = [.. ranges.Select(r => r.First)], last = [.. ranges.Select(r => r.Last)];
        var found = await db.Sources.FromSql($"""
            SELECT s.* FROM unnest({first}, {last}) AS range (first, last)
                JOIN sources s ON s.healpix BETWEEN range.first AND range.last
            """).AsNoTracking().OrderBy(s => s.Key).Select(s => new { s.Id, s.Ra, s.Dec }).Take(Most).ToListAsync(ct);
        return [.. found.Where(s => cone.Contains(s.Ra, s.Dec)).Select(s => Project(s.Id, s.Ra, s.Dec, cone.Ra, cone.Dec))];
    }

    // Gnomonic projection; Calabretta and Greisen 2002, A&A 395, 1077, section 5.1.3, in the form for native axes.
    static Neighbour Project(string id, double ra, double dec, double ra0, double dec0)
    {
        var (sin, cos) = Math.SinCos(double.DegreesToRadians(dec));
        var (sin0, cos0) = Math.SinCos(double.DegreesToRadians(dec0));
        var (sinRa, cosRa) = Math.SinCos(double.DegreesToRadians(ra - ra0));
        var depth = sin0 * sin + cos0 * cos * cosRa;
        return new(id, ra, dec, Arcsec(cos * sinRa / depth), Arcsec((cos0 * sin - sin0 * cos * cosRa) / depth));
    }

    static double Arcsec(double radians) => double.RadiansToDegrees(radians) * 3600;
}
