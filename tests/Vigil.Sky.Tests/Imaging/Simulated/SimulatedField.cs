using Vigil.Sky.Fits;
using Vigil.Sky.Imaging;

namespace Vigil.Sky.Tests.Imaging;

/// <summary>A simulated frame and the catalogue of its stars: magnitude <see cref="ZeroPoint"/> - 2.5 log10 of the flux.</summary>
sealed class SimulatedField
{
    /// <summary>Magnitude of a star of 1 ADU.</summary>
    public const double ZeroPoint = 26.5;

    SimulatedField(SimulatedFrame sky, MemoryStarCatalog catalog, Wcs wcs) => (Sky, Catalog, Wcs) = (sky, catalog, wcs);

    public SimulatedFrame Sky { get; }

    public MemoryStarCatalog Catalog { get; }

    /// <summary>The truth; the frame's header has it only where it was asked for.</summary>
    public Wcs Wcs { get; }

    /// <summary>Lays a frame on the sky at 150 +20.</summary>
    /// <param name="sky">Without a header.</param>
    /// <param name="pixelScale">Arcsec.</param>
    /// <param name="rotation">Degrees.</param>
    /// <param name="magErr">Of the catalogue, which is wrong by as much.</param>
    /// <param name="hasWcs">Whether the header has the world coordinates, or only RA and DEC.</param>
    /// <param name="unlisted">Places of stars that the catalogue lacks: a target, say.</param>
    public static SimulatedField Of(SimulatedFrame sky, double pixelScale = 1, double rotation = 20, double magErr = 0.01,
        bool hasWcs = false, params (double X, double Y)[] unlisted)
    {
        var cards = SimulatedFrame.Tan(150, 20, pixelScale, sky.Width, sky.Height, rotation);
        var wcs = Wcs.From(cards);
        var random = new Random(7);
        var stars = new List<CatalogStar>();
        foreach (var star in sky.Stars)
        {
            var wrong = magErr * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            if (unlisted.Any(place => double.Hypot(place.X - star.X, place.Y - star.Y) < 0.1))
                continue;
            var (ra, dec) = wcs.PixelToSky(star.X, star.Y);
            var (mag, err) = (CatalogMagnitudes.None, CatalogMagnitudes.None);
            mag[CatalogBand.JohnsonV] = (float)(ZeroPoint - 2.5 * Math.Log10(star.Flux) + wrong);
            err[CatalogBand.JohnsonV] = (float)magErr;
            stars.Add(new CatalogStar
            {
                Id = stars.Count + 1, Ra = ra, Dec = dec, Epoch = 2016, PmRa = float.NaN, PmDec = float.NaN, Mag = mag, MagErr = err,
            });
        }
        var header = hasWcs ? cards : new FitsHeader();
        header.Set("RA", 150.05);
        header.Set("DEC", 19.97);
        return new SimulatedField(sky with { Header = header }, new MemoryStarCatalog("Simulated", stars), wcs);
    }

    /// <summary>The whole chain.</summary>
    /// <param name="target">Where to measure: FITS pixels.</param>
    /// <param name="options">More options.</param>
    public FrameMeasurement Measure((double X, double Y)? target = null, FramePhotometryOptions? options = null)
    {
        options ??= new FramePhotometryOptions();
        if (target is { } place)
        {
            var (ra, dec) = Wcs.PixelToSky(place.X, place.Y);
            options = options with { TargetRa = ra, TargetDec = dec };
        }
        return FramePhotometry.Measure(Sky.Make(), Catalog, options);
    }
}
