using System.Collections;
using Vigil.Sky.Imaging;

namespace Vigil.Sky.Tests.Imaging;

public class CosmicRaysTests
{
    const int Size = 256;

    static SimulatedFrame Sky(double fwhm, int rays = 0) => new()
    {
        Width = Size,
        Height = Size,
        Psf = PointSpread.Gaussian(fwhm),
        CosmicRays = rays,
        Stars = SimulatedStar.Field(Size, Size, 80, 1000, 200_000, seed: 21, margin: 10),
    };

    static (Frame Frame, Background Background, PsfModel? Model, List<Detection> Detections) Expose(SimulatedFrame sky)
    {
        var frame = sky.Make();
        var background = Background.Of(frame);
        var detections = TrueDetections.Of(sky);
        PsfModel.TryMake(frame, background, detections, new() { Gain = 2, Saturation = 60_000 }, out var model, out _);
        return (frame, background, model, detections);
    }

    static int Count(BitArray hit) => hit.Cast<bool>().Count(isHit => isHit);

    [Theory] // From sampled well to hardly at all.
    [InlineData(4.0)]
    [InlineData(2.5)]
    [InlineData(1.8)]
    public void Stars_are_spared(double fwhm)
    {
        var (frame, background, model, detections) = Expose(Sky(fwhm));
        var hit = CosmicRays.Find(frame, background, 2, model);
        Assert.InRange(Count(hit), 0, 4); // of some 2000 pixels of stars
        Assert.Equal(0, CosmicRays.Mark(hit, frame, background, detections));
    }

    [Theory]
    [InlineData(3.0, 0.9)]
    [InlineData(1.8, 0.75)] // sharp stars ask for caution
    public void Traces_are_found(double fwhm, double least)
    {
        var sky = Sky(fwhm, rays: 30);
        var (frame, background, model, _) = Expose(sky);
        var clean = sky with { CosmicRays = 0, Noise = false, Whole = false };
        var hit = CosmicRays.Find(frame, background, 2, model);
        var expected = clean.Expected();
        var (rays, found, wrong) = (0, 0, 0);
        for (var i = 0; i < hit.Length; i++)
        {
            // What noise cannot explain is a ray's: the weakest has 500, the sky's noise is 16.
            var noise = Math.Sqrt(expected[i] / 2 + 6.25);
            var isRay = frame.Pixels[i] - expected[i] > 10 * noise && frame.Pixels[i] - expected[i] > 300;
            rays += isRay ? 1 : 0;
            found += isRay && hit[i] ? 1 : 0;
            wrong += !isRay && hit[i] ? 1 : 0;
        }
        Assert.InRange(rays, 200, 300);
        Assert.InRange((double)found / rays, least, 1);
        Assert.InRange(wrong, 0, rays / 10);
    }

    [Fact]
    public void Detections_of_traces_are_marked_and_no_others()
    {
        var (frame, background, model, detections) = Expose(Sky(3));
        for (var i = 0; i < 6; i++)
            frame.Pixels[(100 + i / 3) * Size + 50 + i] += 3000;
        frame.Pixels[30 * Size + 200] += 800;
        detections.Add(new() { XIso = 53, YIso = 101.5, Area = 6 });
        detections.Add(new() { XIso = 201, YIso = 31, Area = 1 });
        var hit = CosmicRays.Find(frame, background, 2, model);
        Assert.Equal(2, CosmicRays.Mark(hit, frame, background, detections));
        Assert.All(detections[^2..], detection => Assert.Equal(DetectionFlaws.CosmicRay, detection.Flags));
    }

    [Fact]
    public void Without_a_model_stars_of_usual_width_are_spared()
    {
        var (frame, background, _, detections) = Expose(Sky(2.5));
        var hit = CosmicRays.Find(frame, background, 2);
        Assert.Equal(0, CosmicRays.Mark(hit, frame, background, detections));
    }

    [Fact]
    public void Wrong_arguments_are_refused()
    {
        var (frame, background, _, detections) = Expose(Sky(3));
        Assert.Throws<ArgumentOutOfRangeException>(() => CosmicRays.Find(frame, background, -1));
        Assert.Throws<ArgumentException>(() => CosmicRays.Mark(new BitArray(5), frame, background, detections));
    }
}
