using System.IO.Compression;

namespace Vigil.Sky.Imaging;

/// <summary>What a gzip file holds; one that was cut short is noticed.</summary>
/// <remarks>
/// The runtime's GZipStream ends without a word where its input does. A gzip file may consist of several members (RFC 1952,
/// section 2.2), so one of ours is put behind: it comes out again only where all before it was whole.
/// </remarks>
sealed class UnpackingStream : ForwardOnlyStream
{
    static readonly byte[] mark = "/end of the file"u8.ToArray();
    static readonly byte[] packedMark = Pack(mark);

    readonly Stream packed;
    readonly GZipStream unpacked;
    readonly byte[] buffer = new byte[1 << 16];
    int from, to;
    bool atEnd;

    /// <param name="packed">Closed with this one.</param>
    public UnpackingStream(Stream packed)
    {
        this.packed = packed;
        unpacked = new(new Followed(packed, packedMark), CompressionMode.Decompress, leaveOpen: true);
    }

    /// <exception cref="InvalidDataException">The file is broken or ends too soon.</exception>
    public override int Read(Span<byte> into)
    {
        while (to - from <= mark.Length && !atEnd)
        {
            buffer.AsSpan(from, to - from).CopyTo(buffer);
            (from, to) = (0, to - from);
            var got = unpacked.Read(buffer, to, buffer.Length - to);
            to += got;
            if (got > 0)
                continue;
            atEnd = true;
            if (!buffer.AsSpan(from, to - from).SequenceEqual(mark))
                throw new InvalidDataException("The gzip data end before they are complete.");
        }
        var count = Math.Min(to - from - mark.Length, into.Length);
        buffer.AsSpan(from, count).CopyTo(into);
        from += count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            unpacked.Dispose();
            packed.Dispose();
        }
        base.Dispose(disposing);
    }

    static byte[] Pack(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(bytes);
        return packed.ToArray();
    }

    /// <summary>A stream, then some bytes.</summary>
    sealed class Followed(Stream first, byte[] then) : ForwardOnlyStream
    {
        int used;

        public override int Read(Span<byte> into)
        {
            if (used == 0 && first.Read(into) is > 0 and var got)
                return got;
            var count = Math.Min(into.Length, then.Length - used);
            then.AsSpan(used, count).CopyTo(into);
            used += count;
            return count;
        }
    }
}
