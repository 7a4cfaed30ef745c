using System.Collections.Concurrent;
using Vigil.Sky.Photometry;

namespace Vigil.Photometry;

/// <summary>Bands and magnitude systems as users name them.</summary>
static class MagnitudeSystems
{
    /// <summary>What to add to an AB magnitude in a band to have it in a magnitude system.</summary>
    /// <exception cref="BadInput">The system or the band is not known, or the system has no zero point in the band.</exception>
    public static double Offset(string magsys, string band)
    {
        try
        {
            return -MagnitudeSystem.ZeroPointOffset(Name(magsys), Band(band));
        }
        catch (ArgumentException e)
        {
            throw new BadInput(e.Message, "magsys");
        }
    }

    /// <summary>The same of a known system and band; NaN where the system has no zero point in the band.</summary>
    public static double OffsetOrNaN(string magsys, string band) => magsys == "ab" ? 0
        : knownOffsets.GetOrAdd((magsys, band), key =>
        {
            try
            {
                return Offset(key.Magsys, key.Band);
            }
            catch (BadInput)
            {
                return double.NaN;
            }
        });

    // There are a few hundred pairs of a system and a band.
    static readonly ConcurrentDictionary<(string Magsys, string Band), double> knownOffsets = new();

    /// <summary>The name of a magnitude system as we write it.</summary>
    /// <exception cref="BadInput">There is no such system; names the closest there are.</exception>
    public static string Name(string magsys) => MagnitudeSystem.Names.Contains(magsys.ToLowerInvariant())
        ? magsys.ToLowerInvariant()
        : throw new BadInput($"magsys = '{magsys}' is not known. {Closest(magsys, MagnitudeSystem.Names)}", "magsys");

    /// <summary>The same for rows.</summary>
    public static Column<double> Offsets(Column<string> magsys, Column<string> bands, int count)
    {
        if (magsys.IsOne && bands.IsOne)
            return Offset(magsys[0], bands[0]);
        var known = new Dictionary<(string, string), double>();
        var offsets = new double[count];
        for (var row = 0; row < count; row++)
        {
            var key = (magsys[row], bands[row]);
            if (!known.TryGetValue(key, out offsets[row]))
                known[key] = offsets[row] = Offset(magsys[row], bands[row]);
        }
        return offsets;
    }

    /// <summary>The band of a name in any case.</summary>
    /// <exception cref="BadInput">There is none; names the closest there are.</exception>
    public static Band Band(string name) => Bands.Find(name) ?? throw new BadInput(
        $"filter = '{name}' is not known. {Closest(name, Bands.All.Select(b => b.Name))}", "filter");

    static string Closest(string name, IEnumerable<string> known) => "The closest known names are "
        + string.Join(", ", known.OrderBy(k => Edits(name.ToLowerInvariant(), k)).ThenBy(k => k, StringComparer.Ordinal).Take(4))
        + ".";

    /// <summary>How many letters must be changed, added or left out to make one text of another (V. Levenshtein 1966).</summary>
    static int Edits(string from, string to)
    {
        if (from.Length > 40)
            return from.Length;
        var above = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = above[0];
            above[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var change = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = above[j];
                above[j] = Math.Min(change, 1 + Math.Min(above[j], above[j - 1]));
            }
        }
        return above[^1];
    }
}
