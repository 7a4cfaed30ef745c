using System.Globalization;
using System.Text;

namespace Vigil.Sky.Skymaps;

/// <summary>The outline of the smallest region of a map that holds a part of its probability.</summary>
/// <param name="Level">The part, such as 0.9.</param>
/// <param name="Loops">
/// Closed loops along the sides of pixels, the region on their left as seen from outside the sphere; the last position repeats
/// the first. Right ascensions in [0, 360) and declinations: degrees.
/// </param>
public sealed record Contour(double Level, IReadOnlyList<(double Ra, double Dec)[]> Loops)
{
    /// <summary>The outline of a map's region.</summary>
    /// <param name="map">The map.</param>
    /// <param name="level">Such as 0.9; in [0, 1].</param>
    /// <exception cref="ArgumentOutOfRangeException">The level is outside its range.</exception>
    public static Contour Of(SkyMap map, double level) => new(level, Outline(map.Levels.Region(level)));

    /// <summary>The outline of a coverage, at its order.</summary>
    public static IReadOnlyList<(double Ra, double Dec)[]> Outline(Moc moc)
    {
        // Each side of a pixel whose other side is outside leads from one corner to the next.
        var sides = new Dictionary<(long, long), List<Side>>();
        Span<long> around = stackalloc long[8];
        ReadOnlySpan<(int Neighbour, int From, int To)> ways = [(2, 0, 1), (0, 1, 2), (6, 2, 3), (4, 3, 0)]; // corners N, W, S, E
        var toOrder = 2 * (Healpix.MaxOrder - moc.Order);
        foreach (var (order, cell) in moc.Cells())
            foreach (var ipix in Rim(cell, 2 * (moc.Order - order)))
            {
                Healpix.Neighbours(moc.Order, ipix, around);
                foreach (var (neighbour, from, to) in ways)
                    if (!moc.Contains(around[neighbour] << toOrder))
                    {
                        var start = Healpix.CornerKey(moc.Order, ipix, from);
                        if (!sides.TryGetValue(start, out var begin))
                            sides[start] = begin = new List<Side>(1);
                        begin.Add(new Side(Healpix.CornerKey(moc.Order, ipix, to), Healpix.Corner(moc.Order, ipix, from)));
                    }
            }
        var loops = new List<(double, double)[]>();
        foreach (var start in sides.Keys.ToArray())
            while (sides.ContainsKey(start))
            {
                var loop = new List<(double, double)>();
                for (var at = start; sides.TryGetValue(at, out var begin);)
                {
                    var side = begin[^1];
                    begin.RemoveAt(begin.Count - 1);
                    if (begin.Count == 0)
                        sides.Remove(at);
                    loop.Add(side.From);
                    at = side.To;
                }
                loop.Add(loop[0]);
                loops.Add([.. loop]);
            }
        return loops;
    }

    /// <summary>
    /// Contours as a GeoJSON FeatureCollection: of each a MultiLineString with the property <c>credible_level</c> in percent.
    /// </summary>
    /// <param name="contours">The contours.</param>
    /// <param name="decimals">Of the degrees, in [0, 12].</param>
    public static string ToGeoJson(IEnumerable<Contour> contours, int decimals = 5)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(decimals, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(decimals, 12);
        var text = new StringBuilder("""{"type":"FeatureCollection","features":[""");
        var features = 0;
        foreach (var contour in contours)
        {
            text.Append(features++ == 0 ? "" : ",").Append("""{"type":"Feature","properties":{"credible_level":""")
                .Append((100 * contour.Level).ToString("G12", CultureInfo.InvariantCulture))
                .Append("""},"geometry":{"type":"MultiLineString","coordinates":[""");
            for (var i = 0; i < contour.Loops.Count; i++)
            {
                text.Append(i == 0 ? "[" : ",[");
                text.AppendJoin(',', contour.Loops[i].Select(p => string.Create(CultureInfo.InvariantCulture,
                    $"[{Math.Round(p.Ra, decimals)},{Math.Round(p.Dec, decimals)}]")));
                text.Append(']');
            }
            text.Append("]}}");
        }
        return text.Append("]}").ToString();
    }

    // A side by the corner where it ends, and the position of that where it begins.
    readonly record struct Side((long, long) To, (double Ra, double Dec) From);

    // The pixels along the sides of a coarser one; bits is twice the difference of the orders.
    static IEnumerable<long> Rim(long cell, int bits)
    {
        if (bits == 0)
            return [cell];
        var side = 1L << (bits / 2);
        var places = Enumerable.Range(0, (int)side);
        return places.SelectMany(i => i == 0 || i == side - 1
                ? places.Select(j => ((long)i, (long)j))
                : [(i, 0L), (i, side - 1)])
            .Select(place => (cell << bits) | Healpix.Interleave(place.Item1, place.Item2));
    }
}
