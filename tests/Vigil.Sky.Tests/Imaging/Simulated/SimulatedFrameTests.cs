using Vigil.Sky.Fits;

namespace Vigil.Sky.Tests.Imaging;

public class SimulatedFrameTests
{
    public static TheoryData<string> Shapes => ["gaussian", "ellipse", "moffat", "trail", "donut"];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_star_has_all_its_light_at_its_place(string shape)
    {
        var psf = shape switch
        {
            "gaussian" => PointSpread.Gaussian(2.5),
            "ellipse" => PointSpread.Gaussian(4, 0.6, 30),
            "moffat" => PointSpread.Moffat(3, 3.5),
            "trail" => PointSpread.Trail(3, 12, 25),
            _ => PointSpread.Donut(9, 4),
        };
        var star = new SimulatedStar(100.3, 96.8, 1e5);
        var sky = new SimulatedFrame { Width = 201, Height = 201, Psf = psf, Stars = [star], Sky = 0, Gain = 1e6, ReadNoise = 0 };
        var image = sky.Expected();
        var (sum, x, y) = (image.Sum(), 0.0, 0.0);
        for (var i = 0; i < image.Length; i++)
            (x, y) = (x + image[i] * (i % 201 + 1), y + image[i] * (i / 201 + 1));
        // A Moffat of beta 3.5 has 3e-6 of its light beyond 30 FWHM; 3 x 3 points are good to 1e-4 in a core this sharp.
        Assert.Equal(1, sum / star.Flux, 5e-4);
        Assert.Equal(star.X, x / sum, 5e-3);
        Assert.Equal(star.Y, y / sum, 5e-3);
    }

    [Fact]
    public void Noise_is_that_of_photons_and_reading()
    {
        var frame = new SimulatedFrame { Width = 400, Height = 400, Sky = 300, Gain = 1.7, ReadNoise = 8 }.Make();
        var mean = frame.Pixels.Average();
        var variance = frame.Pixels.Average(value => (value - mean) * (value - mean));
        // Rounding adds 1/12. 160,000 pixels give the mean to 0.04 and the variance to 0.4 % (1 sigma): four of those.
        Assert.Equal(300, mean, 0.16);
        Assert.Equal(1, variance / (300 / 1.7 + 64 / (1.7 * 1.7) + 1 / 12.0), 0.016);
    }

    [Fact]
    public void The_same_frame_comes_twice_and_bad_pixels_are_there()
    {
        var sky = new SimulatedFrame
        {
            Stars = [.. SimulatedStar.Field(256, 256, 50, 500, 1e5, seed: 3), new(60, 60, 1e7)],
            HotPixels = 10, CosmicRays = 5, BadColumns = [77], Vignetting = 0.4, Galaxies = [new(100, 100, 5e4, 6, 4, 0.6, 20)],
        };
        var frame = sky.Make();
        Assert.Equal(frame.Pixels, sky.Make().Pixels);
        Assert.NotEqual(frame.Pixels, (sky with { Seed = 2 }).Make().Pixels);
        Assert.Equal(0, frame.Pixels[100 * 256 + 76]);
        Assert.True(frame.Pixels[0] < 0.75 * 500); // 60 % in the very corner
        Assert.Equal(60_000, frame.Pixels.Max());
    }

    [Fact]
    public void The_tangent_plane_is_oriented_as_told()
    {
        var wcs = Wcs.From(SimulatedFrame.Tan(120, 30, 1.5, 200, 100));
        var (x, y) = wcs.SkyToPixel(120, 30 + 15 / 3600.0);
        Assert.Equal((100.5, 60.5), (x, y), (a, b) => Math.Abs(a.Item1 - b.Item1) + Math.Abs(a.Item2 - b.Item2) < 1e-6);
        Assert.True(wcs.SkyToPixel(120.001, 30).X < 100.5); // east to the left
        var turned = Wcs.From(SimulatedFrame.Tan(120, 30, 1.5, 200, 100, rotation: 90, isMirrored: true));
        (x, y) = turned.SkyToPixel(120, 30 + 15 / 3600.0);
        Assert.Equal(110.5, x, 1e-6);
        Assert.Equal(50.5, y, 1e-6);
    }
}
