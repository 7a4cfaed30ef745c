namespace Vigil.Sky.Imaging;

/// <summary>Reference stars, wherever they are kept: a file on disk, a service far away, a list in memory.</summary>
public interface IStarCatalog
{
    /// <summary>What it is called in reports, such as GaiaSP.</summary>
    string Name { get; }

    /// <summary>The bands that at least one of its stars has.</summary>
    IReadOnlyList<CatalogBand> Bands { get; }

    /// <summary>The stars within a cone, at the catalogue's epoch.</summary>
    /// <param name="ra">The centre's right ascension: degrees, ICRS.</param>
    /// <param name="dec">Its declination: degrees in [-90, 90].</param>
    /// <param name="radius">Degrees in (0, 180].</param>
    /// <param name="found">Receives them after what it holds, in no promised order but always in the same.</param>
    /// <exception cref="FrameException">The catalogue is broken, or cannot be reached.</exception>
    void Cone(double ra, double dec, double radius, List<CatalogStar> found);
}
