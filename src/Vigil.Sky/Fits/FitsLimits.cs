namespace Vigil.Sky.Fits;

/// <summary>How much a file may ask for. Sizes in a header are compared with these before any memory is taken.</summary>
public sealed record FitsLimits
{
    /// <summary>The limits of a reader that is given none.</summary>
    public static FitsLimits Default { get; } = new();

    /// <summary>The most cards of 80 bytes in one header.</summary>
    public int HeaderCards { get; init; } = 36_000;

    /// <summary>The most HDUs in a file.</summary>
    public int Hdus { get; init; } = 10_000;

    /// <summary>
    /// The most bytes that one HDU may take in memory: its data unit where the stream cannot seek, one decompressed
    /// image, the arrays of one row. At most 2,147,483,591, the longest array there is.
    /// </summary>
    public long HduBytes { get; init; } = 1L << 30;

    /// <summary>The most bytes that a gzip file may unpack to.</summary>
    public long InflatedBytes { get; init; } = 1L << 32;
}
