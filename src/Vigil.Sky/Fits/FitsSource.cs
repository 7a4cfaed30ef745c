using System.IO.Compression;

namespace Vigil.Sky.Fits;

/// <summary>The bytes of a FITS file by their offset, from a stream that can seek or one that only goes forward.</summary>
sealed class FitsSource : IDisposable
{
    const int SkipBytes = 1 << 16;

    readonly Stream stream;
    readonly Stream? inflated;
    readonly bool leaveOpen;
    readonly long start;
    readonly long limit;
    byte[] first; // read to look for gzip, and handed out first where the stream cannot go back
    long position;
    FitsException? fault;

    public FitsSource(Stream stream, FitsLimits limits, bool leaveOpen)
    {
        (this.stream, this.leaveOpen, limit, first) = (stream, leaveOpen, long.MaxValue, []);
        CanSeek = stream.CanSeek;
        start = CanSeek ? stream.Position : 0;
        var magic = new byte[2];
        var got = Fill(stream, magic);
        if (CanSeek)
            stream.Position = start;
        else
            first = magic[..got];
        if (got == 2 && magic is [0x1F, 0x8B]) // RFC 1952
        {
            inflated = new GZipStream(CanSeek ? stream : new Joined(first, stream), CompressionMode.Decompress, leaveOpen: true);
            (CanSeek, first, limit) = (false, [], limits.InflatedBytes);
        }
        Length = CanSeek ? stream.Length - start : null;
    }

    /// <summary>Whether bytes can be read in any order, and again.</summary>
    public bool CanSeek { get; }

    /// <summary>
    /// How many bytes there are: known from the start where the stream can seek, otherwise once its end was met.
    /// </summary>
    public long? Length { get; private set; }

    /// <summary>Fills a buffer from an offset on; returns how many bytes there were.</summary>
    /// <exception cref="InvalidOperationException">The stream only goes forward, and is past that offset.</exception>
    /// <exception cref="FitsException">The gzip data are broken, or unpack to more than the limit.</exception>
    public int Read(long offset, Span<byte> into, int hdu)
    {
        if (CanSeek)
        {
            if (offset >= Length)
                return 0;
            stream.Position = start + offset;
            return Fill(stream, into);
        }
        if (fault is not null)
            throw fault; // whatever is asked for next, this is why it cannot be had
        if (offset < position)
            throw new InvalidOperationException(
                $"HDU {hdu} has been passed, and this stream only goes forward. Read an HDU before the next one, or give a " +
                "stream that can seek.");
        if (offset > position)
        {
            var skipped = new byte[(int)Math.Min(offset - position, SkipBytes)];
            while (position < offset)
                if (Forward(skipped.AsSpan(0, (int)Math.Min(offset - position, skipped.Length)), hdu) == 0)
                    return 0;
        }
        return Forward(into, hdu);
    }

    public void Dispose()
    {
        inflated?.Dispose();
        if (!leaveOpen)
            stream.Dispose();
    }

    int Forward(Span<byte> into, int hdu)
    {
        var count = 0;
        if (first.Length > 0)
        {
            count = Math.Min(first.Length, into.Length);
            first.AsSpan(0, count).CopyTo(into);
            first = first[count..];
        }
        try
        {
            count += Fill(inflated ?? stream, into[count..]);
        }
        catch (InvalidDataException e)
        {
            throw fault = new FitsException(
                $"the gzip data are broken after this byte of the unpacked file ({e.Message}) Fetch the file again.",
                hdu, offset: position, inner: e);
        }
        position += count;
        if (count < into.Length)
            Length = position;
        if (position <= limit)
            return count;
        throw fault = new FitsException(
            $"the gzip file unpacks to more than {limit} bytes. Raise FitsLimits.InflatedBytes if you trust it.",
            hdu, offset: limit);
    }

    static int Fill(Stream from, Span<byte> into) => from.ReadAtLeast(into, into.Length, throwOnEndOfStream: false);

    // Two bytes that were read already, then the rest of a stream.
    sealed class Joined(byte[] first, Stream rest) : Stream
    {
        int used;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(Span<byte> buffer)
        {
            if (used == first.Length)
                return rest.Read(buffer);
            var count = Math.Min(buffer.Length, first.Length - used);
            first.AsSpan(used, count).CopyTo(buffer);
            used += count;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
        public override void Flush() => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
