namespace Vigil.Photometry;

/// <summary>Magnitude systems and bandpasses as users name them.</summary>
static class MagnitudeSystems
{
    /// <summary>What to add to an AB magnitude in a band to have it in a magnitude system.</summary>
    /// <exception cref="BadInput">The system is not known.</exception>
    public static double Offset(string magsys, string band) => magsys == "ab" ? 0
        : throw new BadInput($"magsys = '{magsys}' for {band} is not known. Known systems: ab.", "magsys");

    /// <summary>The same for rows.</summary>
    /// <exception cref="BadInput">A system or a band is not known; names the first row of it.</exception>
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
}
