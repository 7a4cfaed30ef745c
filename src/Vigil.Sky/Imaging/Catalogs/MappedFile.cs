using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace Vigil.Sky.Imaging;

/// <summary>The bytes of a file as the system maps them into memory: read from the disk where they are looked at.</summary>
/// <remarks>
/// Whoever looks at bytes holds the map; closing it waits for the last one. The file must not be cut short meanwhile: as with
/// every mapped file the system would end the process. Files replaced by renaming are safe.
/// </remarks>
sealed unsafe class MappedFile : IDisposable
{
    readonly MemoryMappedFile map;
    readonly MemoryMappedViewAccessor view;
    readonly SafeMemoryMappedViewHandle handle;
    readonly byte* start;
    bool closed;

    /// <param name="file">Open for reading, not empty; it may be closed after.</param>
    public MappedFile(FileStream file)
    {
        Length = file.Length;
        map = MemoryMappedFile.CreateFromFile(file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None,
            leaveOpen: true);
        view = map.CreateViewAccessor(0, Length, MemoryMappedFileAccess.Read);
        handle = view.SafeMemoryMappedViewHandle;
        handle.AcquirePointer(ref start);
        start += view.PointerOffset;
    }

    /// <summary>Bytes of the file.</summary>
    public long Length { get; }

    /// <summary>Keeps the map open until what is returned is disposed.</summary>
    /// <exception cref="ObjectDisposedException">It is closed.</exception>
    public Held Hold() => new(this);

    /// <summary>A map that stays open.</summary>
    public readonly ref struct Held
    {
        readonly MappedFile file;

        internal Held(MappedFile file)
        {
            this.file = file;
            var held = false;
            ObjectDisposedException.ThrowIf(Volatile.Read(ref file.closed), typeof(StarCatalog));
            file.handle.DangerousAddRef(ref held);
        }

        /// <summary>Some bytes of the file; not to be kept.</summary>
        public ReadOnlySpan<byte> Bytes(long offset, int length)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(offset);
            ArgumentOutOfRangeException.ThrowIfNegative(length);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, file.Length - length);
            return new(file.start + offset, length);
        }

        public void Dispose() => file.handle.DangerousRelease();
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref closed, true))
            return;
        handle.ReleasePointer();
        view.Dispose();
        map.Dispose();
    }
}
