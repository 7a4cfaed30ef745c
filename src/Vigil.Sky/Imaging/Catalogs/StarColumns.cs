using System.Globalization;

namespace Vigil.Sky.Imaging;

/// <summary>Finds the columns of a table that a catalogue wants, by their names.</summary>
static class StarColumns
{
    /// <summary>Names of bands as users write them, which are those of Gaia's and the photometric systems themselves.</summary>
    public static readonly (string Key, CatalogBand Band)[] BandKeys =
    [
        ("G", CatalogBand.GaiaG), ("BP", CatalogBand.GaiaBp), ("RP", CatalogBand.GaiaRp),
        ("u", CatalogBand.SdssU), ("g", CatalogBand.SdssG), ("r", CatalogBand.SdssR), ("i", CatalogBand.SdssI),
        ("z", CatalogBand.SdssZ),
        ("U", CatalogBand.JohnsonU), ("B", CatalogBand.JohnsonB), ("V", CatalogBand.JohnsonV), ("R", CatalogBand.CousinsR),
        ("I", CatalogBand.CousinsI),
    ];

    static readonly (string Key, StarQuantity Quantity)[] otherKeys =
    [
        ("id", StarQuantity.Id), ("ra", StarQuantity.Ra), ("dec", StarQuantity.Dec), ("pmra", StarQuantity.PmRa),
        ("pmdec", StarQuantity.PmDec),
        ("epoch", StarQuantity.Epoch), ("flags", StarQuantity.Flags), ("variable", StarQuantity.Variable),
        ("blended", StarQuantity.Blended),
        ("extended", StarQuantity.Extended),
    ];

    // In the order of preference: Gaia's archive, VizieR, SExtractor, others. Whatever the case of the letters.
    static readonly (string Ra, string Dec)[] positions =
    [
        ("ra", "dec"), ("RA_ICRS", "DE_ICRS"), ("RA_ICRS", "DEC_ICRS"), ("RAJ2000", "DEJ2000"), ("RAJ2000", "DECJ2000"),
        ("ALPHAWIN_J2000", "DELTAWIN_J2000"), ("ALPHA_J2000", "DELTA_J2000"), ("XWIN_WORLD", "YWIN_WORLD"),
        ("X_WORLD", "Y_WORLD"),
        ("ra_deg", "dec_deg"), ("RAdeg", "DEdeg"), ("RAdeg", "DECdeg"), ("ra", "de"), ("_RA", "_DE"), ("_RAJ2000", "_DEJ2000"),
    ];

    static readonly (string Ra, string Dec)[] motions =
    [
        ("pmra", "pmdec"), ("pmRA", "pmDE"), ("pmra_cosdec", "pmdec"), ("pm_ra_cosdec", "pm_dec"), ("pm_ra", "pm_dec"),
        ("pm_ra_masyr", "pm_dec_masyr"),
    ];

    static readonly (StarQuantity Quantity, string[] Names)[] others =
    [
        (StarQuantity.Id, ["source_id", "Source", "id", "objID"]),
        (StarQuantity.Epoch, ["ref_epoch", "epoch"]),
        (StarQuantity.Variable, ["phot_variable_flag", "VarFlag", "variable"]),
        (StarQuantity.Blended, ["duplicated_source", "Dup", "blended"]),
        (StarQuantity.Extended, ["in_galaxy_candidates", "extended"]),
    ];

    // Upper and lower case tell Gaia's G from SDSS g, and Cousins R from SDSS r.
    static readonly (CatalogBand Band, string[] Names)[] magnitudes =
    [
        (CatalogBand.GaiaG, ["phot_g_mean_mag", "Gmag", "G"]),
        (CatalogBand.GaiaBp, ["phot_bp_mean_mag", "BPmag", "BP"]),
        (CatalogBand.GaiaRp, ["phot_rp_mean_mag", "RPmag", "RP"]),
        (CatalogBand.SdssU, ["u_sdss_mag", "umag", "u'mag", "u"]),
        (CatalogBand.SdssG, ["g_sdss_mag", "gmag", "g'mag", "g"]),
        (CatalogBand.SdssR, ["r_sdss_mag", "rmag", "r'mag", "r"]),
        (CatalogBand.SdssI, ["i_sdss_mag", "imag", "i'mag", "i"]),
        (CatalogBand.SdssZ, ["z_sdss_mag", "zmag", "z'mag", "z"]),
        (CatalogBand.JohnsonU, ["u_jkc_mag", "Umag", "U"]),
        (CatalogBand.JohnsonB, ["b_jkc_mag", "Bmag", "B"]),
        (CatalogBand.JohnsonV, ["v_jkc_mag", "Vmag", "V", "v_mag", "VTmag", "VT", "vt_mag", "MAG_VT"]),
        (CatalogBand.CousinsR, ["r_jkc_mag", "Rmag", "Rcmag", "R"]),
        (CatalogBand.CousinsI, ["i_jkc_mag", "Imag", "Icmag", "I"]),
    ];

    /// <summary>The columns that are wanted, and what was taken for granted.</summary>
    /// <param name="table">What to call it in messages.</param>
    /// <param name="columns">Names and units (empty where unknown) of all columns.</param>
    /// <param name="options">What the user says of them.</param>
    /// <param name="notes">Receives what the user should know.</param>
    /// <exception cref="FrameException">There is no position, or the user names a column that is not there.</exception>
    public static List<StarColumn> Find(
        string table, IReadOnlyList<(string Name, string Unit)> columns, StarTableOptions options, List<string> notes)
    {
        var found = new List<StarColumn>();
        var given = new HashSet<(StarQuantity, CatalogBand)>();
        foreach (var (key, value) in options.Columns)
        {
            var (quantity, band) = Key(key);
            given.Add((quantity, band));
            if (value == "")
                continue;
            var (name, scale) = (value, 1.0);
            if (IndexOf(value, exact: true) < 0 && value.LastIndexOf('*') is > 0 and var star
                && double.TryParse(value.AsSpan(star + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out scale))
                name = value[..star];
            var index = IndexOf(name, exact: true) is >= 0 and var at ? at : IndexOf(name, exact: false);
            if (index < 0)
                throw new FrameException($"{table} has no column '{name}', which is to be {key}. It has: {List(columns)}.");
            Take(quantity, band, index, scale == 1 ? null : scale);
        }
        foreach (var pairs in new[] { positions, motions })
        {
            var (first, second) = pairs == positions ? (StarQuantity.Ra, StarQuantity.Dec)
                : (StarQuantity.PmRa, StarQuantity.PmDec);
            var there = pairs.Where(p => (given.Contains((first, default)) || IndexOf(p.Ra, false) >= 0)
                && (given.Contains((second, default)) || IndexOf(p.Dec, false) >= 0)).ToArray();
            if (there.Length == 0)
                continue;
            // VizieR has some positions in hours and minutes, and beside them its own in degrees.
            var usable = there.Where(p => IsUsable(first, p.Ra) && IsUsable(second, p.Dec)).ToArray();
            var pair = usable.Length > 0 ? usable[0] : there[0];
            if (given.Add((first, default)))
                Take(first, default, IndexOf(pair.Ra, false));
            if (given.Add((second, default)))
                Take(second, default, IndexOf(pair.Dec, false));
        }
        foreach (var (quantity, names) in others)
            if (given.Add((quantity, default)) && names.Select(name => IndexOf(name, false))
                .FirstOrDefault(i => i >= 0, -1) is >= 0 and var index)
                Take(quantity, default, index);
        foreach (var (band, names) in magnitudes)
            if (given.Add((StarQuantity.Mag, band)) && names.Select(name => IndexOf(name, true))
                .FirstOrDefault(i => i >= 0, -1) is >= 0 and var index)
            {
                Take(StarQuantity.Mag, band, index);
                if (columns[index].Name.Contains("VT", StringComparison.OrdinalIgnoreCase))
                    notes.Add($"V is Tycho's VT of column {columns[index].Name}, which differs from Johnson's by about " +
                        "0.09 (B - V).");
            }
        foreach (var (_, band, index, name, _) in found.Where(column => column.Quantity == StarQuantity.Mag).ToArray())
            if (given.Add((StarQuantity.MagErr, band)))
                TakeError(band, name);

        if (!found.Exists(column => column.Quantity == StarQuantity.Ra)
            || !found.Exists(column => column.Quantity == StarQuantity.Dec))
            throw new FrameException($"{table} has no columns known as right ascension and declination. Name them: " +
                $"--column ra=NAME --column dec=NAME. It has: {List(columns)}.");
        return found;

        int IndexOf(string name, bool exact)
        {
            for (var i = 0; i < columns.Count; i++)
                if (columns[i].Name.Equals(name, exact ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase))
                    return i;
            return -1;
        }

        bool IsUsable(StarQuantity quantity, string name) => given.Contains((quantity, default))
            || Scale(quantity, columns[IndexOf(name, false)].Unit) is not null;

        void Take(StarQuantity quantity, CatalogBand band, int index, double? scale = null) =>
            found.Add(new(quantity, band, index, columns[index].Name, scale ?? Scale(quantity, columns[index].Unit)
                ?? throw new FrameException($"{table}: the unit of column {columns[index].Name} is '{columns[index].Unit}', " +
                    $"which is none for {quantity}. Give a factor to ours (degrees, mas/yr, mag): " +
                    $"--column KEY={columns[index].Name}*FACTOR")));

        void TakeError(CatalogBand band, string mag)
        {
            string[] usual =
                [$"e_{mag}", $"{mag}_error", $"{mag}_err", $"{mag}err", $"{mag}ERR", $"{mag}Err", $"err_{mag}"];
            foreach (var name in usual)
                if (IndexOf(name, true) is >= 0 and var index)
                {
                    Take(StarQuantity.MagErr, band, index);
                    return;
                }
            if (!mag.EndsWith("_mag", StringComparison.Ordinal))
                return;
            var flux = mag[..^"mag".Length] + "flux";
            if (IndexOf($"{flux}_over_error", true) is >= 0 and var ratio)
                Take(StarQuantity.FluxOverError, band, ratio);
            else if (IndexOf(flux, true) is >= 0 and var value && IndexOf($"{flux}_error", true) is >= 0 and var error)
            {
                Take(StarQuantity.Flux, band, value);
                Take(StarQuantity.FluxError, band, error);
            }
        }
    }

    /// <summary>Names of columns for a message.</summary>
    public static string List(IReadOnlyList<(string Name, string Unit)> columns) =>
        string.Join(", ", columns.Take(60).Select(column => column.Name)) + (columns.Count > 60 ? ", ..." : "");

    /// <summary>A band as users write it.</summary>
    public static string KeyOf(CatalogBand band) => BandKeys.First(key => key.Band == band).Key;

    static (StarQuantity, CatalogBand) Key(string key)
    {
        foreach (var (name, quantity) in otherKeys)
            if (name == key)
                return (quantity, default);
        foreach (var (name, band) in BandKeys)
            if (name == key)
                return (StarQuantity.Mag, band);
            else if ($"e_{name}" == key)
                return (StarQuantity.MagErr, band);
        throw new FrameException($"'{key}' is nothing that a column can be. There are: " +
            string.Join(", ", otherKeys.Select(o => o.Key).Concat(BandKeys.Select(b => b.Key))) +
            " and the errors e_G, e_BP ...");
    }

    /// <summary>The factor from a unit to ours; null where it is none of the quantity.</summary>
    static double? Scale(StarQuantity quantity, string unit)
    {
        unit = string.Concat(unit.Where(c => !" .*'\"^".Contains(c, StringComparison.Ordinal))).ToLowerInvariant();
        return quantity switch
        {
            _ when unit is "" or "-" or "---" => 1,
            StarQuantity.Ra or StarQuantity.Dec => unit switch
            {
                "deg" or "degree" or "degrees" => 1,
                "rad" => 180 / Math.PI,
                "h" or "hr" or "hour" or "hourangle" => 15,
                _ => null,
            },
            StarQuantity.PmRa or StarQuantity.PmDec => unit switch
            {
                "mas/yr" or "masyr-1" or "mas/a" or "mas/year" => 1,
                "arcsec/yr" or "arcsecyr-1" or "arcsec/a" => 1000,
                "deg/yr" or "degyr-1" => 3.6e6,
                _ => null,
            },
            StarQuantity.Mag or StarQuantity.MagErr => unit switch
            {
                "mmag" => 1e-3,
                "cmag" => 1e-2,
                _ when unit.StartsWith("mag", StringComparison.Ordinal) => 1,
                _ => null,
            },
            _ => 1,
        };
    }
}
