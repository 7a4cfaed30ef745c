namespace Vigil.Sky.Imaging;

/// <summary>A file for what does not fit into memory: made when first needed, gone when closed.</summary>
/// <param name="path">A name that no other file has.</param>
sealed class ScratchFile(string path) : IDisposable
{
    FileStream? file;
    long end;

    /// <summary>Whether anything was written.</summary>
    public bool IsUsed => file is not null;

    /// <summary>Writes bytes behind all others; returns where they are.</summary>
    /// <exception cref="IOException">It cannot.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not.</exception>
    public long Append(IReadOnlyList<ReadOnlyMemory<byte>> bytes)
    {
        file ??= new(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);
        var at = end;
        RandomAccess.Write(file.SafeFileHandle, bytes, at);
        foreach (var some in bytes)
            end += some.Length;
        return at;
    }

    /// <summary>Reads bytes that were written.</summary>
    /// <exception cref="IOException">They cannot be read.</exception>
    public void Read(long at, Span<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var got = RandomAccess.Read(file!.SafeFileHandle, bytes, at);
            if (got == 0)
                throw new IOException("The scratch file was cut short.");
            at += got;
            bytes = bytes[got..];
        }
    }

    public void Dispose() => file?.Dispose();
}
