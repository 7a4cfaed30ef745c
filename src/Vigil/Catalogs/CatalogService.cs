using System.Globalization;
using Vigil.Sky.Imaging;

namespace Vigil.Catalogs;

/// <summary>A service that is asked for the stars of a cone, and how.</summary>
/// <param name="Name">What the catalogue is called in reports.</param>
/// <param name="Address">Where it is asked.</param>
/// <param name="Question">What is asked; null where all of it is in the address.</param>
/// <param name="Bands">The bands that it has; null where only its answers tell.</param>
sealed record CatalogService(
    string Name, Func<CatalogCone, Uri> Address, Func<CatalogCone, IReadOnlyDictionary<string, string>>? Question,
        CatalogBand[]? Bands)
{
    /// <summary>The Gaia archive's, as its help pages give it.</summary>
    public static readonly Uri GaiaTap = new("https://gea.esac.esa.int/tap-server/tap");

    /// <summary>VizieR's at the CDS in Strasbourg.</summary>
    public static readonly Uri VizieR = new("https://vizier.cds.unistra.fr/viz-bin/votable");

    // Gaia Collaboration, P. Montegriffo et al. 2023, A&A 674, A33, doi:10.1051/0004-6361/202243709: columns of table
    // gaiadr3.synthetic_photometry_gspc.
    static readonly string[] synthetic =
        ["u_sdss", "g_sdss", "r_sdss", "i_sdss", "z_sdss", "u_jkc", "b_jkc", "v_jkc", "r_jkc", "i_jkc"];

    /// <summary>Gaia DR3 with its synthetic photometry.</summary>
    public static CatalogService Gaia(Uri tap)
    {
        string[] own = ["source_id", "ra", "dec", "ref_epoch", "pmra", "pmdec", "phot_g_mean_mag", "phot_g_mean_flux_over_error",
            "phot_bp_mean_mag", "phot_bp_mean_flux_over_error", "phot_rp_mean_mag", "phot_rp_mean_flux_over_error",
                "phot_variable_flag",
            "duplicated_source", "in_galaxy_candidates"];
        var columns = string.Join(", ", own.Select(column => $"g.{column}")
            .Concat(synthetic.SelectMany(band => new[] { $"s.{band}_mag", $"s.{band}_flux", $"s.{band}_flux_error" })));
        return new("GaiaSP", _ => Sync(tap), cone => Ask(cone, columns,
            "gaiadr3.gaia_source AS g LEFT OUTER JOIN gaiadr3.synthetic_photometry_gspc AS s ON s.source_id = g.source_id", "g."),
            Enum.GetValues<CatalogBand>());
    }

    /// <summary>A table with columns ra and dec of any TAP service (IVOA, Table Access Protocol 1.1).</summary>
    public static CatalogService Tap(Uri tap, string table) => new(table, _ => Sync(tap), cone => Ask(cone, "*", table, ""),
        null);

    /// <summary>A table of VizieR, such as I/355/gaiadr3.</summary>
    public static CatalogService OfVizieR(Uri vizier, string table) => new(table, cone => With(vizier,
        ("-source", table), ("-c", Text($"{cone.Ra} {(cone.Dec < 0 ? "" : "+")}{cone.Dec}")), ("-c.rd", Text($"{cone.Radius}")),
        ("-out.max", Text($"{cone.MaxStars + 1}")), ("-out.all", "1")), null, null);

    /// <summary>Any cone search (IVOA, Simple Cone Search 1.03).</summary>
    public static CatalogService Search(Uri search) => new(search.Host, cone => With(search,
        ("RA", Text($"{cone.Ra}")), ("DEC", Text($"{cone.Dec}")), ("SR", Text($"{cone.Radius}"))), null, null);

    static Uri Sync(Uri tap) => new(tap.AbsoluteUri.TrimEnd('/') + "/sync");

    // ADQL has no parameters; the numbers are ours, and the table's name is the operator's.
    static Dictionary<string, string> Ask(CatalogCone cone, string columns, string from, string prefix) => new()
    {
        ["REQUEST"] = "doQuery",
        ["LANG"] = "ADQL",
        ["FORMAT"] = "votable",
        ["MAXREC"] = Text($"{cone.MaxStars + 1}"),
        ["QUERY"] = $"SELECT {columns} FROM {from} WHERE 1 = CONTAINS(POINT('ICRS', {prefix}ra, {prefix}dec), "
            + Text($"CIRCLE('ICRS', {cone.Ra}, {cone.Dec}, {cone.Radius}))"),
    };

    static Uri With(Uri address, params (string Key, string Value)[] query)
    {
        var text = address.AbsoluteUri;
        var joint = text.Contains('?', StringComparison.Ordinal) ? text.EndsWith('?') || text.EndsWith('&') ? "" : "&" : "?";
        return new(text + joint + string.Join('&', query.Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value)}")));
    }

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
