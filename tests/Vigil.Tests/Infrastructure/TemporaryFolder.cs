namespace Vigil.Tests.Infrastructure;

/// <summary>A folder that is gone after the test; closed to other users, as mktemp makes them.</summary>
sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("vigil-test-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
