using System.Globalization;

namespace Vigil.Sky;

/// <summary>
/// A table of numbers that comes in the library: comment lines that tell where it comes from, column names, rows.
/// </summary>
static class EmbeddedTable
{
    /// <summary>The numbers of every row; a word in a row counts as NaN.</summary>
    public static IEnumerable<double[]> Rows(string name)
    {
        using var reader = new StreamReader(typeof(EmbeddedTable).Assembly.GetManifestResourceStream(name)!);
        var header = true;
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#'))
                continue;
            if (!header)
                yield return [.. line.Split(',').Select(Number)];
            header = false;
        }
    }

    static double Number(string text) =>
        double.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : double.NaN;
}
