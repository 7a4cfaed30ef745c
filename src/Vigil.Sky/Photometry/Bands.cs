using System.Collections.Frozen;
using System.Globalization;

namespace Vigil.Sky.Photometry;

/// <summary>Every bandpass we know; bands.csv says where each number comes from.</summary>
public static class Bands
{
    /// <summary>In the order in which they are listed to clients.</summary>
    public static IReadOnlyList<Band> All { get; } = Read();

    static readonly FrozenDictionary<string, Band> ByName =
        All.ToFrozenDictionary(band => band.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>The band of a name, in any case; null for an unknown name.</summary>
    public static Band? Find(string name) => ByName.GetValueOrDefault(name);

    static Band[] Read()
    {
        using var reader = new StreamReader(typeof(Bands).Assembly.GetManifestResourceStream("bands.csv")!);
        var rows = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.StartsWith('#')).Select(line => line.Split(',')).ToArray();
        var systems = rows[0];
        return [.. rows.Skip(1).Select(row => new Band(row[0], Number(row[1]),
            Enumerable.Range(2, row.Length - 2).Where(i => row[i].Length > 0)
                .ToFrozenDictionary(i => systems[i], i => Number(row[i]))))];
    }

    static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
