namespace Vigil.Sky.Imaging;

/// <summary>Which survey and which of its bands a frame may be calibrated in, as observers write it.</summary>
/// <remarks>
/// <c>Auto</c>: all there is. <c>GaiaSP/any</c>: u g r i z U B V R I; <c>GaiaDR3/any</c>: G GBP GRP. <c>GaiaSP/V</c>: that band.
/// <c>ugriz</c>, <c>UBVRI</c> or <c>GaiaSP/ugriz</c>: those five. <c>any/r</c> or <c>r</c>: that band of whichever survey has it.
/// Another survey, such as <c>APASS/V</c>, is the catalogue of that name. Capitals do not count in a survey's name; in a band's
/// they do.
/// </remarks>
public sealed record CatalogChoice
{
    static readonly CatalogBand[] synthetic = [.. CatalogBands.Sdss, .. CatalogBands.Johnson];

    CatalogChoice(string text, string? survey, CatalogBand[] bands) => (Text, Survey, Bands) = (text, survey, bands);

    /// <summary>Every band of every catalogue.</summary>
    public static CatalogChoice Auto { get; } = new("Auto", null, [.. CatalogBands.Gaia, .. synthetic]);

    /// <summary>As it was written.</summary>
    public string Text { get; }

    /// <summary>The survey that must be used; null where any may.</summary>
    public string? Survey { get; }

    /// <summary>The bands to try, in this order; the earlier wins a tie.</summary>
    public IReadOnlyList<CatalogBand> Bands { get; }

    /// <summary>
    /// Whether a catalogue may serve. One of Gaia's data serves GaiaSP and GaiaDR3 whatever it is called: the bands tell them
    /// apart.
    /// </summary>
    /// <param name="catalogName">Its <see cref="IStarCatalog.Name"/>.</param>
    public bool Allows(string catalogName) => Survey is null or "GaiaSP" or "GaiaDR3"
        || string.Equals(Survey, catalogName, StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads a choice.</summary>
    /// <exception cref="FrameException">Nothing is called so.</exception>
    public static CatalogChoice Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var trimmed = text.Trim();
        // Observers' scripts send "no" where no filter is forced.
        if (trimmed.Length == 0 || Same(trimmed, "Auto") || Same(trimmed, "no") || Same(trimmed, "any"))
            return Auto;
        var slash = trimmed.IndexOf('/');
        var survey = slash < 0 ? "any" : trimmed[..slash].Trim();
        var bands = trimmed[(slash + 1)..].Trim();
        if (survey.Length == 0 || bands.Length == 0)
            throw Unknown(text);
        var every = Same(survey, "GaiaSP") ? synthetic : Same(survey, "GaiaDR3") ? CatalogBands.Gaia : [.. Auto.Bands];
        CatalogBand[] chosen = bands switch
        {
            "ugriz" => CatalogBands.Sdss,
            "UBVRI" => CatalogBands.Johnson,
            _ when Same(bands, "any") => every,
            _ => CatalogBands.TryParse(bands, out var band) ? [band] : throw Unknown(text),
        };
        if (chosen.Any(band => !every.Contains(band)))
            throw new FrameException($"'{text}': {survey} has no {bands}. It has "
                + $"{string.Join(", ", every.Select(CatalogBands.Name))}.");
        return new CatalogChoice(trimmed,
            Same(survey, "any") ? null : Same(survey, "GaiaSP") ? "GaiaSP" : Same(survey, "GaiaDR3") ? "GaiaDR3" : survey,
            chosen);
    }

    /// <summary>As it was written.</summary>
    public override string ToString() => Text;

    static bool Same(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);

    static FrameException Unknown(string text) => new(
        $"'{text}' is no choice of a catalogue. Write Auto, GaiaSP/any, GaiaSP/V, GaiaDR3/G, ugriz, UBVRI, any/r "
        + "or the name of a catalogue, a slash and a band; bands are u g r i z U B V R I G GBP GRP, in these capitals.");
}
