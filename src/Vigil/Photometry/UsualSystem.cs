using System.Collections.Frozen;
using Vigil.Sky.Photometry;

namespace Vigil.Photometry;

/// <summary>
/// The magnitude system in which observers give magnitudes in a band: Vega for the bands of Johnson and Cousins, 2MASS, Gaia
/// and UVOT, the Carnegie Supernova Project's own for its bands, AB for all others.
/// </summary>
static class UsualSystem
{
    static readonly string[] inVega =
        ["bessell", "standard::", "keplercam::us", "keplercam::b", "keplercam::v", "4shooter2::", "2mass", "gaia::", "uvot::"];

    static readonly FrozenDictionary<string, string> systems = Bands.All
        .Select(b => (b.Name, System: b.Name.StartsWith("csp", StringComparison.Ordinal) ? "csp"
            : inVega.Any(prefix => b.Name.StartsWith(prefix, StringComparison.Ordinal)) ? "vega" : "ab"))
        .Where(b => b.System != "ab" && !double.IsNaN(MagnitudeSystems.OffsetOrNaN(b.System, b.Name)))
        .ToFrozenDictionary(b => b.Name, b => b.System);

    /// <summary>The name of the system; AB where the other has no zero point in the band.</summary>
    public static string Of(string band) => systems.GetValueOrDefault(band, "ab");

    /// <summary>What to add to an AB magnitude in a band to have it in the usual system.</summary>
    public static double Offset(string band) => MagnitudeSystems.OffsetOrNaN(Of(band), band);

    /// <summary>The same for all bands where it is not zero.</summary>
    public static FrozenDictionary<string, double> Offsets { get; } = systems.Keys.ToFrozenDictionary(band => band, Offset);
}
