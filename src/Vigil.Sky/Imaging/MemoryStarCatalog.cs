using System.Buffers;

namespace Vigil.Sky.Imaging;

/// <summary>Reference stars in memory: a small catalogue, or the stars of a simulated frame.</summary>
/// <remarks>Instances do not change and may be shared by threads.</remarks>
public sealed class MemoryStarCatalog : IStarCatalog
{
    // Cells of about 14': coarse enough for a coverage of few ranges, fine enough for a field of small telescopes.
    const int CoverageOrder = 8;

    readonly CatalogStar[] stars;
    readonly PositionIndex index;
    readonly Lazy<Moc> coverage;

    /// <summary>A catalogue of N stars.</summary>
    /// <param name="name">What it is called in reports.</param>
    /// <param name="stars">They are copied.</param>
    /// <exception cref="ArgumentException">The position of a star is none; the message tells which.</exception>
    public MemoryStarCatalog(string name, IEnumerable<CatalogStar> stars)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(stars);
        (Name, this.stars) = (name, [.. stars]);
        var (ra, dec) = (Array.ConvertAll(this.stars, star => star.Ra), Array.ConvertAll(this.stars, star => star.Dec));
        index = new PositionIndex(ra, dec);
        coverage = new(() => Moc.FromPositions(ra, dec, CoverageOrder));
        Bands = [.. Enum.GetValues<CatalogBand>().Where(band => this.stars.Any(star => !float.IsNaN(star.Mag[band])))];
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyList<CatalogBand> Bands { get; }

    /// <summary>How many stars there are, N.</summary>
    public int Count => stars.Length;

    /// <inheritdoc/>
    public Moc Coverage => coverage.Value;

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public void Cone(double ra, double dec, double radius, List<CatalogStar> found)
    {
        ArgumentNullException.ThrowIfNull(found);
        var rented = ArrayPool<int>.Shared.Rent(1024);
        var count = index.Cone(ra, dec, radius, rented);
        if (count > rented.Length)
        {
            ArrayPool<int>.Shared.Return(rented);
            rented = ArrayPool<int>.Shared.Rent(count);
            index.Cone(ra, dec, radius, rented);
        }
        found.EnsureCapacity(found.Count + count);
        foreach (var i in rented.AsSpan(0, count))
            found.Add(stars[i]);
        ArrayPool<int>.Shared.Return(rented);
    }
}
