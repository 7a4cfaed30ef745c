using Vigil.Sky.Fits;
using Vigil.Sky.Imaging;

namespace Vigil.Sky.Tests.Imaging;

/// <summary>Stars strewn over a cone of sky, and what a frame of a part of it shows: lists, no pixels.</summary>
sealed class SkyField
{
    readonly int seed;

    /// <param name="ra">Of the centre: degrees.</param>
    /// <param name="dec">Likewise.</param>
    /// <param name="radius">Degrees.</param>
    /// <param name="perSquareDegree">Stars of magnitudes 8 to 18, each with twice as many as the one before.</param>
    /// <param name="seed">Another number, other stars.</param>
    public SkyField(double ra, double dec, double radius, double perSquareDegree, int seed)
    {
        this.seed = seed;
        var random = new Random(seed);
        var axis = double.DegreesToRadians(radius);
        var count = (int)(2 * Math.PI * (1 - Math.Cos(axis)) * Math.Pow(180 / Math.PI, 2) * perSquareDegree);
        var stars = new CatalogStar[count];
        for (var i = 0; i < count; i++)
        {
            // Uniform in the cap: the cosine of the distance is.
            var away = double.RadiansToDegrees(Math.Acos(1 - random.NextDouble() * (1 - Math.Cos(axis))));
            var (starRa, starDec) = Sphere.Offset(ra, dec, 360 * random.NextDouble(), away);
            stars[i] = Star(i + 1, starRa, starDec, 18 + Math.Log2(Math.Max(random.NextDouble(), 1e-3)));
        }
        Stars = stars;
        Catalog = new MemoryStarCatalog("Field", stars);
    }

    public CatalogStar[] Stars { get; }

    public MemoryStarCatalog Catalog { get; }

    public static CatalogStar Star(long id, double ra, double dec, double mag)
    {
        var mags = CatalogMagnitudes.None;
        mags[CatalogBand.GaiaG] = (float)mag;
        return new CatalogStar { Id = id, Ra = ra, Dec = dec, Epoch = 2016, Mag = mags, MagErr = CatalogMagnitudes.None };
    }

    /// <summary>World coordinates of a frame.</summary>
    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    /// <param name="ra">Of its centre: degrees.</param>
    /// <param name="dec">Likewise.</param>
    /// <param name="scale">Arcsec a pixel.</param>
    /// <param name="rotation">Position angle of +y: degrees.</param>
    /// <param name="mirrored">East to the right when north is up.</param>
    /// <param name="distortion">How far the corners are displaced outwards: pixels; of third order, as lenses do.</param>
    public static FitsHeader Header(int width, int height, double ra, double dec, double scale, double rotation = 0,
        bool mirrored = false, double distortion = 0)
    {
        var (sin, cos) = Math.SinCos(double.DegreesToRadians(rotation));
        var side = scale / 3600;
        var sign = mirrored ? 1 : -1;
        var header = new FitsHeader();
        header.Set("CTYPE1", distortion == 0 ? "RA---TAN" : "RA---TAN-SIP");
        header.Set("CTYPE2", distortion == 0 ? "DEC--TAN" : "DEC--TAN-SIP");
        header.Set("RADESYS", "ICRS");
        header.Set("CRVAL1", ra);
        header.Set("CRVAL2", dec);
        header.Set("CRPIX1", (width + 1) / 2.0);
        header.Set("CRPIX2", (height + 1) / 2.0);
        header.Set("CD1_1", sign * side * cos);
        header.Set("CD1_2", side * sin);
        header.Set("CD2_1", -sign * side * sin);
        header.Set("CD2_2", side * cos);
        if (distortion != 0)
        {
            var factor = distortion / Math.Pow(double.Hypot(width, height) / 2, 3);
            header.Set("A_ORDER", 3);
            header.Set("B_ORDER", 3);
            foreach (var keyword in (string[])["A_3_0", "A_1_2", "B_0_3", "B_2_1"])
                header.Set(keyword, factor);
        }
        return header;
    }

    /// <summary>What a frame shows of it; of the same sky always the same, whatever was asked for before.</summary>
    public Shown Frame(FitsHeader truth, int width, int height, double noise = 0.1, double faintest = 18, double missing = 0,
        double spurious = 0, double colour = 0.3, int most = int.MaxValue)
    {
        var wcs = Wcs.From(truth);
        var random = new Random(seed + (int)(1000 * truth.GetDouble("CRVAL1") + 777_777 * truth.GetDouble("CRVAL2")));
        var list = new List<(double X, double Y, double Flux, long Id)>();
        foreach (var star in Stars)
        {
            var (x, y) = wcs.SkyToPixel(star.Ra, star.Dec);
            if (!(x > 0.5 && x < width + 0.5 && y > 0.5 && y < height + 0.5) || star.Mag[CatalogBand.GaiaG] > faintest ||
                random.NextDouble() < missing)
                continue;
            var flux = Math.Pow(10, -0.4 * (star.Mag[CatalogBand.GaiaG] + colour * Normal(random) - 25));
            list.Add((x + noise * Normal(random), y + noise * Normal(random), flux, star.Id));
        }
        list.Sort((a, b) => b.Flux.CompareTo(a.Flux));
        if (list.Count > most)
            list.RemoveRange(most, list.Count - most);
        // As bright as stars are, so that they are among the brightest, too.
        var false_ = (int)(list.Count * spurious / (1 - spurious));
        for (int i = 0, real = list.Count; i < false_; i++)
            list.Add((0.5 + width * random.NextDouble(), 0.5 + height * random.NextDouble(),
                real == 0 ? 1000 : list[random.Next(real)].Flux, 0));
        return new(width, height, [.. list.Select(s => s.X)], [.. list.Select(s => s.Y)], [.. list.Select(s => s.Flux)],
            [.. list.Select(s => s.Id)]);
    }

    static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    /// <summary>Detections of a frame, and the numbers of the stars they are; 0 for none.</summary>
    public sealed record Shown(int Width, int Height, double[] X, double[] Y, double[] Flux, long[] Id)
    {
        public PlateSolution Solve(IStarCatalog catalog, Wcs? wcs = null, PlateHints? hints = null, double epoch = 2016,
            CancellationToken ct = default) =>
            PlateSolver.Solve(X, Y, [], Flux, Width, Height, catalog, epoch, wcs, hints, ct);
    }
}
