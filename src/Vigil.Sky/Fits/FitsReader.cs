namespace Vigil.Sky.Fits;

/// <summary>A FITS file on a stream: its HDUs one after the other, each read no further than it is asked for.</summary>
/// <remarks>
/// FITS Standard 4.0 (2018). The stream need not seek; where it does, data are fetched in pieces and HDUs may be read in any
/// order. A file in gzip is recognised and unpacked. Whatever the bytes, what is wrong with them is a
/// <see cref="FitsException"/>; errors of the stream itself pass through. One thread at a time.
/// </remarks>
public sealed class FitsReader : IDisposable
{
    internal const int Block = 2880;

    readonly FitsSource source;
    readonly FitsLimits limits;
    readonly List<FitsHdu> hdus = [];
    bool ended;

    /// <param name="stream">A file, from the stream's current position to its end.</param>
    /// <param name="limits">How much the file may ask for.</param>
    /// <param name="leaveOpen">Whether the stream outlives the reader.</param>
    /// <exception cref="ArgumentException">The stream cannot be read.</exception>
    public FitsReader(Stream stream, FitsLimits? limits = null, bool leaveOpen = false)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!stream.CanRead)
            throw new ArgumentException("The stream cannot be read. Open it for reading.", nameof(stream));
        this.limits = limits ?? FitsLimits.Default;
        source = new FitsSource(stream, this.limits, leaveOpen);
    }

    /// <summary>The HDU of a number, the primary one being 0.</summary>
    /// <exception cref="FitsException">There are not so many, or one before it is broken.</exception>
    public FitsHdu this[int number]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(number);
            return Hdus.ElementAtOrDefault(number)
                ?? throw new FitsException($"there is no HDU {number}, only {hdus.Count}.", number);
        }
    }

    /// <summary>The first HDU of a name (EXTNAME), whatever the case of its letters.</summary>
    /// <exception cref="FitsException">None has that name; the message lists those there are.</exception>
    public FitsHdu this[string name] =>
        Hdus.FirstOrDefault(hdu => hdu.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) ?? throw new FitsException(
            $"no HDU is named {name}; there are: {string.Join(", ", hdus.Select(hdu => hdu.Name == "" ? "''" : hdu.Name))}.",
            -1, "EXTNAME");

    /// <summary>All HDUs from the first on; headers are read as the enumeration comes to them.</summary>
    /// <exception cref="FitsException">A header is broken.</exception>
    public IEnumerable<FitsHdu> Hdus
    {
        get
        {
            for (var i = 0; i < hdus.Count || Advance(); i++)
                yield return hdus[i];
        }
    }

    /// <inheritdoc/>
    public void Dispose() => source.Dispose();

    bool Advance()
    {
        if (ended)
            return false;
        var number = hdus.Count;
        if (number == limits.Hdus)
            throw new FitsException($"the file has more than {limits.Hdus} HDUs. Raise FitsLimits.Hdus if you trust it.", number);
        var start = number == 0 ? 0 : hdus[^1].End;
        var block = new byte[Block];
        var got = source.Read(start, block, number);
        // Tapes and some archives fill up the end with zeros or spaces.
        if (number > 0 && (got == 0 || !block.AsSpan(0, got).ContainsAnyExcept((byte)0, (byte)' ')))
        {
            hdus[^1].CheckPresent();
            ended = true;
            return false;
        }
        if (got < Block)
            throw new FitsException(number == 0 && got < FitsCards.Size
                    ? $"the file has only {got} bytes; a FITS file begins with a header of {Block}."
                    : "the file ends within a header. Fetch the file again.", number, offset: start + got);
        var begins = number == 0 ? "SIMPLE  ="u8 : "XTENSION="u8;
        if (!block.AsSpan().StartsWith(begins))
            throw new FitsException(number == 0
                    ? "a FITS file begins with SIMPLE; this is no FITS file."
                    : "an extension should begin here with XTENSION. The size in the header before, or this block, is corrupt.",
                number, number == 0 ? "SIMPLE" : "XTENSION", start);
        hdus.Add(ReadHdu(number, start, block));
        return true;
    }

    FitsHdu ReadHdu(int number, long start, byte[] block)
    {
        var header = new FitsHeader(number);
        var sum = 0u;
        FitsCard? open = null; // a string that may go on in the next card
        for (var (end, count) = (start, 0); ;)
        {
            sum = FitsChecksums.Add(sum, block);
            for (var at = 0; at < Block; at += FitsCards.Size)
            {
                var bytes = block.AsSpan(at, FitsCards.Size);
                if (bytes.StartsWith("END     "u8))
                {
                    if (open is not null)
                        header.Add(open);
                    return FitsHdu.Make(header, source, limits, start, end + Block, sum);
                }
                if (++count > limits.HeaderCards)
                    throw new FitsException($"the header has more than {limits.HeaderCards} cards, or its END is lost.",
                        number, "END", end + at);
                var card = FitsCards.Parse(bytes, number, end + at);
                if (open is not null)
                {
                    if (card.Keyword == "CONTINUE" && FitsCards.TryContinuation(card.Comment, out var more, out var comment))
                    {
                        card = open with
                        {
                            Value = open.Value![..^1] + more,
                            Comment = string.Join(' ', new[] { open.Comment, comment }.Where(text => text.Length > 0)),
                        };
                    }
                    else
                    {
                        header.Add(open);
                    }
                }
                open = card is { IsString: true, Value: [.., '&'] } ? card : null;
                if (open is null)
                    header.Add(card);
            }
            end += Block;
            if (source.Read(end, block, number) < Block)
                throw new FitsException("the file ends within a header. Fetch the file again.", number, "END", end);
        }
    }
}
