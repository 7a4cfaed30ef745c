using System.Globalization;

namespace Vigil.Sky.Fits;

/// <summary>A FITS file that is broken, contradicts itself or asks for more than the <see cref="FitsLimits"/> allow.</summary>
/// <remarks>The message names the HDU, the keyword or the offset, what was found there and what to do about it.</remarks>
public sealed class FitsException : Exception
{
    /// <param name="problem">What is wrong and what to do, in whole sentences.</param>
    /// <param name="hdu">Number of the HDU, the primary one being 0; -1 where no HDU is to blame.</param>
    /// <param name="keyword">The keyword at fault.</param>
    /// <param name="offset">Where in the (decompressed) file the fault is: bytes from its start.</param>
    /// <param name="inner">What told us of the fault.</param>
    public FitsException(string problem, int hdu, string? keyword = null, long? offset = null, Exception? inner = null)
        : base(Place(hdu, keyword, offset) + problem, inner) => (Hdu, Keyword, Offset) = (hdu, keyword, offset);

    /// <summary>Number of the HDU, the primary one being 0; -1 where no HDU is to blame.</summary>
    public int Hdu { get; }

    /// <summary>The keyword at fault, if it is one keyword.</summary>
    public string? Keyword { get; }

    /// <summary>Bytes from the start of the (decompressed) file, if the fault has a place.</summary>
    public long? Offset { get; }

    static string Place(int hdu, string? keyword, long? offset)
    {
        var places = new List<string>(3);
        if (hdu >= 0)
            places.Add($"HDU {hdu}");
        if (keyword is not null)
            places.Add($"keyword {keyword}");
        if (offset is { } bytes)
            places.Add(string.Create(CultureInfo.InvariantCulture, $"byte {bytes}"));
        return places.Count == 0 ? "" : string.Join(", ", places) + ": ";
    }
}
