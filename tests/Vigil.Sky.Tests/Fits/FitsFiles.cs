namespace Vigil.Sky.Tests.Fits;

/// <summary>The files of tests/data/sky/fits; its make.py says how they were made.</summary>
static class FitsFiles
{
    public static Stream Open(string name) => File.OpenRead(Path.Combine(AppContext.BaseDirectory, "sky", "fits", name));

    /// <summary>A file of the folder without its gzip.</summary>
    public static byte[] Unpacked(string name)
    {
        using var gzip = new System.IO.Compression.GZipStream(Open(name + ".gz"), System.IO.Compression.CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        gzip.CopyTo(bytes);
        return bytes.ToArray();
    }
}
