using Vigil.Sky.Skymaps;

namespace Vigil.Sky.Scheduling;

/// <summary>The tiles of a sky map inside a telescope's fields, as a <see cref="ScheduleRequest"/> wants them.</summary>
/// <remarks>
/// A tile is in a field where its centre is. Use tiles much smaller than the fields: those of an event's localisation are, where
/// there is probability.
/// </remarks>
public sealed class FieldTiles
{
    // Pixels of a degree: a few dozen ranges for a field, which the tiles' centres are then tried against one by one.
    const int CoverOrder = 6;

    FieldTiles(double[] probability, int[][] ofField) => (Probability, OfField) = (probability, ofField);

    /// <summary>
    /// The probability of each tile that is in a field, in [0, 1]: for <see cref="ScheduleRequest.PixelProbability"/>.
    /// </summary>
    public IReadOnlyList<double> Probability { get; }

    /// <summary>
    /// For each field the tiles in it, as places in <see cref="Probability"/>: for <see cref="ScheduleField.Pixels"/>.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<int>> OfField { get; }

    /// <summary>Finds the tiles of N fields.</summary>
    /// <param name="map">The sky map.</param>
    /// <param name="fields">Footprints, shape (N).</param>
    public static FieldTiles Of(SkyMap map, ReadOnlySpan<ISkyRegion> fields)
    {
        ArgumentNullException.ThrowIfNull(map);
        var (places, probability, ofField) = (new Dictionary<int, int>(), new List<double>(), new int[fields.Length][]);
        for (var field = 0; field < fields.Length; field++)
        {
            var tiles = new List<int>();
            var next = 0; // a coarse tile may lie in several ranges
            foreach (var range in Healpix.Cover(fields[field], CoverOrder))
            {
                next = Math.Max(next, FirstEndingAfter(map, range.First));
                for (; next < map.Count && Start(map, next) < range.End; next++)
                {
                    var (order, ipix) = map.Tile(next);
                    var (ra, dec) = Healpix.Centre(order, ipix);
                    if (!fields[field].Contains(UnitVector.From(ra, dec)) || map.Probability(next) == 0)
                        continue;
                    if (places.TryAdd(next, probability.Count))
                        probability.Add(map.Probability(next));
                    tiles.Add(places[next]);
                }
            }
            ofField[field] = [.. tiles];
        }
        return new FieldTiles([.. probability], ofField);
    }

    static int FirstEndingAfter(SkyMap map, long ipix)
    {
        var (low, high) = (0, map.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            var (order, tile) = map.Tile(middle);
            if ((tile + 1) << (2 * (Healpix.MaxOrder - order)) <= ipix)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    static long Start(SkyMap map, int tile)
    {
        var (order, ipix) = map.Tile(tile);
        return ipix << (2 * (Healpix.MaxOrder - order));
    }
}
