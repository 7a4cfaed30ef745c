namespace Vigil.Sky.Imaging;

/// <summary>A stream whose next bytes can be looked at before they are read.</summary>
/// <param name="stream">Closed with this one.</param>
/// <param name="name">What to call it in messages.</param>
sealed class ForwardStream(Stream stream, string name) : ForwardOnlyStream
{
    /// <summary>How far one can look.</summary>
    public const int PeekBytes = 512;

    readonly byte[] ahead = new byte[PeekBytes];
    int from, to;

    /// <summary>The next bytes: so many, or fewer at the end.</summary>
    public ReadOnlySpan<byte> Peek(int bytes)
    {
        if (to - from < bytes)
        {
            ahead.AsSpan(from, to - from).CopyTo(ahead);
            (from, to) = (0, to - from);
            while (to < bytes && Filled(ahead.AsSpan(to, bytes - to)) is > 0 and var got)
                to += got;
        }
        return ahead.AsSpan(from, Math.Min(bytes, to - from));
    }

    public override int Read(Span<byte> buffer)
    {
        if (from == to)
            return Filled(buffer);
        var count = Math.Min(buffer.Length, to - from);
        ahead.AsSpan(from, count).CopyTo(buffer);
        from += count;
        return count;
    }

    int Filled(Span<byte> buffer)
    {
        try
        {
            return stream.Read(buffer);
        }
        catch (InvalidDataException e)
        {
            throw new FrameException($"{name} is broken: {e.Message} Fetch the file again.", e);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            stream.Dispose();
        base.Dispose(disposing);
    }
}
