namespace Vigil.Tests.Infrastructure;

/// <summary>The clone that the tests run from.</summary>
static class Repository
{
    public static string Root { get; } = Find();

    static string Find()
    {
        for (var dir = new DirectoryInfo(AppContext.BaseDirectory); dir is not null; dir = dir.Parent)
            if (File.Exists(Path.Combine(dir.FullName, "Vigil.slnx")))
                return dir.FullName;
        throw new InvalidOperationException("The tests do not run inside a clone of Vigil.");
    }
}
