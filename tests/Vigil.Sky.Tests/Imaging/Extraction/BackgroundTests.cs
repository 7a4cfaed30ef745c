using Vigil.Sky.Fits;
using Vigil.Sky.Imaging;

namespace Vigil.Sky.Tests.Imaging;

public class BackgroundTests
{
    [Fact]
    public void A_plane_is_found_exactly()
    {
        // The splines, the filter and what lies beyond the outermost centres are linear. The values lie 0.2 apart: a median is
        // right to half of that, a mode to 2.5 times as much.
        var frame = Frame(300, 200, (x, y) => 1000 + 0.2 * x - 0.4 * y);
        var background = Background.Of(frame);
        foreach (var (x, y) in new[] { (1, 1), (300, 1), (1, 200), (300, 200), (150, 100), (77, 123) })
            Assert.Equal(1000 + 0.2 * x - 0.4 * y, background.Level(x, y), 0.25);
    }

    [Theory]
    [InlineData(64)]
    [InlineData(32)]
    public void Gradient_vignetting_and_stars_leave_the_sky_as_it_is(int cell)
    {
        var sky = new SimulatedFrame
        {
            Width = 512, Height = 384, Sky = 800, SkyAcross = 200, SkyUp = -100, Vignetting = 0.1, Gain = 2, ReadNoise = 8,
            Stars = SimulatedStar.Field(512, 384, 250, 300, 1e6, seed: 5),
        };
        var truth = (sky with { Stars = [] }).Expected();
        var background = Background.Of(sky.Make(), cell);
        var (worst, sum) = (0.0, 0.0);
        for (var y = 1; y <= 384; y += 5)
            for (var x = 1; x <= 512; x += 5)
            {
                var error = background.Level(x, y) - truth[(y - 1) * 512 + x - 1];
                worst = Math.Max(worst, Math.Abs(error));
                sum += error;
            }
        // A cell's mode has the standard error 2.1 sigma / sqrt(cell²), 0.7 ADU here in cells of 64 (sigma 20.4); the median
        // filter lessens it, corners are extrapolated from it: five times the error at worst, and a mean error not beyond one
        // cell's. Half a cell beyond the outermost centres vignetting, of 0.0016 ADU per pixel squared, bends away from a line
        // by 4 ADU in cells of 64.
        var error1 = 2.1 * 20.4 / cell;
        Assert.InRange(worst, 0, 5 * error1 + 4 * cell * cell / 4096.0);
        Assert.InRange(sum / (77 * 103), -1.3 * error1, 1.3 * error1);
        // sqrt(800 / 2 + 8² / 2²) = 20.4; the slope of the sky across a cell is no noise. The error of a standard deviation is
        // 2 % in a cell of 32; the median of many has a part of that, and faint stars may add.
        Assert.Equal(20.4, background.GlobalNoise, 0.4);
    }

    // A tenth to two thirds of a bright sky are lost in the corners: over a cell the sky falls by up to twenty times its noise.
    [Theory]
    [InlineData(400, 300, 0.4, 3000)]
    [InlineData(300, 400, 0.65, 5000)]
    [InlineData(320, 300, 0.4, 1000)]
    public void A_dome_of_bright_sky_is_followed(int width, int height, double vignetting, double level)
    {
        var sky = new SimulatedFrame
        {
            Width = width, Height = height, Sky = level, SkyAcross = 0.05 * level, Vignetting = vignetting,
            Stars = SimulatedStar.Field(width, height, 100, 2000, 4e5, seed: 8),
        };
        var truth = (sky with { Stars = [] }).Expected();
        var background = Background.Of(sky.Make());
        var noise = Math.Sqrt(level * (1 - vignetting / 3) / sky.Gain + Math.Pow(sky.ReadNoise / sky.Gain, 2));
        // In the middle, where the median of a cell and its neighbours would be short of the top, and in all places on average:
        // a cell's mode has the error 2.1 sigma / 64, and stars raise it by as much. At the edges the mesh is extrapolated.
        var error = 2.1 * noise / 64;
        var off = truth.Select((value, at) => background.Level(at % width + 1, at / width + 1) - value).ToArray();
        Assert.InRange(off[height / 2 * width + width / 2], -3 * error, 3 * error);
        Assert.InRange(off.Average(), -2 * error, 2 * error);
        Assert.InRange(off.Max(Math.Abs), 0, 8 * error);
        // The sky's slope is not taken for noise: the range over the frame is that of its own level, 7 % at 0.4.
        Assert.Equal(noise, background.GlobalNoise, 0.04 * noise);
        // What a row gives is what each place gives, to the rounding of floats.
        var row = new float[width];
        background.LevelRow(1, 77, row);
        Assert.All(row, (value, i) => Assert.Equal(background.Level(i + 1, 77), value, 1e-6 * level));
        // And the mesh has the mean of its cells.
        var corner = truth.Where((_, at) => at % width < width / background.Columns && at / width < height / background.Rows);
        Assert.Equal(corner.Average(), background.Levels[0], 8 * error);
    }

    [Fact]
    public void A_nebula_does_not_bend_the_trend_of_the_rest()
    {
        // A dome, and in one corner, on four of 35 cells, a plateau with soft edges of 40 times the noise.
        const int width = 448, height = 320;
        var random = new Random(4);
        double Dome(int x, int y) => 4000 - 0.01 * ((x - 224) * (x - 224) + (y - 160) * (y - 160));
        double Cloud(int x, int y) => 1200 / (1 + Math.Exp((double.Hypot(x, y) - 100) / 12));
        var frame = Frame(width, height, (x, y) => Dome(x, y) + Cloud(x, y) + 30 * Normal(random));
        var background = Background.Of(frame);
        for (var y = 20; y <= height; y += 20)
            for (var x = 340; x <= width; x += 20) // two cells away: the splines swing a little beside an edge
                Assert.Equal(Dome(x, y), background.Level(x, y), 5.0); // five errors of a cell's mode
    }

    [Fact]
    public void Noise_follows_its_place()
    {
        // Half of the frame has the gain of another amplifier: noise 10 and 30.
        var random = new Random(3);
        var frame = Frame(512, 256, (x, _) => 500 + (x <= 256 ? 10 : 30) * Normal(random));
        var background = Background.Of(frame);
        // The standard error in a cell is 1 / sqrt(4096): five of them.
        Assert.Equal(10, background.Noise(100, 128), 0.8);
        Assert.Equal(30, background.Noise(412, 128), 2.4);
        for (var x = -50; x < 600; x += 10)
            Assert.True(background.Noise(x, 10) > 4);
    }

    [Fact]
    public void Rows_are_the_levels_of_their_pixels()
    {
        var sky = new SimulatedFrame { Width = 333, Height = 222, SkyAcross = 300, Vignetting = 0.3, Sky = 2000 };
        var background = Background.Of(sky.Make());
        foreach (var (x, y, count) in new[] { (1, 1, 333), (1, 222, 333), (17, 100, 300), (330, 57, 4), (5, 9, 1), (40, 3, 0) })
        {
            float[] levels = new float[count], noises = new float[count];
            background.LevelRow(x, y, levels);
            background.NoiseRow(x, y, noises);
            for (var i = 0; i < count; i++)
            {
                // Float32 at 2000, with a few roundings.
                Assert.Equal(background.Level(x + i, y), levels[i], 1e-3);
                Assert.Equal(background.Noise(x + i, y), noises[i], 1e-4);
            }
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 500)]
    [InlineData(3, 2)]
    [InlineData(63, 65)]
    [InlineData(200, 97)]
    public void A_constant_frame_has_its_level_and_no_noise(int width, int height)
    {
        var background = Background.Of(Frame(width, height, (_, _) => 123.25));
        Assert.Equal(123.25, background.Level(1, 1), 1e-12); // rounding of weights that add up to 1
        Assert.Equal(123.25, background.Level(width / 2.0, height / 3.0), 1e-12);
        Assert.Equal(0, background.Noise(1, height));
        Assert.Equal(123.25, background.GlobalLevel);
        Assert.Equal(0, background.GlobalNoise);
    }

    [Fact]
    public void Whole_numbers_with_little_noise_have_no_bias()
    {
        // Noise of 0.6 counts, rounded: sigma² = 0.36 + 1/12; the mean is at 100.3. A median between whole numbers is a twentieth
        // of a count off where the line from one to the next replaces the curve; the mode has 2.5 times that.
        var random = new Random(8);
        var background = Background.Of(Frame(512, 512, (_, _) => Math.Round(100.3 + 0.6 * Normal(random))));
        Assert.Equal(100.3, background.GlobalLevel, 0.125);
        Assert.Equal(0.666, background.GlobalNoise, 0.1);
    }

    [Fact]
    public void Pixels_without_a_value_are_left_out()
    {
        var sky = new SimulatedFrame { Width = 320, Height = 256, Sky = 300, ReadNoise = 4 };
        var frame = sky.Make();
        for (var y = 0; y < 256; y++)
        {
            frame.Pixels[y * 320 + 10] = float.NaN;
            frame.Pixels[y * 320 + 11] = float.PositiveInfinity;
            frame.Pixels[y * 320 + 12] = -3e30f;
        }
        for (var y = 60; y < 200; y++)
            for (var x = 60; x < 210; x++)
                frame.Pixels[y * 320 + x] = float.NaN; // several whole cells
        var background = Background.Of(frame);
        foreach (var (x, y) in new[] { (11, 11), (135, 130), (300, 250) })
        {
            Assert.Equal(300, background.Level(x, y), 2.5);
            Assert.Equal(Math.Sqrt(150 + 4), background.Noise(x, y), 0.5); // three errors of a cell
        }
    }

    [Fact]
    public void One_pixel_with_a_value_is_the_sky()
    {
        var frame = Frame(200, 200, (_, _) => double.NaN);
        frame.Pixels[12345] = 7;
        Assert.Equal(7, Background.Of(frame).Level(1, 1), 1e-12);
    }

    [Fact]
    public void A_frame_without_values_is_refused()
    {
        var error = Assert.Throws<FrameException>(() => Background.Of(Frame(70, 30, (_, _) => double.NaN)));
        Assert.Contains("70 x 30", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sizes_are_checked()
    {
        var frame = Frame(10, 10, (_, _) => 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => Background.Of(frame, cell: 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => Background.Of(frame, filter: 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => Background.Of(frame, filter: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Background.Of(frame, threads: 0));
    }

    static Frame Frame(int width, int height, Func<int, int, double> value)
    {
        var pixels = new float[width * height];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = (float)value(i % width + 1, i / width + 1);
        return new Frame(width, height, pixels, new FitsHeader());
    }

    static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
