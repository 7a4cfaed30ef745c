using System.Collections.Frozen;
using System.Globalization;

namespace Vigil.Sky.Photometry;

/// <summary>Every bandpass we know; bands.csv and transmissions.csv say where each number comes from.</summary>
public static class Bands
{
    /// <summary>In the order in which they are listed to clients.</summary>
    public static IReadOnlyList<Band> All { get; } = Read();

    static readonly FrozenDictionary<string, Band> ByName =
        All.ToFrozenDictionary(band => band.Name, StringComparer.OrdinalIgnoreCase);

    static readonly Lazy<FrozenDictionary<string, Bandpass>> Transmissions = new(ReadTransmissions);

    /// <summary>The band of a name, in any case; null for an unknown name.</summary>
    public static Band? Find(string name) => ByName.GetValueOrDefault(name);

    internal static Bandpass? Transmission(string name) => Transmissions.Value.GetValueOrDefault(name);

    static Band[] Read()
    {
        var rows = Rows("bands.csv").ToArray();
        var systems = rows[0];
        return [.. rows.Skip(1).Select(row => new Band(row[0], Number(row[1]),
            Enumerable.Range(2, row.Length - 2).Where(i => row[i].Length > 0)
                .ToFrozenDictionary(i => systems[i], i => Number(row[i]))))];
    }

    static FrozenDictionary<string, Bandpass> ReadTransmissions() =>
        Rows("transmissions.csv").Skip(1).GroupBy(row => row[0]).ToFrozenDictionary(rows => rows.Key, rows => new Bandpass(
            [.. rows.Select(row => Number(row[1]))], [.. rows.Select(row => Number(row[2]))]));

    static IEnumerable<string[]> Rows(string resource)
    {
        using var reader = new StreamReader(typeof(Bands).Assembly.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.StartsWith('#')).Select(line => line.Split(','));
    }

    static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
