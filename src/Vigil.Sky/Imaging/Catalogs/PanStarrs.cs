namespace Vigil.Sky.Imaging;

/// <summary>Magnitudes of Pan-STARRS 1 as the SDSS would have measured them.</summary>
/// <remarks>
/// J. L. Tonry et al. 2012, ApJ 750, 99, doi:10.1088/0004-637X/750/2/99, equation 6 and table 6: SDSS - PS1 = A0 + A1 c + A2 c²
/// with c = g - r of Pan-STARRS, for stars of the main sequence. ATLAS-Refcat2 (J. L. Tonry et al. 2018, ApJ 867, 105) gives
/// g r i z in the system of Pan-STARRS, whatever the survey that it took them from.
/// </remarks>
static class PanStarrs
{
    // With the scatter of the fit, mag.
    static readonly (CatalogBand Band, double A0, double A1, double A2, double Scatter)[] table6 =
    [
        (CatalogBand.SdssG, 0.013, 0.145, 0.019, 0.008),
        (CatalogBand.SdssR, -0.001, 0.004, 0.007, 0.004),
        (CatalogBand.SdssI, -0.005, 0.011, 0.010, 0.004),
        (CatalogBand.SdssZ, 0.013, -0.039, -0.012, 0.010),
    ];

    /// <summary>What the user is told of it.</summary>
    public const string Note = "g r i z are Pan-STARRS's and were converted to the SDSS's by g - r (Tonry et al. 2012); a star " +
        "without both g and r gets none of them. If they are the SDSS's already: --griz sdss";

    /// <summary>Whether a table has g r i z of Pan-STARRS, by the names of its columns.</summary>
    public static bool IsKnownBy(IReadOnlyList<(string Name, string Unit)> columns)
    {
        // ATLAS-Refcat2 tells the surveys that contributed; Pan-STARRS DR1 in VizieR (II/349) has y and its own numbers.
        return Has("gcontrib") && Has("rcontrib") || Has("objID") && Has("gmag") && Has("ymag");

        bool Has(string name) => columns.Any(column => column.Name == name);
    }

    /// <summary>Converts g r i z of some stars, and their errors; without both g and r a star loses them.</summary>
    public static void ToSdss(StarBatch stars)
    {
        var (g, r) = (stars.Mag[(int)CatalogBand.SdssG], stars.Mag[(int)CatalogBand.SdssR]);
        var (gErr, rErr) = (stars.MagErr[(int)CatalogBand.SdssG], stars.MagErr[(int)CatalogBand.SdssR]);
        for (var i = 0; i < stars.Count; i++)
        {
            var colour = g is null || r is null ? double.NaN : (double)g[i] - r[i];
            var (ofG, ofR) = (Variance(gErr, i), Variance(rErr, i));
            foreach (var (band, a0, a1, a2, scatter) in table6)
            {
                if (stars.Mag[(int)band] is { } mag)
                    mag[i] = (float)(mag[i] + a0 + colour * (a1 + colour * a2));
                if (stars.MagErr[(int)band] is not { } err)
                    continue;
                // The colour has the errors of g and r, of which one may be the band itself.
                var slope = a1 + 2 * a2 * colour;
                var (ownOfG, ownOfR) = (band == CatalogBand.SdssG ? 1 : 0, band == CatalogBand.SdssR ? 1 : 0);
                var other = ownOfG + ownOfR == 0 ? (double)err[i] * err[i] : 0;
                var sum = other + (ownOfG + slope) * (ownOfG + slope) * ofG + (ownOfR - slope) * (ownOfR - slope) * ofR
                    + scatter * scatter;
                err[i] = float.IsNaN(err[i]) || !(sum <= VcatNumbers.MaxMagErr * VcatNumbers.MaxMagErr) ? float.NaN
                    : (float)Math.Sqrt(sum);
            }
        }
    }

    // Of an error that is not known nothing can be added.
    static double Variance(float[]? errors, int i) =>
        errors is null || float.IsNaN(errors[i]) ? 0 : (double)errors[i] * errors[i];
}
