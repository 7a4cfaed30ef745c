using Vigil.Sky.Imaging;
using Vigil.Sky.LightCurves;

namespace Vigil.Sky.Tests.Imaging;

public class PsfPhotometryTests
{
    static readonly PsfOptions options = new() { Gain = 2, Saturation = 60_000 };

    static List<Detection> Fit(SimulatedFrame sky, PsfOptions options)
    {
        var frame = sky.Make();
        var background = Background.Of(frame);
        var detections = TrueDetections.Of(sky);
        Assert.True(PsfModel.TryMake(frame, background, detections, options, out var model, out var reason), reason);
        PsfPhotometry.Fit(frame, background, model, detections, options);
        return detections;
    }

    static SimulatedStar[] Grid(int size, int step, Func<int, double> flux, int seed)
    {
        var random = new Random(seed);
        var side = size / step;
        return [.. Enumerable.Range(0, side * side).Select(i => new SimulatedStar(step * (i % side + 0.5) + random.NextDouble(),
            step * (i / side + 0.5) + random.NextDouble(), flux(i)))];
    }

    [Fact]
    public void Isolated_stars_are_unbiased_and_their_errors_honest()
    {
        // From signal over noise 5 to 200.
        var sky = new SimulatedFrame { Width = 576, Height = 576, Stars = Grid(576, 32, i => 400 * Math.Pow(1.0155, i), 2) };
        var fitted = Fit(sky, options);
        var pulls = fitted.Zip(sky.Stars, (d, star) => (d.FluxPsf - star.Flux) / d.FluxPsfErr).ToArray();
        // 324 stars: the mean of pulls is known to 0.06, their width to 5 %. The model, common to all, adds to the bright ones:
        // half a percent of a star of signal over noise 40 is 0.2.
        Assert.Equal(0, pulls.Where((_, i) => sky.Stars[i].Flux < 10_000).Average(), 0.25);
        Assert.Equal(1, Robust.Sigma(pulls), 0.12);
        var bright = fitted.Zip(sky.Stars).Where(pair => pair.Second.Flux > 20_000).ToArray();
        Assert.Equal(1, bright.Average(pair => pair.First.FluxPsf / pair.Second.Flux), 0.004);
        // A place is known to about 0.6 FWHM / (signal over noise) or better, here 0.01 pixels.
        Assert.Equal(0, bright.Average(pair => pair.First.XPsf - pair.Second.X), 0.003);
        Assert.Equal(0, bright.Average(pair => pair.First.YPsf - pair.Second.Y), 0.003);
        Assert.InRange(Robust.Sigma([.. bright.Select(pair => pair.First.XPsf - pair.Second.X)]), 0, 0.012);
        Assert.Equal(1, fitted.Average(d => d.Chi2Psf), 0.05);
    }

    // Of bright stars the model's own scale is the larger part of the error: it is the same for all of a frame, so that many
    // frames are needed to see it.
    [Theory]
    [InlineData(null)] // a Gaussian
    [InlineData(3.0)]
    public void Errors_of_bright_stars_hold_the_scale_of_the_model(double? beta)
    {
        const int frames = 10;
        var (pulls, scales) = (new List<double>(), new List<double>());
        for (var seed = 0; seed < frames; seed++)
        {
            var sky = new SimulatedFrame
            {
                Width = 180, Height = 180, Seed = seed + 1,
                Psf = beta is { } b ? PointSpread.Moffat(3, b) : PointSpread.Gaussian(3),
                Stars = Grid(180, 45, i => 20_000 + 3000 * i, seed),
            };
            var fitted = Fit(sky, options);
            pulls.AddRange(fitted.Zip(sky.Stars, (d, star) => (d.FluxPsf - star.Flux) / d.FluxPsfErr));
            scales.Add(fitted.Zip(sky.Stars, (d, star) => d.FluxPsf / star.Flux - 1).Average());
        }
        // 160 pulls, a part of each that of its frame: ten of those are known in width to 22 %.
        Assert.InRange(Math.Sqrt(pulls.Average(pull => pull * pull)), 0.7, 1.35);
        Assert.InRange(Math.Sqrt(scales.Average(scale => scale * scale)), 0, 0.006);
    }

    [Theory]
    [InlineData(2.0)]
    [InlineData(3.0)]
    [InlineData(4.5)]
    public void Pairs_are_separated_with_honest_errors(double apart)
    {
        // Each star of the grid gets a neighbour of half its light, in a direction of its own; some stay single for the model.
        const int Single = 15, Pairs = 210;
        var firsts = Grid(480, 32, _ => 10_000, 3);
        var random = new Random(9);
        var seconds = firsts.Skip(Single).Select(star =>
        {
            var (sin, cos) = Math.SinCos(2 * Math.PI * random.NextDouble());
            return new SimulatedStar(star.X + apart * cos, star.Y + apart * sin, 5_000);
        }).ToArray();
        var sky = new SimulatedFrame { Width = 480, Height = 480, Stars = [.. firsts, .. seconds] };
        var fitted = Fit(sky, options);
        double[] PullsOf(int from, int to) =>
            [.. Enumerable.Range(from, to - from).Select(i => (fitted[i].FluxPsf - sky.Stars[i].Flux) / fitted[i].FluxPsfErr)];
        foreach (var pulls in new[] { PullsOf(Single, Single + Pairs), PullsOf(Single + Pairs, Single + 2 * Pairs) })
        {
            Assert.Equal(0, Robust.Median(pulls), 0.25); // 210 pulls: 0.09, and the model's part
            Assert.Equal(1, Robust.Sigma(pulls), 0.2); // 7 %, and what is not linear where they are close
        }
        // A blend is known worse than a single star, and says so.
        var worse = fitted.Skip(Single).Take(Pairs).Average(d => d.FluxPsfErr) / fitted.Take(Single).Average(d => d.FluxPsfErr);
        Assert.InRange(worse, apart < 4 ? 1.05 : 1, 4);
    }

    [Fact]
    public void A_neighbour_that_was_not_detected_does_no_harm()
    {
        var firsts = Grid(320, 32, _ => 20_000, 13);
        var missed = firsts.Skip(20).Select(star => new SimulatedStar(star.X + 2.6, star.Y + 2, 4_000));
        var sky = new SimulatedFrame { Width = 320, Height = 320, Stars = [.. firsts, .. missed] };
        var frame = sky.Make();
        var background = Background.Of(frame);
        var detections = TrueDetections.Of(sky);
        Assert.True(PsfModel.TryMake(frame, background, detections, options, out var model, out _));
        detections.RemoveRange(100, 80);
        PsfPhotometry.Fit(frame, background, model, detections, options);
        var pulls = detections.Skip(20).Select(d => (d.FluxPsf - 20_000) / d.FluxPsfErr).ToArray();
        // Of a star 3.3 pixels away a fit of one alone takes in some 300, which is two to three of its errors. The neighbour's
        // place starts from a whole pixel, which leaves a part of an error.
        Assert.Equal(0, Robust.Median(pulls), 0.6);
        Assert.InRange(Robust.Sigma(pulls), 0.7, 1.4);
    }

    [Fact]
    public void In_a_crowd_it_is_far_better_than_an_aperture()
    {
        var sky = new SimulatedFrame
        {
            Width = 300,
            Height = 300,
            Stars = SimulatedStar.Field(300, 300, 700, 300, 100_000, seed: 4, margin: 5),
        };
        var frame = sky.Make();
        var fitted = Fit(sky, options);
        var (psf, aperture) = (new List<double>(), new List<double>());
        for (var i = 0; i < fitted.Count; i++)
        {
            var star = sky.Stars[i];
            if (star.Flux is < 2000 or > 50_000)
                continue;
            psf.Add(fitted[i].FluxPsf / star.Flux - 1);
            var sum = 0.0;
            for (var y = (int)star.Y - 5; y <= star.Y + 6; y++)
                for (var x = (int)star.X - 5; x <= star.X + 6; x++)
                    if (x >= 1 && x <= 300 && y >= 1 && y <= 300 && double.Hypot(x - star.X, y - star.Y) < 4)
                        sum += frame.Pixels[(y - 1) * 300 + x - 1] - 500; // the true sky, which no one knows
            aperture.Add(sum / 0.993 / star.Flux - 1);
        }
        Assert.Equal(0, Robust.Median([.. psf]), 0.01);
        Assert.True(3 * Robust.Sigma([.. psf]) < Robust.Sigma([.. aperture]),
            $"{Robust.Sigma([.. psf]):F3} and {Robust.Sigma([.. aperture]):F3}");
        Assert.True(psf.Count(d => Math.Abs(d) > 0.2) <= psf.Count / 20);
    }

    [Fact]
    public void The_result_does_not_depend_on_threads()
    {
        var stars = SimulatedStar.Field(200, 200, 150, 500, 50_000, seed: 6);
        var sky = new SimulatedFrame { Width = 200, Height = 200, Stars = stars };
        var (frame, one, two) = (sky.Make(), TrueDetections.Of(sky), TrueDetections.Of(sky));
        var background = Background.Of(frame);
        Assert.True(PsfModel.TryMake(frame, background, one, options, out var model, out _));
        PsfPhotometry.Fit(frame, background, model, one, options);
        PsfPhotometry.Fit(frame, background, model, two, options with { Threads = 3 });
        Assert.Equal(one.Select(Numbers), two.Select(Numbers));

        static (double, double, double, double) Numbers(Detection d) => (d.FluxPsf, d.FluxPsfErr, d.XPsf, d.Chi2Psf);
    }

    [Fact]
    public void Bad_pixels_and_edges_give_larger_errors_or_none()
    {
        var stars = Grid(320, 32, _ => 10_000, 5);
        stars[0] = new(1.2, 100, 10_000); // half of it is outside
        stars[1] = new(-3, 100, 10_000); // but for its wing
        stars[2] = new(100, 40, 10_000); // on the column
        stars[3] = new(200, 200.2, 10_000); // in a hole
        var sky = new SimulatedFrame { Width = 320, Height = 320, Stars = stars };
        var frame = sky.Make();
        for (var y = 0; y < 320; y++)
            frame.Pixels[y * 320 + 99] = float.NaN;
        for (var i = 0; i < 121; i++)
            frame.Pixels[(194 + i / 11) * 320 + 194 + i % 11] = float.NaN;
        var background = Background.Of(frame);
        var detections = TrueDetections.Of(sky);
        Assert.True(PsfModel.TryMake(frame, background, detections, options, out var model, out _));
        PsfPhotometry.Fit(frame, background, model, detections, options);
        var usual = detections.Skip(10).Average(d => d.FluxPsfErr);
        foreach (var i in new[] { 0, 2 })
        {
            Assert.InRange(detections[i].FluxPsfErr, 1.05 * usual, 4 * usual);
            Assert.InRange(detections[i].FluxPsf, 10_000 - 4 * detections[i].FluxPsfErr, 10_000 + 4 * detections[i].FluxPsfErr);
        }
        Assert.True(double.IsNaN(detections[1].FluxPsf));
        Assert.True(double.IsNaN(detections[3].FluxPsf + detections[3].FluxPsfErr) && double.IsNaN(detections[3].XPsf));
    }

    [Fact]
    public void A_saturated_star_is_measured_by_its_wings()
    {
        var stars = Grid(320, 32, i => i == 44 ? 400_000 : 30_000, 5);
        var sky = new SimulatedFrame { Width = 320, Height = 320, Saturation = 20_000, Stars = stars };
        var fitted = Fit(sky, options with { Saturation = 20_000 });
        Assert.Equal(1, fitted[44].FluxPsf / 400_000, 0.05);
    }
}
