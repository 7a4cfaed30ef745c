namespace Vigil.Tests;

public class SolutionTests
{
    [Fact]
    public void Sky_library_needs_nothing_but_the_runtime()
    {
        var references = typeof(Vigil.Sky.Sphere).Assembly.GetReferencedAssemblies().Select(a => a.Name!);
        Assert.All(references, name => Assert.StartsWith("System.", name, StringComparison.Ordinal));
    }
}
