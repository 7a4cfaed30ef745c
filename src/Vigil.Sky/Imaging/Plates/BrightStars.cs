using System.Runtime.InteropServices;

namespace Vigil.Sky.Imaging;

/// <summary>
/// The brightest stars of each part of a cone, for patterns of several sizes: the catalogue is asked once for many of them, of
/// which fewer are the brightest of larger parts.
/// </summary>
sealed class BrightStars(IStarCatalog catalog, double epoch)
{
    // Stars of a cell; cells are chosen so that at least a quarter of it are wanted.
    const int MostOfCell = 12;
    const int LeastOfCell = 3;

    // More are not kept in memory at once: what is wanted then is asked for alone.
    const double MostKept = 500_000;

    Cone keptCone;
    int keptOrder;
    ReferenceStars? kept;
    long[] keptCells = [];

    /// <summary>The stars of a cone in a given density, as far as the catalogue has so many; the brightest first.</summary>
    /// <param name="cone">Where.</param>
    /// <param name="density">Stars a square degree.</param>
    /// <param name="dense">The highest density that will be asked for.</param>
    public ReferenceStars Of(Cone cone, double density, double dense)
    {
        var (order, each) = Cells(density);
        var isWithin = (keptCone.Ra, keptCone.Dec) == (cone.Ra, cone.Dec) && keptCone.Radius >= cone.Radius;
        if (kept is null || !isWithin || keptOrder < order)
        {
            var finest = Cells(dense).Order;
            if (Math.PI * cone.Radius * cone.Radius * MostOfCell / CellArea(finest) > MostKept)
                finest = order;
            var found = new List<CatalogStar>();
            catalog.Brightest(cone.Ra, cone.Dec, cone.Radius, finest, MostOfCell, found);
            (keptCone, keptOrder, kept) = (cone, finest, new ReferenceStars(found, epoch));
            keptCells = new long[kept.Count];
            for (var i = 0; i < keptCells.Length; i++)
                keptCells[i] = Healpix.Ipix(kept.Stars[i].Ra, kept.Stars[i].Dec, finest);
        }
        var axis = UnitVector.From(cone.Ra, cone.Dec);
        var chord = 2 * Math.Sin(double.DegreesToRadians(cone.Radius) / 2);
        var taken = new Dictionary<long, int>();
        var chosen = new List<int>();
        for (var i = 0; i < kept.Count; i++)
        {
            if (axis.ChordSquared(kept.Direction[i]) > chord * chord)
                continue;
            if (CollectionsMarshal.GetValueRefOrAddDefault(taken, keptCells[i] >> 2 * (keptOrder - order), out _)++ < each)
                chosen.Add(i);
        }
        return kept.Select(chosen);
    }

    // Cells so small that a few stars of each make the density.
    static (int Order, int Each) Cells(double density)
    {
        var order = 0;
        while (order < Healpix.MaxOrder && density * CellArea(order + 1) >= LeastOfCell)
            order++;
        return (order, (int)Math.Clamp(Math.Round(density * CellArea(order)), 1, MostOfCell));
    }

    // Square degrees.
    static double CellArea(int order) => Healpix.PixelArea(order) * (180 / Math.PI) * (180 / Math.PI);
}
