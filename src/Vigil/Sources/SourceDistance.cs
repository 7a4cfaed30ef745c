using System.Globalization;
using System.Text.Json;
using Vigil.Sky;

namespace Vigil.Sources;

/// <summary>How far a source is: from what somebody measured and put into its altdata, else from its redshift.</summary>
/// <param name="LuminosityMpc">Luminosity distance, Mpc.</param>
/// <param name="AngularDiameterMpc">Angular diameter distance, Mpc.</param>
readonly record struct SourceDistance(double LuminosityMpc, double AngularDiameterMpc)
{
    const double LightSpeed = 299792.458; // km/s, exact

    /// <summary>
    /// Recession that galaxies' own motions do not drown any more, km/s: I. D. Karachentsev et al. 2003, A&amp;A 398, 479.
    /// </summary>
    const double HubbleFlow = 350;

    const double CmPerMpc = 3.0856775814913673e24; // IAU 2015 B2

    /// <summary>Distance modulus, magnitudes.</summary>
    public double Modulus => 25 + 5 * Math.Log10(LuminosityMpc);

    /// <summary>The distance, or null where nothing tells it.</summary>
    public static SourceDistance? Of(Source source)
    {
        var redshift = source.Redshift is > HubbleFlow / LightSpeed and <= 1000 and var z ? z : (double?)null;
        var measured = source.Altdata is null ? null : Measured(source.Altdata);
        if (measured is null && redshift is null)
            return null;
        var luminosity = measured ?? Cosmology.LuminosityDistance(redshift!.Value);
        return new(luminosity, redshift is { } far ? luminosity / ((1 + far) * (1 + far)) : luminosity);
    }

    // In SkyPortal's order: a distance modulus, a parallax in arcsec, a distance in one of four units.
    static double? Measured(string altdata)
    {
        using var json = JsonDocument.Parse(altdata);
        if (json.RootElement.ValueKind != JsonValueKind.Object)
            return null;
        var distance = Number("dm") is { } dm ? Math.Pow(10, dm / 5 - 5)
            : Number("parallax") is > 0 and { } parallax ? 1e-6 / parallax
            : Number("dist_kpc") is { } kpc ? kpc / 1e3
            : Number("dist_Mpc") ?? Number("dist_pc") / 1e6 ?? Number("dist_cm") / CmPerMpc;
        return distance is > 0 and <= double.MaxValue ? distance : null;

        double? Number(string name) => !json.RootElement.TryGetProperty(name, out var value) ? null
            : value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) ? number
            : value.ValueKind == JsonValueKind.String
                && double.TryParse(value.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out number) ? number
            : null;
    }
}
