using System.Globalization;

namespace Vigil.Sky.Tests;

/// <summary>A table in tests/data/sky: comment lines that tell where it comes from, a line of column names, rows.</summary>
static class ReferenceTable
{
    public static IEnumerable<string[]> Rows(string name) =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "sky", name))
            .Where(line => !line.StartsWith('#')).Skip(1).Select(line => line.Split(','));

    public static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
