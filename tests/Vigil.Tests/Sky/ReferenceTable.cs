using System.Globalization;

namespace Vigil.Tests.Sky;

/// <summary>A table in tests/data: comment lines that tell where it comes from, a line of column names, rows.</summary>
static class ReferenceTable
{
    public static IEnumerable<string[]> Rows(string name) =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "data", name))
            .Where(line => !line.StartsWith('#')).Skip(1).Select(line => line.Split(','));

    public static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
