namespace Vigil.Sky;

/// <summary>Consecutive HEALPix NESTED indices of order 29: <c>First &lt;= ipix &lt; End</c>.</summary>
/// <param name="First">The first index.</param>
/// <param name="End">One past the last index.</param>
public readonly record struct IpixRange(long First, long End)
{
    /// <summary>The last index, for SQL: <c>ipix BETWEEN First AND Last</c>.</summary>
    public long Last => End - 1;

    /// <summary>Whether a pixel of order 29 is in the range.</summary>
    public bool Contains(long ipix) => First <= ipix && ipix < End;
}
