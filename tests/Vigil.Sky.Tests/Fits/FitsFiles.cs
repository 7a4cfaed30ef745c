using System.IO.Compression;

namespace Vigil.Sky.Tests.Fits;

/// <summary>The files of tests/data/sky/fits; its make.py says how they were made.</summary>
static class FitsFiles
{
    public static Stream Open(string name) => File.OpenRead(Path.Combine(AppContext.BaseDirectory, "sky", "fits", name));

    /// <summary>A file of the folder without its gzip.</summary>
    public static byte[] Unpacked(string name)
    {
        using var gzip = new GZipStream(Open(name + ".gz"), CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        gzip.CopyTo(bytes);
        return bytes.ToArray();
    }
}
