namespace Vigil.Sky.Imaging;

/// <summary>How a table of stars is understood.</summary>
public sealed record StarTableOptions
{
    /// <summary>
    /// The columns by what they say, where their names are not the usual ones: <c>ra</c>, <c>dec</c>, <c>pmra</c>, <c>pmdec</c>,
    /// <c>id</c>, <c>epoch</c>, <c>flags</c>, <c>variable</c>, <c>blended</c>, <c>extended</c>, the bands
    /// <c>G BP RP u g r i z U B V R I</c> and their errors <c>e_G</c> ... The column's name may be followed by a factor, such as
    /// <c>e_Vmag*0.01</c>; an empty name leaves the quantity out.
    /// </summary>
    public IReadOnlyDictionary<string, string> Columns { get; init; } = new Dictionary<string, string>();

    /// <summary>When the stars were where it says, Julian year, where the table has no column for it.</summary>
    public double? Epoch { get; init; }

    /// <summary>
    /// Whether g r i z are in the system of Pan-STARRS 1 and are to be converted to that of the SDSS; null where the names of the
    /// columns tell, as those of ATLAS-Refcat2 and of Pan-STARRS in VizieR do.
    /// </summary>
    public bool? IsPanStarrs { get; init; }

    /// <summary>Whether rows that cannot be used are left out and counted; otherwise the first one ends the reading.</summary>
    public bool SkipBad { get; init; }

    /// <summary>
    /// Whether a table without rows is fine, as the answer of a service about an empty field; otherwise it is refused.
    /// </summary>
    public bool MayBeEmpty { get; init; }
}
