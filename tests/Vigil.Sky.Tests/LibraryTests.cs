namespace Vigil.Sky.Tests;

public class LibraryTests
{
    [Fact]
    public void Sky_library_needs_nothing_but_the_runtime()
    {
        var references = typeof(Sphere).Assembly.GetReferencedAssemblies().Select(a => a.Name!);
        Assert.All(references, name => Assert.StartsWith("System.", name, StringComparison.Ordinal));
    }
}
