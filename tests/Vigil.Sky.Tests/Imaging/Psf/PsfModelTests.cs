using Vigil.Sky.Imaging;

namespace Vigil.Sky.Tests.Imaging;

public class PsfModelTests
{
    static readonly PsfOptions options = new() { Gain = 2, Saturation = 60_000 };

    static SimulatedFrame Sparse(PointSpread psf, int size = 300, int count = 40) => new()
    {
        Width = size,
        Height = size,
        Psf = psf,
        Stars = SimulatedStar.Field(size, size, count, 3000, 100_000, seed: 11, margin: 20),
    };

    static readonly Dictionary<string, PsfModel> models = [];

    static PsfModel Model(string shape)
    {
        lock (models)
            return models.TryGetValue(shape, out var model) ? model : models[shape] = Model(Sparse(Spreads[shape]));
    }

    static PsfModel Model(SimulatedFrame sky)
    {
        var frame = sky.Make();
        var isMade = PsfModel.TryMake(frame, Background.Of(frame), TrueDetections.Of(sky), options, out var model,
            out var reason);
        Assert.True(isMade, reason);
        return model!;
    }

    // What a pixel gets of a star, by brute force: 21 x 21 points in it.
    static double InPixel(PointSpread psf, double dx, double dy)
    {
        var sum = 0.0;
        for (var i = 0; i < 441; i++)
            sum += psf.At(dx + (i % 21 - 10) / 21.0, dy + (i / 21 - 10) / 21.0) / 441;
        return sum;
    }

    public static TheoryData<string> Shapes => [.. Spreads.Keys];

    static Dictionary<string, PointSpread> Spreads => new()
    {
        ["Gaussian"] = PointSpread.Gaussian(3),
        ["undersampled"] = PointSpread.Gaussian(1.6),
        ["elliptical"] = PointSpread.Gaussian(4, 0.7, 30),
        ["Moffat"] = PointSpread.Moffat(3.4, 3),
        ["trailed"] = PointSpread.Trail(2.5, 6, 30),
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void The_model_is_the_light_in_pixels_and_apertures(string shape)
    {
        var psf = Spreads[shape];
        var model = Model(shape);
        Light(shape, psf, model);
        Apertures(psf, model);
    }

    static void Light(string shape, PointSpread psf, PsfModel model)
    {
        var peak = InPixel(psf, 0, 0);
        var worst = 0.0;
        for (var dy = -6.0; dy <= 6; dy += 0.6)
            for (var dx = -6.0; dx <= 6; dx += 0.6)
                worst = Math.Max(worst, Math.Abs(model.At(dx, dy, 200, 200) - InPixel(psf, dx, dy)));
        // Some 20 stars of signal over noise 100 tell each part to some 1 %; a trail's ends are sharper than the table.
        Assert.InRange(worst / peak, 0, shape == "trailed" ? 0.04 : 0.02);
        Assert.InRange(model.ProfileError, 0, 0.02);
    }

    static void Apertures(PointSpread psf, PsfModel model)
    {
        foreach (var radius in new[] { 2.0, 5, 9 })
        {
            var (sum, step) = (0.0, 0.1);
            for (var x = -radius; x <= radius; x += step)
                for (var y = -radius; y <= radius; y += step)
                    if (x * x + y * y <= radius * radius)
                        sum += InPixelSmall(x, y) * step * step;
            // A percent is what the wings of stars leave uncertain in a frame of this kind.
            Assert.Equal(sum, model.ApertureFraction(radius, 200, 200), 0.012);
        }

        // The model is of whole pixels' light: the truth smoothed by a pixel, here by its four quarters.
        double InPixelSmall(double x, double y) =>
            (psf.At(x - 0.2887, y - 0.2887) + psf.At(x + 0.2887, y - 0.2887) + psf.At(x - 0.2887, y + 0.2887) +
            psf.At(x + 0.2887, y + 0.2887)) / 4;
    }

    [Fact]
    public void Width_and_ellipticity_are_those_of_the_stars()
    {
        var round = Model("Gaussian");
        // The pixel widens: sqrt(3² + 8 ln 2 / 12) = 3.076. Half of the area in steps of a twelfth of a pixel: 0.02.
        Assert.Equal(3.076, round.Fwhm, 0.03);
        Assert.InRange(round.Ellipticity, 0, 0.02);
        Assert.False(round.Varies);
        var long4 = Model("elliptical");
        // Axes of 4 and 2.8, each widened by a pixel: 4.058 and 2.882.
        Assert.Equal(1 - 2.882 / 4.058, long4.Ellipticity, 0.02);
        Assert.Equal(30.0, long4.Theta, 2.0);
    }

    [Fact]
    public void A_shape_that_changes_over_the_frame_is_followed()
    {
        // Columns of stars, each with its own width: 2.6 pixels at the left, 3.4 at the right.
        const int size = 300;
        var (pixels, stars, random) = (new float[size * size], new List<SimulatedStar>(), new Random(4));
        for (var column = 0; column < 7; column++)
        {
            var x = 30 + 40 * column;
            var part = new SimulatedFrame
            {
                Width = size,
                Height = size,
                Noise = false,
                Sky = 0,
                Whole = false,
                Psf = PointSpread.Gaussian(3 + 0.8 * (x - 150) / size),
                Stars = [.. Enumerable.Range(0, 7).Select(row => new SimulatedStar(x + random.NextDouble(),
                    30 + 40 * row + random.NextDouble(), 40_000))],
            };
            stars.AddRange(part.Stars);
            var expected = part.Expected();
            for (var i = 0; i < pixels.Length; i++)
                pixels[i] += (float)expected[i];
        }
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] += (float)(500 + Math.Sqrt(500 / 2.0 + pixels[i] / 2) * Normal(random));
        var frame = new Frame(size, size, pixels, new());
        var all = new SimulatedFrame { Width = size, Height = size, Stars = stars };
        var (background, detections) = (Background.Of(frame), TrueDetections.Of(all));
        Assert.True(PsfModel.TryMake(frame, background, detections, options, out var model, out _));
        Assert.True(model.Varies);
        foreach (var x in new[] { 30.0, 150, 270 })
            // A linear change follows the inverse square of the width to 2 %; the width itself changes the peak by 20 %.
            Assert.Equal(InPixel(PointSpread.Gaussian(3 + 0.8 * (x - 150) / size), 0, 0), model.At(0, 0, x, 150), 0.004);
        PsfPhotometry.Fit(frame, background, model, detections, options);
        // Were the change not followed, fluxes at the sides would be 10 % off.
        Assert.All(detections.Zip(stars), pair => Assert.Equal(1, pair.First.FluxPsf / pair.Second.Flux, 0.03));
        Assert.True(PsfModel.TryMake(frame, background, detections, options with { MayVary = false }, out var constant, out _));
        Assert.False(constant.Varies);
    }

    [Fact]
    public void Neighbours_and_galaxies_do_not_spoil_the_model()
    {
        var sky = Sparse(PointSpread.Gaussian(3), 300, 150) with
        {
            Galaxies = [.. Enumerable.Range(0, 8).Select(i => new SimulatedGalaxy(35 * i + 12, 280 - 32 * i, 20_000, 4))],
        };
        var frame = sky.Make();
        var detections = TrueDetections.Of(sky);
        foreach (var galaxy in sky.Galaxies)
            detections.Add(new() { X = galaxy.X, Y = galaxy.Y, FluxAuto = galaxy.Flux, A = 3, B = 3 });
        Assert.True(PsfModel.TryMake(frame, Background.Of(frame), detections, options, out var model, out _));
        Assert.Equal(InPixel(PointSpread.Gaussian(3), 0, 0), model.At(0, 0, 150, 150), 0.001); // 1 %
        Assert.Equal(3.076, model.Fwhm, 0.05);
    }

    [Fact]
    public void Too_few_stars_give_a_reason()
    {
        var sky = Sparse(PointSpread.Gaussian(3), 200, 2);
        var frame = sky.Make();
        var background = Background.Of(frame);
        Assert.False(PsfModel.TryMake(frame, background, TrueDetections.Of(sky), options, out var model, out var reason));
        Assert.Null(model);
        Assert.Contains("needs 3 good stars, the frame has 2", reason, StringComparison.Ordinal);
        Assert.False(PsfModel.TryMake(frame, background, [], options, out _, out reason));
        Assert.Contains("of 0 detections", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Saturated_stars_are_not_used()
    {
        var sky = Sparse(PointSpread.Gaussian(3)) with { Saturation = 3000 };
        var detections = TrueDetections.Of(sky);
        var frame = sky.Make();
        var told = options with { Saturation = 3000 };
        Assert.True(PsfModel.TryMake(frame, Background.Of(frame), detections, told, out var model, out _));
        Assert.InRange(model.StarCount, 3, detections.Count(d => d.Flags == 0));
        Assert.Equal(3.076, model.Fwhm, 0.05);
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        var sky = Sparse(PointSpread.Gaussian(3), 100, 1);
        var frame = sky.Make();
        var background = Background.Of(frame);
        PsfOptions[] all = [options with { Gain = -1 }, options with { MinStars = 0 }, options with { MinSnr = double.NaN }];
        foreach (var wrong in all)
            Assert.Throws<ArgumentOutOfRangeException>(() => PsfModel.TryMake(frame, background, [], wrong, out _, out _));
    }

    static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
