using Vigil.Sky.Imaging;

namespace Vigil.Sky.Tests.Imaging;

/// <summary>A simulated frame's stars as a perfect extractor would find them: what follows is tested by itself.</summary>
static class TrueDetections
{
    /// <summary>One for each star, in their order; places off by at most a twentieth of a pixel.</summary>
    public static List<Detection> Of(SimulatedFrame sky)
    {
        var random = new Random(sky.Seed + 100);
        double Off() => 0.1 * (random.NextDouble() - 0.5);
        return [.. sky.Stars.Select(star => new Detection
        {
            X = star.X + Off(),
            Y = star.Y + Off(),
            FluxAuto = star.Flux,
            A = 1.3,
            B = 1.3,
            Flags = IsSaturated(sky, star) ? DetectionFlaws.Saturated : DetectionFlaws.None,
        })];
    }

    static bool IsSaturated(SimulatedFrame sky, SimulatedStar star) =>
        sky.Sky + star.Flux * sky.Psf.At(0, 0) > 0.9 * sky.Saturation;
}
