using System.Collections.Frozen;

namespace Vigil.Dialects.Bhtom;

/// <summary>
/// Bands in BHTOM's spelling, <c>filter(survey)</c>, and back: ztfg is g(ZTF). Two catalogues' filters are two names even
/// where the glass is alike, and capitals count in filters: u is the Sloan band, U the Johnson one.
/// </summary>
static class BandNames
{
    // Band, filter, survey: each band once and each filter(survey) once.
    static readonly (string Band, string Filter, string Survey)[] table =
    [
        ("bessellux", "U", "Bessell"), ("bessellb", "B", "Bessell"), ("bessellv", "V", "Bessell"), ("bessellr", "R", "Bessell"),
        ("besselli", "I", "Bessell"),
        ("standard::u", "U", "Standard"), ("standard::b", "B", "Standard"), ("standard::v", "V", "Standard"),
        ("standard::r", "R", "Standard"), ("standard::i", "I", "Standard"),
        .. Letters("des", "DES", "ugrizy"), .. Letters("sdss", "SDSS", "ugriz"), .. Letters("lsst", "LSST", "ugrizy"),
        .. Letters("ztf", "ZTF", "gri"), .. Letters("ps1::", "PS1", "grizyw"), ("ps1::open", "open", "PS1"),
        .. Letters("atlas", "ATLAS", "co"),
        ("gaia::g", "G", "Gaia"), ("gaia::gbp", "BP", "Gaia"), ("gaia::grp", "RP", "Gaia"), ("gaia::grvs", "RVS", "Gaia"),
        ("2massj", "J", "2MASS"), ("2massh", "H", "2MASS"), ("2massks", "Ks", "2MASS"),
        ("cspu", "u", "CSP"), ("cspg", "g", "CSP"), ("cspr", "r", "CSP"), ("cspi", "i", "CSP"), ("cspb", "B", "CSP"),
        ("cspv3009", "V3009", "CSP"), ("cspv3014", "V3014", "CSP"), ("cspv9844", "V9844", "CSP"), ("cspys", "Ys", "CSP"),
        ("cspyd", "Yd", "CSP"), ("cspjs", "Js", "CSP"), ("cspjd", "Jd", "CSP"), ("csphs", "Hs", "CSP"), ("csphd", "Hd", "CSP"),
        ("cspk", "K", "CSP"),
        ("keplercam::us", "Us", "KeplerCam"), ("keplercam::b", "B", "KeplerCam"), ("keplercam::v", "V", "KeplerCam"),
        ("keplercam::r", "r", "KeplerCam"), ("keplercam::i", "i", "KeplerCam"),
        ("4shooter2::us", "Us", "4Shooter2"), ("4shooter2::b", "B", "4Shooter2"), ("4shooter2::v", "V", "4Shooter2"),
        ("4shooter2::r", "R", "4Shooter2"), ("4shooter2::i", "I", "4Shooter2"),
        ("kepler", "Kp", "Kepler"), ("tess", "T", "TESS"),
        ("uvot::u", "U", "UVOT"), ("uvot::b", "B", "UVOT"), ("uvot::v", "V", "UVOT"), ("uvot::uvm2", "UVM2", "UVOT"),
        ("uvot::uvw1", "UVW1", "UVOT"), ("uvot::uvw2", "UVW2", "UVOT"), ("uvot::white", "white", "UVOT"),
        .. Named("", "ACS", "f435w f475w f555w f606w f625w f775w f850lp"),
        .. Named("nic", "NICMOS", "f110w f160w"), .. Named("uv", "UVIS", "f475w f555w f606w f625w f775w f814w f850lp"),
        .. Named("", "WFC3", "f098m f105w f110w f125w f127m f139m f140w f153m f160w f218w f225w f275w f300x f336w f350lp f390w "
            + "f438w f689m f763m f845m"),
        .. Named("", "NIRCam", "f070w f090w f115w f140m f150w f162m f182m f200w f210m f250m f277w f300m f335m f356w f360m f410m "
            + "f430m f444w f460m f480m"),
        .. Named("", "MIRI", "f560w f770w f1000w f1065c f1130w f1140c f1280w f1500w f1550c f1800w f2100w f2300c f2550w"),
        .. Named("", "Roman", "f062 f087 f106 f129 f146 f158 f184 f213"),
        ("swiftxrt", "XRT", "Swift"), ("nicerxti", "XTI", "NICER"),
        ("radio::144mhz", "144MHz", "radio"), ("radio::888mhz", "888MHz", "radio"), ("radio::1.4ghz", "1.4GHz", "radio"),
        ("radio::3ghz", "3GHz", "radio"), ("radio::6ghz", "6GHz", "radio"), ("radio::10ghz", "10GHz", "radio"),
        ("radio::15ghz", "15GHz", "radio"), ("radio::22ghz", "22GHz", "radio"),
    ];

    // Other spellings of a filter of a survey, as BHTOM's harvesters and documents write them.
    static readonly (string Band, string Filter, string Survey)[] others =
    [
        ("ztfg", "zg", "ZTF"), ("ztfr", "zr", "ZTF"), ("ztfi", "zi", "ZTF"), ("gaia::g", "G", "GSA"),
        ("gaia::g", "G", "GaiaDR3"), ("gaia::gbp", "GBP", "GaiaDR3"), ("gaia::grp", "GRP", "GaiaDR3"),
        ("gaia::g", "G", "GAIA DR3"), ("gaia::gbp", "BP", "GAIA DR3"), ("gaia::grp", "RP", "GAIA DR3"), ("2massks", "K", "2MASS"),
        ("radio::1.4ghz", "Flux 1.4GHz", "FIRST"), ("radio::144mhz", "Flux 144MHz", "LOFAR2m"),
        // Synthetic magnitudes from Gaia's spectra, in the bands of Sloan and of Johnson, Kron and Cousins.
        ("sdssu", "u", "GaiaSP"), ("sdssg", "g", "GaiaSP"), ("sdssr", "r", "GaiaSP"), ("sdssi", "i", "GaiaSP"),
        ("sdssz", "z", "GaiaSP"),
        ("bessellux", "U", "GaiaSP"), ("bessellb", "B", "GaiaSP"), ("bessellv", "V", "GaiaSP"), ("bessellr", "R", "GaiaSP"),
        ("besselli", "I", "GaiaSP"),
    ];

    static readonly FrozenDictionary<string, string> bhtomByBand =
        table.ToFrozenDictionary(b => b.Band, b => $"{b.Filter}({b.Survey})", StringComparer.OrdinalIgnoreCase);

    static readonly FrozenDictionary<(string Filter, string Survey), string> bandByBhtom =
        table.Concat(others).ToFrozenDictionary(b => (b.Filter, b.Survey.ToUpperInvariant()), b => b.Band);

    /// <summary>Our bands that have a spelling of their own in BHTOM.</summary>
    public static IEnumerable<string> Bands => bhtomByBand.Keys;

    /// <summary>A band as <c>filter(survey)</c>; one without a spelling there keeps its name.</summary>
    public static string Bhtom(string band) => bhtomByBand.GetValueOrDefault(band, band);

    /// <summary>
    /// Our name of a band that may be written <c>V(GaiaSP)</c>, <c>GaiaSP/V</c>, <c>GaiaSP(V)</c> or with our own name; null
    /// for one that is not known.
    /// </summary>
    public static string? Find(string name)
    {
        name = name.Trim();
        if (bhtomByBand.ContainsKey(name))
            return name.ToLowerInvariant();
        var (outer, inner) = name.EndsWith(')') && name.IndexOf('(', StringComparison.Ordinal) is > 0 and var open
                ? (name[..open].Trim(), name[(open + 1)..^1].Trim())
            : name.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash
            ? (name[(slash + 1)..].Trim(), name[..slash].Trim())
            : (name, "");
        return bandByBhtom.GetValueOrDefault((outer, inner.ToUpperInvariant()))
            ?? bandByBhtom.GetValueOrDefault((inner, outer.ToUpperInvariant()));
    }

    static IEnumerable<(string, string, string)> Letters(string prefix, string survey, string filters) =>
        filters.Select(filter => ($"{prefix}{filter}", $"{filter}", survey));

    static IEnumerable<(string, string, string)> Named(string prefix, string survey, string filters) =>
        filters.Split(' ').Select(filter => (prefix + filter, filter.ToUpperInvariant(), survey));
}
