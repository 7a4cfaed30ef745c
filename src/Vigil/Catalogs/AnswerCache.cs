using Vigil.Sky.Imaging;

namespace Vigil.Catalogs;

/// <summary>Answers of services on disk, each a catalogue of its own; the least used go when room is short.</summary>
/// <param name="folder">It is made when the first answer comes.</param>
/// <param name="maxBytes">Of all answers together.</param>
/// <remarks>
/// The time at which a file was written last says when it was used last. Several processes may share a folder: an answer that one
/// removes while another has it open stays readable there, or, where the system does not allow that, stays.
/// </remarks>
sealed class AnswerCache(string folder, long maxBytes)
{
    static readonly TimeSpan abandoned = TimeSpan.FromDays(1);

    public string Folder => folder;

    /// <summary>Where an answer is, or would be.</summary>
    public string PathOf(string key) => Path.Combine(folder, $"{key}.vcat");

    /// <summary>A name for a file that is there only while an answer arrives.</summary>
    public string PathOfDownload(string key) => Path.Combine(folder, $"{key}.{Guid.NewGuid():N}.answer");

    /// <summary>An answer that is there; null where there is none, or it is damaged or of another version.</summary>
    public StarCatalog? Open(string key)
    {
        var path = PathOf(key);
        if (!File.Exists(path))
            return null;
        StarCatalog answer;
        try
        {
            answer = StarCatalog.Open(path);
        }
        catch (FrameException)
        {
            return null; // asked for again and replaced
        }
        Tolerantly(() => File.SetLastWriteTimeUtc(path, DateTime.UtcNow));
        return answer;
    }

    /// <summary>Removes the answers not used for the longest time, until the others fit, and what was abandoned.</summary>
    /// <param name="kept">An answer that stays whatever its size.</param>
    public void Trim(string kept)
    {
        var now = DateTime.UtcNow;
        var answer = new FileInfo(PathOf(kept));
        var left = maxBytes - answer.Length;
        foreach (var file in new DirectoryInfo(folder).GetFiles().OrderByDescending(file => file.LastWriteTimeUtc))
            if (file.Name == answer.Name)
                continue;
            else if (file.Extension != answer.Extension ? now - file.LastWriteTimeUtc > abandoned : (left -= file.Length) < 0)
                Tolerantly(file.Delete);
    }

    // Another process may have removed a file, or hold it open.
    static void Tolerantly(Action change)
    {
        try
        {
            change();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is gone or stays; the next answer looks again.
        }
    }
}
