using Vigil.Sky.Imaging;

namespace Vigil.Sky.Tests.Imaging;

public class ForcedPhotometryTests
{
    const int Size = 300;

    static readonly PsfOptions options = new() { Gain = 2, Saturation = 60_000 };

    // Some stars for the model in the lower third; the rest of the frame is for what is tried.
    static SimulatedFrame Sky(params SimulatedStar[] more)
    {
        var stars = SimulatedStar.Field(Size - 40, 60, 15, 20_000, 100_000, seed: 8);
        return new()
        {
            Width = Size,
            Height = Size,
            Stars = [.. stars.Select(star => star with { X = star.X + 20, Y = star.Y + 20 }), .. more],
        };
    }

    // All skies but a blurred one have the same.
    static readonly Lazy<PsfModel> usual = new(() =>
    {
        var frame = Sky().Make();
        return Model(frame, Background.Of(frame), TrueDetections.Of(Sky()));
    });

    static PsfModel Model(Frame frame, Background background, List<Detection> detections) =>
        PsfModel.TryMake(frame, background, detections, options, out var model, out var reason) ? model
            : throw new InvalidOperationException(reason);

    static ForcedPhotometry Forced(SimulatedFrame sky, int detected, Action<Frame>? change = null, bool isBlurred = false)
    {
        var frame = sky.Make();
        change?.Invoke(frame);
        var background = Background.Of(frame);
        var detections = TrueDetections.Of(sky).Take(detected).ToList();
        var model = isBlurred ? Model(frame, background, detections) : usual.Value;
        PsfPhotometry.Fit(frame, background, model, detections, options);
        return new ForcedPhotometry(frame, background, model, detections, options);
    }

    static ForcedPhotometry InAperture(SimulatedFrame sky, double diameter = 8)
    {
        var frame = sky.Make();
        return new ForcedPhotometry(frame, Background.Of(frame), diameter, TrueDetections.Of(sky).Take(15).ToList(), options);
    }

    static SimulatedStar[] Faint(double flux, int step)
    {
        var random = new Random(12);
        var side = (Size - 20) / step;
        return [.. Enumerable.Range(0, side * (Size - 120) / step).Select(i => new SimulatedStar(
            20 + step * (i % side) + random.NextDouble(), 110 + step * (i / side) + random.NextDouble(), flux))];
    }

    [Theory]
    [InlineData(0)]
    [InlineData(150)] // two sigma
    [InlineData(3000)]
    public void Fluxes_are_unbiased_and_errors_honest(double flux)
    {
        // Bright ones farther apart: they are not among the detections, and should not be in each other's sky.
        var stars = Faint(flux, flux > 1000 ? 32 : 16);
        var sky = Sky(stars);
        foreach (var (forced, part) in new[] { (Forced(sky, 15), 1.0), (InAperture(sky), 0.9928) }) // 1 - exp(-r² / 2 σ²)
        {
            var pulls = stars.Select(star => forced.Measure(star.X, star.Y))
                .Select(found => (found.Flux - part * flux) / found.FluxErr).ToArray();
            // 187 or 40 pulls: their mean is known to 0.07 or 0.16, their width to 5 or 11 %.
            Assert.Equal(0, pulls.Average(), flux > 1000 ? 0.4 : 0.2);
            Assert.Equal(1, Math.Sqrt(pulls.Average(pull => pull * pull)), flux > 1000 ? 0.3 : 0.15);
        }
    }

    // Stars of 30,000 ADU on discs and ellipticals of their own brightness, some three times the seeing wide, off their middles:
    // as on a flat sky they would come out too bright by 5 to 15 %.
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void A_star_on_a_galaxy_is_told_from_its_light(double index)
    {
        const double flux = 30_000;
        var random = new Random(5);
        var stars = Enumerable.Range(0, 12).Select(i => new SimulatedStar(
            40 + 70 * (i % 4) + random.NextDouble(), 125 + 60 * (i / 4) + random.NextDouble(), flux)).ToArray();
        var hosts = stars.Select(star =>
        {
            var (sin, cos) = Math.SinCos(2 * Math.PI * random.NextDouble());
            return new SimulatedGalaxy(star.X + 5 * cos, star.Y + 5 * sin, flux, 9, index, 0.7, 360 * random.NextDouble());
        }).ToArray();
        var found = Found(Sky(stars) with { Galaxies = hosts });
        Assert.All(found, f => Assert.True(f.IsOnHost));
        // The errors are honest: twelve pulls are known in width to 20 %, and no one of them is wild.
        var pulls = Array.ConvertAll(found, f => (f.Flux - flux) / f.FluxErr);
        Assert.InRange(Math.Sqrt(pulls.Average(pull => pull * pull)), 0.4, 1.6);
        Assert.All(pulls, pull => Assert.InRange(pull, -3.5, 3.5));
        Assert.All(found, f => Assert.InRange(f.FluxErr / flux, 0.003, 0.05));
        Assert.InRange(found.Average(f => f.Flux / flux), 0.97, 1.03);

        // Without galaxies nothing is said of any.
        Assert.All(Found(Sky(stars)), f => Assert.False(f.IsOnHost));

        ForcedFlux[] Found(SimulatedFrame sky)
        {
            var forced = Forced(sky, 15);
            return Array.ConvertAll(stars, star => forced.Measure(star.X, star.Y));
        }
    }

    [Fact]
    public void A_negative_flux_is_a_measurement()
    {
        var forced = Forced(Sky(), 15, frame =>
        {
            for (var i = 0; i < 25; i++) // a hole in the sky
                frame.Pixels[(198 + i / 5) * Size + 148 + i % 5] -= 40;
        });
        var found = forced.Measure(151, 201);
        Assert.InRange(found.Flux, -2000, -500);
        Assert.InRange(found.FluxErr, 40, 120);
        Assert.Equal("", found.Reason);
    }

    [Fact]
    public void A_bright_neighbour_is_taken_away()
    {
        // The target is 5 pixels from a star a hundred times as bright, which was detected; the target was not.
        SimulatedStar[] neighbours = [.. Faint(30_000, 45)];
        SimulatedStar[] targets = [.. neighbours.Select(star => new SimulatedStar(star.X + 5, star.Y, 300))];
        var forced = Forced(Sky([.. neighbours, .. targets]), 15 + neighbours.Length);
        var found = targets.Select(star => forced.Measure(star.X, star.Y)).ToArray();
        Assert.All(found, one => Assert.Equal(1, one.Neighbours));
        Assert.All(found, one => Assert.True((one.Flags & DetectionFlaws.Blended) != 0));
        // The model's wings, made of 15 stars, are good to half a percent of the neighbour's light.
        Assert.Equal(300, found.Average(one => one.Flux), 150.0);
    }

    [Fact]
    public void Measuring_leaves_no_trace()
    {
        SimulatedStar[] stars = [new(150, 200, 20_000), new(154, 201, 5_000)];
        var forced = Forced(Sky(stars), 17);
        var first = forced.Measure(152, 200.5);
        forced.Measure(150, 200);
        forced.Limit(154, 201);
        Assert.Equal(first, forced.Measure(152, 200.5));
    }

    [Fact]
    public void The_target_itself_among_the_detections_is_no_neighbour()
    {
        var forced = Forced(Sky(new SimulatedStar(150, 200, 20_000)), 16);
        var found = forced.Measure(150.2, 200.1);
        Assert.Equal(0, found.Neighbours);
        Assert.Equal(1, found.Flux / 20_000, 0.03); // a place off by 0.2 pixels loses 1 %
    }

    [Fact]
    public void Bad_pixels_edges_and_saturation_are_told()
    {
        var forced = Forced(Sky(new SimulatedStar(100, 200, 20_000), new SimulatedStar(200, 250, 2_000_000)), 17, frame =>
        {
            for (var y = 0; y < Size; y++)
                frame.Pixels[y * Size + 98] = float.NaN;
            for (var i = 0; i < 400; i++)
                frame.Pixels[(190 + i / 20) * Size + 190 + i % 20] = float.NaN;
        });
        var onColumn = forced.Measure(100, 200);
        Assert.True((onColumn.Flags & DetectionFlaws.BadPixels) != 0);
        Assert.InRange(onColumn.Flux, 20_000 - 5 * onColumn.FluxErr, 20_000 + 5 * onColumn.FluxErr);
        var inHole = forced.Measure(200, 200);
        Assert.True(double.IsNaN(inHole.Flux) && double.IsNaN(inHole.FluxErr));
        Assert.Contains("have no value", inHole.Reason, StringComparison.Ordinal);
        Assert.Contains("have no value", forced.Limit(200, 200).Reason, StringComparison.Ordinal);
        var atEdge = forced.Measure(1, 200);
        Assert.True((atEdge.Flags & DetectionFlaws.Edge) != 0 && double.IsFinite(atEdge.Flux));
        Assert.True((forced.Measure(200, 250).Flags & DetectionFlaws.Saturated) != 0);
        foreach (var (x, y) in new[] { (-5.0, 200.0), (double.NaN, 3), (100, Size + 0.6) })
        {
            Assert.Contains("is outside of the frame", forced.Measure(x, y).Reason, StringComparison.Ordinal);
            Assert.True(double.IsNaN(forced.Measure(x, y).Flux));
            Assert.Contains("is outside of the frame", forced.Limit(x, y).Reason, StringComparison.Ordinal);
        }
        Assert.Contains("is cut by the edge", InAperture(Sky()).Measure(1, 200).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void At_the_limit_half_of_the_stars_are_seen()
    {
        var limit = Forced(Sky(), 15).Limit(150, 200);
        Assert.Equal(1, limit.Correction, 0.05); // noise of a detector alone; less than the error of 300 places
        Assert.InRange(limit.Places, 200, 300);
        // Of a Gaussian with weights of its own: noise sqrt(4 π) σ per pixel's noise, widened by the pixel; the sky adds some.
        Assert.Equal(5 * 16 * Math.Sqrt(4 * Math.PI) * 3.08 / 2.3548, limit.Flux, 0.1 * limit.Flux);
        Assert.Equal(-2.5 * Math.Log10(limit.Flux), limit.Mag);
        var stars = Faint(limit.Flux, 16);
        var forced = Forced(Sky(stars), 15);
        var seen = stars.Count(star => forced.Measure(star.X, star.Y) is var found && found.Flux > 5 * limit.Noise);
        Assert.Equal(0.5, (double)seen / stars.Length, 0.12); // of 187: 0.037
        Assert.Equal(3.0 / 5, forced.Limit(150, 200, 3).Flux / forced.Limit(150, 200).Flux, 1e-9);
    }

    [Fact]
    public void Correlated_noise_raises_the_limit()
    {
        var (sky, size) = (Sky(), Size);
        var smooth = Forced(sky, 15, frame =>
        {
            // Each pixel the mean of itself and three more: the noise of a pixel is halved, that of a star's flux is not.
            var old = (float[])frame.Pixels.Clone();
            for (var y = 1; y < size; y++)
                for (var x = 1; x < size; x++)
                    frame.Pixels[y * size + x] = (old[y * size + x] + old[y * size + x - 1] + old[(y - 1) * size + x] +
                        old[(y - 1) * size + x - 1]) / 4;
        }, isBlurred: true).Limit(150, 200);
        Assert.InRange(smooth.Correction, 1.4, 2.2);
        // The blur widens the stars a little.
        Assert.InRange(smooth.Flux / Forced(sky, 15).Limit(150, 200).Flux, 0.85, 1.4);
    }

    [Fact]
    public void The_limit_is_worse_beside_a_bright_star()
    {
        var forced = Forced(Sky(new SimulatedStar(150, 200, 500_000)), 16);
        Assert.True(forced.Limit(152, 200).Noise > 1.5 * forced.Limit(250, 250).Noise);
        // On the star itself it is that of a star in its place, not of another on top of it.
        Assert.Equal(1, forced.Limit(150, 200).Noise / forced.Limit(250, 250).Noise, 0.1);
    }

    [Fact]
    public void Limits_in_a_crowd_hardly_depend_on_the_place()
    {
        // A star on 150 pixels, a few so bright that their wings reach far, and twice as many that are too faint to be found.
        var sky = new SimulatedFrame
        {
            Width = Size, Height = Size, Psf = PointSpread.Moffat(2.5, 2.5),
            Stars =
            [
                .. SimulatedStar.Field(Size, Size, 600, 1000, 5e5, seed: 3), new(80, 90, 4e6), new(220, 180, 4e6),
                .. SimulatedStar.Field(Size, Size, 1200, 30, 300, seed: 4),
            ],
        };
        var frame = sky.Make();
        var extraction = Extractor.Extract(frame, new ExtractionOptions { Gain = 2, Saturation = options.Saturation });
        var model = Model(frame, extraction.Background, [.. extraction.Detections]);
        PsfPhotometry.Fit(frame, extraction.Background, model, extraction.Detections, options);
        var forced = new ForcedPhotometry(frame, extraction.Background, model, extraction.Detections, options);
        var places = Enumerable.Range(0, 49).Select(i => (X: 42.0 + 36 * (i % 7), Y: 42.0 + 36 * (i / 7)))
            .Where(place => extraction.Detections.All(d => double.Hypot(d.X - place.X, d.Y - place.Y) > d.A * d.KronRadius))
            .ToArray();
        Assert.True(places.Length > 15);
        var mags = Array.ConvertAll(places, place => forced.Limit(place.X, place.Y).Mag);
        // A hundred places tell a scatter to 9 %, 0.1 mag; the noise itself differs by 0.05 mag with how many neighbours are
        // fitted along, and the faint stars are not strewn evenly.
        var mean = mags.Average();
        Assert.InRange(Math.Sqrt(mags.Average(mag => (mag - mean) * (mag - mean))), 0, 0.2);
        Assert.All(mags, mag => Assert.True(double.IsFinite(mag)));
    }

    [Fact]
    public void Wrong_arguments_are_refused()
    {
        var forced = InAperture(Sky());
        Assert.Throws<ArgumentOutOfRangeException>(() => forced.Limit(150, 200, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => InAperture(Sky(), double.NaN));
    }
}
