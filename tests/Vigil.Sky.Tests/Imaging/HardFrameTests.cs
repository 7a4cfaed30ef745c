using Vigil.Sky.Imaging;

namespace Vigil.Sky.Tests.Imaging;

/// <summary>
/// Frames that go wrong at telescopes, with known truth, and the quality that a target's magnitude must still have.
/// </summary>
public class HardFrameTests
{
    static SimulatedStar Target { get; } = new(203.4, 158.7, 30_000);

    static double TargetMag { get; } = SimulatedField.ZeroPoint - 2.5 * Math.Log10(Target.Flux);

    static FrameMeasurement Measure(SimulatedFrame sky, int stars = 120, FluxKind flux = FluxKind.Best, double faintest = 2000)
    {
        var field = SimulatedField.Of(sky with
        {
            Width = 400,
            Height = 300,
            Stars = [.. SimulatedStar.Field(400, 300, stars, faintest, 4e5, seed: 21, margin: 5), Target],
        }, hasWcs: true, unlisted: (Target.X, Target.Y));
        return field.Measure((Target.X, Target.Y), new() { Flux = flux });
    }

    // The target is right within a tolerance and within three of its stated errors, scatter included: the scatter is what the
    // frame does to its stars, and the target is one of them.
    static void IsRight(FrameMeasurement measured, double tolerance)
    {
        Assert.Null(measured.Problem);
        var target = measured.Calibration!.Target!;
        Assert.False(target.IsLimit);
        Assert.Equal(TargetMag, target.Mag, tolerance);
        var wrong = target.Mag - TargetMag;
        Assert.True(Math.Abs(wrong) < 3 * target.MagErrWithScatter, $"{wrong} +- {target.MagErrWithScatter}");
    }

    // 1500 stars on 120,000 pixels: 80 pixels a star, 9 areas of the seeing disc. The target's neighbours take some percent.
    [Fact]
    public void Crowded() => IsRight(Measure(new SimulatedFrame(), stars: 1500, faintest: 1000), 0.1);

    // All stars are trailed alike; an ellipse that follows the trail has the same share of each.
    [Fact]
    public void Trailed() =>
        IsRight(Measure(new SimulatedFrame { Psf = PointSpread.Trail(3, 9, 35) }, flux: FluxKind.Auto), 0.06);

    // Rings of 12 pixels without a peak in the middle: still one source each, with the same share of light in the aperture.
    [Fact]
    public void Defocused() =>
        IsRight(Measure(new SimulatedFrame { Psf = PointSpread.Donut(6, 2.5), Sky = 200 }, stars: 60, faintest: 8000), 0.08);

    // 40 % less light in the corners, not corrected by a flat field: 0.55 mag between stars, which the spatial term takes up;
    // and under a bright sky, that falls by ten times its noise over a cell of the background's mesh there.
    [Theory]
    [InlineData(60)]
    [InlineData(3000)]
    public void Vignetted(double sky)
    {
        var measured = Measure(new SimulatedFrame { Vignetting = 0.4, Sky = sky }, faintest: 8000);
        // A quadratic follows the logarithm of such a loss to some hundredths of a magnitude, which the errors do not know of.
        Assert.Equal(TargetMag, measured.Calibration!.Target!.Mag, 0.05);
        Assert.NotEqual(SpatialTerm.None, measured.Calibration!.Best!.Spatial);
    }

    // A hot pixel in 400 and a hundred traces of cosmic rays: those that hit no star must not make any.
    [Fact]
    public void Hot_pixels_and_cosmic_rays() => IsRight(Measure(new SimulatedFrame { HotPixels = 300, CosmicRays = 60 }), 0.05);

    // Clouds let a twentieth of the light through: eight stars remain of the catalogue's, and the target has 1500 ADU.
    [Fact]
    public void Clouds()
    {
        var measured = Measure(new SimulatedFrame { Transmission = 0.05 }, stars: 25, faintest: 10_000);
        IsRight(measured, 0.15);
        // The zero point is fainter by the clouds' 3.25 mag, and the limit with it.
        Assert.Equal(SimulatedField.ZeroPoint - 3.25, measured.Calibration!.Best!.ZeroPoint, 0.25);
    }

    // A supernova on a disc as bright as itself, whose radius is three times the seeing: the disc's light within the aperture
    // would count as the star's, 0.2 mag, were it not fitted along with it.
    [Theory]
    [InlineData(FluxKind.Psf)]
    [InlineData(FluxKind.Best)]
    public void Galaxy_host(FluxKind flux)
    {
        var host = new SimulatedGalaxy(Target.X + 4, Target.Y - 3, Target.Flux, Radius: 9, AxisRatio: 0.6, Theta: 30);
        var measured = Measure(new SimulatedFrame { Galaxies = [host] }, flux: flux);
        IsRight(measured, 0.04);
        Assert.Contains(measured.Notes, note => note.Contains("galaxy", StringComparison.Ordinal));
    }

    // A bright sky that rises by a third across the frame, as near the Moon.
    [Fact]
    public void Moonlight() => IsRight(Measure(new SimulatedFrame { Sky = 3000, SkyAcross = 1000 }), 0.05);
}
