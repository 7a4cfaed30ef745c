using Vigil.Sky.Imaging;

namespace Vigil.Sky.Tests.Imaging;

public class StarLikenessTests
{
    static readonly PsfOptions options = new() { Gain = 2, Saturation = 60_000 };

    // 32 stars in the lower half, as many galaxies above; signal over noise from 10 to 100.
    static (List<Detection> Stars, List<Detection> Galaxies) Measure(double radius, PointSpread psf, double stars = 1)
    {
        const int size = 256, step = 32;
        var random = new Random(31);
        double Flux(int i) => 1000 * Math.Pow(20, i % 32 / 31.0);
        (double X, double Y) Place(int i) =>
            (step * (i % 8 + 0.5) + random.NextDouble(), step * (i / 8 + 0.5) + random.NextDouble());
        var sky = new SimulatedFrame
        {
            Width = size,
            Height = size,
            Psf = psf,
            Stars = [.. Enumerable.Range(0, 32).Select(i => new SimulatedStar(Place(i).X, Place(i).Y, stars * Flux(i)))],
            Galaxies = [.. Enumerable.Range(32, 32).Select(i => new SimulatedGalaxy(Place(i).X, Place(i).Y, Flux(i), radius, 1,
                0.5 + 0.5 * random.NextDouble(), 180 * random.NextDouble()))],
        };
        var frame = sky.Make();
        var background = Background.Of(frame);
        var detections = TrueDetections.Of(sky);
        foreach (var galaxy in sky.Galaxies)
            detections.Add(new() { X = galaxy.X, Y = galaxy.Y, FluxAuto = galaxy.Flux, A = 2, B = 2 });
        Assert.True(PsfModel.TryMake(frame, background, detections, options, out var model, out var reason), reason);
        PsfPhotometry.Fit(frame, background, model, detections, options);
        StarLikeness.Measure(frame, background, model, detections, options);
        return (detections[..32], detections[32..]);
    }

    [Theory] // Half-light radii of discs of 1.68 scale lengths: 2 and 3 pixels beside stars of a FWHM of 3.
    [InlineData(2.0, 0.87)]
    [InlineData(3.0, 0.96)]
    public void Stars_and_exponential_discs_are_told_apart(double radius, double least)
    {
        var (stars, galaxies) = Measure(radius, PointSpread.Gaussian(3));
        Assert.All(stars, star => Assert.InRange(star.StarLike, 0, 1));
        Assert.InRange(stars.Count(star => star.StarLike > 0.5) / 32.0, 0.93, 1);
        Assert.InRange(galaxies.Count(galaxy => galaxy.StarLike < 0.5) / 32.0, least, 1);
        // The bright ones without doubt.
        Assert.All(stars.Where(star => star.FluxPsf > 8000), star => Assert.InRange(star.StarLike, 0.9, 1));
        Assert.All(galaxies.Where(galaxy => galaxy.FluxPsf > 8000), galaxy => Assert.InRange(galaxy.StarLike, 0, 0.1));
    }

    [Fact]
    public void The_smallest_disc_that_counts_as_a_galaxy_is_a_quarter_of_the_width()
    {
        // Scale lengths of an eighth of the FWHM lie below the divide, of three eighths above; the spread grows as their square.
        var (_, small) = Measure(1.678 * 3 / 8, PointSpread.Gaussian(3), stars: 3);
        var (_, large) = Measure(1.678 * 9 / 8, PointSpread.Gaussian(3), stars: 3);
        Assert.True(small.Average(galaxy => galaxy.StarLike) > 0.6);
        Assert.True(large.Average(galaxy => galaxy.StarLike) < 0.2);
    }

    [Fact]
    public void What_is_lost_in_noise_is_neither()
    {
        var frame = new SimulatedFrame { Stars = SimulatedStar.Field(256, 256, 20, 30_000, 60_000, 3, margin: 20) };
        var made = frame.Make();
        var background = Background.Of(made);
        var detections = TrueDetections.Of(frame);
        detections.AddRange([new() { X = 128.3, Y = 128.4, FluxAuto = 10 }, new() { X = double.NaN }]);
        Assert.True(PsfModel.TryMake(made, background, detections, options, out var model, out _));
        PsfPhotometry.Fit(made, background, model, detections, options);
        StarLikeness.Measure(made, background, model, detections, options);
        Assert.InRange(detections[^2].StarLike, 0.05, 0.95);
        Assert.True(double.IsNaN(detections[^1].StarLike));
    }
}
