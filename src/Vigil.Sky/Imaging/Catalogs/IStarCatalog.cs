using System.Runtime.InteropServices;

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

    /// <summary>What to know about the stars that it gave so far, in sentences: what was left out, and why.</summary>
    IReadOnlyList<string> Notes => [];

    /// <summary>The part of the sky in which it may have stars, roughly; the whole sky where it does not know better.</summary>
    Moc Coverage => Moc.Full;

    /// <summary>
    /// The brightest stars of a cone, evenly from all over it: the first few of every cell of HEALPix. A frame without known
    /// position is recognised by them.
    /// </summary>
    /// <param name="ra">The centre's right ascension: degrees, ICRS.</param>
    /// <param name="dec">Its declination: degrees in [-90, 90].</param>
    /// <param name="radius">Degrees in (0, 180].</param>
    /// <param name="order">Of the cells, in [0, 29].</param>
    /// <param name="count">
    /// The most stars from a cell: those of the lowest <see cref="CatalogStar.ApproximateMag"/>; stars without any are left out.
    /// </param>
    /// <param name="found">
    /// Receives them after what it holds; of cells that the cone's rim cuts, it may have stars beyond the rim or not.
    /// </param>
    /// <exception cref="FrameException">The catalogue is broken, or cannot be reached.</exception>
    /// <remarks>This way asks for the whole cone. A catalogue that can do with less does so.</remarks>
    void Brightest(double ra, double dec, double radius, int order, int count, List<CatalogStar> found)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var all = new List<CatalogStar>();
        Cone(ra, dec, radius, all);
        var (mags, places) = (new float[all.Count], new int[all.Count]);
        for (var i = 0; i < mags.Length; i++)
            (mags[i], places[i]) = (all[i].ApproximateMag, i);
        Array.Sort(mags, places);
        var taken = new Dictionary<long, int>();
        for (var i = 0; i < mags.Length; i++)
        {
            if (float.IsNaN(mags[i]))
                continue;
            var star = all[places[i]];
            ref var ofCell = ref CollectionsMarshal.GetValueRefOrAddDefault(taken, Healpix.Ipix(star.Ra, star.Dec, order), out _);
            if (ofCell++ < count)
                found.Add(star);
        }
    }
}
