namespace Vigil.Sky.Fits;

/// <summary>The bytes after one header, without the padding of the last block.</summary>
/// <remarks>
/// Read piece by piece where the stream can seek; where it cannot, the first read takes the whole unit into memory, so that
/// columns and pixels may be asked for in any order.
/// </remarks>
sealed class FitsDataUnit(FitsSource source, FitsLimits limits, int hdu, long start, long length)
{
    const int FirstPiece = 1 << 20;

    byte[]? held;

    public int Hdu => hdu;

    /// <summary>Bytes that the header announces.</summary>
    public long Length => length;

    /// <summary>Bytes with the padding that fills the last block.</summary>
    public long PaddedLength => (length + FitsReader.Block - 1) / FitsReader.Block * FitsReader.Block;

    /// <summary>Offset in the file.</summary>
    public long Start => start;

    public FitsLimits Limits => limits;

    /// <summary>Fills a buffer from an offset within the unit.</summary>
    /// <exception cref="FitsException">The file ends before, or the offset leads out of the unit.</exception>
    public void Read(long offset, Span<byte> into)
    {
        if (offset < 0 || offset > length - into.Length)
            throw new FitsException($"the data of {length} bytes are asked for {into.Length} bytes from {offset} on. " +
                "The header, or a pointer into the heap, is corrupt.", hdu, offset: start + offset);
        CheckPresent();
        if (source.CanSeek)
        {
            if (source.Read(start + offset, into, hdu) < into.Length)
                throw Truncated(source.Length ?? start);
            return;
        }
        held ??= Hold();
        held.AsSpan((int)offset, into.Length).CopyTo(into);
    }

    /// <summary>As <see cref="Read"/>, up to the end of the last block; padding that the file lacks counts as zeros.</summary>
    public void ReadBlocks(long offset, Span<byte> into)
    {
        var count = (int)Math.Min(into.Length, length - offset);
        Read(offset, into[..count]);
        var padding = into[count..];
        padding.Clear();
        if (source.CanSeek)
            source.Read(start + length, padding, hdu);
        else
            held.AsSpan((int)length, padding.Length).CopyTo(padding);
    }

    /// <summary>Refuses data that the file cannot hold, before memory is taken for them.</summary>
    public void CheckPresent()
    {
        if (source.Length is { } file && start + length > file)
            throw Truncated(file);
    }

    /// <summary>As <see cref="CheckPresent"/>; a stream that cannot seek is read to know, and what was read is kept.</summary>
    public void Require()
    {
        CheckPresent();
        if (!source.CanSeek && length > 0)
            held ??= Hold();
    }

    /// <summary>A number of bytes that may be taken into memory.</summary>
    /// <exception cref="FitsException">It is beyond the limit.</exception>
    public int Affordable(long bytes, string what) => bytes <= Math.Min(limits.HduBytes, Array.MaxLength) ? (int)bytes
        : throw new FitsException($"{what} would take {bytes} bytes, the limit is {limits.HduBytes}. " +
            "Raise FitsLimits.HduBytes if you trust the file, or read a part.", hdu, offset: start);

    byte[] Hold()
    {
        Affordable(PaddedLength, "the data unit of a stream that cannot seek");
        var size = (int)length;
        // Memory grows with what has arrived, not with what a header claims.
        var bytes = GC.AllocateUninitializedArray<byte>(Math.Min(size, FirstPiece));
        for (var count = 0; count < size;)
        {
            if (count == bytes.Length)
                Array.Resize(ref bytes, (int)Math.Min(size, 2L * count));
            var got = source.Read(start + count, bytes.AsSpan(count), hdu);
            count += got;
            if (count < bytes.Length)
                throw Truncated(start + count);
        }
        Array.Resize(ref bytes, (int)PaddedLength);
        source.Read(start + length, bytes.AsSpan(size), hdu);
        return bytes;
    }

    FitsException Truncated(long end) => new(
        $"the data should be {length} bytes from {start} on, but the file ends. Fetch the file again.", hdu, offset: end);
}
