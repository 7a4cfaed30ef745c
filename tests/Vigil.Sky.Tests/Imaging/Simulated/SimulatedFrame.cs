using Vigil.Sky.Fits;
using Vigil.Sky.Imaging;

namespace Vigil.Sky.Tests.Imaging;

/// <summary>
/// A frame with known truth: what is in it is set by its properties, and <see cref="Make"/> exposes it. The same properties give
/// the same pixels. A frame of 1000 x 1000 with 1000 stars takes some tenths of a second.
/// </summary>
/// <example><code>
/// var sky = new SimulatedFrame { Width = 300, Height = 200, Stars = SimulatedStar.Field(300, 200, 80, 500, 1e5, seed: 1) };
/// Frame frame = sky.Make();
/// </code></example>
sealed record SimulatedFrame
{
    /// <summary>Pixels in a row.</summary>
    public int Width { get; init; } = 256;
    /// <summary>Rows.</summary>
    public int Height { get; init; } = 256;
    /// <summary>What is to be found.</summary>
    public IReadOnlyList<SimulatedStar> Stars { get; init; } = [];
    /// <summary>Galaxies, blurred as the stars are.</summary>
    public IReadOnlyList<SimulatedGalaxy> Galaxies { get; init; } = [];
    /// <summary>How a star looks.</summary>
    public PointSpread Psf { get; init; } = PointSpread.Gaussian(3);
    /// <summary>Level of the sky in the middle, before vignetting: ADU.</summary>
    public double Sky { get; init; } = 500;
    /// <summary>How much more sky the last column has than the first: ADU.</summary>
    public double SkyAcross { get; init; }
    /// <summary>How much more sky the last row has than the first: ADU.</summary>
    public double SkyUp { get; init; }
    /// <summary>Part of the light, of stars and sky, that is lost in the corners; it grows as the distance squared.</summary>
    public double Vignetting { get; init; }
    /// <summary>Part of the stars' light that clouds let through.</summary>
    public double Transmission { get; init; } = 1;
    /// <summary>Electrons per ADU.</summary>
    public double Gain { get; init; } = 2;
    /// <summary>Electrons.</summary>
    public double ReadNoise { get; init; } = 5;
    /// <summary>No pixel has more: ADU.</summary>
    public double Saturation { get; init; } = 60_000;
    /// <summary>Pixels, strewn at random, with 1000 to 20,000 ADU that are not of the sky.</summary>
    public int HotPixels { get; init; }
    /// <summary>Columns (FITS, from 1) of which every pixel says 0.</summary>
    public IReadOnlyList<int> BadColumns { get; init; } = [];
    /// <summary>Straight traces of 3 to 15 pixels with 500 to 5000 ADU in each.</summary>
    public int CosmicRays { get; init; }
    /// <summary>Whether there is noise; without it, pixels are the expected values.</summary>
    public bool Noise { get; init; } = true;
    /// <summary>Whether pixels are whole numbers, as a camera's converter gives them.</summary>
    public bool Whole { get; init; } = true;
    /// <summary>Another number, other noise.</summary>
    public int Seed { get; init; } = 1;
    /// <summary>
    /// Cards of the frame, those of <see cref="Tan"/> for instance; gain, read noise, saturation, time and filter are added.
    /// </summary>
    public FitsHeader? Header { get; init; }

    /// <summary>The pixels without noise, blemishes, rounding and saturation: shape (Width * Height), ADU.</summary>
    public double[] Expected()
    {
        var stars = new double[Width * Height];
        foreach (var star in Stars)
            Add(stars, star);
        foreach (var galaxy in Galaxies)
            Add(stars, galaxy);
        var (middleX, middleY) = ((Width + 1) / 2.0, (Height + 1) / 2.0);
        var corner = middleX * middleX + middleY * middleY;
        for (var y = 1; y <= Height; y++)
            for (var x = 1; x <= Width; x++)
            {
                var (dx, dy, at) = (x - middleX, y - middleY, (y - 1) * Width + x - 1);
                var sky = Sky + SkyAcross * dx / Width + SkyUp * dy / Height;
                stars[at] = (1 - Vignetting * (dx * dx + dy * dy) / corner) * (sky + Transmission * stars[at]);
            }
        return stars;
    }

    /// <summary>Exposes it.</summary>
    public Frame Make()
    {
        var (expected, random, pixels) = (Expected(), new Random(Seed), new float[Width * Height]);
        foreach (var (at, extra) in Blemishes(random))
            expected[at] += extra;
        for (var i = 0; i < pixels.Length; i++)
        {
            var value = expected[i];
            if (Noise)
            {
                var electrons = Math.Max(value, 0) * Gain;
                value = (Photons(electrons, random) + ReadNoise * Normal(random)) / Gain;
            }
            pixels[i] = (float)Math.Min(Whole ? Math.Round(value) : value, Saturation);
        }
        foreach (var column in BadColumns)
            for (var y = 0; y < Height; y++)
                pixels[y * Width + column - 1] = 0;
        return new Frame(Width, Height, pixels, Cards());
    }

    /// <summary>Cards of a tangent plane.</summary>
    /// <param name="ra">Of the middle of the frame: degrees.</param>
    /// <param name="dec">Degrees.</param>
    /// <param name="pixelScale">Arcsec.</param>
    /// <param name="width">Of the frame: pixels.</param>
    /// <param name="height">Pixels.</param>
    /// <param name="rotation">Of north from y towards x: degrees.</param>
    /// <param name="isMirrored">Whether east lies to the right of north, as after one mirror too many.</param>
    public static FitsHeader Tan(double ra, double dec, double pixelScale, int width, int height, double rotation = 0,
        bool isMirrored = false)
    {
        var header = new FitsHeader();
        header.Set("CTYPE1", "RA---TAN");
        header.Set("CTYPE2", "DEC--TAN");
        header.Set("CRVAL1", ra);
        header.Set("CRVAL2", dec);
        header.Set("CRPIX1", (width + 1) / 2.0);
        header.Set("CRPIX2", (height + 1) / 2.0);
        var (sin, cos) = Math.SinCos(double.DegreesToRadians(rotation));
        var (scale, east) = (pixelScale / 3600, isMirrored ? 1 : -1);
        header.Set("CD1_1", east * scale * cos);
        header.Set("CD1_2", -east * scale * sin);
        header.Set("CD2_1", scale * sin);
        header.Set("CD2_2", scale * cos);
        return header;
    }

    FitsHeader Cards()
    {
        var header = new FitsHeader();
        header.Set("DATE-OBS", "2026-03-14T22:10:00");
        header.Set("EXPTIME", 60.0);
        header.Set("FILTER", "V");
        header.Set("GAIN", Gain);
        header.Set("RDNOISE", ReadNoise);
        header.Set("SATURATE", Saturation);
        foreach (var card in Header ?? [])
            if (card is { Value: { } text, IsString: true })
                header.Set(card.Keyword, text);
            else if (card.Value is "T" or "F")
                header.Set(card.Keyword, card.Value == "T");
            else if (card.Value is not null)
                header.Set(card.Keyword, Header!.GetDouble(card.Keyword));
        return header;
    }

    void Add(double[] image, SimulatedStar star)
    {
        // Out to where the star is lost in the noise of the sky by a factor of 100, at most to the reach.
        var least = 0.01 * Math.Sqrt(Math.Max(Sky, 1) / Gain + ReadNoise * ReadNoise / (Gain * Gain)) / Math.Max(star.Flux, 1e-9);
        var reach = Psf.Reach;
        while (reach > 1 && Brightest(reach) < least)
            reach -= 1;
        var (left, right) = ((int)Math.Max(1, Math.Ceiling(star.X - reach)), (int)Math.Min(Width, Math.Floor(star.X + reach)));
        var (low, high) = ((int)Math.Max(1, Math.Ceiling(star.Y - reach)), (int)Math.Min(Height, Math.Floor(star.Y + reach)));
        for (var y = low; y <= high; y++)
            for (var x = left; x <= right; x++)
                image[(y - 1) * Width + x - 1] += star.Flux * InPixel(x - star.X, y - star.Y);
    }

    double Brightest(double radius)
    {
        var most = 0.0;
        for (var turn = 0; turn < 8; turn++)
        {
            var (sin, cos) = Math.SinCos(turn * Math.PI / 8);
            most = Math.Max(most, Psf.At(radius * cos, radius * sin));
        }
        return most;
    }

    // A pixel's part of a star's light: Gauss and Legendre's rule of 3 x 3 points in the core, the middle's value outside.
    double InPixel(double dx, double dy)
    {
        if (dx * dx + dy * dy > Psf.Core * Psf.Core)
            return Psf.At(dx, dy);
        const double off = 0.3872983346207417; // sqrt(3/5) / 2
        var sum = 0.0;
        for (var i = -1; i <= 1; i++)
            for (var j = -1; j <= 1; j++)
                sum += (i == 0 ? 8 : 5) * (j == 0 ? 8 : 5) / 324.0 * Psf.At(dx + i * off, dy + j * off);
        return sum;
    }

    void Add(double[] image, SimulatedGalaxy galaxy)
    {
        var reach = (int)Math.Ceiling(10 * galaxy.Radius);
        var side = 2 * reach + 1;
        var (cx, cy) = ((int)Math.Round(galaxy.X), (int)Math.Round(galaxy.Y));
        var (sin, cos) = Math.SinCos(double.DegreesToRadians(galaxy.Theta));
        var b = 2 * galaxy.Index - 1 / 3.0 + 4 / (405 * galaxy.Index); // L. Ciotti and G. Bertin 1999, A&A 352, 447
        var light = new double[side * side];
        const int fine = 4; // the middle of an elliptical is sharp
        for (var i = 0; i < light.Length; i++)
            for (var part = 0; part < fine * fine; part++)
            {
                var dx = cx - reach + i % side - galaxy.X + (part % fine + 0.5) / fine - 0.5;
                var dy = cy - reach + i / side - galaxy.Y + (part / fine + 0.5) / fine - 0.5;
                var r = double.Hypot(cos * dx + sin * dy, (cos * dy - sin * dx) / galaxy.AxisRatio) / galaxy.Radius;
                light[i] += Math.Exp(-b * Math.Pow(r, 1 / galaxy.Index));
            }
        var scale = galaxy.Flux / light.Sum();
        var blur = (int)Math.Ceiling(Psf.Core);
        var kernel = new double[(2 * blur + 1) * (2 * blur + 1)];
        for (var i = 0; i < kernel.Length; i++)
            kernel[i] = InPixel(i % (2 * blur + 1) - blur, i / (2 * blur + 1) - blur);
        var all = kernel.Sum();
        for (var i = 0; i < light.Length; i++)
            for (var k = 0; k < kernel.Length; k++)
            {
                var x = cx - reach + i % side + k % (2 * blur + 1) - blur;
                var y = cy - reach + i / side + k / (2 * blur + 1) - blur;
                if (x >= 1 && x <= Width && y >= 1 && y <= Height)
                    image[(y - 1) * Width + x - 1] += scale * light[i] * kernel[k] / all;
            }
    }

    IEnumerable<(int At, double Extra)> Blemishes(Random random)
    {
        for (var i = 0; i < HotPixels; i++)
            yield return (random.Next(Width * Height), 1000 * Math.Pow(20, random.NextDouble()));
        for (var i = 0; i < CosmicRays; i++)
        {
            var (x, y, length) = (Width * random.NextDouble(), Height * random.NextDouble(), random.Next(3, 16));
            var (dy, dx) = Math.SinCos(2 * Math.PI * random.NextDouble());
            for (var step = 0; step < length; step++)
            {
                var extra = 500 * Math.Pow(10, random.NextDouble());
                var (column, row) = ((int)Math.Floor(x + step * dx), (int)Math.Floor(y + step * dy));
                if (column >= 0 && column < Width && row >= 0 && row < Height)
                    yield return (row * Width + column, extra);
            }
        }
    }

    // Poisson's distribution; above 50 a Gaussian with the same mean and width is as good.
    static double Photons(double mean, Random random)
    {
        if (mean > 50)
            return Math.Max(0, mean + Math.Sqrt(mean) * Normal(random));
        var (limit, product, count) = (Math.Exp(-mean), random.NextDouble(), 0);
        while (product > limit)
            (product, count) = (product * random.NextDouble(), count + 1);
        return count;
    }

    static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
