using System.Buffers;
using System.Runtime.InteropServices;

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
        // The brightest first, so that they are found without looking at the others.
        (Name, this.stars) = (name, [.. stars]);
        var mags = Array.ConvertAll(this.stars, star => star.ApproximateMag is var mag && float.IsNaN(mag)
            ? float.PositiveInfinity : mag);
        Array.Sort(mags, this.stars);
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
        var rented = Within(ra, dec, radius, out var count);
        found.EnsureCapacity(found.Count + count);
        foreach (var i in rented.AsSpan(0, count))
            found.Add(stars[i]);
        ArrayPool<int>.Shared.Return(rented);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public void Brightest(double ra, double dec, double radius, int order, int count, List<CatalogStar> found)
    {
        ArgumentNullException.ThrowIfNull(found);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var rented = Within(ra, dec, radius, out var within);
        rented.AsSpan(0, within).Sort();
        var taken = new Dictionary<long, int>();
        foreach (var i in rented.AsSpan(0, within))
        {
            if (float.IsNaN(stars[i].ApproximateMag))
                break;
            var cell = Healpix.Ipix(stars[i].Ra, stars[i].Dec, order);
            if (CollectionsMarshal.GetValueRefOrAddDefault(taken, cell, out _)++ < count)
                found.Add(stars[i]);
        }
        ArrayPool<int>.Shared.Return(rented);
    }

    // Rented from the pool.
    int[] Within(double ra, double dec, double radius, out int count)
    {
        var rented = ArrayPool<int>.Shared.Rent(1024);
        count = index.Cone(ra, dec, radius, rented);
        if (count <= rented.Length)
            return rented;
        ArrayPool<int>.Shared.Return(rented);
        rented = ArrayPool<int>.Shared.Rent(count);
        index.Cone(ra, dec, radius, rented);
        return rented;
    }
}
