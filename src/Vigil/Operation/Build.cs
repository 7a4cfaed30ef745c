using System.Globalization;

namespace Vigil.Operation;

/// <summary>A commit that this build contains.</summary>
/// <param name="Hash">Its abbreviated hash.</param>
sealed record Commit(string Hash, DateTimeOffset At, string Subject);

/// <summary>What this Vigil was built from.</summary>
static class Build
{
    /// <summary>Vigil's version, such as 0.1.0.</summary>
    public static readonly string Version = typeof(Build).Assembly.GetName().Version!.ToString(3);

    /// <summary>The last hundred commits, newest first, as of the build; none where it was not made in a clone.</summary>
    public static readonly IReadOnlyList<Commit> Commits = [.. ReadCommits()];

    // A line each, made by the project file: hash, date and subject, with tabs between.
    static IEnumerable<Commit> ReadCommits()
    {
        using var reader = new StreamReader(typeof(Build).Assembly.GetManifestResourceStream("recent-commits.txt")!);
        while (reader.ReadLine() is { } line)
            if (line.Split('\t', 3) is [var hash, var at, var subject])
                yield return new(hash, DateTimeOffset.Parse(at, CultureInfo.InvariantCulture), subject);
    }
}
