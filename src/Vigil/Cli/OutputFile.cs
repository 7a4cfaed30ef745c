using System.Diagnostics;

namespace Vigil.Cli;

/// <summary>Files that a verb writes: whole or not at all, and never in place of what should be kept.</summary>
static class OutputFile
{
    /// <summary>The path to write to.</summary>
    /// <param name="path">As it was given; of several inputs a folder, which is made.</param>
    /// <param name="input">The frame that the file is about.</param>
    /// <param name="isOneOfMany">Whether there are more inputs.</param>
    /// <param name="suffix">Added to the name of the frame, with the extension.</param>
    /// <param name="force">Whether a file that exists may be replaced.</param>
    public static string For(string path, FileInfo input, bool isOneOfMany, string suffix, bool force)
    {
        if (isOneOfMany)
        {
            Directory.CreateDirectory(path);
            path = Path.Combine(path, Stem(input.Name) + suffix);
        }
        else if (Directory.Exists(path))
        {
            path = Path.Combine(path, Stem(input.Name) + suffix);
        }
        Check(path, [input], force);
        return path;
    }

    /// <summary>Refuses a path that is one of the inputs, or exists.</summary>
    public static void Check(string path, IEnumerable<FileInfo> inputs, bool force)
    {
        var full = Real(path);
        if (inputs.Any(input => Real(input.FullName) == full))
            throw new StartupError($"{path} is the frame itself, which is never overwritten. Give another name.");
        if (!force && File.Exists(path))
            throw new StartupError($"{path} exists. Give another name, or --force to replace it.");
    }

    /// <summary>Writes beside the path and moves the file there when it is whole.</summary>
    public static void Write(string path, Action<Stream> write)
    {
        var part = $"{path}.{Environment.ProcessId}.part";
        try
        {
            using (var stream = File.Create(part))
                write(stream);
            File.Move(part, path, overwrite: true);
        }
        finally
        {
            File.Delete(part);
        }
    }

    /// <summary>A picture as PNG, by rsvg-convert.</summary>
    public static void WritePng(string path, string svg)
    {
        var start = new ProcessStartInfo("rsvg-convert") { RedirectStandardInput = true, RedirectStandardError = true };
        foreach (var argument in (string[])["--format", "png", "--zoom", "2", "--output", path])
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        process.StandardInput.Write(svg);
        process.StandardInput.Close();
        var said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new IOException($"rsvg-convert could not write {path}: {said.Trim()}");
    }

    /// <summary>Says what is missing before hours of work are done for a picture that cannot be made.</summary>
    public static void RequireRsvg()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("rsvg-convert", "--version") { RedirectStandardOutput = true })!;
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new StartupError("PNG pictures are made by rsvg-convert, which is not installed. Install it (Debian: apt-get install "
                + "librsvg2-bin), or ask for .svg.", e);
        }
    }

    // image.fits.gz and image.fits.fz are image.
    public static string Stem(string name)
    {
        foreach (var extension in (string[])[".gz", ".fz", ".fits", ".fit", ".fts"])
            if (name.EndsWith(extension, StringComparison.OrdinalIgnoreCase))
                name = name[..^extension.Length];
        return name;
    }

    static string Real(string path) => new FileInfo(path) is { Exists: true } file && file.ResolveLinkTarget(true) is { } target
        ? target.FullName : Path.GetFullPath(path);
}
